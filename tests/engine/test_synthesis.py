"""The task that makes a synthetic scan."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from app.core.region import Region
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.synthesis import (
    opened_picture,
    sketched,
    synthesise,
)
from app.errors import AppError, WriteError
from app.io.formats import OpenOptions, open_cube
from app.io.truth import read_truth

RECIPE = SynthesisRecipe(clusters=3, delta=1, counts=50, noise=Noise.FIXED, join=8)


@pytest.fixture
def painting(tmp_path):
    picture = np.zeros((6, 10, 3), np.uint8)
    picture[:, :3], picture[:, 3:6], picture[3:] = (190, 40, 30), (240, 240, 230), (40, 60, 90)
    Image.fromarray(picture).save(tmp_path / "картина.png")
    return tmp_path / "картина.png"


@pytest.fixture(scope="module")
def pigments():
    names = ("vermilion", "lead white", "azurite")
    return tuple(Libraries().find(name).pigment for name in names)


def run(painting, pigments, out, parameters=None, **more):
    parameters = parameters or SynthesisParameters(recipe=RECIPE)
    return run_now(lambda context: synthesise(painting, pigments, parameters, out, context, **more))


def test_the_scan_opens_with_its_axis_step_and_truth(painting, pigments, tmp_path):
    out = tmp_path / "scan.h5"
    assert run(painting, pigments, out) == (out,)
    cube = open_cube(out, OpenOptions())
    assert (cube.rows, cube.cols, cube.channels) == (6, 10, 256)
    assert cube.axis is not None
    assert cube.axis.gain_kev == pytest.approx(0.16)
    assert cube.acquisition.step_mm == (0.5, 0.5)
    assert (np.asarray(cube.counts[0:6]).sum(axis=2) == 50).all()
    found = read_truth(out)
    assert found is not None
    truth, recipe = found
    assert recipe == RECIPE
    assert truth.pigments == ("Vermilion", "Lead white", "Azurite")
    # the red corner holds vermilion and no azurite
    assert truth.abundances()[:, 0, 0].argmax() == 0
    (step, *_) = cube.steps
    assert step.inputs[0].name == "картина.png"
    assert step.inputs[0].checksum == (
        "sha256:" + hashlib.sha256(painting.read_bytes()).hexdigest()
    )


def test_a_working_file_holds_the_same_counts(painting, pigments, tmp_path):
    run(painting, pigments, tmp_path / "a.h5")
    quick = SynthesisParameters(recipe=RECIPE, is_quick=True)
    run(painting, pigments, tmp_path / "b.h5", quick)
    first, second = (open_cube(tmp_path / name, OpenOptions()) for name in ("a.h5", "b.h5"))
    np.testing.assert_array_equal(first.counts[0:6], second.counts[0:6])


def test_fewer_columns_make_a_smaller_scan(painting, pigments, tmp_path):
    run(painting, pigments, tmp_path / "a.h5", SynthesisParameters(recipe=RECIPE, cols=5))
    assert open_cube(tmp_path / "a.h5", OpenOptions()).counts.shape == (3, 5, 256)


def test_a_part_of_the_picture_is_scanned(painting, pigments, tmp_path):
    parameters = SynthesisParameters(recipe=RECIPE, crop=Region(1, 6, 2, 9))
    run(painting, pigments, tmp_path / "a.h5", parameters)
    cube = open_cube(tmp_path / "a.h5", OpenOptions())
    assert cube.counts.shape == (5, 7, 256)
    assert cube.steps[0].parameters["crop"] == "1:6,2:9"
    found = read_truth(tmp_path / "a.h5")
    assert found is not None
    whole = np.asarray(Image.open(painting).convert("RGB"))
    np.testing.assert_array_equal(found[0].picture, whole[1:6, 2:9])


def test_changes_by_hand_are_in_counts_truth_and_step(painting, pigments, tmp_path):
    changes = Changes({0: (60, 90, 150)}, {1: {"Lead white": 0.5, "Vermilion": 0.5}})
    run(painting, pigments, tmp_path / "a.h5", SynthesisParameters(recipe=RECIPE, changes=changes))
    found = read_truth(tmp_path / "a.h5")
    assert found is not None
    assert found[0].changes == changes
    np.testing.assert_allclose(found[0].shares[1], [0.5, 0.5, 0])
    assert found[0].shares[0].argmax() == 2
    step = open_cube(tmp_path / "a.h5", OpenOptions()).steps[0]
    assert Changes.from_plain(step.parameters["changes"]) == changes


def test_the_sketch_has_the_palette_of_the_scan(painting, pigments, tmp_path):
    parameters = SynthesisParameters(recipe=RECIPE, crop=Region(0, 6, 1, 9), cols=4)
    run(painting, pigments, tmp_path / "a.h5", parameters)
    srgb = run_now(lambda context: opened_picture(painting, context)).srgb
    found = run_now(lambda context: sketched(srgb, parameters, context))
    truth = read_truth(tmp_path / "a.h5")
    assert truth is not None
    assert (found.rows, found.cols) == (3, 4)
    np.testing.assert_array_equal(found.palette.labels, truth[0].palette.labels)
    np.testing.assert_array_equal(found.palette.colours, truth[0].palette.colours)


def test_an_existing_file_stays_unless_allowed(painting, pigments, tmp_path):
    out = tmp_path / "scan.h5"
    out.write_bytes(b"precious")
    with pytest.raises(WriteError, match="exists already"):
        run(painting, pigments, out)
    assert out.read_bytes() == b"precious"
    run(painting, pigments, out, overwrite=True)
    assert out.stat().st_size > 1000


def test_another_suffix_is_refused(painting, pigments, tmp_path):
    with pytest.raises(WriteError, match=r"name ending in \.h5"):
        run(painting, pigments, tmp_path / "scan.png")


def test_a_failure_leaves_nothing_behind(painting, tmp_path):
    before = sorted(tmp_path.iterdir())
    with pytest.raises(AppError):
        run(painting, (), tmp_path / "scan.h5")
    assert sorted(tmp_path.iterdir()) == before
