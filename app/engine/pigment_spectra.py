"""Computed spectra of pigments and stacks as jobs: a first one soon, then the full one."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Stack
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.core.pigments import Pigment, PigmentSpectrum, SpectrumKind
from app.engine import exports
from app.engine.jobs import JobContext
from app.errors import ParameterError, WriteError
from app.io.atomic import check_free
from app.io.pigment_store import PigmentStore

CACHED_SPECTRA = 64


class SpectrumCache:
    """The computed spectra asked for last, by composition, instrument and primary or full.

    What layers are called does not count. It may be asked from several threads at once.

    Parameters
    ----------
    size
        How many spectra are kept; the one unused longest goes first.
    """

    def __init__(self, size: int = CACHED_SPECTRA) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._spectra: OrderedDict[Hashable, ComputedSpectrum] = OrderedDict()

    def find(self, stack: Stack, instrument: Instrument, *, full: bool) -> ComputedSpectrum | None:
        """The spectrum if it is known."""
        key = (_content(stack), instrument, full)
        with self._lock:
            found = self._spectra.get(key)
            if found is None:
                return None
            self._spectra.move_to_end(key)
        return _named_as(found, stack)

    def keep(self, stack: Stack, instrument: Instrument, spectrum: ComputedSpectrum) -> None:
        """Remember a spectrum."""
        key = (_content(stack), instrument, spectrum.is_full)
        with self._lock:
            self._spectra[key] = spectrum
            self._spectra.move_to_end(key)
            while len(self._spectra) > self._size:
                self._spectra.popitem(last=False)

    def __len__(self) -> int:
        return len(self._spectra)


@dataclass(frozen=True, slots=True, eq=False)
class Recomputed:
    """What `recompute_library` did.

    Parameters
    ----------
    computed
        Names of the pigments that have a new spectrum.
    without_composition
        Names of those passed over, as there is nothing to compute from.
    changed_meanwhile
        Names of those whose composition was edited, or which were removed, while the spectra
        were being computed; they are as they were.
    """

    computed: tuple[str, ...]
    without_composition: tuple[str, ...]
    changed_meanwhile: tuple[str, ...] = ()


def compute(
    pigment: Pigment,
    instrument: Instrument,
    context: JobContext,
    cache: SpectrumCache | None = None,
) -> ComputedSpectrum:
    """The spectrum of a pigment's paint; the primary one comes first through `partial`.

    Parameters
    ----------
    pigment
        With a composition.
    instrument
        What it is computed for.
    cache
        Where spectra are looked up and remembered.

    Returns
    -------
    ComputedSpectrum
        With secondary excitation.

    Raises
    ------
    ParameterError
        If the pigment has no composition or it makes no sense.
    Cancelled
        If the result is no longer wanted.
    """
    return compute_stack(pigment_stack(pigment), instrument, context, cache)


def compute_stack(
    stack: Stack,
    instrument: Instrument,
    context: JobContext,
    cache: SpectrumCache | None = None,
) -> ComputedSpectrum:
    """The spectrum of a stack of layers; the primary one comes first through `partial`.

    Parameters
    ----------
    stack
        Layers from the top, at least one.
    instrument, cache
        As for `compute`.

    Raises
    ------
    ParameterError
        If the stack is empty.
    Cancelled
        If the result is no longer wanted.
    """
    cache = SpectrumCache(2) if cache is None else cache
    full = cache.find(stack, instrument, full=True)
    if full is not None:
        return full
    primary = cache.find(stack, instrument, full=False)
    if primary is None:
        context.progress(None, "Computing primary excitation")
        primary = computed_spectrum(stack, instrument, secondary=False, check=context.check)
        cache.keep(stack, instrument, primary)
    context.partial(primary)
    context.progress(None, "Computing secondary excitation")
    full = computed_spectrum(stack, instrument, secondary=True, check=context.check)
    cache.keep(stack, instrument, full)
    return full


def write_spectrum(
    pigment: Pigment,
    instrument: Instrument,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the computed spectrum of a pigment's paint as `.csv` or `.png`.

    The columns are all counts, those of the paint's fluorescence and those scattered.

    Raises
    ------
    ParameterError
        If the suffix is another one or the pigment has no composition.
    WriteError
        If the file exists and `overwrite` is off, or the system refuses.
    """
    exports.check_suffix(out, (".csv", ".png"), "spectrum")
    check_free([out], overwrite=overwrite)
    computed = compute(pigment, instrument, context)
    columns = {
        "computed": computed.counts,
        "fluorescence": computed.layers.sum(axis=0),
        "scatter": computed.scatter,
    }
    exports.export_spectra(
        columns,
        instrument.axis,
        out,
        steps=computed.steps,
        title=f"{pigment.name} · {instrument.name}",
        overwrite=overwrite,
    )
    return (out,)


def recompute(
    pigments: Sequence[Pigment], instrument: Instrument, context: JobContext
) -> tuple[Pigment, ...]:
    """Pigments with a computed spectrum for an instrument, replacing an earlier one for it.

    Parameters
    ----------
    pigments
        Those without a composition come back as they are.
    instrument
        What the spectra are computed for; its name becomes their label.

    Returns
    -------
    tuple of Pigment
        In the order given.

    Raises
    ------
    ParameterError
        If a composition makes no sense; the message names the pigment.
    Cancelled
        If the result is no longer wanted.
    """
    done = []
    for number, pigment in enumerate(pigments):
        context.progress(number / len(pigments), f"Computing {pigment.name}")
        done.append(_with_computed(pigment, instrument, context) if pigment.components else pigment)
    return tuple(done)


