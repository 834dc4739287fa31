"""Why this colour, how sure, what else it could be: asked of a network about a place of a scan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.candidates import candidates
from app.core.comparison.pictures import (
    ColourDifference,
    PictureScores,
    colour_difference,
    padded,
    picture_scores,
)
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.progress import Progress, part_of
from app.core.recolouring.explain import ElementEffect, elements_behind
from app.core.recolouring.groups import DegenerateGroup, degenerate_group
from app.core.recolouring.measured_maps import MapAgreement, agreements
from app.core.recolouring.outputs import Predicted
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.recoloured import Recoloured
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.engine.network import Network
from app.engine.pigment_measured import Measured, Where, measured_at
from app.engine.recolouring import recolour_spectra
from app.engine.source import Source
from app.errors import ParameterError

FloatArray = NDArray[np.float64]
Srgb = tuple[int, int, int]

_SURE_NOVELTY = 0.95


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a network says of a place, and what stands behind it.

    Parameters
    ----------
    place
        "rows 3–5, columns 2–8 (21 pixels)".
    pixels
        How many pixels it is the mean of.
    srgb
        The predicted colour, 0..255 each.
    uncertainty
        Standard deviation of a band of it, 0 to 1; None where the network does not tell.
    novelty
        Share of the training spectra that are less unlike the others, 0 to 1; likewise.
    effects
        The elements without whose peaks the colour would be another, the strongest first.
    group
        Pigments among which the spectrum leaves the choice.
    notes
        Sentences for the user.
    """

    place: str
    pixels: int
    srgb: Srgb
    uncertainty: float | None
    novelty: float | None
    effects: tuple[ElementEffect, ...]
    group: DegenerateGroup
    notes: tuple[str, ...] = ()


def explain(
    scan: Scan | Source,
    where: Where,
    network: Network,
    pigments: Sequence[Pigment],
    instrument: Instrument | None,
    context: JobContext,
    *,
    preparation: Preparation | None = None,
) -> Explanation:
    """The colour that a network gives a place, and why.

    Parameters
    ----------
    scan
        An open scan, or an input to read it from.
    where
        Region, pixel (row, col), or None for the whole scan. The network is asked about the
        mean of its pixels, lines are sought in their sum.
    network
        One for colours.
    pigments
        Those among which the group is sought.
    instrument
        What the scan was measured with; None where it is not known.
    preparation
        That of the scan, where the network needs the whole scan's mean and deviation.

    Raises
    ------
    ParameterError
        If the network gives no colours, the place lies outside the scan, or the scan has no
        energy axis.
    AppError
        If the input cannot be read or the network fails.
    Cancelled
        If the result is no longer wanted.
    """
    measured = measured_at(scan, where, part_of(context.progress, 0.0, 0.4))
    ask = _asker(measured, network, preparation, context)
    context.progress(0.4, "Asking the network")
    answer = ask(measured.counts[None, :])
    if answer.rgb is None:
        raise _no_colours(network.card.name)
    context.progress(0.5, "Leaving out elements")
    effects = elements_behind(
        measured.counts, measured.axis, lambda spectra: _rgb(ask(spectra)), instrument=instrument
    )
    red, green, blue = (
        round(255 * float(band)) for band in np.clip(np.nan_to_num(answer.rgb[0]), 0.0, 1.0)
    )
    srgb = (red, green, blue)
    group = _group(measured, pigments, instrument, srgb, context)
    novelty = None if answer.novelty is None else float(answer.novelty[0])
    variance = answer.log_variance
    sd = None if variance is None else float(np.exp(0.5 * float(np.mean(variance[0]))))
    notes = _notes(effects, novelty)
    return Explanation(measured.place, measured.pixels, srgb, sd, novelty, effects, group, notes)


def _group(
    measured: Measured,
    pigments: Sequence[Pigment],
    instrument: Instrument | None,
    srgb: Srgb,
    context: JobContext,
) -> DegenerateGroup:
    """Pigments among which the spectrum of a place leaves the choice."""
    context.progress(0.8, "Comparing pigments")
    report = candidates(
        measured.counts,
        measured.axis,
        pigments,
        instrument=instrument,
        pixels=measured.pixels,
        srgb=srgb,
    )
    return degenerate_group(report)


