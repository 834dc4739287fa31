"""What is said of pure paints: their colours, those of pigments that are one, and new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.learn.paint_outs import PaintOuts
from app.learn.paints import FREQUENCY, RARE
from app.learn.predictors import Answer
from app.learn.scoring import WITHIN_90, correlation

Float32 = NDArray[np.float32]
FloatArray = NDArray[np.float64]

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "copper": ("azurite", "malachite", "verdigris"),
        "lead": ("lead-white", "red-lead", "massicot"),
        "iron": ("red-ochre", "yellow-ochre", "haematite", "raw-sienna", "burnt-sienna"),
        "nothing": ("carbon-black", "indigo", "madder-lake", "carmine-lake", "natural-ultramarine"),
    }
)
"""Pigments that one spectrum does not tell apart, by what it shows of them."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True)
class _Square:
    """What was said of one square: means over its points."""

    rgb: FloatArray
    variance: float
    delta_e2000: float
    covered: Mapping[str, float]


@dataclass(slots=True)
class PaintLog:
    """Collects what one network says of panels.

    Parameters
    ----------
    left_out
        Ids of pigments that it did not learn from: what it should find new.
    anodes
        Tubes that it learnt from; under others all is new, so that novelty is not asked for.
        Empty where this is not known.
    """

    left_out: frozenset[str] = frozenset()
    anodes: frozenset[str] = frozenset()
    _pigments: tuple[Pigment, ...] = ()
    _squares: dict[tuple[str, str], list[_Square]] = field(default_factory=dict)
    _known: list[Float32] = field(default_factory=list)
    _new: dict[str, list[Float32]] = field(default_factory=dict)

    def add(self, panel: PaintOuts, answer: Answer) -> None:
        """Take an answer to a panel's trial."""
        self._pigments = panel.pigments
        colours = {item.id: np.array(item.srgb) / 255.0 for item in panel.pigments}
        if answer.rgb is not None:
            apart = _delta_e(panel.trial.rgb, answer.rgb)
            for number, item in enumerate(panel.pigments):
                where = panel.squares == number
                doubt = None if answer.log_variance is None else answer.log_variance[where]
                said = _square(answer.rgb[where], doubt, float(apart[where].mean()), item, colours)
                self._squares.setdefault((panel.ground, item.id), []).append(said)
        is_known_tube = not self.anodes or panel.trial.instrument.anode in self.anodes
        if answer.novelty is not None and self.left_out and is_known_tube:
            for number, item in enumerate(panel.pigments):
                values = answer.novelty[panel.squares == number]
                # scattered lines of the tube are there anyway
                if item.id in self.left_out and panel.trial.instrument.anode in item.elements:
                    continue
                if item.id in self.left_out:
                    self._new.setdefault(item.id, []).append(values)
                # a ground that was left out is seen below all paints
                elif panel.ground not in self.left_out:
                    self._known.append(values)

    def paints(self) -> dict[str, Any]:
        """Of each ground, colour and ΔE2000 of each pigment, and how they go together.

        Returns
        -------
        dict
            By ground: `delta_e2000` by pigment (mean over points and scanners) and its mean,
            `rgb` by pigment, `red_blue` and `luminance`: Pearson's r over pigments of red less
            blue and of luminance (Rec. 709 weights upon sRGB values), `mse` over pigments and
            bands, and `mse_constant`, that of the pigments' mean colour.
        """
        found = {}
        for ground in dict.fromkeys(ground for ground, _ in self._squares):
            given = {
                item.id: self._squares[ground, item.id]
                for item in self._pigments
                if (ground, item.id) in self._squares
            }
            found[ground] = _of_paints(given, self._pigments)
        return found

    def groups(self) -> dict[str, Any]:
        """Of each group of `GROUPS` what is said, and how far its members are apart.

        Returns
        -------
        dict
            By ground and group: `rgb`, the mean answer; `mean_rgb`, the mean colour of the
            members, weighted by how often scenes have them; `to_mean`, ΔE2000 between these;
            `answers_apart` and `colours_apart`, mean ΔE2000 of two members, of what is said
            and of what they are; `sd`, root of the mean variance told; `covered`: the share of
            the members' bands that lie in the 90 % interval told of any member's points.
        """
        found: dict[str, Any] = {}
        known = {item.id: item for item in self._pigments}
        for ground in dict.fromkeys(ground for ground, _ in self._squares):
            for name, members in GROUPS.items():
                there = [item for item in members if (ground, item) in self._squares]
                if len(there) > 1:
                    said = [self._squares[ground, item] for item in there]
                    told = _of_group(said, [known[item] for item in there])
                    found.setdefault(ground, {})[name] = told
        return found

    def novelty(self) -> dict[str, float]:
        """AUROC of the novelty for each pigment that was left out, against all others' points.

        A pigment with the element of a scanner's tube is passed over under this scanner: the
        element's lines are in all that it measures.
        """
        if not self._known:
            return {}
        known = np.concatenate(self._known)
        return {item: auroc(known, np.concatenate(new)) for item, new in self._new.items()}


