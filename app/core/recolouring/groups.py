"""Pigments that are one to XRF, with their colours: what a predicted colour is the mean of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.candidates import Candidate, CandidateReport
from app.core.degenerate import joined
from app.core.pigments import Pigment

Srgb = tuple[int, int, int]

_LEAST_SCORE = 0.02
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Swatch:
    """A pigment's name and colour.

    Parameters
    ----------
    name
        What it is called.
    srgb
        sRGB under D65, 0..255 each.
    """

    name: str
    srgb: Srgb


@dataclass(frozen=True, slots=True)
class DegenerateGroup:
    """Pigments that a spectrum cannot tell apart.

    Parameters
    ----------
    swatches
        Names and colours, the best candidate first.
    elements
        What they are recognised by; empty where no line is seen.
    sentence
        What that means for a colour, for the user.
    """

    swatches: tuple[Swatch, ...]
    elements: tuple[str, ...]
    sentence: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the pigments."""
        return tuple(swatch.name for swatch in self.swatches)


def degenerate_group(report: CandidateReport) -> DegenerateGroup:
    """The pigments among which a spectrum leaves the choice.

    Parameters
    ----------
    report
        What the spectrum says about pigments.

    Returns
    -------
    DegenerateGroup
        The best candidate and those it cannot be told from; where no line of a pigment is
        seen, the pigments that show none.
    """
    best = next((item for item in report.candidates if item.score >= _LEAST_SCORE), None)
    if best is None:
        swatches = _swatches(report.not_excluded)
        return DegenerateGroup(swatches, (), _nothing_seen(swatches))
    twins = set(best.same_as)
    members = [best, *(item for item in report.candidates if item.pigment.name in twins)]
    swatches = _swatches([item.pigment for item in members])
    elements = _elements(best)
    return DegenerateGroup(swatches, elements, _sentence(swatches, elements))


def _elements(candidate: Candidate) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.line.element for item in candidate.supporting))


def _swatches(pigments: Sequence[Pigment]) -> tuple[Swatch, ...]:
    by_name: Mapping[str, Pigment] = {pigment.name: pigment for pigment in pigments}
    return tuple(Swatch(name, pigment.srgb) for name, pigment in by_name.items())


def _sentence(swatches: Sequence[Swatch], elements: Sequence[str]) -> str:
    seen = joined(elements) or "What is seen"
    names = _listed(swatches)
    if len(swatches) == 1:
        return (
            f"{seen} speaks for {names}; no other pigment of the library shows the same here. "
            "What has no lines may be mixed in."
        )
    return (
        f"{seen} cannot say which it is: {names}. A network that knows the spectrum alone gives "
        "the mean colour of those it learnt from."
    )


def _nothing_seen(swatches: Sequence[Swatch]) -> str:
    if not swatches:
        return "No line of a pigment is seen: the spectrum says nothing of the colour."
    return (
        "No line of a pigment is seen: the spectrum says nothing of the colour, which may be that "
        f"of {_listed(swatches)}."
    )


def _listed(swatches: Sequence[Swatch]) -> str:
    names = [swatch.name for swatch in swatches]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    return joined(names, "or")
