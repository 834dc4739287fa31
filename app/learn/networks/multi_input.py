"""AIRES-CH's custom network (v5.1): the spectrum, four bands of it, and the bands in pairs."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.learn.networks.parts import (
    Outputs,
    PositionMajor,
    Standardise,
    colour,
    dense,
    glorot,
    norm1d,
)

BAND = 8
"""Bins of a band."""

BANDS_OF_500 = (35, 33, 67, 49)
"""First bins of the bands A to D on the original axis of 0.5 to 38.5 keV."""

BANDS_OF_512 = (39, 37, 70, 53)
"""The same energies, 3.2, 3.0, 5.6 and 4.2 keV, in bins of 80 eV."""

PAIRS = ((0, 2), (1, 0), (1, 3), (2, 1), (3, 0), (3, 2))
_STAGES = ((16, 3), (32, 4), (64, 6), (128, 3))
_DROP = 0.4


class Bottleneck(nn.Module):
    """Narrow, look at three places, widen; beside it the input itself or a projection of it.

    Parameters
    ----------
    inputs
        Filters coming in.
    width
        Filters within; four times as many come out.
    stride
        Every so many places are kept.
    is_projected
        Whether the shortcut is a convolution; needed where shapes differ.
    """

    def __init__(
        self, inputs: int, width: int, stride: int = 1, *, is_projected: bool = False
    ) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv1d(inputs, width, 1, stride=stride),
            norm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, padding=1),
            norm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, 4 * width, 1),
            norm1d(4 * width),
            nn.ReLU(),
        )
        self.short: nn.Module = nn.Identity()
        if is_projected:
            self.short = nn.Sequential(
                nn.Conv1d(inputs, 4 * width, 1, stride=stride), norm1d(4 * width)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Values of 4 · width filters."""
        return torch.relu(self.main(x) + self.short(x))


class MultiInput(nn.Module):
    """Two residual trunks, one on the spectrum's features, one on these and those of bands.

    v5.1 of AIRES-CH (A. Bombini et al., Computers 2023), layer by layer as in its published
    description. It takes raw counts alone: what it was given besides, the standardised spectrum,
    is made within.

    Parameters
    ----------
    channels
        Bins of the spectra.
    bands
        First bins of the four bands; None for those of the original's energies, by the number
        of bins: 500 for 0.5–38.5 keV, else bins of 80 eV.
    drop
        Share of the hidden layers dropped in training.
    """

    def __init__(
        self, channels: int = 512, bands: Sequence[int] | None = None, drop: float = _DROP
    ) -> None:
        super().__init__()
        starts = bands or (BANDS_OF_500 if channels == 500 else BANDS_OF_512)
        self.starts = tuple(starts)
        self.normalise = Standardise()
        self.spectrum = nn.Sequential(*_spectrum_layers())
        self.bands = nn.ModuleList(nn.Sequential(*_two(1, 16)) for _ in starts)
        self.pairs = nn.ModuleList(_pair() for _ in PAIRS)
        self.trunk_alone = _trunk(pool=7, drop=drop)
        self.trunk_joined = _trunk(pool=10, drop=drop)
        self.head = nn.Sequential(*dense((1024, 256, 256, 256), drop), *colour(256))
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        whole = self.spectrum(self.normalise(counts).unsqueeze(1))
        parts = [
            layers(salient(counts[:, start : start + BAND]).unsqueeze(1))
            for layers, start in zip(self.bands, self.starts, strict=True)
        ]
        pairs = [
            layers(torch.cat([parts[first], parts[second]], dim=2))
            for layers, (first, second) in zip(self.pairs, PAIRS, strict=True)
        ]
        alone = self.trunk_alone(whole)
        joined = self.trunk_joined(torch.cat([whole, *pairs], dim=2))
        return {"rgb": self.head((alone + joined) / 2)}


def salient(band: Tensor) -> Tensor:
    """What stands out in a band: softmax over its bins of (x − variance) / (mean + 1).

    The original swaps mean and variance, which is kept so that its weights would fit.
    """
    mean = band.mean(dim=1, keepdim=True)
    variance = ((band - mean) ** 2).mean(dim=1, keepdim=True)
    return torch.softmax((band - variance) / (mean + 1.0), dim=1)


def _two(inputs: int, outputs: int) -> list[nn.Module]:
    """Two convolutions of three places without padding, each with ReLU."""
    return [
        nn.Conv1d(inputs, outputs, 3),
        nn.ReLU(),
        nn.Conv1d(outputs, outputs, 3),
        nn.ReLU(),
    ]


def _spectrum_layers() -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise((1, 8, 16, 32)):
        layers += [*_two(inputs, outputs), nn.MaxPool1d(2), norm1d(outputs)]
    return layers


def _pair() -> nn.Module:
    return nn.Sequential(
        *_two(16, 8), Bottleneck(8, 8, is_projected=True), Bottleneck(32, 8), Bottleneck(32, 8)
    )


def _trunk(pool: int, drop: float) -> nn.Module:
    """ResNet-50's plan on 32 filters; 1024 values come out where the pool leaves two places."""
    blocks: list[nn.Module] = []
    inputs = 32
    for stage, (width, number) in enumerate(_STAGES):
        for place in range(number):
            is_first = place == 0
            stride = 2 if is_first and stage else 1
            blocks.append(Bottleneck(inputs, width, stride, is_projected=is_first))
            inputs = 4 * width
    return nn.Sequential(*blocks, nn.AvgPool1d(pool, stride=1), nn.Dropout(drop), PositionMajor())