def auroc(known: NDArray[Any], new: NDArray[Any]) -> float:
    """Probability that something new is given a higher value than something known."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([known, new]))[len(known) :]
    pairs = len(known) * len(new)
    return float((ranks.sum() - len(new) * (len(new) + 1) / 2) / pairs)


def _square(
    rgb: Float32,
    log_variance: Float32 | None,
    delta_e2000: float,
    own: Pigment,
    colours: Mapping[str, FloatArray],
) -> _Square:
    """The means of a square, and which colours its group's members have within 90 %."""
    covered = {}
    variance = float("nan")
    if log_variance is not None:
        sd = np.exp(0.5 * log_variance.astype(np.float64))[:, None]
        variance = float((sd**2).mean())
        group = next((members for members in GROUPS.values() if own.id in members), ())
        for member in group:
            if member in colours:
                covered[member] = float((np.abs(rgb - colours[member]) <= WITHIN_90 * sd).mean())
    return _Square(rgb.mean(axis=0, dtype=np.float64), variance, delta_e2000, covered)


def _of_paints(
    given: Mapping[str, Sequence[_Square]], pigments: Sequence[Pigment]
) -> dict[str, Any]:
    true = np.array([item.srgb for item in pigments if item.id in given]) / 255.0
    said = np.array([np.mean([one.rgb for one in squares], axis=0) for squares in given.values()])
    apart = {
        name: round(float(np.mean([one.delta_e2000 for one in squares])), 2)
        for name, squares in given.items()
    }
    return {
        "delta_e2000": apart,
        "delta_e2000_mean": round(float(np.mean(list(apart.values()))), 2),
        "rgb": {
            name: np.round(rgb * 255).astype(int).tolist()
            for name, rgb in zip(given, said, strict=True)
        },
        "red_blue": _rounded(correlation(true[:, 0] - true[:, 2], said[:, 0] - said[:, 2])),
        "luminance": _rounded(correlation(true @ _LUMINANCE, said @ _LUMINANCE)),
        "mse": _rounded(float(((true - said) ** 2).mean())),
        "mse_constant": _rounded(float(((true - true.mean(axis=0)) ** 2).mean())),
    }


def _of_group(said: Sequence[Sequence[_Square]], members: Sequence[Pigment]) -> dict[str, Any]:
    often = np.array([FREQUENCY.get(item.id, RARE) for item in members])
    colours = np.array([item.srgb for item in members]) / 255.0
    answers = np.array([np.mean([one.rgb for one in squares], axis=0) for squares in said])
    mean, given = often @ colours / often.sum(), often @ answers / often.sum()
    variances = [one.variance for squares in said for one in squares]
    covered = [share for squares in said for one in squares for share in one.covered.values()]
    return {
        "members": [item.id for item in members],
        "rgb": np.round(given * 255).astype(int).tolist(),
        "mean_rgb": np.round(mean * 255).astype(int).tolist(),
        "to_mean": round(float(_delta_e(mean[None, None], given[None, None])[0, 0]), 2),
        "answers_apart": _apart(answers),
        "colours_apart": _apart(colours),
        "sd": _rounded(float(np.sqrt(np.mean(variances)))) if covered else None,
        "covered": _rounded(float(np.mean(covered))) if covered else None,
    }


def _apart(colours: FloatArray) -> float:
    """Mean ΔE2000 of two of some colours."""
    first, second = np.triu_indices(len(colours), 1)
    return round(float(_delta_e(colours[first][None], colours[second][None]).mean()), 2)


def _delta_e(true: NDArray[Any], given: NDArray[Any]) -> FloatArray:
    """CIEDE2000 of sRGB values of 0 to 1, shape of all but the last axis.

    Notes
    -----
    G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30 (2005) 21, doi:10.1002/col.20070.
    """
    from skimage.color import deltaE_ciede2000, rgb2lab

    one, other = (rgb2lab(np.clip(item, 0, 1)) for item in (true, given))
    return np.asarray(deltaE_ciede2000(one, other), np.float64)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
