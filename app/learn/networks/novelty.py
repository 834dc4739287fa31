"""How unlike all training spectra a spectrum is."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learn.networks.parts import glorot
from app.learn.networks.spectral import SpectralView

FIRST_BIN, LAST_BIN, TOGETHER = 12, 400, 2
"""The part of the axis that principal components see, 0.96 to 32 keV, and how many bins are
joined."""

_SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 1.0)
_BY_CHANCE = 0.375
_TINY = 1e-9
_ROUNDS = 4
# every so many spectra the scales are set with, the others make the components
_HELD = 4
_SEED = 20240611
_KEV = 0.08
# FWHM² in keV²: noise² + 2.3548² · F · ε · E
_PER_KEV = 2.3548**2 * 0.115 * 0.00365
_MN_KEV = 5.895
_LINES_KEV = (1.5, 32.0)
_RESOLUTION_KEV = (0.125, 0.16)
_STRANGE_SHARE = (0.003, 0.5)
# a network that guesses finds the line in half of the pairs
_LEAST_SKILL = 0.6
_NO_SAY = 1e9
# a step learns from so many spectra: the colour gains more from the time
_JUDGED = 128


class Novelty(nn.Module):
    """The share of the training spectra that are less unlike all the others.

    Two judges, of whom the one that finds a spectrum stranger counts:

    - Principal components of several groups of training spectra, on roots of shares of the
      counts, where Poisson noise is the same in all bins: what the nearest group's components
      leave over. Several groups, since components of all spectra together hold the lines of all
      tubes and all pigments, in any mixture.
    - A small network that learns to tell training spectra from the same with one more line at
      a random energy: what does not belong there under this tube, beside these elements.

    The first is worked out by `calibrate`, which also sets the scale of both; before, 0 is told
    of everything. The second learns with `loss`, and has no say where it has not learnt.

    Parameters
    ----------
    channels
        Bins of the spectra.
    groups, components
        How many groups, and principal components of each.
    width
        Of the small network's layers.
    """

    def __init__(
        self, channels: int = 512, groups: int = 16, components: int = 16, width: int = 96
    ) -> None:
        super().__init__()
        last = min(LAST_BIN, channels)
        self.bins = (FIRST_BIN, last - (last - FIRST_BIN) % TOGETHER)
        features = (self.bins[1] - self.bins[0]) // TOGETHER
        self.components = min(components, features - 1)
        self.middle: Tensor
        self.register_buffer("middle", torch.zeros(features))
        self.register_buffer("means", torch.zeros(groups, features))
        self.register_buffer("axes", torch.zeros(features, groups * self.components))
        # the means along their own groups' axes
        self.register_buffer("origins", torch.zeros(groups * self.components))
        # coefficients of 1, ln N, (ln N)² for the logarithm of the residual
        self.register_buffer("expected", torch.zeros(3))
        self.register_buffer("log_counts", torch.tensor([0.0, 1.0]))
        # the two judges' medians and how far above the 95 % quantile is
        self.register_buffer("scale", torch.tensor([[_NO_SAY, 1.0], [_NO_SAY, 1.0]]))
        self.register_buffer("knots", torch.linspace(0.0, 1.0, len(_SHARES)))
        self.register_buffer("shares", torch.tensor(_SHARES))
        self.view = SpectralView()
        self.strange = _Strange(channels, width)

    def forward(self, counts: Tensor) -> Tensor:
        """Of 0 to 1, (pixels, 1) or (pictures, 1, rows, columns) of counts in the same form."""
        if counts.ndim == 4:
            pictures, channels, rows, columns = counts.shape
            pixels = counts.permute(0, 2, 3, 1).reshape(-1, channels)
            found = self.forward(pixels)
            return found.reshape(pictures, 1, rows, columns)
        both = torch.cat([self.excess(counts), self.strange(*self.view(counts))], dim=1)
        unlike = ((both - self.scale[:, 0]) / self.scale[:, 1]).amax(dim=1, keepdim=True)
        steps = ((unlike - self.knots[:-1]) / self.knots.diff()).clamp(0.0, 1.0)
        return steps @ self.shares.diff()[:, None]

    def excess(self, counts: Tensor) -> Tensor:
        """Logarithm of what components leave over, against what is usual for so many counts."""
        number = counts.sum(dim=1, keepdim=True).clamp(min=1.0)
        residual = torch.log(self._residuals(self._roots(counts)).amin(dim=1, keepdim=True) + _TINY)
        many = number.log().clamp(self.log_counts[0], self.log_counts[1])
        constant, linear, square = self.expected
        return residual - (constant + (linear + square * many) * many)

    def loss(self, counts: Tensor) -> Tensor:
        """How badly the small network tells spectra from the same with a strange line.

        Parameters
        ----------
        counts
            Of training spectra, shape (pixels, channels), of which some are taken. Poisson
            counts with Poisson counts added are those of the sum.
        """
        if len(counts) > _JUDGED:
            counts = counts[torch.randint(len(counts), (_JUDGED,), device=counts.device)]
        strange = counts + torch.poisson(strange_lines(counts))
        told = torch.cat([self.strange(*self.view(values)) for values in (counts, strange)])
        wanted = torch.cat([torch.zeros(len(counts), 1), torch.ones(len(counts), 1)])
        return functional.binary_cross_entropy_with_logits(told, wanted.to(told.device))

    @torch.no_grad()
    def calibrate(self, counts: Tensor) -> None:
        """Work out components and scales.

        Parameters
        ----------
        counts
            Of training spectra as they are measured, shape (pixels, channels); some thousands.
        """
        was_training = self.training
        self.eval()
        counts = counts[counts.sum(dim=1) > 0]
        self.middle.zero_()
        is_held = torch.arange(len(counts), device=counts.device) % _HELD == 0
        self._set_groups(self._roots(counts[~is_held]))
        # components fit those better that they were worked out from
        counts = counts[is_held]
        self.expected.zero_()
        number = counts.sum(dim=1, keepdim=True).double().log()
        self.log_counts.copy_(torch.stack([number.min(), number.max()]))
        powers = torch.cat([torch.ones_like(number), number, number**2], dim=1)
        # pinverse: spectra of one number of counts settle but one coefficient
        self.expected.copy_((powers.pinverse() @ self.excess(counts).double())[:, 0])
        both = torch.cat([self.excess(counts), self.strange(*self.view(counts))], dim=1)
        middle, high = torch.quantile(both, torch.tensor([0.5, 0.95]).to(both), dim=0)
        self.scale.copy_(torch.stack([middle, (high - middle).clamp(min=_TINY)], dim=1))
        if self._skill(counts) < _LEAST_SKILL:
            self.scale[1, 0] = _NO_SAY
        unlike = ((both - self.scale[:, 0]) / self.scale[:, 1]).amax(dim=1)
        knots = torch.quantile(unlike, self.shares.to(unlike))
        # rising, whatever is alike
        rise = 1e-6 * torch.arange(len(knots), device=knots.device)
        self.knots.copy_(knots + rise)
        self.train(was_training)

    def _skill(self, counts: Tensor) -> float:
        """How often the small network finds the one of two spectra that has a strange line."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_SEED)
            with_line = counts + torch.poisson(strange_lines(counts))
        told = [self.strange(*self.view(values)) for values in (counts, with_line)]
        return float((told[1] > told[0]).float().mean())

    def _roots(self, counts: Tensor) -> Tensor:
        """Roots of shares of the counts in joined bins, about their mean."""
        first, last = self.bins
        kept = counts[:, first:last].unflatten(1, (-1, TOGETHER)).sum(dim=2)
        number = counts.sum(dim=1, keepdim=True).clamp(min=1.0)
        # the addition makes the noise of few counts alike too (F. J. Anscombe, 1948)
        return torch.sqrt((kept + _BY_CHANCE) / number) - self.middle

    def _residuals(self, roots: Tensor) -> Tensor:
        """Squares that each group's components leave over, (pixels, groups)."""
        groups = len(self.means)
        lengths = (roots * roots).sum(dim=1, keepdim=True)
        own = (self.means * self.means).sum(dim=1)
        apart = lengths - 2.0 * roots @ self.means.T + own
        along = (roots @ self.axes - self.origins).unflatten(1, (groups, self.components))
        return (apart - (along * along).sum(dim=2)).clamp(min=0.0)

    def _set_groups(self, roots: Tensor) -> None:
        """Groups of spectra and their components, each spectrum in the group that fits best."""
        self.middle.copy_(roots.mean(dim=0))
        roots = roots - self.middle
        groups = len(self.means)
        generator = torch.Generator().manual_seed(_SEED)
        chosen = torch.randperm(len(roots), generator=generator)[:groups].to(roots.device)
        # a start by distance from spectra drawn at random
        nearest = torch.cdist(roots, roots[chosen]).argmin(dim=1)
        for _ in range(_ROUNDS):
            for group in range(groups):
                members = roots[nearest == group]
                if len(members) <= self.components:
                    members = roots
                mean = members.mean(dim=0)
                centred = (members - mean).double()
                _, axes = torch.linalg.eigh(centred.T @ centred)
                part = slice(group * self.components, (group + 1) * self.components)
                self.means[group] = mean
                self.axes[:, part] = axes[:, -self.components :].float()
                self.origins[part] = mean @ self.axes[:, part]
            nearest = self._residuals(roots).argmin(dim=1)


