"""From a configuration to a network in a file: data, training, calibration, export."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from app.core.progress import Progress, no_progress, part_of
from app.errors import ParameterError, ReadError
from app.io.atomic import cannot_write
from app.learn.axis import CHANNELS
from app.learn.checkpoint import load, read_weights
from app.learn.config import Config
from app.learn.export import Exported, export
from app.learn.flops import flops_per_pixel
from app.learn.leaks import check_apart
from app.learn.losses import asks_for_elements
from app.learn.manifest import write_manifest
from app.learn.networks.catalogue import NETWORKS, NetworkRow
from app.learn.networks.parts import keras_count
from app.learn.requirements import check_possible
from app.learn.scenes import Scene
from app.learn.split import Role
from app.learn.store import SceneStore
from app.learn.stream import Batching, Stream
from app.learn.trained_card import trained_card
from app.learn.training import CHECKPOINT, Trained, Training, chosen_device
from app.learn.validation import Validation

MANIFEST = "manifest.json"
HALF_WRITTEN = ".*.part*"
"""What a killed training was writing; its checkpoint is the one before."""

CALIBRATION_POINTS = 20_000

_WEIGHTS_TITLE = "These weights cannot be read."

# what may be changed while a training is interrupted
_FREE = {
    "data": {"pictures"},
    "training": {"steps", "minutes", "patience", "save_every_s", "threads", "device"},
}
_CALIBRATION_SEED = 3_000_000


@dataclass(frozen=True, slots=True)
class Taught:
    """A network that was taught and written.

    Parameters
    ----------
    trained
        How it went.
    exported
        The file and its card.
    """

    trained: Trained
    exported: Exported


def teach(
    config: Config,
    folder: Path,
    scenes_folder: Path | None = None,
    progress: Progress = no_progress,
) -> Taught:
    """Teach a network in a folder, going on where it was interrupted.

    Parameters
    ----------
    config
        What is asked for.
    folder
        For everything that comes out: checkpoint, log, curves, manifest of the data, the
        network's file and its card. Made where it is not there.
    scenes_folder
        Where scenes are kept for the next time; None keeps none.

    Raises
    ------
    ParameterError
        If the configuration makes no sense, the folder belongs to another one, or one picture is
        both learnt from and kept for later.
    ReadError, WriteError, DivergedError, ExportError
        As told there.
    """
    row = known_network(config.network.name)
    check_possible(config, row)
    for place in (folder, scenes_folder):
        make_folder(place)
    check_same(config, folder)
    for half in folder.glob(HALF_WRITTEN):
        half.unlink(missing_ok=True)
    torch.set_num_threads(config.training.threads)
    network = built(config)
    is_pixel = row.layout == "pixel"
    # pictures cannot be learnt from boards, whose neighbours have nothing in common
    store = SceneStore(config.data if is_pixel else replace(config.data, boards=0), scenes_folder)
    check_apart(store.pictures, store.roles)
    scenes = store.scenes(Role.TRAINING, part_of(progress, 0.0, 0.08))
    scenes += store.boards(part_of(progress, 0.08, 0.1))
    judges = store.scenes(Role.VALIDATION, part_of(progress, 0.1, 0.12))
    if scenes_folder is not None:
        write_manifest(store, folder / MANIFEST)
    device = chosen_device(config.training)
    validation = Validation(judges, config, row.layout, row.multiple_px)
    prepared(network, config, scenes, folder)
    training = Training(config, network, stream_of(config, row, scenes), validation, folder, device)
    trained = training.run(part_of(progress, 0.12, 0.98))
    calibrated(trained.network, config, scenes)
    return Taught(trained, _written(config, row, trained, store, folder))


def make_folder(folder: Path | None) -> None:
    """Make a folder where one is asked for; raises WriteError if the system refuses."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def known_network(name: str) -> NetworkRow:
    """A network of the catalogue; raises ParameterError if there is none of this name."""
    row = NETWORKS.get(name)
    if row is None:
        raise ParameterError(
            "There is no such network.",
            f"Found “{name}”; expected one of {', '.join(NETWORKS)}.",
            "Correct the name.",
        )
    return row


def built(config: Config) -> nn.Module:
    """The network of a configuration with its first weights, and those that are given.

    Raises
    ------
    ParameterError
        If its options are none of the network's.
    ReadError
        If given weights cannot be read or do not fit.
    """
    row = known_network(config.network.name)
    torch.manual_seed(config.training.seed)
    options = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in config.network.options.items()
    }
    try:
        network = row.build(channels=CHANNELS, **options)
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ParameterError(
            "The network cannot be built.",
            f"{row.name} with {dict(config.network.options)}: {why}.",
            "Correct the options.",
        ) from error
    for part, name in config.network.weights.items():
        _load_part(network, part, Path(name))
    return network


