"""Pigments as a synthetic scan takes them: names, colours and normalised spectra."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.pigments import Pigment, PigmentSpectrum
from app.core.spectra import rebin, rebin_axis
from app.errors import ParameterError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Paints:
    """What may be on the palette of a synthetic scan.

    Parameters
    ----------
    names
        Of the pigments.
    srgb
        Their colours, 0..255, shape (pigments, 3).
    spectra
        Their reference spectra, shape (pigments, channels), each with a sum of 1.
    axis
        Energy axis of the spectra.
    rates
        Counts per second that each spectrum was recorded or computed with, shape (pigments,);
        NaN where its live time is not known, None where nothing was noted.
    """

    names: tuple[str, ...]
    srgb: FloatArray
    spectra: FloatArray
    axis: EnergyAxis
    rates: FloatArray | None = None

    @property
    def channels(self) -> int:
        """How many channels the spectra have."""
        return int(self.spectra.shape[1])


def paints(pigments: Sequence[Pigment], label: str, join: int = 1) -> Paints:
    """The reference spectra of that label, with so many channels joined into one.

    Raises
    ------
    ParameterError
        If there is no pigment, two have one name, one has no such spectrum, or their energy
        axes differ.
    """
    if not pigments:
        raise ParameterError(
            "There is nothing to paint with.",
            "Found no pigments; expected at least one.",
            "Choose some pigments.",
        )
    names = tuple(pigment.name for pigment in pigments)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ParameterError(
            "Two pigments have the same name.",
            f"Found {', '.join(twice)} more than once; the truth tells pigments by their names.",
            "Leave one of them out, or rename it.",
        )
    spectra = [_spectrum(pigment, label) for pigment in pigments]
    first = spectra[0]
    for name, spectrum in zip(names, spectra, strict=True):
        if spectrum.axis != first.axis or len(spectrum.counts) != len(first.counts):
            raise ParameterError(
                f"The spectra “{label}” do not fit together.",
                f"{names[0]}: {_axis_text(first)}; {name}: {_axis_text(spectrum)}.",
                "Compute them anew for one instrument.",
            )
    counts = rebin(np.stack([item.counts for item in spectra]).astype(np.float64), join)
    axis = replace(rebin_axis(first.axis, join), source=f"reference spectra “{label}”")
    totals = counts.sum(axis=1)
    return Paints(
        names,
        np.array([pigment.srgb for pigment in pigments], np.float64),
        counts / totals[:, None],
        axis,
        totals / np.array([item.live_time_s or np.nan for item in spectra], np.float64),
    )


def common_labels(pigments: Sequence[Pigment]) -> tuple[str, ...]:
    """Labels of the spectra that all these pigments have, in the order of the first one."""
    if not pigments:
        return ()
    each = [{item.label for item in pigment.spectra} for pigment in pigments]
    labels = dict.fromkeys(item.label for item in pigments[0].spectra)
    return tuple(label for label in labels if all(label in known for known in each))


def _spectrum(pigment: Pigment, label: str) -> PigmentSpectrum:
    for spectrum in pigment.spectra:
        if spectrum.label == label and spectrum.counts.sum() > 0:
            return spectrum
    known = ", ".join(item.label for item in pigment.spectra) or "none"
    raise ParameterError(
        f"{pigment.name} has no spectrum “{label}”.",
        f"Its spectra: {known}.",
        "Choose another one, or compute the library's spectra for this instrument.",
    )


def _axis_text(spectrum: PigmentSpectrum) -> str:
    axis = spectrum.axis
    return (
        f"{axis.offset_kev:g} keV + {axis.gain_kev:g} keV per channel, "
        f"{len(spectrum.counts)} channels"
    )
