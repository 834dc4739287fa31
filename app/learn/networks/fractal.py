"""AIRES-CH's FractalNet (v6): paths of one to eight convolutions whose ends are averaged."""

from collections.abc import Sequence

from torch import Tensor, nn

from app.learn.networks.parts import (
    Outputs,
    PositionMajor,
    Standardise,
    colour,
    conv1d,
    dense,
    glorot,
    mean_of,
    norm1d,
)


class Fractal(nn.Module):
    """One convolution beside two fractals in a row of one column less.

    G. Larsson et al., FractalNet: ultra-deep neural networks without residuals, ICLR 2017. All
    paths that end at a place are averaged there.

    Parameters
    ----------
    columns
        How many; 1 is a convolution alone, and each more doubles the longest path.
    inputs, outputs
        Filters.
    """

    def __init__(self, columns: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.single = nn.Sequential(conv1d(inputs, outputs, 3), norm1d(outputs), nn.ReLU())
        rest = columns - 1
        self.first = Fractal(rest, inputs, outputs) if rest else None
        self.second = Fractal(rest, outputs, outputs) if rest else None

    def ends(self, x: Tensor) -> list[Tensor]:
        """What each of the columns gives, the shortest path first."""
        found = [self.single(x)]
        if self.first is not None and self.second is not None:
            found += self.second.ends(self.first(x))
        return found

    def forward(self, x: Tensor) -> Tensor:
        """The mean of the columns."""
        return mean_of(self.ends(x))


class FractalNet(nn.Module):
    """Five fractals, each followed by halving, then fully connected layers.

    v6 of AIRES-CH (A. Bombini et al., Computers 2023). The paper gives the number of parameters
    (2 117 195 for 500 bins) but not the widths; these give exactly that number and are the
    layout of the original FractalNet-20.

    Parameters
    ----------
    channels
        Bins of the spectra.
    filters
        Of each fractal.
    columns
        Of each fractal.
    hidden
        Width of the two fully connected layers.
    drop
        Share of them that is dropped in training.
    """

    def __init__(
        self,
        channels: int = 512,
        filters: Sequence[int] = (8, 16, 32, 64, 128),
        columns: int = 4,
        hidden: int = 512,
        drop: float = 0.4,
    ) -> None:
        super().__init__()
        inputs, places = 1, channels
        layers: list[nn.Module] = []
        for outputs in filters:
            layers += [Fractal(columns, inputs, outputs), nn.MaxPool1d(2)]
            inputs, places = outputs, places // 2
        self.normalise = Standardise()
        self.layers = nn.Sequential(
            *layers,
            PositionMajor(),
            *dense((places * inputs, hidden, hidden), drop),
            *colour(hidden),
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        return {"rgb": self.layers(self.normalise(counts).unsqueeze(1))}
