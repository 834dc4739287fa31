"""AIRES-CH's Inception-ResNet whose shape Optuna chose, the one with published weights."""

import torch
from torch import Tensor, nn

from app.learn.networks.parts import (
    Outputs,
    PositionMajor,
    Standardise,
    conv1d,
    glorot,
    norm1d,
)

_DROPS = (0.4497066528, 0.3262777958, 0.3629039398, 0.4213232302, 0.4889861290, 0.2650631579)


class PooledTwice(nn.Module):
    """Branches of 1 bin, of 3 bins, and of the largest of 3 bins, which is given twice.

    Parameters
    ----------
    inputs
        Filters coming in.
    one, narrow, three, pooled
        Filters of the first branch, within and of the second, and of the third.
    """

    def __init__(self, inputs: int, one: int, narrow: int, three: int, pooled: int) -> None:
        super().__init__()
        self.narrow = nn.Sequential(conv1d(inputs, narrow, 1), nn.ReLU())
        self.one = nn.Sequential(conv1d(inputs, one, 1), nn.ReLU())
        self.three = nn.Sequential(conv1d(narrow, three, 3), nn.ReLU())
        self.pooled = nn.Sequential(
            nn.MaxPool1d(3, stride=1, padding=1), conv1d(inputs, pooled, 1), nn.ReLU()
        )
        self.width = one + three + 2 * pooled

    def forward(self, x: Tensor) -> Tensor:
        """Values of `width` filters."""
        pooled = self.pooled(x)
        return torch.cat([self.one(x), self.three(self.narrow(x)), pooled, pooled], dim=1)


class DilatedResidual(nn.Module):
    """Narrow, look at distant places, widen; beside it a projection.

    Parameters
    ----------
    inputs
        Filters coming in.
    narrow, outputs
        Filters within and coming out.
    kernel, dilation
        How many places are looked at, and how far apart they are.
    """

    def __init__(self, inputs: int, narrow: int, outputs: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.before = _normed(inputs, narrow, 1)
        self.across = _normed(narrow, narrow, kernel, dilation)
        self.after = conv1d(narrow, outputs, 1)
        self.short = conv1d(inputs, outputs, 1)
        self.after_norm = nn.Sequential(norm1d(outputs), nn.ReLU())
        self.short_norm = nn.Sequential(norm1d(outputs), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        """Values of as many places."""
        main = self.after_norm(self.after(self.across(self.before(x))))
        return torch.relu(main + self.short_norm(self.short(x)))


class OptInception(nn.Module):
    """Convolutions, four inception blocks, two residual ones, two more, fully connected layers.

    The 1-D network of AIRES-CH (A. Bombini et al., Computers 2023) as its published file has
    it, layer by layer; 656 913 parameters for 500 bins.

    Parameters
    ----------
    channels
        Bins of the spectra.
    is_standardised
        Whether spectra come standardised already, as the published file wants them.
    """

    def __init__(self, channels: int = 512, *, is_standardised: bool = False) -> None:
        super().__init__()
        self.normalise: nn.Module = nn.Identity() if is_standardised else Standardise()
        first = [PooledTwice(46, 22, 41, 71, 15), PooledTwice(123, 7, 11, 5, 11)]
        first += [PooledTwice(34, 30, 9, 10, 32), PooledTwice(104, 11, 110, 17, 4)]
        last = [PooledTwice(16, 5, 61, 93, 17), PooledTwice(132, 36, 4, 4, 106)]
        self.stem = nn.Sequential(*_stem())
        self.blocks = nn.Sequential(
            *first, DilatedResidual(36, 2, 8, 3, 2), DilatedResidual(8, 4, 16, 5, 4), *last
        )
        self.flatten = nn.Sequential(
            nn.AvgPool1d(4, stride=1), nn.Dropout(_DROPS[0]), PositionMajor()
        )
        self.head = nn.Sequential(*_head((channels // 4 - 3) * last[-1].width))
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        x = self.stem(self.normalise(counts).unsqueeze(1))
        return {"rgb": self.head(self.flatten(self.blocks(x)))}


def _normed(inputs: int, outputs: int, kernel: int, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(conv1d(inputs, outputs, kernel, dilation), norm1d(outputs), nn.ReLU())


def _stack(inputs: int, outputs: int, kernel: int, number: int) -> list[nn.Module]:
    """Convolutions in a row; the first has no normalisation."""
    rest = [_normed(outputs, outputs, kernel) for _ in range(number - 1)]
    return [conv1d(inputs, outputs, kernel), nn.ReLU(), *rest]


def _stem() -> list[nn.Module]:
    return [
        *_stack(1, 115, 7, 3),
        *_stack(115, 4, 2, 4),
        *_stack(4, 9, 6, 1),
        nn.MaxPool1d(2),
        *_stack(9, 5, 4, 2),
        nn.MaxPool1d(2),
        *_stack(5, 46, 1, 2),
    ]


def _head(inputs: int) -> list[nn.Module]:
    widths = (inputs, 12, 15, 32, 252, 42)
    kinds = (nn.Sigmoid, nn.Tanh, nn.Tanh, nn.Softsign, nn.Softsign)
    layers: list[nn.Module] = []
    for place, kind in enumerate(kinds):
        layers += [nn.Linear(widths[place], widths[place + 1]), kind()]
        layers.append(nn.Dropout(_DROPS[place + 1]))
    return [*layers, nn.Linear(widths[-1], 3), nn.Sigmoid()]
