"""Velatura's own network for pictures: colour, its uncertainty, elements, novelty."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learn.jitter import COUNTS
from app.learn.networks.element_mlp import ELEMENTS
from app.learn.networks.parts import Outputs, glorot
from app.learn.networks.spectral import told_colour
from app.learn.networks.velatura_pixel import VelaturaPixel

_FIRST_CORRECTION = 1e-3


class _ResidualBlock(nn.Module):
    """Two convolutions of 3 × 3 pixels, added to what came in.

    Without normalisation: a tile is then coloured as the whole picture is, and a dark scan as a
    bright one. The second convolution begins small instead.
    """

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.layers(x))

    def begin_small(self) -> None:
        with torch.no_grad():
            self.layers[-1].weight.mul_(0.3)


class VelaturaImage(nn.Module):
    """The network for single spectra, and a U-Net that corrects it by what lies around.

    Counts of neighbours add up to a spectrum with less noise, as if it had been measured for
    longer with a wider beam. The network for single spectra looks at each pixel, and at sums of
    2 × 2, 4 × 4 and 8 × 8, which are joined with what the smaller scale found; dilated blocks
    look further at the largest scale, and on the way back each pixel's own spectrum decides
    where colours end. All that comes out is the pixel's own answer and a correction, which
    begins as next to nothing.

    Parameters
    ----------
    channels
        Bins of the spectra.
    pixel
        Options of the network for single spectra, which its `weights` must have been taught with.
    is_pixel_taught
        Whether that network learns too; otherwise it stays as its weights are given.
    features
        Values that each look at a spectrum hands on.
    widths
        Filters at each scale.
    dilations
        Of the blocks at the largest scale.
    elements
        Whose counts are told too; empty for none's.
    novelty_weight
        Of the novelty's own loss, in training.
    """

    def __init__(
        self,
        channels: int = 512,
        pixel: Mapping[str, Any] | None = None,
        features: int = 64,
        widths: Sequence[int] = (64, 80, 96, 128),
        dilations: Sequence[int] = (1, 2, 4),
        elements: tuple[str, ...] = ELEMENTS,
        novelty_weight: float = 0.02,
        *,
        is_pixel_taught: bool = True,
    ) -> None:
        super().__init__()
        self.elements = elements
        self.is_pixel_taught = is_pixel_taught
        self.receptive_field_px = _sight(len(widths), dilations)
        self.handed = nn.Linear(_width(pixel), features)
        self.halve = nn.AvgPool2d(2)
        self.begin = nn.Conv2d(features, widths[0], 1)
        self.down = nn.ModuleList(_ResidualBlock(width) for width in widths)
        self.joins = nn.ModuleList(
            nn.Conv2d(above + features, width, 1) for above, width in pairwise(widths)
        )
        self.far = nn.Sequential(*(_ResidualBlock(widths[-1], step) for step in dilations))
        upwards = list(reversed(widths))
        self.narrow = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairwise(upwards))
        self.up = nn.ModuleList(_ResidualBlock(width) for width in upwards[1:])
        self.own = nn.Conv2d(widths[0] + features, widths[0], 1)
        glorot(self)
        for part in self.modules():
            if isinstance(part, _ResidualBlock):
                part.begin_small()
        self.corrections = nn.Conv2d(widths[0], 4 + len(elements), 1)
        nn.init.normal_(self.corrections.weight, std=_FIRST_CORRECTION)
        nn.init.zeros_(self.corrections.bias)
        self.pixel = VelaturaPixel(
            channels, elements=elements, novelty_weight=novelty_weight, **(pixel or {})
        )
        if not is_pixel_taught:
            self.pixel.requires_grad_(False)
            self.train(self.training)

    def train(self, mode: bool = True) -> "VelaturaImage":
        """Set whether it learns; a network for spectra that does not learn stays as it is used."""
        super().train(mode)
        if not self.is_pixel_taught:
            self.pixel.eval()
        return self

    def forward(self, counts: Tensor) -> Outputs:
        """What is told of counts (pictures, channels, rows, columns); each of the same form.

        Rows and columns are multiples of 8. In training `own_loss`, one number, is the
        novelty's, to be added to the loss, and `novelty` is left out.
        """
        found = self._found(counts)
        corrections = self.corrections(self._around(found, counts))
        levels = [_picture(part, counts) for part in self.pixel.heads.levels(found)]
        outputs = told_colour(levels[0] + corrections[:, :3], levels[1] + corrections[:, 3:4])
        if self.pixel.shares is not None:
            total = counts.sum(dim=1, keepdim=True)
            shares = _picture(self.pixel.shares(found), counts) + corrections[:, 4:]
            outputs["elements"] = functional.softplus(shares) * total
        if not self.training:
            outputs["novelty"] = self.pixel.novelty(counts)
        elif self.is_pixel_taught:
            outputs["own_loss"] = self.pixel.novelty_weight * self.pixel.novelty.loss(
                _pixels(counts)
            )
        return outputs

    def _around(self, found: Tensor, counts: Tensor) -> Tensor:
        """What each pixel and what lies around it tell, (pictures, widths[0], rows, columns)."""
        own = self._handed(found, counts)
        x, skipped, summed = self.down[0](torch.relu(self.begin(own))), [], counts
        for join, block in zip(self.joins, self.down[1:], strict=True):
            skipped.append(x)
            summed = 4.0 * self.halve(summed)
            seen = self._handed(self._found(_as_if_measured(summed)), summed)
            x = block(torch.relu(join(torch.cat([self.halve(x), seen], dim=1))))
        x = self.far(x)
        for narrow, block in zip(self.narrow, self.up, strict=True):
            larger = functional.interpolate(narrow(x), scale_factor=2.0, mode="nearest")
            x = block(torch.relu(larger + skipped.pop()))
        return torch.relu(self.own(torch.cat([x, own], dim=1)))

    def _found(self, counts: Tensor) -> Tensor:
        """What the network for single spectra finds in each pixel, (pixels, its width)."""
        return self.pixel.found(_pixels(counts))

    def _handed(self, found: Tensor, counts: Tensor) -> Tensor:
        """What of that is handed on, a picture."""
        return _picture(torch.relu(self.handed(found)), counts)

    def prepare(self, counts: Tensor) -> None:
        """Let the first layer look at training spectra (pixels, channels) before training."""
        if self.is_pixel_taught:
            self.pixel.prepare(counts)

    def calibrate(self, counts: Tensor) -> None:
        """Let the novelty look at training spectra (pixels, channels) after training."""
        self.pixel.calibrate(counts)


def _width(pixel: Mapping[str, Any] | None) -> int:
    """Values that a network for single spectra with some options finds."""
    return int((pixel or {}).get("width", VelaturaPixel.WIDTH))


def _as_if_measured(summed: Tensor) -> Tensor:
    """Summed counts, fewer where they are more than the network for spectra learns from."""
    total = summed.sum(dim=1, keepdim=True).clamp(min=1.0)
    return summed * (COUNTS[1] / total).clamp(max=1.0)


def _picture(values: Tensor, counts: Tensor) -> Tensor:
    """Values (pixels, n) as pictures (pictures, n, rows, columns) like those of the counts."""
    pictures, _, rows, columns = counts.shape
    return values.reshape(pictures, rows, columns, values.shape[1]).permute(0, 3, 1, 2)


def _pixels(counts: Tensor) -> Tensor:
    """Spectra of pictures, (pixels, channels)."""
    return counts.permute(0, 2, 3, 1).reshape(-1, counts.shape[1])


def _sight(scales: int, dilations: Sequence[int]) -> int:
    """How far to each side a pixel's result depends on others, pixels."""
    largest = 2 ** (scales - 1)
    both_ways = sum(2 * 2**scale for scale in range(scales - 1)) * 2
    there = 2 * largest * (1 + sum(dilations))
    # a pixel stands anywhere in the sums that it is part of
    return both_ways + there + 2 * (largest - 1)
