"""AIRES-CH's dilated WaveNet (v7): gated convolutions that look further and further down."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from app.learn.networks.parts import Outputs, Standardise, colour, dense, glorot


class Reached(NamedTuple):
    """What a stack of gated layers hands on, and the sum of what each found."""

    onwards: Tensor
    found: Tensor


class Causal(nn.Module):
    """Convolution of three places that sees a place and those before it only."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConstantPad1d((2 * dilation, 0), 0.0),
            nn.Conv1d(inputs, outputs, 3, dilation=dilation),
        )

    def forward(self, x: Tensor) -> Tensor:
        """As many places as go in."""
        return self.layers(x)


class GatedLayer(nn.Module):
    """tanh of one convolution times the sigmoid of another, then one over single places.

    A. van den Oord et al., WaveNet: a generative model for raw audio, arXiv:1609.03499 (2016).
    """

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.value = Causal(width, width, dilation)
        self.gate = Causal(width, width, dilation)
        self.after = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """What is to be added to the values."""
        return self.after(torch.tanh(self.value(x)) * torch.sigmoid(self.gate(x)))


class GatedStack(nn.Module):
    """Gated layers of dilations 2, 4, 6 …, each added to what goes on to the next."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(GatedLayer(width, 2 * (i + 1)) for i in range(layers))

    def forward(self, x: Tensor) -> Reached:
        """Values for the next stack, and the sum of all layers' findings."""
        found = torch.zeros_like(x)
        for layer in self.layers:
            more = layer(x)
            x, found = x + more, found + more
        return Reached(x, found)


class WaveNet(nn.Module):
    """Two stacks of gated layers, their findings averaged over energy, fully connected layers.

    v7 of AIRES-CH (A. Bombini et al., Computers 2023). All but the widths is published; these
    give 1 809 667 parameters where the paper has 1 809 183, 0.03 % less.

    Parameters
    ----------
    channels
        Bins of the spectra; any number.
    width
        Filters.
    layers
        Gated layers of each stack.
    drop
        Share of the hidden layers that is dropped in training.
    """

    def __init__(
        self,
        channels: int = 512,
        width: int = 128,
        layers: tuple[int, int] = (9, 5),
        drop: float = 0.4,
    ) -> None:
        super().__init__()
        self.channels = channels
        self.normalise = Standardise()
        self.start = nn.Sequential(Causal(1, width), nn.ReLU(), nn.MaxPool1d(2))
        self.first = GatedStack(width, layers[0])
        self.second = GatedStack(width, layers[1])
        self.halve = nn.MaxPool1d(2)
        self.head = nn.Sequential(
            nn.Dropout(drop), *dense((width, 512), drop), *dense((512, 256)), *colour(256)
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        first = self.first(self.start(self.normalise(counts).unsqueeze(1)))
        second = self.second(self.halve(first.onwards))
        return {"rgb": self.head(first.found.mean(dim=2) + second.found.mean(dim=2))}
