"""Bruker `.spx`: one spectrum as XML.

The layout is known from files of the M6 Jetstream: `CalibAbs` (keV at channel 0) and `CalibLin`
(keV per channel) in the spectrum's header, `LifeTime` (ms) in the hardware's, the counts in
`Channels`, separated by commas. Some programs write decimal commas.
"""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from app.core.axis import EnergyAxis
from app.core.elements import ELEMENTS
from app.errors import ParameterError
from app.io.measured_spectrum import MeasuredSpectrum, checked_counts, refusal
from app.io.units import decimal

_CLASS = "ClassInstance[@Type='{}']"
_HARDWARE = f"./TRTHeaderedClass/{_CLASS.format('TRTSpectrumHardwareHeader')}"
_TUBE = f"./TRTHeaderedClass/{_CLASS.format('TRTXrfHeader')}"
_DETECTOR = f"./TRTHeaderedClass/{_CLASS.format('TRTDetectorHeader')}"
_HEADER = f"./{_CLASS.format('TRTSpectrumHeader')}"
_LONGEST_WORD = 80


def is_spx(content: bytes) -> bool:
    """Whether the content is that of a `.spx` file."""
    return b"<TRTSpectrum" in content[:4096]


def read_spx(path: Path, content: bytes) -> MeasuredSpectrum:
    """Read the content of a `.spx` file; of several spectra the first.

    Raises
    ------
    ReadError
        If it is damaged or lacks the counts or the calibration.
    """
    try:
        # entities are bounded by the parser itself, and none are fetched
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise refusal(path, f"its XML is damaged or cut short: {error}.") from error
    # only those at the top: inside a spectrum lie those that were computed for it
    spectra = root.findall(f"./{_CLASS.format('TRTSpectrum')}")
    if not spectra:
        raise refusal(path, "it holds no spectrum (no TRTSpectrum at the top of its XML).")
    spectrum = spectra[0]
    text = spectrum.findtext("./Channels") or ""
    words = text.replace(",", " ").split()
    numbers = [decimal(word) for word in words]
    if None in numbers:
        at = numbers.index(None)
        raise refusal(path, f"channel {at} holds {words[at][:20]!r}; a count is expected.")
    counts = np.array(numbers, dtype=np.float64)
    notes = []
    if len(spectra) > 1:
        notes.append(f"The file holds {len(spectra)} spectra; this is the first.")
    peak = _number(spectrum, f"{_HARDWARE}/ZeroPeakPosition")
    if peak is not None:
        notes.append(f"The detector's reference peak at 0 keV (channel {peak:g}) is in the counts.")
    milliseconds = _number(spectrum, f"{_HARDWARE}/LifeTime")
    return MeasuredSpectrum(
        axis=_axis(path, spectrum),
        counts=checked_counts(path, counts, lambda channel: f"number {channel + 1} of Channels"),
        live_time_s=milliseconds / 1e3 if milliseconds and milliseconds > 0 else None,
        name=spectrum.get("Name", "").strip() or path.stem,
        instrument=_instrument(spectrum),
        notes=tuple(notes),
    )


def _axis(path: Path, spectrum: ElementTree.Element) -> EnergyAxis:
    offset = _number(spectrum, f"{_HEADER}/CalibAbs")
    gain = _number(spectrum, f"{_HEADER}/CalibLin")
    if offset is None or gain is None:
        raise refusal(
            path,
            "its calibration is missing; CalibAbs (keV) and CalibLin (keV per channel) expected.",
        )
    try:
        return EnergyAxis(offset, gain, source="file: CalibAbs, CalibLin")
    except ParameterError as error:
        raise refusal(path, error.message) from error


def _instrument(spectrum: ElementTree.Element) -> str:
    """Tube and detector, as far as they are named."""
    anode, voltage = _number(spectrum, f"{_TUBE}/Anode"), _number(spectrum, f"{_TUBE}/Voltage")
    symbol = ELEMENTS[int(anode) - 1] if anode and 1 <= anode <= len(ELEMENTS) else ""
    tube = " ".join(part for part in (symbol, f"{voltage:g} kV" if voltage else "") if part)
    detector = (spectrum.findtext(f"{_DETECTOR}/Type") or "").strip()[:_LONGEST_WORD]
    return ", ".join(part for part in (tube, detector) if part)


def _number(spectrum: ElementTree.Element, place: str) -> float | None:
    return decimal(spectrum.findtext(place) or "")
