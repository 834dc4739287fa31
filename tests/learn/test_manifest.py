"""The manifest tells of every scene, and of the same ones each time."""

import json

from app.learn.config import DataRecipe
from app.learn.manifest import manifest, write_manifest
from app.learn.store import SceneStore

RECIPE = DataRecipe(seed=5, scenes=2, validation_scenes=1, rows=6, cols=8, paints=(2, 2), levels=2)


def test_seeds_and_checksums_of_all_scenes_are_told(tmp_path):
    path = write_manifest(SceneStore(RECIPE), tmp_path / "manifest.json")
    told = json.loads(path.read_text("utf-8"))
    assert told["seed"] == 5
    assert [row["role"] for row in told["scenes"]] == ["training", "training", "validation"]
    assert len({row["sha256"] for row in told["scenes"]}) == 3
    assert all({"number", "kind", "instrument", "stacks"} <= set(row) for row in told["scenes"])
    assert told == json.loads(json.dumps(manifest(SceneStore(RECIPE))))
