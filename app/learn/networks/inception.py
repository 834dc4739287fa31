"""A colour from a spectrum by windows of several widths side by side."""

from collections.abc import Sequence

import torch
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


class InceptionBlock(nn.Module):
    """Four branches side by side: 1 bin; 3 bins; 5 bins; the largest of 3 bins.

    C. Szegedy et al., Going deeper with convolutions, CVPR 2015. Each gives `width` filters.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        half = max(width // 2, 1)
        self.branches = nn.ModuleList(
            [
                nn.Sequential(conv1d(inputs, width, 1), nn.ReLU()),
                nn.Sequential(
                    conv1d(inputs, half, 1), nn.ReLU(), conv1d(half, width, 3), nn.ReLU()
                ),
                nn.Sequential(
                    conv1d(inputs, half, 1), nn.ReLU(), conv1d(half, width, 5), nn.ReLU()
                ),
                nn.Sequential(
                    nn.MaxPool1d(3, stride=1, padding=1), conv1d(inputs, width, 1), nn.ReLU()
                ),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        """Values of 4 · width filters."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Inception(nn.Module):
    """A convolution, inception blocks with halving between, fully connected layers.

    The 1-D branch of AIRES-CH (A. Bombini et al., Computers 2023) names such a network
    without its widths; these are ours.

    Parameters
    ----------
    channels
        Bins of the spectra.
    widths
        Filters of each branch of each block.
    hidden
        Width of the fully connected layer.
    drop
        Share of it that is dropped in training.
    """

    def __init__(
        self,
        channels: int = 512,
        widths: Sequence[int] = (4, 8, 12, 16),
        hidden: int = 128,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        inputs, places = 8, channels // 2
        layers: list[nn.Module] = [conv1d(1, inputs, 7), nn.ReLU(), nn.MaxPool1d(2)]
        for width in widths:
            layers += [InceptionBlock(inputs, width), nn.MaxPool1d(2)]
            inputs, places = 4 * width, places // 2
        self.normalise = Standardise()
        self.layers = nn.Sequential(
            *layers, PositionMajor(), *dense((places * inputs, hidden), drop), *colour(hidden)
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        return {"rgb": self.layers(self.normalise(counts).unsqueeze(1))}
