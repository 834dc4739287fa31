"""Velatura's own network for pictures: colour, its uncertainty, elements, novelty."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learn.networks.element_mlp import ELEMENTS
from app.learn.networks.novelty import Novelty
from app.learn.networks.parts import Outputs, glorot
from app.learn.networks.spectral import ColourHeads, SpectralView, Standing

_SHARE_LEVEL = -4.0


class _Stem(nn.Module):
    """The same layers for the spectrum of each pixel, however many counts it has."""

    def __init__(self, channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.view = SpectralView()
        self.standing = Standing(channels)
        self.first = nn.Conv2d(channels, widths[0], 1)
        self.first_number = nn.Conv2d(1, widths[0], 1)
        layers: list[nn.Module] = [nn.ReLU()]
        for inputs, outputs in pairwise(widths):
            layers += [nn.Conv2d(inputs, outputs, 1), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, counts: Tensor) -> Tensor:
        logarithms, _, number = self.view(counts)
        return self.layers(self.first(self.standing(logarithms)) + self.first_number(number))


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
    """A U-Net that at each scale looks at the counts themselves, added up.

    Counts of neighbours add up to a spectrum with less noise, as if it had been measured for
    longer with a wider beam. The same layers look at the spectra of single pixels, and at sums
    of 2 × 2, 4 × 4 and 8 × 8, which are joined with what the smaller scale found; dilated blocks
    look further at the largest scale, and on the way back each pixel's own spectrum decides
    where colours end.

    Parameters
    ----------
    channels
        Bins of the spectra.
    stem
        Widths of the layers for single spectra.
    widths
        Filters at each scale; the first equals the stem's last.
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
        stem: Sequence[int] = (160, 64),
        widths: Sequence[int] = (64, 80, 96, 128),
        dilations: Sequence[int] = (1, 2, 4),
        elements: tuple[str, ...] = ELEMENTS,
        novelty_weight: float = 0.02,
    ) -> None:
        super().__init__()
        self.elements = elements
        self.novelty_weight = novelty_weight
        self.receptive_field_px = _sight(len(widths), dilations)
        self.stem = _Stem(channels, stem)
        self.halve = nn.AvgPool2d(2)
        self.down = nn.ModuleList(_ResidualBlock(width) for width in widths)
        self.joins = nn.ModuleList(
            nn.Conv2d(above + stem[-1], width, 1) for above, width in pairwise(widths)
        )
        self.far = nn.Sequential(*(_ResidualBlock(widths[-1], step) for step in dilations))
        upwards = list(reversed(widths))
        self.narrow = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairwise(upwards))
        self.up = nn.ModuleList(_ResidualBlock(width) for width in upwards[1:])
        self.own = nn.Conv2d(widths[0] + stem[-1], widths[0], 1)
        self.shares = nn.Conv2d(widths[0], len(elements), 1) if elements else None
        glorot(self)
        for part in self.modules():
            if isinstance(part, _ResidualBlock):
                part.begin_small()
        self.heads = ColourHeads(widths[0], is_image=True)
        if self.shares is not None:
            nn.init.constant_(self.shares.bias, _SHARE_LEVEL)
        self.novelty = Novelty(channels)

    def forward(self, counts: Tensor) -> Outputs:
        """What is told of counts (pictures, channels, rows, columns); each of the same form.

        Rows and columns are multiples of 8. In training `own_loss`, one number, is the
        novelty's, to be added to the loss, and `novelty` is left out.
        """
        own = self.stem(counts)
        x, skipped, summed = self.down[0](own), [], counts
        for join, block in zip(self.joins, self.down[1:], strict=True):
            skipped.append(x)
            summed = 4.0 * self.halve(summed)
            seen = self.stem(summed)
            x = block(torch.relu(join(torch.cat([self.halve(x), seen], dim=1))))
        x = self.far(x)
        for narrow, block in zip(self.narrow, self.up, strict=True):
            larger = functional.interpolate(narrow(x), scale_factor=2.0, mode="nearest")
            x = block(torch.relu(larger + skipped.pop()))
        x = torch.relu(self.own(torch.cat([x, own], dim=1)))
        outputs = self.heads(x)
        if self.shares is not None:
            total = counts.sum(dim=1, keepdim=True)
            outputs["elements"] = functional.softplus(self.shares(x)) * total
        if self.training:
            outputs["own_loss"] = self.novelty_weight * self.novelty.loss(_pixels(counts))
        else:
            outputs["novelty"] = self.novelty(counts)
        return outputs

    def prepare(self, counts: Tensor) -> None:
        """Let the first layer look at training spectra (pixels, channels) before training."""
        self.stem.standing.settle(self.stem.view(counts)[0])

    def calibrate(self, counts: Tensor) -> None:
        """Let the novelty look at training spectra (pixels, channels) after training."""
        self.novelty.calibrate(counts)


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
