"""What the networks share: layers as Keras has them, normalisation, first weights, counting."""

from collections.abc import Iterable
from itertools import pairwise

import torch
from torch import Tensor, nn

Outputs = dict[str, Tensor]
"""What a network gives: `rgb` (0 to 1), and of `log_var`, `novelty`, `elements`, `latent` and
`reconstruction` those it has; (pixels, values) or (pictures, values, rows, columns)."""

_MOMENTUM, _EPSILON = 0.01, 1e-3


class Standardise(nn.Module):
    """(x − mean) / (sd + 1), mean and population sd over a pixel's bins or a whole picture.

    The seeds' normalisation. Over a picture it makes each pixel's colour depend on all others,
    so that tiles and patches are not coloured as the whole is; over pixels it does not.

    Parameters
    ----------
    is_by_picture
        Whether one mean and sd are taken of each picture, not of each pixel.
    """

    def __init__(self, *, is_by_picture: bool = False) -> None:
        super().__init__()
        self.axes = (1, 2, 3) if is_by_picture else (1,)

    def forward(self, counts: Tensor) -> Tensor:
        """Normalised counts, of the same shape."""
        centred = counts - self._mean(counts)
        return centred / (self._mean(centred * centred).sqrt() + 1.0)

    def _mean(self, values: Tensor) -> Tensor:
        # one axis after the other: sums of millions of single-precision numbers lose digits
        for axis in self.axes:
            values = values.mean(dim=axis, keepdim=True)
        return values


class PositionMajor(nn.Module):
    """(pixels, channels, places) to (pixels, places · channels), all channels of a place together.

    The order that channels-last frameworks flatten in, so that their weights fit.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Flattened values."""
        return x.transpose(1, 2).flatten(1)


def conv1d(inputs: int, outputs: int, width: int, dilation: int = 1) -> nn.Module:
    """Convolution along energy that keeps the length; the odd place of padding goes right."""
    around = (width - 1) * dilation
    if around % 2 == 0:
        return nn.Conv1d(inputs, outputs, width, padding=around // 2, dilation=dilation)
    pad = nn.ConstantPad1d((around // 2, around - around // 2), 0.0)
    return nn.Sequential(pad, nn.Conv1d(inputs, outputs, width, dilation=dilation))


def norm1d(width: int) -> nn.Module:
    """Batch normalisation with Keras' momentum and ε."""
    return nn.BatchNorm1d(width, momentum=_MOMENTUM, eps=_EPSILON)


def norm2d(width: int) -> nn.Module:
    """Batch normalisation with Keras' momentum and ε."""
    return nn.BatchNorm2d(width, momentum=_MOMENTUM, eps=_EPSILON)


def dense(widths: Iterable[int], drop: float = 0.0) -> list[nn.Module]:
    """Linear layers with ReLU, and dropout after each, for a list of widths, inputs first."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        layers += [nn.Dropout(drop)] if drop else []
    return layers


def colour(width: int) -> list[nn.Module]:
    """The last layers: a colour of 0 to 1."""
    return [nn.Linear(width, 3), nn.Sigmoid()]


def glorot(module: nn.Module) -> None:
    """Set first weights: uniform after X. Glorot and Y. Bengio (AISTATS 2010), biases 0."""
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d)
    for part in module.modules():
        if isinstance(part, kinds):
            nn.init.xavier_uniform_(part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def keras_count(module: nn.Module) -> int:
    """Parameters as Keras counts them: weights and the running statistics of normalisations."""
    count = sum(weight.numel() for weight in module.parameters())
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            count += part.running_mean.numel() + part.running_var.numel()
    return int(count)


def mean_of(values: list[Tensor]) -> Tensor:
    """The mean of several tensors of one shape."""
    return values[0] if len(values) == 1 else torch.stack(values).mean(dim=0)
