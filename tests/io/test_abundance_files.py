"""Maps of unmixing, written and read."""

import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.provenance import Step
from app.core.region import Region
from app.core.unmixing.abundances import Abundances
from app.core.unmixing.binning import binning_for
from app.core.unmixing.templates import Group, Templates
from app.errors import ReadError
from app.io.abundance_files import read_abundances, write_abundances


@pytest.fixture
def abundances():
    generator = np.random.default_rng(0)
    groups = (
        Group("Rötel oder Ocker", ("Rötel", "Ocker"), ("Fe", "Si")),
        Group("Scatter", is_rest=True),
    )
    binning = binning_for(EnergyAxis(0.0, 0.03, 1e-7, source="file"), 300)
    shapes = generator.random((3, binning.bins))
    return Abundances(
        groups=groups,
        maps=generator.random((2, 4, 6)).astype(np.float32),
        errors=generator.random((2, 4, 6)).astype(np.float32),
        residual=generator.random((4, 6)).astype(np.float32),
        templates=Templates(groups, shapes, np.array([0, 0, 1]), binning, ("Told.",)),
        region=Region(1, 5, 0, 6),
        scan="panel",
        step_mm=(0.5, 0.25),
        notes=("Told.", "The residual is 1.0."),
        steps=(Step("open"), Step("unmix", {"pigments": "Rötel"})),
    )


def test_what_is_written_is_read(abundances, tmp_path):
    path = tmp_path / "a.h5"
    write_abundances(abundances, path, title="panel_unmixed")
    found = read_abundances(path)
    for name in ("groups", "region", "scan", "step_mm", "notes", "steps"):
        assert getattr(found, name) == getattr(abundances, name)
    for name in ("maps", "errors", "residual"):
        np.testing.assert_array_equal(getattr(found, name), getattr(abundances, name))
    before, after = abundances.templates, found.templates
    np.testing.assert_array_equal(after.shapes, before.shapes)
    np.testing.assert_array_equal(after.owner, before.owner)
    np.testing.assert_array_equal(after.binning.edges_kev, before.binning.edges_kev)
    assert after.notes == before.notes
    assert (after.binning.first, after.binning.factor) == (before.binning.first, 3)
    assert after.binning.axis == before.binning.axis


def test_other_programs_find_maps_with_their_axes_and_errors(abundances, tmp_path):
    path = tmp_path / "a.h5"
    write_abundances(abundances, path, title="panel_unmixed")
    with h5py.File(path) as file:
        group = file[file.attrs["default"]]
        group = group[group.attrs["default"]]
        signal = group[group.attrs["signal"]]
        assert [len(group[name]) for name in group.attrs["axes"]] == list(signal.shape)
        assert group["counts_errors"].shape == signal.shape
        assert group["x"].attrs["units"] == "mm"
        np.testing.assert_allclose(group["x"][:3], [0, 0.25, 0.5])
        assert group["names"].asstr()[0] == "Rötel oder Ocker"


def test_a_file_of_something_else_is_refused(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["cube"] = np.zeros((2, 2, 2))
    with pytest.raises(ReadError, match="/entry/abundances is missing"):
        read_abundances(tmp_path / "b.h5")
    (tmp_path / "c.h5").write_bytes(b"no HDF5")
    with pytest.raises(ReadError):
        read_abundances(tmp_path / "c.h5")


def test_an_existing_file_is_not_overwritten(abundances, tmp_path):
    (tmp_path / "a.h5").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_abundances(abundances, tmp_path / "a.h5", title="a")
