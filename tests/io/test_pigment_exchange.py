import json

import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, SpectrumKind
from app.errors import ParameterError, ReadError, WriteError
from app.io.pigment_archive import LibraryContent
from app.io.pigment_exchange import chosen_spectra, is_ganx, read_ganx, write_ganx


@pytest.fixture
def content(make_pigment, make_spectrum, dye):
    computed = make_spectrum("Rh 50 kV", 300)
    measured = make_spectrum("Mock-up", 200, 7, kind=SpectrumKind.MEASURED)
    azurite = make_pigment(spectra=(computed, measured))
    smalt = make_pigment("Smalt", srgb=(40, 50, 120), spectra=(computed,))
    return LibraryContent("Lab", "", (azurite, smalt))


def write_database(folder, entries, **files):
    folder.mkdir(exist_ok=True)
    (folder / "db.json").write_text(json.dumps(entries), encoding="utf-8")
    for name, (x, y) in files.items():
        with h5py.File(folder / f"{name}.h5", "w") as file:
            file["x"], file["y"] = x, y
    return folder / "db.json"


ENERGIES = np.linspace(0.5, 38.5, 500)


def test_a_database_of_others_is_read(tmp_path):
    counts = np.arange(500.0)
    path = write_database(
        tmp_path,
        {
            "Lead white": {"xrf": "./lead.h5", "RGB": [233, 225, 210]},
            "Färberröte": {"xrf": "more\\madder.h5", "RGB": [180, 30, 40]},
        },
        lead=(ENERGIES, counts),
    )
    (tmp_path / "more").mkdir()
    with h5py.File(tmp_path / "more" / "madder.h5", "w") as file:
        file["x"], file["y"] = ENERGIES, counts[::-1]
    found = read_ganx(path)
    assert found.name == "db"
    white, madder = found.pigments
    assert (white.id, white.name, white.group) == ("lead-white", "Lead white", ColourGroup.WHITE)
    assert (madder.id, madder.group) == ("farberrote", ColourGroup.RED)
    assert white.srgb == (233, 225, 210)
    assert white.components == ()
    assert "not in the file" in white.notes
    (spectrum,) = white.spectra
    assert spectrum.kind is SpectrumKind.MEASURED
    assert spectrum.axis.offset_kev == pytest.approx(0.5, abs=1e-12)
    assert spectrum.axis.gain_kev == pytest.approx(38 / 499, abs=1e-12)
    np.testing.assert_array_equal(spectrum.counts, counts.astype(np.float32))
    np.testing.assert_array_equal(madder.spectra[0].counts, counts[::-1].astype(np.float32))


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        (([1.0, 0.5, 0.0], [0.2, 0.2, 0.2]), ((255, 128, 0), (51, 51, 51))),
        (([1, 1, 1], [0, 0, 0]), ((255, 255, 255), (0, 0, 0))),
        # one large number tells that the others are small ones of 255
        (([1, 1, 1], [0, 0, 2]), ((1, 1, 1), (0, 0, 2))),
        (([127.6, 0, 255.0], [0, 0, 0]), ((128, 0, 255), (0, 0, 0))),
    ],
)
def test_colours_are_of_255_or_of_1(tmp_path, colours, expected):
    entries = {f"P{n}": {"xrf": "a.h5", "RGB": rgb} for n, rgb in enumerate(colours)}
    path = write_database(tmp_path, entries, a=(ENERGIES, ENERGIES))
    assert tuple(pigment.srgb for pigment in read_ganx(path).pigments) == expected


def test_names_that_give_one_id_get_two(tmp_path):
    entries = {name: {"xrf": "a.h5", "RGB": [1, 2, 3]} for name in ("Azurite", "Azurite!")}
    path = write_database(tmp_path, entries, a=(ENERGIES, ENERGIES))
    assert [item.id for item in read_ganx(path).pigments] == ["azurite", "azurite-2"]