def _load_part(network: nn.Module, part: str, path: Path) -> None:
    """Give a part of a network, or all of it for an empty name, the weights of a file."""
    weights = read_weights(path, _WEIGHTS_TITLE, "Give the file best.pt of a finished training.")
    if weights is None:
        raise ReadError(
            _WEIGHTS_TITLE,
            f"{path}: there is no such file, seen from {Path.cwd()}.",
            "Finish the training that makes it first, or correct the path in network.weights.",
            path=path,
        )
    try:
        target = network.get_submodule(part)
        target.load_state_dict(weights)
    except (AttributeError, RuntimeError) as error:
        raise ReadError(
            "These weights do not fit.",
            f"{path}: {str(error).strip().splitlines()[0][:200]}.",
            "They must come from a network of the same kind and options.",
            path=path,
        ) from error


def check_same(config: Config, folder: Path) -> None:
    """Raise ParameterError if a folder's checkpoint is of another training."""
    state = load(folder / CHECKPOINT)
    if state is None:
        return
    wanted, found = _fixed(config.to_plain()), _fixed(state.config)
    for key in sorted({*wanted, *found}):
        if wanted.get(key) != found.get(key):
            raise ParameterError(
                "This folder belongs to another training.",
                f"{folder}: it has {key} = {found.get(key)!r}; asked for is {wanted.get(key)!r}.",
                "Give another folder with --out, or begin anew with --fresh.",
            )


def _fixed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a training cannot go on without, by name."""
    found: dict[str, Any] = {}
    for key, value in plain.items():
        if not isinstance(value, Mapping):
            continue
        for name, item in value.items():
            if name not in _FREE.get(key, ()):
                found[f"{key}.{name}"] = list(item) if isinstance(item, tuple) else item
    return found


def stream_of(config: Config, row: NetworkRow, scenes: list[Scene]) -> Stream:
    """The batches that a training learns from."""
    plan = config.training
    side = plan.side // row.multiple_px * row.multiple_px
    batching = Batching(
        row.layout,
        plan.batch_scenes,
        plan.points,
        side,
        asks_for_elements(plan),
        config.data.varied_share,
        config.data.mixed_beam_share,
        plan.spread,
    )
    return Stream(scenes, batching, config.data.measuring(), plan.seed)


def prepared(network: nn.Module, config: Config, scenes: list[Scene], folder: Path) -> None:
    """Let a network that can look at training spectra before it learns, unless it has begun."""
    prepare = getattr(network, "prepare", None)
    if prepare is not None and load(folder / CHECKPOINT) is None:
        prepare(_spectra(config, scenes))


def calibrated(network: nn.Module, config: Config, scenes: list[Scene]) -> None:
    """Let a network that can look at training spectra once it has learnt."""
    calibrate = getattr(network, "calibrate", None)
    if calibrate is not None:
        calibrate(_spectra(config, scenes))


def _spectra(config: Config, scenes: list[Scene]) -> Tensor:
    """Some thousands of training spectra as they are measured, (pixels, channels)."""
    points = max(CALIBRATION_POINTS // len(scenes), 1)
    data = config.data
    batching = Batching(
        "pixel",
        max(CALIBRATION_POINTS // points, 1),
        points,
        varied=data.varied_share,
        beside=data.mixed_beam_share,
    )
    stream = Stream(scenes, batching, config.data.measuring(), _CALIBRATION_SEED)
    return torch.from_numpy(stream.batch(0).counts)


def _written(
    config: Config, row: NetworkRow, trained: Trained, store: SceneStore, folder: Path
) -> Exported:
    """The network's file and card."""
    last = [item for item in trained.history if item["step"] == trained.best_step]
    metrics: dict[str, Any] = {
        "validation": {
            key: round(value, 5)
            for item in last
            for key, value in item.items()
            if key in ("loss", "mse", "psnr_db") and np.isfinite(value)
        }
    }
    is_image = row.layout == "image"
    operations = flops_per_pixel(
        trained.network, CHANNELS, is_image=is_image, multiple_px=row.multiple_px
    )
    metrics |= {
        "parameters": keras_count(trained.network),
        "mflop_per_point": round(operations / 1e6, 3),
    }
    device = chosen_device(config.training)
    unit = "processor minutes" if device.type == "cpu" else f"minutes on {device.type}"
    budget = (
        f"{trained.steps} steps in {trained.seconds / 60:.1f} {unit}, best after "
        f"{trained.best_step}; {trained.why}"
    )
    card = trained_card(config, row, trained.network, store, metrics, budget)
    return export(trained.network, folder / f"{config.name}.onnx", card, overwrite=True)
