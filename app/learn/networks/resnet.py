"""A colour from a spectrum by residual blocks along energy."""

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
    norm1d,
)


class ResidualBlock(nn.Module):
    """Two convolutions with batch normalisation beside a shortcut, then halved.

    K. He et al., Deep residual learning for image recognition, CVPR 2016.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            conv1d(inputs, outputs, 3),
            norm1d(outputs),
            nn.ReLU(),
            conv1d(outputs, outputs, 3),
            norm1d(outputs),
        )
        is_same = inputs == outputs
        self.short = nn.Identity() if is_same else conv1d(inputs, outputs, 1)
        self.after = nn.Sequential(nn.ReLU(), nn.MaxPool1d(2))

    def forward(self, x: Tensor) -> Tensor:
        """Values at half as many places."""
        return self.after(self.main(x) + self.short(x))


class ResNet(nn.Module):
    """A convolution, residual blocks that each halve the spectrum, fully connected layers.

    The 1-D branch of AIRES-CH (A. Bombini et al., Computers 2023) names such a network
    without its widths; these are ours.

    Parameters
    ----------
    channels
        Bins of the spectra.
    filters
        Of the blocks.
    hidden
        Width of the fully connected layer.
    drop
        Share of it that is dropped in training.
    """

    def __init__(
        self,
        channels: int = 512,
        filters: Sequence[int] = (16, 16, 32, 32, 64),
        hidden: int = 128,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        inputs, places = filters[0], channels // 2
        layers = [conv1d(1, inputs, 7), norm1d(inputs), nn.ReLU(), nn.MaxPool1d(2)]
        for outputs in filters:
            layers.append(ResidualBlock(inputs, outputs))
            inputs, places = outputs, places // 2
        self.normalise = Standardise()
        self.layers = nn.Sequential(
            *layers, PositionMajor(), *dense((places * inputs, hidden), drop), *colour(hidden)
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        return {"rgb": self.layers(self.normalise(counts).unsqueeze(1))}
