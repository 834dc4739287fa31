"""The truth of a scan of layers in its file."""

from dataclasses import fields, is_dataclass, replace

import h5py
import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, Mixing, PhysicsRecipe
from app.core.synthesis.physical import PhysicalPlan, paint_physically
from app.errors import ReadError
from app.io.physical_truth import GROUP, read_physical_truth, write_physical_truth
from app.io.truth import read_truth

RED = Pigment("red", "Rot", ColourGroup.RED, (Component("HgS"),), 8.1, (146, 57, 56))
BLUE = Pigment("blue", "青", ColourGroup.BLUE, (Component("CuCO3"),), 3.8, (37, 49, 91))


@pytest.fixture(scope="module")
def truth():
    picture = np.random.default_rng(0).integers(0, 256, (5, 8, 3)).astype(np.uint8)
    plan = PhysicalPlan(
        Instrument(channels=256, gain_kev=0.08),
        SynthesisRecipe(counts=40, noise=Noise.DWELL, seed=3),
        PhysicsRecipe(materials=3, ground=Ground.GYPSUM, mixing=Mixing.SIMILARITY, offset_ev=9),
        Changes({0: (9, 8, 7)}, {1: {"青": 0.25}}),
    )
    return paint_physically(picture, (RED, BLUE), plan, hidden=picture[::-1]).truth


@pytest.fixture
def written(truth, tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        write_physical_truth(file.create_group("entry/velatura"), truth)
    return path


def same(first, second):
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second)
    if is_dataclass(first) and not first.__dataclass_params__.eq:
        names = [item.name for item in fields(first)]
        return all(same(getattr(first, name), getattr(second, name)) for name in names)
    return first == second


def test_everything_comes_back_as_it_was(truth, written):
    found = read_physical_truth(written)
    assert found is not None
    wrong = [
        item.name
        for item in fields(truth)
        if not same(getattr(truth, item.name), getattr(found, item.name))
    ]
    assert not wrong


def test_a_scan_without_hidden_picture_has_none(truth, tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file.create_group("entry/velatura")
        write_physical_truth(group, replace(truth, hidden=None))
    found = read_physical_truth(tmp_path / "a.h5")
    assert found is not None
    assert found.hidden is None


def test_the_two_kinds_of_truth_are_told_apart(written, tmp_path):
    assert read_truth(written) is None
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["counts"] = [1]
    assert read_physical_truth(tmp_path / "other.h5") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda group: group.__delitem__("expected"),
        lambda group: group.attrs.__setitem__("recipe", "{"),
        lambda group: group.attrs.__setitem__("physics", '{"paint_um": -1}'),
        lambda group: group.attrs.__setitem__("physics", '{"ground": "sand"}'),
        lambda group: group["low"].__setitem__((0, 0), 60_000),
        lambda group: group["expected"].__setitem__((0, 0), np.nan),
        lambda group: (group.__delitem__("above"), group.__setitem__("above", np.zeros((2, 2)))),
        lambda group: group["above"].__setitem__((0, 0), -0.5),
        lambda group: group["nodes"].__setitem__((0, 0), 99),
        lambda group: group["nodes"].__setitem__((0, 2), 99),
        lambda group: group["expected"].__setitem__((0, 0), 1e19),
        lambda group: group["hidden/labels"].__setitem__((0, 0), 99),
        lambda group: (group.__delitem__("levels"), group.__setitem__("levels", "five")),
        lambda group: group.attrs.__setitem__("instrument", "5"),
        lambda group: group.attrs.__setitem__("recipe", "[]"),
    ],
)
def test_a_damaged_truth_is_one_clear_error(written, damage):
    with h5py.File(written, "a") as file:
        damage(file[GROUP])
    with pytest.raises(ReadError, match="is damaged"):
        read_physical_truth(written)