def _asker(
    measured: Measured, network: Network, preparation: Preparation | None, context: JobContext
) -> Callable[[NDArray[Any]], Predicted]:
    """The network, to be asked about spectra of all pixels of a place together."""
    live = measured.live_time_s
    per_pixel = None if live is None else live / measured.pixels

    def ask(spectra: NDArray[Any]) -> Predicted:
        context.check()
        return recolour_spectra(
            np.asarray(spectra, np.float64) / measured.pixels,
            measured.axis,
            network,
            live_time_s=per_pixel,
            preparation=preparation,
            check=context.check,
        )

    return ask


@dataclass(frozen=True, slots=True)
class PictureJudgement:
    """Scores of a recoloured picture against a reference, in both protocols.

    Parameters
    ----------
    native
        On the scan's own pixels, those that have a colour.
    padded
        Enlarged or reduced to 288 × 384 with black around it, as AIRES-CH's networks give their
        pictures: black agrees with black, so these scores are higher, and comparable only with
        their like.
    difference
        CIEDE2000 on the scan's own pixels, colours rounded to 8 bits.
    """

    native: PictureScores
    padded: PictureScores
    difference: ColourDifference


def judged(found: Recoloured, reference: NDArray[Any], context: JobContext) -> PictureJudgement:
    """How near a recoloured picture comes to a reference picture of the same place.

    Parameters
    ----------
    found
        The whole picture, not a first look.
    reference
        Shape (rows, cols, 3) as the recoloured region: uint8 of 0 to 255 or floats of 0 to 1.

    Raises
    ------
    ParameterError
        If sizes differ, the network gives no colours, or not all pixels have one.
    Cancelled
        If the result is no longer wanted.
    """
    if not np.isfinite(found.rgb).all():
        raise _no_colours(found.card.name)
    given = np.asarray(found.rgb, np.float64)

    def part(start: float, stop: float) -> Progress:
        return part_of(context.progress, start, stop)

    native = picture_scores(reference, given, part(0.0, 0.4))
    difference = colour_difference(_bytes(reference), _bytes(given), part(0.4, 0.6))
    return PictureJudgement(
        native, picture_scores(padded(reference), padded(given), part(0.6, 1.0)), difference
    )


def maps_beside_measured(
    scan: Scan, found: Recoloured, context: JobContext
) -> tuple[MapAgreement, ...]:
    """Each elemental map that a network predicts beside the net counts of the scan.

    Raises
    ------
    ParameterError
        If the network predicts no maps, the scan has no energy axis, or a line lies outside it.
    Cancelled
        If the result is no longer wanted.
    """
    if found.maps is None or not found.elements:
        raise ParameterError(
            f"“{found.card.name}” predicts no elemental maps.",
            f"Its task is “{found.card.task}”; expected one whose outputs have maps.",
            "Choose another network.",
        )

    return agreements(scan, found.elements, found.maps, found.region, context.progress)


def _bytes(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """A picture of 0 to 255."""
    if picture.dtype == np.uint8:
        return picture
    return np.rint(255 * np.clip(picture, 0.0, 1.0)).astype(np.uint8)


def _rgb(answer: Predicted) -> NDArray[Any]:
    # the network has given colours before
    return np.zeros((0, 3)) if answer.rgb is None else answer.rgb


def _no_colours(name: str) -> ParameterError:
    return ParameterError(
        f"There are no colours of “{name}” to judge.",
        "Found a result that has no colour in some pixels or in all; expected a colour in each.",
        "Choose a network for colours, and wait until it has finished.",
    )


def _notes(effects: Sequence[ElementEffect], novelty: float | None) -> tuple[str, ...]:
    told = ["A colour estimate from chemistry: what was there originally it does not say."]
    if novelty is not None and novelty > _SURE_NOVELTY:
        told.append(
            f"The spectrum is newer to the network than {100 * _SURE_NOVELTY:g} % of those it "
            "learnt from: it may hold what the network never saw, or another tube than it knows."
        )
    if not effects:
        told.append("No line of an element stands out from the noise: nothing explains the colour.")
    return tuple(told)