def test_what_was_written_is_read(content, tmp_path):
    files = write_ganx(tmp_path / "out", content, json_name="lab.json")
    assert [path.name for path in files] == ["lab.json", "azurite.h5", "smalt.h5"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in files
    )
    found = read_ganx(files[0])
    assert [item.srgb for item in found.pigments] == [(45, 60, 72), (40, 50, 120)]
    # the measured one goes before the computed
    assert [len(item.spectra[0].counts) for item in found.pigments] == [200, 300]
    np.testing.assert_array_equal(
        found.pigments[0].spectra[0].counts, content.pigments[0].spectra[1].counts
    )
    axis = found.pigments[0].spectra[0].axis
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((0.05, 0.02), abs=1e-12)


def test_the_layout_is_ganx(content, tmp_path):
    (path, first, _) = write_ganx(tmp_path, content, label="Rh 50 kV")
    entries = json.loads(path.read_text(encoding="utf-8"))
    assert entries["Smalt"] == {"xrf": "smalt.h5", "RGB": [40, 50, 120]}
    with h5py.File(first) as file:
        np.testing.assert_allclose(file["x"][()], 0.05 + 0.02 * np.arange(300))
        np.testing.assert_array_equal(file["y"][()], np.arange(300) * 1.5)
        assert file["y"].dtype == np.float64


def test_all_files_are_written_or_none(content, tmp_path):
    (tmp_path / "smalt.h5").write_bytes(b"mine")
    with pytest.raises(WriteError, match=r"smalt\.h5 exists"):
        write_ganx(tmp_path, content)
    assert [path.name for path in tmp_path.iterdir()] == ["smalt.h5"]
    write_ganx(tmp_path, content, overwrite=True)
    assert len(read_ganx(tmp_path / "pigments.json").pigments) == 2


def test_a_spectrum_is_chosen_by_its_label(content, dye):
    azurite = content.pigments[0]
    assert chosen_spectra((azurite,), None) == (azurite.spectra[1],)
    assert chosen_spectra((azurite,), "Rh 50 kV") == (azurite.spectra[0],)
    with pytest.raises(ParameterError, match="1 of 2 have no spectrum: Färberröte"):
        chosen_spectra((azurite, dye), None)
    with pytest.raises(ParameterError, match="1 of 2 have no spectrum “Mock-up”: Smalt"):
        chosen_spectra(content.pigments, "Mock-up")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"], file["y"] = ENERGIES, ENERGIES
    path = write_database(tmp_path / "in", {"A": {"xrf": "a.h5", "RGB": [1, 2, 3]}})
    try:
        (tmp_path / "in" / "a.h5").symlink_to(tmp_path / "secret.h5")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(ReadError, match="outside the folder"):
        read_ganx(path)


def test_a_bad_spectrum_names_its_pigment(tmp_path):
    entries = {"A": {"xrf": "a.h5", "RGB": [1, 2, 3]}}
    path = write_database(tmp_path, entries, a=(np.geomspace(1, 30, 50), np.ones(50)))
    with pytest.raises(ReadError, match=r"Pigment “A”: a\.h5: the energies do not rise evenly"):
        read_ganx(path)


def test_names_that_differ_by_capitals_are_refused(tmp_path):
    entries = {name: {"xrf": "a.h5", "RGB": [1, 2, 3]} for name in ("A", "a")}
    path = write_database(tmp_path, entries, a=(ENERGIES, ENERGIES))
    with pytest.raises(ReadError):
        read_ganx(path)


def test_the_layout_is_recognised(content, tmp_path):
    (path, first, _) = write_ganx(tmp_path, content)
    assert is_ganx(path)
    assert not is_ganx(first)
    (tmp_path / "other.json").write_text('{"a": 1}', encoding="utf-8")
    assert not is_ganx(tmp_path / "other.json")


def test_a_bent_axis_is_written_as_energies(make_pigment, make_spectrum, tmp_path):
    bent = make_spectrum(axis=EnergyAxis(0.0, 0.02, 1e-3))
    write_ganx(tmp_path, LibraryContent("Lab", "", (make_pigment(spectra=(bent,)),)))
    with h5py.File(tmp_path / "azurite.h5") as file:
        np.testing.assert_allclose(file["x"][()], bent.axis.energies_kev(7))
