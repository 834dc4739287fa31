"""What the networks' cards say."""

from collections.abc import Mapping
from typing import Any

from app.core.recolouring.card import (
    EnergyBins,
    Layout,
    ModelCard,
    ModelInput,
    ModelOutput,
    OutputKind,
    PreparationStep,
    StepKind,
    TaskKind,
)
from app.learn.axis import CHANNELS, GAIN_KEV
from app.learn.backgrounds import LEFT_OUT
from app.learn.instruments import TRAINING_ANODES
from app.learn.jitter import COUNTS, GAIN_ERROR, OFFSET_ERROR_KEV
from models.data_sets import DataSets

VERSION = "1"
LICENCE = "GPL-3.0-or-later"

_TITLES = {
    "palette_knn": "Palette, nearest neighbours",
    "palette_ridge": "Palette, linear",
}
_KINDS = {
    "palette_knn": (
        "The mean colour of the ten nearest of {kept} synthetic spectra, weighted by one over "
        "their distance, in the 24 directions in which paints differ most against what ground, "
        "varnish, thickness, instrument and noise change."
    ),
    "palette_ridge": "Ridge regression from 194 energy bins to sRGB, and to the error's logarithm.",
}
_READ = (
    "An estimate of colour from chemistry, learnt from computed spectra alone: no painting was "
    "measured for it. Pigments with the same elements get their mean colour, and what has no "
    "lines (dyes, carbon, mostly ultramarine) the mean of all that has none. The figures under "
    "“metrics” are for synthetic spectra; expect less on paintings."
)
_CITATION = (
    "Spectra: fundamental parameters as Velatura computes them. Colours: P. Kubelka and F. Munk, "
    "Z. tech. Phys. 12 (1931) 593. Discriminant: R. A. Fisher, Ann. Eugen. 7 (1936) 179."
)


def card(name: str, metrics: Mapping[str, Any], sets: DataSets, kept: int) -> ModelCard:
    """The card of one of the networks.

    Parameters
    ----------
    name
        Of its file, without suffix.
    metrics
        Its scores.
    sets
        What it was trained and tested with.
    kept
        How many spectra the nearest neighbours are sought among.
    """
    energy = EnergyBins(GAIN_KEV / 2, GAIN_KEV, CHANNELS)
    kinds = (OutputKind.RGB, OutputKind.LOG_VARIANCE, OutputKind.NOVELTY)
    return ModelCard(
        name=_TITLES[name],
        version=VERSION,
        licence=LICENCE,
        authors=("The Velatura authors",),
        citation=_CITATION,
        task=TaskKind.RGB,
        layout=Layout.PIXEL,
        inputs=(ModelInput("counts", CHANNELS, energy, (PreparationStep(StepKind.RESAMPLE),)),),
        outputs=tuple(ModelOutput(kind.value, kind) for kind in kinds),
        trained_on=_trained_on(sets),
        metrics=metrics,
        in_distribution={
            "novelty": "output “novelty”: share of the training spectra that are less unlike the "
            "others, judged by what 32 principal components leave, counts allowed for; above 0.95 "
            "be careful, 1 is beyond all that was learnt"
        },
        notes=f"{_KINDS[name].format(kept=f'{kept:,}'.replace(',', ' '))} {_READ}",
    )


def _trained_on(sets: DataSets) -> dict[str, Any]:
    used = sets.instruments
    voltages = [instrument.tube_kv for instrument in used]
    widths = [instrument.resolution_ev for instrument in used]
    return {
        "data": "synthetic: paints of one to three pigments of the shipped library, 5–50 µm in oil "
        "(leaf metal 0.2–5 µm), on chalk, gypsum, lead white or modern white of 30–300 µm or none, "
        "on 0.5–15 mm of wood or canvas, two in five varnished; how often each pigment "
        "is taken is a judgement of what is common",
        "spectra": len(sets.training.counts),
        "paints": len(sets.training.shares),
        "pigments": int(sets.training.shares.shape[1]),
        "instruments": [
            f"{item.anode} {item.tube_kv:g} kV, {item.path}, {item.resolution_ev:g} eV"
            for item in used
        ],
        "tube_anode": list(TRAINING_ANODES),
        "tube_kv": [min(voltages), max(voltages)],
        "resolution_ev": [min(widths), max(widths)],
        "counts_per_pixel": list(COUNTS),
        "axis_error": f"gain ±{100 * GAIN_ERROR:g} %, offset ±{1000 * OFFSET_ERROR_KEV:g} eV",
        "background": "scatter 1–40 times what the stack gives, argon 0.3–3 times; smooth humps of "
        "up to 30 % of the counts, up to 5 % that fall off from 0 keV; lines of Ti, Fe, Ni, Cu "
        "and Zn of the instrument of up to 0.5 % each",
        "split": "by paint and by instrument: no test spectrum shares its paint with training; "
        "“unseen” ones do not share their instrument either",
        "left_out": LEFT_OUT,
        "targets": "colour of the mixture by Kubelka and Munk from the pigments' sRGB, three bands",
    }
