"""Which pigments a scan is unmixed into, and their spectra: from a library, or computed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.maps import required_axis
from app.core.physics.instrument import ANODES, Instrument
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.core.pigments import Pigment
from app.core.resampling import channel_edges
from app.core.unmixing.templates import Reference
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.pigment_libraries import Libraries
from app.errors import ParameterError

_NO_LINES = "Carbon black"
_HEAVY = "Lead white"
_AIR = "Argon of the air"
_GAIN_KEV = 0.01
_BEYOND_KEV = 0.5
_TUBE = re.compile(rf"\s*({'|'.join(ANODES)})\s+(\d+(?:\.\d+)?)\s*kV\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """What templates are made from.

    Parameters
    ----------
    pigments
        A spectrum of each pigment.
    scatter
        Samples without lines, and what else the instrument brings.
    highest_kev
        Where the spectra end, keV.
    notes
        Sentences for the user: which pigments have no spectrum.
    """

    pigments: tuple[Reference, ...]
    scatter: tuple[Reference, ...]
    highest_kev: float
    notes: tuple[str, ...] = ()


def chosen_pigments(text: str) -> tuple[Pigment, ...]:
    """The pigments of a library by its name or file, or those named with commas between them.

    Raises
    ------
    ParameterError
        If there is no such library or pigment; the message names ones that are nearly the same.
    ReadError
        If the library cannot be read.
    """
    known = Libraries()
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        return known.shipped().pigments
    if len(names) == 1:
        try:
            return known.pigments(names[0])
        except ParameterError:
            # no library of that name, so it names a pigment
            pass
    found = [known.find(name).pigment for name in names]
    return tuple({pigment.id: pigment for pigment in found}.values())


def chosen_instrument(text: str) -> Instrument:
    """An instrument by its name, or an ordinary one with a tube such as "Ag 40 kV".

    Raises
    ------
    ParameterError
        If there is none of that name; the message lists the known ones.
    """
    try:
        return Instruments().named(text)
    except ParameterError as error:
        tube = _TUBE.fullmatch(text)
        if tube is None:
            anodes = ", ".join(ANODES)
            raise ParameterError(
                error.title,
                f"{error.message} A tube can be given as well, such as “Ag 40 kV”, its anode one "
                f"of {anodes}.",
                error.hint,
            ) from error
        return Instrument(tube[0].strip(), tube[1].capitalize(), float(tube[2]))


def from_library(pigments: Sequence[Pigment], label: str) -> References:
    """The reference spectra of that label.

    Pigments without one are left out, and named in a note.

    Raises
    ------
    ParameterError
        If no pigment has one.
    """
    found, without = [], []
    for pigment in pigments:
        reference = _labelled(pigment, label)
        if reference is None:
            without.append(pigment.name)
        else:
            found.append(reference)
    if not found:
        known = sorted({item.label for pigment in pigments for item in pigment.spectra})
        raise ParameterError(
            f"None of these pigments has a spectrum “{label}”.",
            f"Found {len(pigments)} pigments; their spectra: {', '.join(known) or 'none'}.",
            "Choose another one, or have them computed for an instrument.",
        )
    shipped = Libraries().shipped().pigments
    bare = [_labelled(pigment, label) for pigment in shipped if pigment.name == _NO_LINES]
    ends = [_end_kev(item.axis, len(item.counts)) for item in found]
    return References(
        tuple(found),
        tuple(item for item in bare if item is not None),
        min(ends),
        _about_without(without, f"no spectrum “{label}”"),
    )


def computed(
    pigments: Sequence[Pigment],
    instrument: Instrument,
    cube: SpectralCube,
    resolution_ev: float,
    context: JobContext,
) -> References:
    """Spectra computed for an instrument on the range of a scan, lines and scatter apart.

    Parameters
    ----------
    pigments
        Those without a composition are left out, and named in a note.
    instrument
        Its axis and resolution are not used.
    cube
        The scan.
    resolution_ev
        Full width at half maximum of the scan's peaks at Mn Kα, eV.

    Raises
    ------
    ParameterError
        If no pigment has a composition, or the scan has no energy axis.
    Cancelled
        If the result is no longer wanted.
    """
    fitting = [pigment for pigment in pigments if pigment.components]
    without = [pigment.name for pigment in pigments if not pigment.components]
    if not fitting:
        raise ParameterError(
            "No spectrum can be computed.",
            f"None of the {len(pigments)} pigments has a composition.",
            "Choose others, or use reference spectra that were measured.",
        )
    end = _end_kev(required_axis(cube), cube.channels)
    used = replace(
        instrument,
        offset_kev=0.0,
        gain_kev=_GAIN_KEV,
        channels=min(max(round((end + _BEYOND_KEV) / _GAIN_KEV), 64), 16384),
        resolution_ev=min(max(resolution_ev, 118.5), 400.0),
    )
    made = []
    for number, pigment in enumerate(fitting):
        context.progress(number / len(fitting), f"Computing {pigment.name}")
        made.append(_computed(pigment, used, context)[0])
    scatter = []
    for pigment in Libraries().shipped().pigments:
        if pigment.name in (_NO_LINES, _HEAVY):
            reference, air = _computed(pigment, used, context)
            counts = reference.counts if pigment.name == _NO_LINES else reference.scatter
            assert counts is not None
            scatter.append(replace(reference, counts=counts, scatter=None))
            if pigment.name == _NO_LINES and air.counts.sum() > 0:
                scatter.append(air)
    # the one without lines is what the others' scatter is measured by
    scatter.sort(key=lambda item: item.name != _NO_LINES)
    notes = _about_without(without, "no composition to compute a spectrum from")
    return References(tuple(made), tuple(scatter), min(end, instrument.tube_kv), notes)


def _computed(
    pigment: Pigment, instrument: Instrument, context: JobContext
) -> tuple[Reference, Reference]:
    """A pigment's spectrum without the air's argon, and the argon."""
    made = computed_spectrum(pigment_stack(pigment), instrument, check=context.check)
    axis = instrument.axis
    counts = made.layers.sum(axis=0) + made.scatter
    reference = Reference(pigment.name, pigment.elements, axis, counts, made.scatter)
    return reference, Reference(_AIR, ("Ar",), axis, made.counts - counts)


def _labelled(pigment: Pigment, label: str) -> Reference | None:
    elements = pigment.elements if pigment.components else ()
    for spectrum in pigment.spectra:
        if spectrum.label == label:
            return Reference(pigment.name, elements, spectrum.axis, spectrum.counts)
    return None


def _end_kev(axis: EnergyAxis, channels: int) -> float:
    return float(channel_edges(axis, channels)[-1])


def _about_without(names: Sequence[str], why: str) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"Left out, as they have {why}: {', '.join(names)}.",)
