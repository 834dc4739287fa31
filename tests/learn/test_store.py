"""Scenes come from their numbers alone, whether made or read."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.core.elements import ELEMENT_NAMES
from app.errors import ParameterError
from app.learn.config import DataRecipe
from app.learn.split import Role
from app.learn.store import SceneStore, shipped_pigments

RECIPE = DataRecipe(
    scenes=3, validation_scenes=2, rows=12, cols=16, paints=(2, 4), levels=2, hidden_share=0.5
)


def same(one, other):
    for name in ("roots", "steps", "argon", "lines", "means", "places", "weights", "srgb"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.instrument, dict(one.told)) == (other.instrument, other.told)
    assert one.surroundings.scatter == other.surroundings.scatter
    np.testing.assert_array_equal(one.surroundings.extra, other.surroundings.extra)


@pytest.fixture
def painted(tmp_path):
    """A folder of three pictures of one colour each."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("red", (180, 40, 30)), ("blue", (40, 60, 150)), ("grey", (99, 99, 99))):
        Image.new("RGB", (30, 20), colour).save(folder / f"{name}.png")
    return replace(
        RECIPE,
        pictures=str(folder),
        painted_share=1.0,
        hidden_share=0.0,
        validation_pictures=("blue",),
        test_pictures=("grey",),
    )


def test_a_scene_is_the_same_made_kept_or_read(tmp_path):
    kept = SceneStore(RECIPE, tmp_path)
    first = kept.scene(Role.TRAINING, 1)
    (path,) = tmp_path.rglob("*.npz")
    assert path.name == "training-00001.npz"
    same(SceneStore(RECIPE, tmp_path).scene(Role.TRAINING, 1), first)
    same(SceneStore(RECIPE).scene(Role.TRAINING, 1), first)


def test_a_broken_file_is_made_again(tmp_path):
    store = SceneStore(RECIPE, tmp_path)
    first = store.scene(Role.TRAINING, 0)
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:1000])
    same(store.scene(Role.TRAINING, 0), first)


def test_numbers_and_roles_give_other_scenes():
    store = SceneStore(RECIPE)
    scenes = [*store.scenes(Role.TRAINING), *store.scenes(Role.VALIDATION)]
    assert len(scenes) == 5
    assert len({scene.roots.tobytes() for scene in scenes}) == 5
    assert len({scene.instrument for scene in scenes}) == 5


def test_more_scenes_or_other_counts_leave_those_there_are(tmp_path):
    first = SceneStore(RECIPE, tmp_path)
    more = SceneStore(replace(RECIPE, scenes=9, counts=(10.0, 20.0)), tmp_path)
    other = SceneStore(replace(RECIPE, levels=3), tmp_path)
    assert first.folder == more.folder
    assert first.folder != other.folder


def test_half_of_the_validation_has_filters_that_no_training_has():
    recipe = replace(RECIPE, rows=4, cols=4, paints=(1, 1), validation_scenes=8, scenes=8)
    store = SceneStore(recipe)
    filters = [scene.instrument.filter_element for scene in store.scenes(Role.VALIDATION)]
    assert filters == ["none"] * 4 + ["Al"] * 4
    assert {scene.instrument.filter_element for scene in store.scenes(Role.TRAINING)} == {"none"}


def test_scenes_show_pictures_of_their_role_alone(painted):
    store = SceneStore(painted)
    for role, name in ((Role.TRAINING, "red"), (Role.VALIDATION, "blue"), (Role.TEST, "grey")):
        scene = store.scene(role, 0)
        assert scene.told["kind"] == name
        if name != "grey":
            band = {"red": 0, "blue": 2}[name]
            assert scene.srgb.reshape(-1, 3).mean(axis=0).argmax() == band


def test_elements_that_are_left_out_are_in_no_pigment():
    kept = shipped_pigments(("Ti", "Cd"))
    assert not {"Ti", "Cd"} & {symbol for item in kept for symbol in item.elements}
    assert len(kept) > 60
    with pytest.raises(ParameterError, match="nothing to paint with"):
        shipped_pigments(tuple(ELEMENT_NAMES))


def test_pigments_that_are_left_out_are_in_no_scene():
    kept = {pigment.id for pigment in shipped_pigments((), ("azurite", "malachite"))}
    everything = {pigment.id for pigment in shipped_pigments()}
    assert everything - kept == {"azurite", "malachite"}
    with pytest.raises(ParameterError, match="Found “azurit”"):
        shipped_pigments((), ("azurit",))


def test_scenes_that_are_older_than_an_option_keep_their_folder(tmp_path):
    store = SceneStore(RECIPE, tmp_path)
    # as it was before pigments could be left out by name
    assert store.folder.name == "0db02e99878cc68e"
    without = SceneStore(replace(RECIPE, without_pigments=("azurite",)), tmp_path)
    assert without.folder != store.folder
    assert "azurite" not in {pigment.id for pigment in without.pigments}
