"""What our own networks see of a spectrum: shares of the counts on two scales, and how many."""

import torch
from torch import Tensor, nn

TIMES = 200.0
"""What shares are multiplied with before the logarithm: 0.5 % of the counts are then 1."""

_MIDDLE, _WIDTH = 7.0, 2.0
_ROOTS = 6.0
# what hardly varies in training is not blown up, and what is far out there does not drown the rest
_LEAST_SPREAD, _FARTHEST = 0.03, 8.0


class SpectralView(nn.Module):
    """Counts as shares of the total, on the scale of logarithms and on that of roots.

    Both are free of the measuring time. On logarithms small peaks stand beside large ones; on
    roots Poisson noise is the same in all bins. How large it is follows from the number of
    counts, which is told as its logarithm, about −1.5 for 50 counts and 2 for 50 000.
    """

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logarithms, roots (shapes as `counts`) and the counts' number (one channel)."""
        total = counts.sum(dim=1, keepdim=True).clamp(min=1.0)
        share = counts / total
        number = (total.log() - _MIDDLE) / _WIDTH
        return torch.log1p(TIMES * share), _ROOTS * torch.sqrt(share), number


class Standing(nn.Module):
    """How far each value lies from its mean over training spectra, in standard deviations.

    Small differences in quiet bins, which tell of weak lines, then count as much as large ones
    in loud bins. Nothing is changed before `settle`.

    Parameters
    ----------
    values
        How many there are of each pixel.
    """

    def __init__(self, values: int) -> None:
        super().__init__()
        self.middle: Tensor
        self.spread: Tensor
        self.register_buffer("middle", torch.zeros(values))
        self.register_buffer("spread", torch.ones(values))

    @torch.no_grad()
    def settle(self, x: Tensor) -> None:
        """Take mean and spread of values (pixels, values)."""
        self.middle.copy_(x.mean(dim=0))
        self.spread.copy_(x.std(dim=0) + _LEAST_SPREAD)

    def forward(self, x: Tensor) -> Tensor:
        """Of values (pixels, values, …), same shape, within `_FARTHEST`."""
        more = (1,) * (x.ndim - 2)
        middle, spread = (part.view(-1, *more) for part in (self.middle, self.spread))
        return ((x - middle) / spread).clamp(-_FARTHEST, _FARTHEST)


class ColourHeads(nn.Module):
    """From what was found to a colour and how sure it is.

    Parameters
    ----------
    width
        Values of each pixel coming in.

    Notes
    -----
    The variance is one for all bands, and within bounds: of errors of 1 % to 60 % of full
    scale.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rgb, self.log_var = (nn.Linear(width, outputs) for outputs in (3, 1))
        self.reset()

    def reset(self) -> None:
        """Begin with small differences between pixels and an error of 20 %."""
        for layer, level in ((self.rgb, 0.0), (self.log_var, 0.0)):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.constant_(layer.bias, level)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Colours and natural logarithms of their variance."""
        return told_colour(*self.levels(x))

    def levels(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What `told_colour` makes colours and their variance of."""
        return self.rgb(x), self.log_var(x)


def told_colour(rgb: Tensor, log_var: Tensor) -> dict[str, Tensor]:
    """Colours and natural logarithms of their variance, within bounds, of levels without any."""
    told = -5.1 + 4.1 * torch.tanh((log_var + 2.0) / 4.1)
    return {"rgb": torch.sigmoid(rgb), "log_var": told}
