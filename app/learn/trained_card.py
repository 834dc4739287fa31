"""What the cards of networks say that were taught here."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

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
from app.learn.config import Config
from app.learn.export import KEYS
from app.learn.instruments import KILOVOLTS, RESOLUTION_EV, anodes_without
from app.learn.jitter import SHORTEST
from app.learn.networks.catalogue import NetworkRow, receptive_field_px
from app.learn.scenes import ELEMENTS
from app.learn.split import Role
from app.learn.store import SceneStore

VERSION = "1"
LICENCE = "GPL-3.0-or-later"
# a summary of a spectrum is of no use to who colours a scan
_WRITTEN = (
    OutputKind.RGB,
    OutputKind.LOG_VARIANCE,
    OutputKind.NOVELTY,
    OutputKind.MAPS,
)
_READ = (
    "An estimate of colour from chemistry, learnt from computed spectra alone: no painting was "
    "measured for it. Pigments with the same elements get their mean colour, and what has no "
    "lines (dyes, carbon, mostly ultramarine) the mean of all that has none. Scores are for "
    "synthetic scans; expect less on paintings."
)
_CITATION = (
    "Spectra: fundamental parameters as Velatura computes them. Colours: P. Kubelka and F. Munk, "
    "Z. tech. Phys. 12 (1931) 593."
)


def trained_card(
    config: Config,
    row: NetworkRow,
    network: nn.Module,
    store: SceneStore,
    metrics: Mapping[str, Any],
    budget: str,
) -> ModelCard:
    """The card of a network that was taught here.

    Parameters
    ----------
    config, row, network, store
        What it was taught with, what it is, and what from.
    metrics
        Its scores.
    budget
        How long it learnt, in words.
    """
    kinds = _kinds(row, network)
    is_image = row.layout == "image"
    energy = EnergyBins(GAIN_KEV / 2, GAIN_KEV, CHANNELS)
    return ModelCard(
        name=config.title or row.title,
        version=VERSION,
        licence=LICENCE,
        authors=("The Velatura authors",),
        citation=f"Architecture: {row.reference}. {_CITATION}",
        task=TaskKind.RGB if OutputKind.RGB in kinds else TaskKind.MAPS,
        layout=Layout.IMAGE_CHANNELS_FIRST if is_image else Layout.PIXEL,
        inputs=(ModelInput("counts", CHANNELS, energy, (PreparationStep(StepKind.RESAMPLE),)),),
        outputs=tuple(
            ModelOutput(kind.value, kind, ELEMENTS if kind is OutputKind.MAPS else ())
            for kind in kinds
        ),
        receptive_field_px=receptive_field_px(network) if is_image else 0,
        multiple_px=row.multiple_px,
        trained_on=_trained_on(config, store, budget),
        metrics=metrics,
        notes=_READ,
    )


@torch.no_grad()
def _kinds(row: NetworkRow, network: nn.Module) -> tuple[OutputKind, ...]:
    """What the network gives of what is written, in the order of the kinds."""
    side = 2 * row.multiple_px
    shape = (2, CHANNELS) if row.layout == "pixel" else (1, CHANNELS, side, side)
    given = network.eval()(torch.ones(shape))
    return tuple(kind for kind in _WRITTEN if KEYS[kind] in given)


def _trained_on(config: Config, store: SceneStore, budget: str) -> dict[str, Any]:
    data = config.data
    return {
        "data": "synthetic scenes: pictures in random palettes of the shipped library and random "
        "paints in random fields, of uneven thickness, some over hidden pictures, on random "
        "grounds, with and without varnish, each under a scanner of its own",
        "scenes": data.scenes,
        "points_of_a_scene": data.rows * data.cols,
        "pigments": len(store.pigments),
        "left_out_elements": list(data.without_elements),
        "left_out_pigments": list(data.without_pigments),
        "pictures": _names(store, Role.TRAINING),
        "pictures_of_validation": _names(store, Role.VALIDATION),
        "pictures_kept_for_tests": _names(store, Role.TEST),
        "tube_anode": list(anodes_without(data.without_elements)),
        "tube_kv": list(KILOVOLTS),
        "resolution_ev": list(RESOLUTION_EV),
        "counts_per_pixel": list(data.counts),
        "axis_end_kev": [
            round((SHORTEST if data.short_share > 0 else CHANNELS) * GAIN_KEV, 2),
            round(CHANNELS * GAIN_KEV, 2),
        ],
        "axis_error": f"gain ±{100 * data.gain_error:g} %, offset ±{data.offset_error_ev:g} eV",
        "training": budget,
        "seeds": f"data {data.seed}, training {config.training.seed}",
        "split": "by picture and by instrument: no test shares a picture or a scanner",
        "left_out": LEFT_OUT,
        "targets": "colour of the mixture by Kubelka and Munk from the pigments' sRGB, three bands",
    }


def _names(store: SceneStore, role: Role) -> Sequence[str]:
    return list(store.roles[role])
