"""Whether a network fits a scan, told before it runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.core.axis import EnergyAxis
from app.core.recolouring.card import ModelCard, ModelInput, StepKind
from app.core.recolouring.card_values import span, texts
from app.core.recolouring.preparation import Preparation
from app.core.resampling import channel_edges
from app.core.scan import Scan
from app.errors import AppError

_LEAST_COVERED = 0.25
_WELL_COVERED = 0.95
# beyond the limits of the training by so much is not remarked upon
_KV_SLACK = 0.1
_RESOLUTION_SLACK = 0.15
_COUNTS_SLACK = 1.5


class Fit(StrEnum):
    """How well a network fits a scan."""

    FITS = "fits"
    DOUBTFUL = "doubtful"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What is known of a scan.

    Parameters
    ----------
    axis, channels
        Its energy axis and number of channels.
    counts_per_pixel
        Mean counts of a pixel, all channels.
    tube_anode
        Symbol of the tube's anode; None where it is not told, as for what follows.
    tube_kv
        Its voltage, kV.
    resolution_ev
        Width of a peak at Mn Kα (FWHM), eV.
    live_time_s
        Of each pixel, seconds.
    """

    axis: EnergyAxis
    channels: int
    counts_per_pixel: float | None = None
    tube_anode: str | None = None
    tube_kv: float | None = None
    resolution_ev: float | None = None
    live_time_s: float | None = None


