"""What a set of scenes is: seeds, pictures and checksums, so that another can make the same."""

import hashlib
from pathlib import Path
from typing import Any

import app
from app.core.progress import Progress, no_progress
from app.io.json_file import write_json
from app.learn.scenes import Scene
from app.learn.split import Role
from app.learn.store import VERSION, SceneStore


def manifest(store: SceneStore, progress: Progress = no_progress) -> dict[str, Any]:
    """What is in a store, plain values; scenes that are not there yet are made.

    Checksums are of what came out here. On another processor sums may differ in their last
    digits and so the checksums; the seeds then still give the same scenes but for that.
    """
    rows = []
    for role in (Role.TRAINING, Role.VALIDATION):
        for number in range(store.number_of(role)):
            progress(None, f"Painting scene {number + 1} of {store.number_of(role)} ({role.value})")
            rows.append(_row(store.scene(role, number)))
    for number in range(store.recipe.boards):
        progress(None, f"Painting board {number + 1} of {store.recipe.boards}")
        rows.append(_row(store.board(number)))
    recipe = store.recipe
    return {
        "velatura": app.__version__,
        "scenes_version": VERSION,
        "seed": recipe.seed,
        "pictures": {
            name: {"role": role.value, "sha256": store.checksums[name]}
            for role, names in store.roles.items()
            for name in names
        },
        "pigments": [pigment.id for pigment in store.pigments],
        "scenes": rows,
    }


def write_manifest(store: SceneStore, path: Path, progress: Progress = no_progress) -> Path:
    """Write what is in a store; raises WriteError if the system refuses."""
    write_json(path, manifest(store, progress))
    return path


def _row(scene: Scene) -> dict[str, Any]:
    digest = hashlib.sha256()
    for values in (scene.roots, scene.places, scene.weights, scene.srgb):
        digest.update(values.tobytes())
    instrument = scene.instrument
    told = f"{instrument.anode} {instrument.tube_kv:g} kV, {instrument.path}"
    return {**scene.told, "instrument": told, "sha256": digest.hexdigest()}