def recompute_library(
    store: PigmentStore, instrument: Instrument, context: JobContext
) -> Recomputed:
    """Compute the spectra of all pigments of a library for an instrument.

    All new spectra are written together at the end: cancelled or failed, the library is as it
    was before. What was edited meanwhile stays as edited.

    Raises
    ------
    ParameterError
        If a composition makes no sense; the message names the pigment.
    AppError
        If the library cannot be read or written.
    Cancelled
        If the result is no longer wanted.
    """
    before = store.pigments()
    after = recompute(before, instrument, context)
    made = {
        old.id: (composition(old), computed_label(new, instrument))
        for old, new in zip(before, after, strict=True)
        if old.components
    }
    context.progress(1.0, "Writing spectra")
    while True:
        current = {pigment.id: pigment for pigment in store.pigments()}
        still = [old for old in before if old.id in made and old.id in current]
        still = [old for old in still if composition(current[old.id]) == made[old.id][0]]
        expected = [current[old.id] for old in still]
        fresh = [with_spectrum(now, made[now.id][1]) for now in expected]
        try:
            store.apply(put=fresh, expected=expected)
            break
        except WriteError:
            # somebody else was quicker, or it is a trouble that stays
            if list(current.values()) == list(store.pigments()):
                raise
    kept = {old.id for old in still}
    return Recomputed(
        computed=tuple(pigment.name for pigment in fresh),
        without_composition=tuple(old.name for old in before if not old.components),
        changed_meanwhile=tuple(
            old.name for old in before if old.id in made and old.id not in kept
        ),
    )


def reference_spectrum(computed: ComputedSpectrum) -> PigmentSpectrum:
    """A computed spectrum in the form a library keeps it."""
    instrument = computed.instrument
    return PigmentSpectrum(
        label=instrument.name,
        kind=SpectrumKind.COMPUTED,
        axis=instrument.axis,
        counts=np.maximum(computed.counts, 0.0).astype(np.float32),
        instrument=in_words(instrument),
        source="Fundamental parameters, primary"
        + (" and secondary excitation" if computed.is_full else " excitation alone"),
        live_time_s=instrument.live_time_s,
    )


def with_spectrum(pigment: Pigment, spectrum: PigmentSpectrum) -> Pigment:
    """The pigment with a spectrum in place of the one of the same label and kind, or added."""
    same = (spectrum.label, spectrum.kind)
    kept = [item for item in pigment.spectra if (item.label, item.kind) != same]
    places = [
        number for number, item in enumerate(pigment.spectra) if (item.label, item.kind) == same
    ]
    kept.insert(places[0] if places else len(kept), spectrum)
    return replace(pigment, spectra=tuple(kept))


def composition(pigment: Pigment) -> Hashable:
    """All of a pigment that decides its computed spectrum."""
    return (
        pigment.components,
        pigment.density_g_cm3,
        pigment.binder,
        pigment.volume_fraction,
    )


def in_words(instrument: Instrument) -> str:
    """An instrument in one line: "Rh anode, 50 kV, no filter, 15 mm of air, 90°/45°"."""
    is_filtered = instrument.filter_element != "none" and instrument.filter_um > 0
    filtered = (
        f"{instrument.filter_um:g} µm {instrument.filter_element}" if is_filtered else "no filter"
    )
    path = "vacuum" if instrument.path == "vacuum" else f"{instrument.path_mm:g} mm of "
    if instrument.path != "vacuum":
        path += instrument.path
    angles = f"{instrument.incidence_degrees:g}°/{instrument.exit_degrees:g}°"
    anode = f"{instrument.anode} anode, {instrument.tube_kv:g} kV"
    return f"{anode}, {filtered}, {path}, {angles}, {instrument.live_time_s:g} s"


def computed_label(pigment: Pigment, instrument: Instrument) -> PigmentSpectrum:
    """The computed spectrum of a pigment for an instrument.

    Raises
    ------
    ParameterError
        If it has none.
    """
    for spectrum in pigment.spectra:
        if spectrum.kind is SpectrumKind.COMPUTED and spectrum.label == instrument.name:
            return spectrum
    raise ParameterError(
        f"“{pigment.name}” has no computed spectrum for {instrument.name}.",
        f"It has {', '.join(item.label for item in pigment.spectra) or 'none'}.",
        "Compute it first.",
    )


def _named_as(spectrum: ComputedSpectrum, stack: Stack) -> ComputedSpectrum:
    """A spectrum of the same content under the names of another stack, in its steps, too."""
    names = tuple(layer.name for layer in stack)
    steps = tuple(
        replace(step, parameters={**step.parameters, "layers": _renamed(described, stack)})
        if (described := step.parameters.get("layers"))
        else step
        for step in spectrum.steps
    )
    return replace(spectrum, layer_names=names, steps=steps)


def _renamed(described: Sequence[dict[str, Any]], stack: Stack) -> list[dict[str, Any]]:
    return [
        {**entry, "name": layer.name, "material": layer.material.name}
        for entry, layer in zip(described, stack, strict=True)
    ]


def _content(stack: Stack) -> Hashable:
    """All of a stack that decides its spectrum."""
    return tuple(
        (layer.material.fractions, layer.material.density_g_cm3, layer.thickness_um)
        for layer in stack
    )


def _with_computed(pigment: Pigment, instrument: Instrument, context: JobContext) -> Pigment:
    try:
        stack = pigment_stack(pigment)
        spectrum = computed_spectrum(stack, instrument, secondary=True, check=context.check)
    except ParameterError as error:
        raise ParameterError(
            f"The spectrum of “{pigment.name}” cannot be computed.", str(error), error.hint
        ) from error
    return with_spectrum(pigment, reference_spectrum(spectrum))
