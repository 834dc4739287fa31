"""The task that makes a scan of layers of paint."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.region import Region
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.physical_synthesis import covering
from app.engine.pigment_libraries import Libraries
from app.engine.resynthesis import synthesise_again
from app.engine.synthesis import synthesise
from app.errors import AppError, ParameterError, ReadError, WriteError
from app.io.formats import OpenOptions, open_cube
from app.io.physical_truth import GROUP, read_physical_truth

PARAMETERS = SynthesisParameters(
    recipe=SynthesisRecipe(counts=200, join=8, seed=4),
    physics=PhysicsRecipe(materials=4, spread_px=3),
)


@pytest.fixture
def painting(tmp_path):
    picture = np.zeros((6, 10, 3), np.uint8)
    picture[:, :3], picture[:, 3:6], picture[3:] = (190, 40, 30), (240, 240, 230), (40, 60, 90)
    Image.fromarray(picture).save(tmp_path / "картина.png")
    return tmp_path / "картина.png"


@pytest.fixture
def below(tmp_path):
    picture = np.full((20, 12, 3), (150, 55, 55), np.uint8)
    Image.fromarray(picture).save(tmp_path / "unter.png")
    return tmp_path / "unter.png"


@pytest.fixture(scope="module")
def pigments():
    names = ("vermilion", "lead white", "azurite")
    return tuple(Libraries().find(name).pigment for name in names)


def run(painting, pigments, out, parameters=PARAMETERS, **more):
    return run_now(lambda context: synthesise(painting, pigments, parameters, out, context, **more))


def test_the_scan_opens_with_axis_tube_step_truth_and_both_pictures(
    painting, below, pigments, tmp_path
):
    out = tmp_path / "scan.h5"
    wanted = replace(PARAMETERS, hidden=below, crop=Region(0, 6, 1, 9))
    assert run(painting, pigments, out, wanted) == (out,)
    cube, truth = open_cube(out, OpenOptions()), read_physical_truth(out)
    assert truth is not None
    assert cube.counts.shape == truth.shape == (6, 8, 256)
    assert cube.axis is not None
    assert (cube.axis.offset_kev, cube.axis.gain_kev) == pytest.approx((0.07, 0.16))
    assert (cube.acquisition.tube_anode, cube.acquisition.tube_kv) == ("Rh", 50)
    assert cube.acquisition.step_mm == (0.5, 0.5)
    step = cube.steps[0]
    assert [item.name for item in step.inputs] == ["картина.png", "unter.png"]
    assert all(item.checksum.startswith("sha256:") for item in step.inputs)
    assert step.parameters["physics"]["materials"] == 4
    assert truth.recipe == PARAMETERS.recipe
    assert truth.hidden is not None
    assert truth.hidden.picture.shape == (6, 8, 3)


@pytest.mark.parametrize("is_quick", [False, True])
def test_a_scan_is_made_again_from_its_record_bit_for_bit(painting, pigments, tmp_path, is_quick):
    first, second = tmp_path / "a.h5", tmp_path / "b.h5"
    run(painting, pigments, first)
    made = run_now(lambda context: synthesise_again(first, second, context, is_quick=is_quick))
    assert made.is_same
    one, two = (open_cube(path, OpenOptions()) for path in (first, second))
    np.testing.assert_array_equal(one.counts[0:6], two.counts[0:6])
    assert two.axis == one.axis
    assert two.acquisition == one.acquisition
    assert [step.action for step in two.steps] == ["synthesise by physics", "synthesise again"]


def test_the_same_picture_and_seed_give_the_same_counts(painting, pigments, tmp_path):
    for name in ("a.h5", "b.h5"):
        run(painting, pigments, tmp_path / name)
    one, two = (open_cube(tmp_path / name, OpenOptions()) for name in ("a.h5", "b.h5"))
    np.testing.assert_array_equal(one.counts[0:6], two.counts[0:6])


def test_a_changed_record_is_not_the_same_scan(painting, pigments, tmp_path):
    first = tmp_path / "a.h5"
    run(painting, pigments, first)
    with h5py.File(first, "a") as file:
        expected = file[GROUP]["expected"]
        expected[0] = expected[0][::-1]
    made = run_now(lambda context: synthesise_again(first, tmp_path / "b.h5", context))
    assert not made.is_same


def test_an_unknown_instrument_is_refused_with_the_known_ones(painting, pigments, tmp_path):
    wanted = replace(PARAMETERS, physics=PhysicsRecipe(instrument="Hubble"))
    with pytest.raises(ParameterError, match="M6 Jetstream") as caught:
        run(painting, pigments, tmp_path / "a.h5", wanted)
    assert "Hubble" in caught.value.title
    assert not (tmp_path / "a.h5").exists()


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no such file"), (b"no picture", "no picture that is known")]
)
def test_an_unreadable_hidden_picture_is_named(painting, pigments, tmp_path, content, message):
    hidden = tmp_path / "hidden.png"
    if content is not None:
        hidden.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        run(painting, pigments, tmp_path / "a.h5", replace(PARAMETERS, hidden=hidden))
    assert "hidden.png" in caught.value.message
    assert message in caught.value.message
    assert not (tmp_path / "a.h5").exists()


def test_neither_picture_is_overwritten(painting, below, pigments, tmp_path):
    clash = below.rename(tmp_path / "hidden.h5")
    with pytest.raises(WriteError):
        run(painting, pigments, clash, replace(PARAMETERS, hidden=clash), overwrite=True)
    with Image.open(clash) as kept:
        assert kept.size == (12, 20)


def test_too_few_channels_are_refused(painting, pigments, tmp_path):
    wanted = replace(PARAMETERS, recipe=SynthesisRecipe(join=64))
    with pytest.raises(AppError, match="64 joined"):
        run(painting, pigments, tmp_path / "a.h5", wanted)


def test_a_hidden_picture_covers_the_scan_with_its_middle():
    picture = np.zeros((40, 10, 3), np.uint8)
    picture[15:25] = 200
    made = covering(picture, (6, 6))
    assert made.shape == (6, 6, 3)
    assert (made == 200).all()


def test_stopping_leaves_nothing_behind(painting, pigments, tmp_path):
    class StopError(Exception):
        pass

    def progress(fraction, message=""):
        if message.startswith("Computing"):
            raise StopError

    out = tmp_path / "a.h5"
    with pytest.raises(StopError):
        run_now(lambda context: synthesise(painting, pigments, PARAMETERS, out, context), progress)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["картина.png"]