class _Strange(nn.Module):
    """Whether a line does not belong: convolutions along energy, then residual layers."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.peaks = nn.Sequential(
            nn.Conv1d(2, 12, 7, stride=2, padding=3),
            nn.ReLU(),
            nn.Conv1d(12, 24, 5, stride=4, padding=2),
            nn.ReLU(),
            nn.Flatten(),
        )
        places = math.ceil(math.ceil(channels / 2) / 4)
        self.joined = nn.Linear(24 * places + 1, width)
        self.layers = nn.Sequential(
            nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
        )
        glorot(self)

    def forward(self, logarithms: Tensor, roots: Tensor, number: Tensor) -> Tensor:
        peaks = self.peaks(torch.stack([logarithms, roots], dim=1))
        return self.layers(self.joined(torch.cat([peaks, number], dim=1)))


def strange_lines(counts: Tensor) -> Tensor:
    """Expected counts of lines at random energies, one element's for each spectrum.

    A third are single lines, a third a Kα with its Kβ, a third an Lα with Lβ and Lγ, at any
    energy from 1.5 to 32 keV and not at those of known elements; of 0.3 % to 50 % of the counts
    and the width that silicon drift detectors give them.

    Parameters
    ----------
    counts
        Shape (pixels, channels), of 80 eV each from 0 keV on.
    """
    number, channels = counts.shape
    given = {"device": counts.device, "dtype": counts.dtype}

    def drawn(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(number, 1, **given)

    energy, kind, width = drawn(*_LINES_KEV), drawn(0.0, 3.0), drawn(*_RESOLUTION_KEV)
    low, high = (math.log(value) for value in _STRANGE_SHARE)
    share = torch.exp(drawn(low, high))
    noise = width**2 - _PER_KEV * _MN_KEV
    places = (torch.arange(channels, **given) + 0.5) * _KEV

    def line(at: Tensor) -> Tensor:
        sigma = torch.sqrt(noise + _PER_KEV * at) / 2.3548
        height = _KEV / (sigma * math.sqrt(2 * math.pi))
        return height * torch.exp(-0.5 * ((places - at) / sigma) ** 2)

    is_k, is_l = (kind >= 1) & (kind < 2), kind >= 2
    lines = line(energy) + torch.where(is_k, 0.15 * line(1.10 * energy), torch.zeros_like(kind))
    more = 0.6 * line(1.16 * energy) + 0.1 * line(1.36 * energy)
    lines = lines + torch.where(is_l, more, torch.zeros_like(kind))
    return lines * counts.sum(dim=1, keepdim=True) * share
