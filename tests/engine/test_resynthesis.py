"""Making a synthetic scan again from its own record."""

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.region import Region
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.resynthesis import synthesise_again
from app.engine.synthesis import synthesise
from app.errors import ParameterError, WriteError
from app.io.formats import OpenOptions, open_cube
from app.io.truth import read_truth


@pytest.fixture
def first(tmp_path):
    """A scan with a part cut out, colours and shares changed by hand, and Poisson counts."""
    small = np.random.default_rng(3).integers(0, 256, (4, 6, 3), np.uint8)
    Image.fromarray(small).resize((30, 20), Image.Resampling.BICUBIC).save(tmp_path / "p.png")
    names = ("vermilion", "lead white", "azurite", "malachite")
    pigments = tuple(Libraries().find(name).pigment for name in names)
    parameters = SynthesisParameters(
        recipe=SynthesisRecipe(clusters=5, delta=1, counts=80, join=8, seed=11, by_luminosity=True),
        crop=Region(2, 19, 3, 28),
        cols=20,
        changes=Changes({1: (40, 60, 150)}, {0: {"Azurite": 0.35, "Vermilion": 0.0}}),
    )
    path = tmp_path / "first.h5"
    run_now(lambda context: synthesise(tmp_path / "p.png", pigments, parameters, path, context))
    (tmp_path / "p.png").unlink()
    return path


def again(source, out, **more):
    return run_now(lambda context: synthesise_again(source, out, context, **more))


@pytest.mark.parametrize("is_quick", [False, True])
def test_the_counts_are_the_same_bit_for_bit_without_picture_or_library(first, tmp_path, is_quick):
    made = again(first, tmp_path / "second.h5", is_quick=is_quick)
    assert made.is_same
    one, two = (open_cube(path, OpenOptions()) for path in (first, made.path))
    assert one.counts.dtype == two.counts.dtype
    np.testing.assert_array_equal(one.counts[:], two.counts[:])
    assert one.axis == two.axis
    assert one.acquisition.step_mm == two.acquisition.step_mm
    assert [step.action for step in two.steps if "synth" in step.action] == [
        "synthesise",
        "synthesise again",
    ]


def test_the_record_goes_with_it_so_that_it_can_be_made_a_third_time(first, tmp_path):
    again(first, tmp_path / "second.h5")
    assert again(tmp_path / "second.h5", tmp_path / "third.h5").is_same
    one, three = (read_truth(path) for path in (first, tmp_path / "third.h5"))
    assert one is not None
    assert three is not None
    assert one[1] == three[1]
    assert one[0].changes == three[0].changes
    np.testing.assert_array_equal(one[0].shares, three[0].shares)


def test_a_count_changed_since_is_noticed(first, tmp_path):
    with h5py.File(first, "a") as file:
        file["cube"][3, 4, 5] += 1
    assert not again(first, tmp_path / "second.h5").is_same


def test_a_measured_scan_cannot_be_made_again(tmp_path, first):
    with h5py.File(first, "a") as file:
        del file["/entry/velatura/truth"]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ParameterError, match=r"first\.h5 is no synthetic scan"):
        again(first, tmp_path / "second.h5")
    assert sorted(tmp_path.iterdir()) == before


def test_a_truth_of_another_size_is_refused(first, tmp_path):
    with h5py.File(first, "a") as file:
        truth = file["/entry/velatura/truth"]
        for name in ("labels", "counts_of_pixels", "picture"):
            values = truth[name][1:]
            del truth[name]
            truth[name] = values
    with pytest.raises(ParameterError, match="does not belong to its counts"):
        again(first, tmp_path / "second.h5")


def test_neither_itself_nor_what_is_there_is_written_over(first, tmp_path):
    content = first.read_bytes()
    with pytest.raises(WriteError):
        again(first, first, overwrite=True)
    (tmp_path / "second.h5").write_bytes(b"precious")
    with pytest.raises(WriteError, match="exists already"):
        again(first, tmp_path / "second.h5")
    assert first.read_bytes() == content
    assert (tmp_path / "second.h5").read_bytes() == b"precious"
