"""Make the library of pigments that comes with Velatura anew, from the table beside this file.

Run from the top of the repository: `python -m resources.pigments.make_library`. With `--check`
nothing is written: the library there is compared with what the table gives, and the exit code
is 1 where they differ. The same table gives the same bytes.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.core.physics.spectrum import REFERENCE_THICKNESS_UM, computed_spectrum, pigment_stack
from app.core.pigments import Pigment, PigmentSpectrum, SpectrumKind
from app.io.pigment_archive import SUFFIX, LibraryContent, write_archive
from app.io.pigment_table import read_pigment_table

TABLE = Path(__file__).with_name("pigments.toml")
TARGET = Path(__file__).with_name(f"velatura{SUFFIX}")
REFERENCES = ("Rh 50 kV", "Mo 40 kV")
"""Instruments that each pigment has a spectrum for; keys of `PRESETS`."""

SIGNIFICANT_DIGITS = 5
"""Of each count: rounding of the last bits, which differs between machines, vanishes."""

LEAST_COUNTS = 1e-6
"""Counts below are written as 0."""

_LOG = logging.getLogger(__name__)


def main() -> int:
    """Write the library or compare it; the exit code."""
    parser = argparse.ArgumentParser(description="Make the shipped library of pigments.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    is_check = parser.parse_args().check
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    content = library(read_pigment_table(TABLE), _LOG.info)
    if not is_check:
        write_archive(TARGET, content, overwrite=True)
        _LOG.info("%s: %d pigments", TARGET.name, len(content.pigments))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / TARGET.name
        write_archive(made, content)
        is_same = TARGET.is_file() and made.read_bytes() == TARGET.read_bytes()
    _LOG.info("%s %s the table", TARGET.name, "agrees with" if is_same else "differs from")
    return 0 if is_same else 1


def library(table: LibraryContent, tell: Callable[[str], None] = lambda _: None) -> LibraryContent:
    """The library with the spectra of each pigment for each of `REFERENCES`."""
    pigments = []
    for pigment in table.pigments:
        tell(pigment.name)
        spectra = tuple(reference(pigment, PRESETS[name]) for name in REFERENCES)
        pigments.append(replace(pigment, spectra=spectra))
    return replace(table, pigments=tuple(pigments))


def reference(pigment: Pigment, instrument: Instrument) -> PigmentSpectrum:
    """The spectrum of a pigment's paint, counts expected for the instrument's live time."""
    computed = computed_spectrum(pigment_stack(pigment), instrument)
    return PigmentSpectrum(
        label=instrument.name,
        kind=SpectrumKind.COMPUTED,
        axis=instrument.axis,
        counts=rounded(computed.counts),
        instrument=instrument.name,
        source=f"fundamental parameters; {_situation(pigment)}",
        live_time_s=instrument.live_time_s,
    )


def _situation(pigment: Pigment) -> str:
    if pigment.binder == "none":
        return f"{REFERENCE_THICKNESS_UM:g} µm without binder"
    share = f"{100 * pigment.volume_fraction:g} % of the volume"
    return f"{REFERENCE_THICKNESS_UM:g} µm of paint, {share} in {pigment.binder}"


def rounded(counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Counts with `SIGNIFICANT_DIGITS`, shape (channels,); very small ones are 0."""
    texts = (f"{count:.{SIGNIFICANT_DIGITS - 1}e}" for count in counts.tolist())
    values = np.array([float(text) for text in texts], np.float64)
    return np.where(values < LEAST_COUNTS, 0.0, values).astype(np.float32)


if __name__ == "__main__":
    sys.exit(main())
