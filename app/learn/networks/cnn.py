"""A colour from a spectrum by convolutions along energy."""

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
)


class Cnn(nn.Module):
    """Convolutions with ReLU, each followed by halving; then fully connected layers.

    The 1-D branch of AIRES-CH (A. Bombini et al., Computers 2023) names such a network
    without its widths; these are ours.

    Parameters
    ----------
    channels
        Bins of the spectra.
    filters, kernels
        Filters of each convolution, and bins that each sees.
    hidden
        Width of the fully connected layer.
    drop
        Share of it that is dropped in training.
    """

    def __init__(
        self,
        channels: int = 512,
        filters: Sequence[int] = (8, 16, 32, 64),
        kernels: Sequence[int] = (7, 5, 3, 3),
        hidden: int = 128,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs, places = 1, channels
        for outputs, width in zip(filters, kernels, strict=True):
            layers += [conv1d(inputs, outputs, width), nn.ReLU(), nn.MaxPool1d(2)]
            inputs, places = outputs, places // 2
        self.normalise = Standardise()
        self.layers = nn.Sequential(
            *layers, PositionMajor(), *dense((places * inputs, hidden), drop), *colour(hidden)
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        return {"rgb": self.layers(self.normalise(counts).unsqueeze(1))}
