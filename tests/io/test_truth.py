"""The truth of a synthetic scan in its file."""

import json

import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe, Truth
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.paints import Paints
from app.core.synthesis.palette import Palette
from app.errors import ReadError
from app.io.truth import read_truth, write_truth

RECIPE = SynthesisRecipe(similarity=Similarity.COSINE, noise=Noise.FIXED, seed=5)


@pytest.fixture
def truth():
    palette = Palette(
        labels=np.array([[0, 1, 1]], np.uint8),
        colours=np.array([[200.0, 10, 10], [9.5, 8, 7]]),
        sizes=np.array([2, 1]),
        silhouettes=((2, 0.5), (3, 0.25)),
        inertia=1.5,
    )
    return Truth(
        picture=np.arange(9, dtype=np.uint8).reshape(1, 3, 3),
        palette=palette,
        paints=Paints(
            ("vermilion", "терра"),
            np.array([[190.0, 40, 30], [120, 80, 40]]),
            np.array([[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]]),
            EnergyAxis(0.1, 0.02, 1e-7, source="reference spectra “Rh”"),
        ),
        shares=np.array([[1.0, 0.0], [0.25, 0.75]]),
        expected=np.full((2, 4), 0.25),
        numbers=np.array([[3, 4, 5]]),
        changes=Changes({1: (10, 20, 30)}, {0: {"терра": 0.25}}),
    )


@pytest.fixture
def written(tmp_path, truth):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        write_truth(file.create_group("entry/velatura"), truth, RECIPE)
    return path


def test_the_truth_comes_back_as_it_was(written, truth):
    found = read_truth(written)
    assert found is not None
    again, recipe = found
    assert recipe == RECIPE
    assert again.pigments == truth.pigments
    assert again.changes == truth.changes
    assert again.paints.axis == truth.paints.axis
    assert again.paints.axis.source == truth.paints.axis.source
    for name in ("srgb", "spectra"):
        np.testing.assert_array_equal(getattr(again.paints, name), getattr(truth.paints, name))
    assert again.palette.silhouettes == truth.palette.silhouettes
    assert again.palette.inertia == truth.palette.inertia
    for name in ("picture", "shares", "expected", "numbers"):
        np.testing.assert_array_equal(getattr(again, name), getattr(truth, name))
    for name in ("labels", "colours", "sizes"):
        np.testing.assert_array_equal(getattr(again.palette, name), getattr(truth.palette, name))


def test_a_palette_of_a_given_number_has_no_silhouettes(tmp_path, truth):
    object.__setattr__(truth.palette, "silhouettes", ())
    with h5py.File(tmp_path / "a.h5", "w") as file:
        write_truth(file.create_group("entry/velatura"), truth, RECIPE)
    found = read_truth(tmp_path / "a.h5")
    assert found is not None
    assert found[0].palette.silhouettes == ()


def test_a_measured_scan_has_no_truth(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["cube"] = np.zeros((1, 2, 3))
    assert read_truth(tmp_path / "a.h5") is None


def test_a_damaged_truth_is_named(written):
    with h5py.File(written, "a") as file:
        del file["/entry/velatura/truth/shares"]
    with pytest.raises(ReadError, match="truth of this synthetic scan cannot be read"):
        read_truth(written)


def test_a_pigment_whose_rate_is_unknown_is_read(written):
    with h5py.File(written, "a") as file:
        file["/entry/velatura/truth/rates"] = [12.5, np.nan]
    found = read_truth(written)
    assert found is not None
    np.testing.assert_array_equal(found[0].paints.rates, [12.5, np.nan])


def put(name, change):
    """What replaces a dataset by a changed one, with its attributes."""

    def damage(group):
        values, attributes = group[name][()], dict(group[name].attrs)
        del group[name]
        group[name] = change(values)
        group[name].attrs.update(attributes)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        put("labels", lambda values: values + 5),
        put("labels", lambda values: values.astype(float)),
        put("labels", lambda values: "none"),
        put("counts_of_pixels", lambda values: -values),
        put("counts_of_pixels", lambda values: values[0]),
        put("counts_of_pixels", lambda values: values + 2**40),
        put("expected", lambda values: values[:1]),
        put("expected", lambda values: values * np.nan),
        put("expected", lambda values: -values),
        put("shares", lambda values: values[:, :1]),
        put("picture", lambda values: values[..., :2]),
        put("picture", lambda values: values.astype("u2")),
        put("references", lambda values: values[:, :2]),
        put("inertia", lambda values: [values]),
        lambda group: group.attrs.__setitem__("recipe", "[]"),
    ],
)
def test_whatever_is_damaged_is_found_before_it_is_drawn_from(written, damage):
    with h5py.File(written, "a") as file:
        damage(file["/entry/velatura/truth"])
    with pytest.raises(ReadError, match="is damaged"):
        read_truth(written)


def test_what_is_no_file_of_that_kind_is_named(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"no")
    with pytest.raises(ReadError, match=r"a\.h5"):
        read_truth(path)


def test_a_truth_from_before_dwell_times_is_read(truth, tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        velatura = file.create_group("entry/velatura")
        write_truth(velatura, truth, RECIPE)
        recipe = json.loads(velatura["truth"].attrs["recipe"])
        del recipe["dwell_s"], recipe["dead_time_us"]
        velatura["truth"].attrs["recipe"] = json.dumps(recipe)
    found = read_truth(path)
    assert found is not None
    assert found[1] == RECIPE
    assert found[0].paints.rates is None
