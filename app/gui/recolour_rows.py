"""Models, processors and results as the recolouring's panel tells them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.core.recolouring.blend import USUAL_NOVELTY
from app.core.recolouring.card import ModelCard, StepKind, TaskKind
from app.core.recolouring.recoloured import Recoloured
from app.core.recolouring.verdict import Fit, scan_facts, verdict
from app.core.region import Region
from app.core.scan import Scan
from app.engine.model_library import ModelEntry
from app.engine.providers import ProviderInfo, title_of
from app.gui.recolour_values import ModelRow, ProcessorRow, Standing
from app.gui.views.numbers import grouped

WARNING = "A colour estimate from chemistry, not the original colour."
_STANDINGS = {
    Fit.FITS: Standing.FITS,
    Fit.DOUBTFUL: Standing.DOUBTFUL,
    Fit.UNFIT: Standing.UNFIT,
}
_TASKS = {TaskKind.RGB: "colour", TaskKind.MAPS: "maps"}
_STEPS = {
    StepKind.RESAMPLE: "brought onto its energies",
    StepKind.BY_TOTAL: "divided by their total",
    StepKind.BY_LIVE_TIME: "divided by live time",
    StepKind.LOG1P: "ln(1 + x)",
    StepKind.SQRT: "square root",
    StepKind.STANDARDISE_PIXEL: "standardised by pixel",
    StepKind.STANDARDISE_IMAGE: "standardised over the scan",
    StepKind.CLIP: "clipped",
}
_MOST_ITEMS = 4
# far more than of the training spectra themselves
_MANY_NEW = 0.1
_NOT_NAMED = "not stated"


def model_row(entry: ModelEntry, scan: Scan | None) -> ModelRow:
    """One model as listed, with what it is worth for a scan."""
    standing, sentences = _standing(entry, scan)
    card = entry.card
    return ModelRow(
        key=str(entry.path),
        name=entry.name,
        task="" if card is None else _TASKS[card.task],
        origin=entry.origin.value,
        standing=standing,
        sentences=sentences,
        facts=_file_facts(entry) if card is None else card_facts(card) + _file_facts(entry),
    )


def _standing(entry: ModelEntry, scan: Scan | None) -> tuple[Standing, tuple[str, ...]]:
    if entry.problem:
        return Standing.BROKEN, (entry.problem,)
    if entry.card is None:
        words = (
            "It has no card: nothing tells which energies it expects and how counts are to be "
            "prepared. Write its card to use it."
        )
        return Standing.NO_CARD, (words,)
    if scan is None:
        return Standing.OPEN, ("Open a scan to see whether it suits.",)
    facts = scan_facts(scan)
    if facts is None:
        words = "The scan's energy axis is unknown. Set it with Scan ▸ Energy axis."
        return Standing.UNFIT, (words,)
    found = verdict(entry.card, facts)
    return _STANDINGS[found.level], found.sentences


def card_facts(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """What a card says, in the order a reader asks for it."""
    facts = [
        ("Notes", card.notes),
        ("Scores", _scores(card.metrics)),
        ("Trained on", in_words(card.trained_on)),
        ("Energies", "; ".join(_energies(card))),
        ("Counts", "; ".join(_preparation(card))),
        ("Looks at", _reach(card)),
        ("Gives", ", ".join(_outputs(card))),
        ("Version", card.version),
        ("Licence", card.licence or _NOT_NAMED),
        ("Authors", "; ".join(card.authors)),
        ("Cite", card.citation),
        ("Checksum", f"sha256 {card.sha256}" if card.sha256 else ""),
    ]
    return tuple((name, value) for name, value in facts if value)


def _scores(metrics: Mapping[str, Any]) -> str:
    """What a card itself says of its scores in a sentence, else all of them."""
    told = metrics.get("summary")
    return told if isinstance(told, str) and told else in_words(metrics)


def in_words(values: Mapping[str, Any]) -> str:
    """Free values of a card: "tube_anode: Rh; tube_kv: 50", names without underscores.

    Empty lists and texts are passed over.
    """
    told = ((name.replace("_", " "), _plain(value)) for name, value in values.items())
    return "; ".join(f"{name}: {text}" for name, text in told if text not in ("", "()"))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({in_words(value)})"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if _is_span(value):
            return "–".join(map(_plain, value))
        more = len(value) - _MOST_ITEMS
        items = [_plain(item) for item in value[: _MOST_ITEMS if more > 1 else len(value)]]
        return ", ".join([*items, f"… {more} more"] if more > 1 else items)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return grouped(value) if value == int(value) else f"{value:.4g}"


def _is_span(value: Sequence[Any]) -> bool:
    return len(value) == 2 and all(isinstance(item, int | float) for item in value)


def _energies(card: ModelCard) -> list[str]:
    told = []
    for item in card.inputs:
        low, high = item.energy.edges_kev[[0, -1]].tolist()
        told.append(f"{item.channels} bins, {low:.2f}–{high:.2f} keV")
    return list(dict.fromkeys(told))


def _preparation(card: ModelCard) -> list[str]:
    told = (", ".join(_STEPS[step.kind] for step in item.steps) for item in card.inputs)
    return list(dict.fromkeys(text or "as they are" for text in told))


def _outputs(card: ModelCard) -> list[str]:
    told = []
    for output in card.outputs:
        name = output.kind.value.replace("_", " ")
        told.append(f"{name} of {', '.join(output.elements)}" if output.elements else name)
    return told


def _reach(card: ModelCard) -> str:
    if not card.is_image:
        return "each pixel by itself"
    if card.receptive_field_px is None:
        return "the whole picture"
    return f"{card.receptive_field_px} pixels to each side"


def _file_facts(entry: ModelEntry) -> tuple[tuple[str, str], ...]:
    return (("File", str(entry.path)),)


def processor_rows(infos: Sequence[ProviderInfo]) -> tuple[ProcessorRow, ...]:
    """Processors as listed."""
    return tuple(
        ProcessorRow(
            info.name, info.title, "" if info.is_available else info.reason or "not available"
        )
        for info in infos
    )


def result_note(found: Recoloured, scan: Scan) -> str:
    """How a picture was made and what to keep in mind, in one paragraph."""
    words = [WARNING] if found.has_colours else []
    region = found.region
    if region.pixels < scan.cube.rows * scan.cube.cols:
        words.append(f"{region_in_words(region).capitalize()} only.")
    new = share_of_new(found)
    if new >= _MANY_NEW:
        words.append(
            f"{100 * new:.0f} % of the pixels are unlike what the model learnt from (novelty above "
            f"{USUAL_NOVELTY:g}): doubt their colours."
        )
    words.append(f"Computed by: {title_of(found.provider)}.")
    words += found.notes
    return " ".join(words)


def share_of_new(found: Recoloured) -> float:
    """Share of the pixels, 0 to 1, whose spectra are newer than most of the training spectra."""
    if found.novelty is None:
        return 0.0
    known = found.novelty[np.isfinite(found.novelty)]
    return float((known > USUAL_NOVELTY).mean()) if known.size else 0.0


def region_in_words(region: Region) -> str:
    """A region's rows and columns, both ends included."""
    rows = f"rows {region.row_start}–{region.row_stop - 1}"
    return f"{rows}, columns {region.col_start}–{region.col_stop - 1}"
