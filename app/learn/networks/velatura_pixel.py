"""Velatura's own network for single spectra: colour, its uncertainty, elements, novelty."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learn.networks.element_mlp import ELEMENTS
from app.learn.networks.novelty import Novelty
from app.learn.networks.parts import Outputs, glorot
from app.learn.networks.spectral import ColourHeads, SpectralView, Standing

_SHARE_LEVEL = -4.0


class _ResidualLayers(nn.Module):
    """Normalise, widen, narrow, add.

    The second layer begins small, so that a deep network begins as a shallow one.
    """

    def __init__(self, width: int, widening: int, drop: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, widening * width),
            nn.GELU(),
            nn.Dropout(drop),
            nn.Linear(widening * width, width),
        )
        glorot(self)
        with torch.no_grad():
            self.layers[-1].weight.mul_(0.3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def _peaks(channels: int, width: int) -> nn.Module:
    """Convolutions along energy, and what they find joined."""
    places = math.ceil(math.ceil(channels / 4) / 2)
    return nn.Sequential(
        nn.Conv1d(2, 16, 9, stride=4, padding=4),
        nn.GELU(),
        nn.Conv1d(16, 32, 5, stride=2, padding=2),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(32 * places, width),
    )


class VelaturaPixel(nn.Module):
    """Peaks by convolutions, the whole spectrum at once beside them, then residual layers.

    Convolutions along energy find peaks wherever a badly calibrated axis puts them; a linear
    layer sees the whole spectrum as it is. Both see shares of the counts on two scales and know
    how many counts there were, so that neither time nor noise is mistaken for chemistry. No layer
    depends on other pixels.

    Parameters
    ----------
    channels
        Bins of the spectra.
    width, blocks, widening
        Values within, residual layers, and how much wider these are inside.
    drop
        Share that is dropped inside them in training.
    peaks
        Whether there are convolutions along energy.
    elements
        Whose counts are told too; empty for none's.
    novelty_weight
        Of the novelty's own loss, in training.
    """

    WIDTH = 224

    def __init__(
        self,
        channels: int = 512,
        width: int = WIDTH,
        blocks: int = 3,
        widening: int = 2,
        drop: float = 0.0,
        peaks: bool = True,
        elements: tuple[str, ...] = ELEMENTS,
        novelty_weight: float = 0.02,
    ) -> None:
        super().__init__()
        self.elements = elements
        self.novelty_weight = novelty_weight
        self.view = SpectralView()
        self.peaks = _peaks(channels, width) if peaks else None
        self.standing = Standing(2 * channels)
        self.from_all = nn.Linear(2 * channels + 1, width)
        glorot(self)
        layers = [_ResidualLayers(width, widening, drop) for _ in range(blocks)]
        self.layers = nn.Sequential(*layers, nn.LayerNorm(width))
        self.heads = ColourHeads(width)
        self.shares = nn.Linear(width, len(elements)) if elements else None
        if self.shares is not None:
            glorot(self.shares)
            nn.init.constant_(self.shares.bias, _SHARE_LEVEL)
        self.novelty = Novelty(channels)

    def forward(self, counts: Tensor) -> Outputs:
        """What is told of counts (pixels, channels); each (pixels, values).

        In training `own_loss`, one number, is the novelty's, to be added to the loss, and
        `novelty` is left out.
        """
        x = self.found(counts)
        outputs = self.heads(x)
        if self.shares is not None:
            total = counts.sum(dim=1, keepdim=True)
            outputs["elements"] = functional.softplus(self.shares(x)) * total
        if self.training:
            outputs["own_loss"] = self.novelty_weight * self.novelty.loss(counts)
        else:
            outputs["novelty"] = self.novelty(counts)
        return outputs

    def found(self, counts: Tensor) -> Tensor:
        """What everything is told from: `width` values of each of counts (pixels, channels)."""
        logarithms, roots, number = self.view(counts)
        whole = self.standing(torch.cat([logarithms, roots], dim=1))
        x = self.from_all(torch.cat([whole, number], dim=1))
        if self.peaks is not None:
            x = x + self.peaks(torch.stack([logarithms, roots], dim=1))
        found: Tensor = self.layers(x)
        return found

    def prepare(self, counts: Tensor) -> None:
        """Let the first layer look at training spectra (pixels, channels) before training."""
        logarithms, roots, _ = self.view(counts)
        self.standing.settle(torch.cat([logarithms, roots], dim=1))

    def calibrate(self, counts: Tensor) -> None:
        """Let the novelty look at training spectra (pixels, channels) after training."""
        self.novelty.calibrate(counts)