def scan_facts(scan: Scan) -> ScanFacts | None:
    """What an open scan tells of itself; None where its energy axis is unknown.

    The width of its peaks is not measured.
    """
    cube = scan.cube
    if cube.axis is None:
        return None
    pixels = max(cube.rows * cube.cols // scan.row_step, 1)
    return ScanFacts(
        axis=cube.axis,
        channels=cube.channels,
        counts_per_pixel=float(scan.sum_spectrum.sum()) / pixels,
        tube_anode=cube.acquisition.tube_anode,
        tube_kv=cube.acquisition.tube_kv,
        live_time_s=cube.acquisition.live_time_s,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a network fits a scan, and why, in sentences; the gravest first."""

    level: Fit
    sentences: tuple[str, ...]


def verdict(card: ModelCard, facts: ScanFacts) -> Verdict:
    """Judge from card and scan alone whether a network's result would mean something.

    UNFIT where it cannot run, or less than a quarter of its energies are measured. DOUBTFUL
    where energies are missing, or the scan lies outside of what the card says it was trained
    on: anode, voltage (by more than 10 %), resolution (15 %), counts (a factor of 1.5). Energies
    above the scan's end are not missed where the card's `axis_end_kev` tells that the network
    learnt from scans that end so early. Where the scan does not tell, a sentence says so and the
    level stays.
    """
    try:
        Preparation(card, facts.axis, facts.channels, facts.live_time_s)
    except AppError as error:
        return Verdict(Fit.UNFIT, (error.message,))
    energies = [remark for item in card.inputs for remark in _energies(card, item, facts)]
    found = [*energies, *_training(card, facts)]
    order = (Fit.UNFIT, Fit.DOUBTFUL, Fit.FITS)
    # inputs with the same energies give the same sentence
    found = list(dict.fromkeys(sorted(found, key=lambda remark: order.index(remark[0]))))
    if not energies and (not found or found[0][0] is Fit.FITS):
        edges = card.inputs[0].energy.edges_kev
        covered = (
            f"The scan covers the model's energies, {_kev(edges[0])} to {_kev(edges[-1])} keV."
        )
        found.insert(0, (Fit.FITS, covered))
    return Verdict(found[0][0], tuple(sentence for _, sentence in found))


def _energies(card: ModelCard, item: ModelInput, facts: ScanFacts) -> Iterator[tuple[Fit, str]]:
    """What there is to say of the energies of one input."""
    own = channel_edges(facts.axis, facts.channels)
    wanted = item.energy.edges_kev
    if all(step.kind is not StepKind.RESAMPLE for step in item.steps):
        yield from _unresampled(item, facts)
        return
    end = float(min(own[-1], wanted[-1]))
    share = (end - max(own[0], wanted[0])) / (wanted[-1] - wanted[0])
    earliest = _earliest_end(card)
    if share < _WELL_COVERED and earliest is not None and end >= earliest:
        share = (end - max(own[0], wanted[0])) / (end - wanted[0])
        if share >= _WELL_COVERED:
            yield (
                Fit.FITS,
                f"The scan ends at {_kev(end)} keV, before the model's {_kev(wanted[-1])} keV; it "
                f"learnt from scans that end early, too, from {_kev(earliest)} keV on.",
            )
    if share < _WELL_COVERED:
        level = Fit.UNFIT if share < _LEAST_COVERED else Fit.DOUBTFUL
        yield (
            level,
            f"The scan reaches from {_kev(own[0])} to {_kev(own[-1])} keV, the model takes "
            f"{_kev(wanted[0])} to {_kev(wanted[-1])} keV: {100 * (1 - share):.0f} % of its "
            "energies would hold nothing.",
        )
    channel = float(np.diff(own).mean())
    bin_kev = float(np.diff(wanted).mean())
    if channel > 2 * bin_kev:
        yield (
            Fit.DOUBTFUL,
            f"A channel of the scan has {1000 * channel:.0f} eV, the model's bins have "
            f"{1000 * bin_kev:.0f} eV: its peaks are coarser than the model's.",
        )


def _earliest_end(card: ModelCard) -> float | None:
    """Where the shortest axes ended that the network learnt from, keV; None where not told."""
    told = card.trained_on.get("axis_end_kev")
    return None if told is None else span(told, "trained_on.axis_end_kev")[0]


def _unresampled(item: ModelInput, facts: ScanFacts) -> Iterator[tuple[Fit, str]]:
    """Channels that are taken as they are must mean the energies the card tells."""
    centres = item.energy.centres_kev
    off = float(np.abs(facts.axis.energies_kev(facts.channels) - centres).max())
    bins = off / float(np.diff(centres).mean())
    if bins > 0.5:
        yield (
            Fit.UNFIT if bins > 3 else Fit.DOUBTFUL,
            f"The model takes channels as they are, and the scan's lie up to {1000 * off:.0f} eV "
            f"({bins:.1f} channels) from the model's energies.",
        )


def _training(card: ModelCard, facts: ScanFacts) -> Iterator[tuple[Fit, str]]:
    """What there is to say of the scans it was trained on."""
    trained = card.trained_on
    if "tube_anode" in trained:
        anodes = texts(trained["tube_anode"], "trained_on.tube_anode")
        shown = ", ".join(anodes)
        if facts.tube_anode is None:
            yield (
                Fit.FITS,
                f"The scan does not tell its tube's anode; the model was trained on {shown}.",
            )
        elif facts.tube_anode not in anodes:
            yield (
                Fit.DOUBTFUL,
                f"The scan was made with a tube of {facts.tube_anode}; the model was trained on "
                f"{shown}.",
            )
    else:
        yield Fit.DOUBTFUL, "The model's card does not tell which tubes it was trained on."
    told = (
        ("tube_kv", facts.tube_kv, "tube voltage is", " kV", 1 + _KV_SLACK),
        (
            "resolution_ev",
            facts.resolution_ev,
            "peak width at Mn Kα is",
            " eV",
            1 + _RESOLUTION_SLACK,
        ),
        ("counts_per_pixel", facts.counts_per_pixel, "mean pixel has", " counts", _COUNTS_SLACK),
    )
    for key, value, what, unit, slack in told:
        if key not in trained or value is None:
            continue
        low, high = span(trained[key], f"trained_on.{key}")
        if not low / slack <= value <= high * slack:
            limits = f"{low:,.6g}" if low == high else f"{low:,.6g} to {high:,.6g}"
            yield (
                Fit.DOUBTFUL,
                f"The scan's {what} {value:,.6g}{unit}; the model was trained on {limits}{unit}.",
            )


def _kev(energy: float) -> str:
    # adding zero takes the sign off a rounded −0.0
    return f"{round(float(energy), 1) + 0.0:.1f}"
