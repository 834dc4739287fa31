"""What could this be: pigments asked about the spectrum of a region, a pixel or a whole scan."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.candidates import CandidateReport, candidates
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Pigment
from app.core.progress import part_of
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.engine.pigment_measured import Where, measured_at, measured_spectrum
from app.engine.source import Source
from app.errors import ParameterError
from app.io.pigment_records import identifier


def ask(
    scan: Scan | Source,
    where: Where,
    pigments: Sequence[Pigment],
    instrument: Instrument | None,
    context: JobContext,
    *,
    srgb: tuple[int, int, int] | None = None,
) -> CandidateReport:
    """Which pigments the spectrum of a part of a scan speaks for, and what it leaves open.

    Parameters
    ----------
    scan
        An open scan, or an input to read it from; nothing is stored for it.
    where
        Region, pixel (row, col), or None for the whole scan.
    pigments
        Those that are asked about.
    instrument
        What the scan was measured with; None where it is not known.
    srgb
        Colour of the place, if known: it orders candidates that are equal otherwise.

    Raises
    ------
    ParameterError
        If the place lies outside the scan or the scan has no energy axis.
    AppError
        If the input cannot be read.
    Cancelled
        If the result is no longer wanted.
    """
    measured = measured_at(scan, where, part_of(context.progress, 0.0, 0.8))
    context.progress(0.8, "Comparing pigments")
    return candidates(
        measured.counts,
        measured.axis,
        pigments,
        instrument=instrument,
        pixels=measured.pixels,
        srgb=srgb,
    )


def pigment_from_region(
    scan: Scan | Source,
    where: Where,
    name: str,
    context: JobContext,
    *,
    like: Pigment | None = None,
    group: ColourGroup = ColourGroup.BROWN,
    srgb: tuple[int, int, int] = (128, 128, 128),
) -> Pigment:
    """A pigment that has the spectrum measured at a place as its reference.

    Parameters
    ----------
    scan, where
        As for `ask`.
    name
        What it is called.
    like
        A pigment whose composition, colour and period are taken over; without one it has no
        composition, and colour and density are stand-ins that its notes own up to.
    group, srgb
        Colour, where `like` is not given.

    Raises
    ------
    ParameterError
        If the name is empty; else as `ask`.
    """
    plain = " ".join(name.split())
    if not plain:
        raise ParameterError(
            "The pigment needs a name.", "The name is empty.", "Write what it is, or where."
        )
    measured = measured_at(scan, where, context.progress)
    spectrum = measured_spectrum(measured)
    if like is not None:
        return replace(
            like,
            id=identifier(plain),
            name=plain,
            synonyms=(),
            notes=f"Composition as {like.name}. {like.notes}".strip(),
            spectra=(spectrum,),
        )
    return Pigment(
        id=identifier(plain),
        name=plain,
        group=group,
        components=(),
        density_g_cm3=1.0,
        srgb=srgb,
        colour_source="not measured",
        notes="Made from a measured spectrum. Composition, density and colour are not known yet.",
        source=f"Measured: {measured.source}",
        spectra=(spectrum,),
    )
