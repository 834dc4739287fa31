"""The shipped library and the user's own, side by side."""

from dataclasses import replace

import numpy as np
import pytest

from app import paths
from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.engine.pigment_libraries import Libraries, export
from app.errors import AppError, ParameterError, ReadError, WriteError
from app.io import pigment_files
from app.io.pigment_store import Clash, PigmentStore

SPECTRUM = PigmentSpectrum(
    "Rh 50 kV",
    SpectrumKind.COMPUTED,
    EnergyAxis(0.0, 0.02),
    np.arange(40, dtype=np.float32) / 3,
    "Rh anode",
    "made up",
    2.0,
)
MINIUM = Pigment(
    "trial-minium",
    "Trial minium",
    ColourGroup.ORANGE,
    (Component("Pb3O4"),),
    8.9,
    (220, 90, 40),
    synonyms=("Saturnine red",),
    from_year=-300,
    spectra=(SPECTRUM,),
)
SMALT = Pigment(
    "trial-smalt", "Trial smalt", ColourGroup.BLUE, (Component("CoO", 2.0),), 2.5, (40, 60, 140)
)


@pytest.fixture
def libraries():
    return Libraries()


@pytest.fixture
def ours(libraries):
    return libraries.create("Ours", [MINIUM, SMALT])


def test_the_shipped_library_comes_first_and_has_no_file(libraries):
    (shipped,) = libraries.all()
    content = libraries.shipped()
    assert (shipped.name, shipped.path, shipped.is_read_only) == (content.name, None, True)
    assert shipped.count == len(content.pigments) >= 60
    assert libraries.pigments(content.name.upper()) == content.pigments
    assert libraries.shipped() is content


def test_looking_makes_no_folder(libraries):
    libraries.all()
    libraries.all_pigments()
    assert not (paths.data_dir() / "pigments").exists()


def test_the_shipped_library_is_not_opened_for_writing(libraries):
    with pytest.raises(ParameterError, match="is not changed"):
        libraries.open(libraries.shipped().name)
    with pytest.raises(ParameterError, match="stays on the list"):
        libraries.forget(libraries.shipped().name)


def test_the_default_library_is_made_once(libraries):
    first = libraries.default_own()
    first.put(MINIUM)
    assert first.path.parent == libraries.folder
    assert libraries.default_own().pigments() == (MINIUM,)
    (own,) = libraries.own()
    assert (own.name, own.count, own.path) == ("My pigments", 1, first.path)


def test_pigments_of_all_libraries_say_where_they_are_from(libraries, ours):
    entries = libraries.all_pigments()
    assert [entry.pigment for entry in entries if entry.library == "Ours"] == [MINIUM, SMALT]
    assert entries[0].library == libraries.shipped().name


def test_a_broken_library_hides_no_other(libraries, ours):
    (libraries.folder / "broken.pigments").write_bytes(b"x" * 5000)
    broken, own = libraries.own()
    assert (broken.name, own.name, own.problem) == ("broken", "Ours", None)
    assert {entry.library for entry in libraries.all_pigments()} == {
        libraries.shipped().name,
        "Ours",
    }
    for ask in (libraries.open, libraries.pigments):
        with pytest.raises(AppError, match=r"broken\.pigments"):
            ask("broken")


@pytest.mark.parametrize("name", ["Ours", " OURS ", "", " ", "x" * 81, "a\tb\x00"])
def test_names_of_libraries_are_unique_and_sensible(name, libraries, ours):
    before = sorted(libraries.folder.iterdir())
    with pytest.raises(ParameterError):
        libraries.create(name)
    with pytest.raises(ParameterError):
        libraries.create(libraries.shipped().name.lower())
    assert sorted(libraries.folder.iterdir()) == before


def test_names_that_make_one_file_name_make_two_files(libraries):
    paths_made = {libraries.create(name).path.name for name in ("Blue: 1", "Blue? 1", "Blue/ 1")}
    assert paths_made == {"Blue_1.pigments", "Blue_1-2.pigments", "Blue_1-3.pigments"}
    assert [item.name for item in libraries.own()] == ["Blue/ 1", "Blue: 1", "Blue? 1"]


def test_copied_files_of_one_name_are_told_apart(libraries, ours):
    ours.copy_to(libraries.folder / "backup.pigments")
    names = [item.name for item in libraries.own()]
    assert names == ["Ours (backup.pigments)", "Ours (Ours.pigments)"]
    assert libraries.open(names[0]).path.name == "backup.pigments"
    with pytest.raises(ParameterError, match="There is no pigment library “Ours”"):
        libraries.open("Ours")


def test_a_library_is_found_by_its_file_wherever_it_lies(libraries, tmp_path):
    path = PigmentStore.create(tmp_path / "elsewhere.pigments", "Elsewhere", pigments=[SMALT]).path
    assert libraries.pigments(path) == (SMALT,)
    assert libraries.pigments(str(path)) == (SMALT,)
    assert libraries.own() == ()
    libraries.add(path)
    assert libraries.pigments("elsewhere") == (SMALT,)
    assert libraries.forget("Elsewhere").path == path
    assert libraries.own() == ()
    assert path.exists()


@pytest.mark.parametrize("which", ["None such", "missing.pigments", ""])
def test_an_unknown_library_lists_the_known_ones(which, libraries, ours):
    with pytest.raises(ParameterError, match="Ours"):
        libraries.named(which)


def test_what_is_no_library_is_not_added(libraries, tmp_path):
    path = tmp_path / "text.pigments"
    path.write_text("hello")
    with pytest.raises(AppError, match=r"text\.pigments"):
        libraries.add(path)
    assert libraries.own() == ()


def test_a_duplicate_lives_its_own_life(libraries, ours):
    copy = libraries.duplicate("ours", "Copy")
    copy.remove(SMALT.id)
    assert ours.pigments() == (MINIUM, SMALT)
    assert libraries.pigments("Copy") == (MINIUM,)
    shipped = libraries.duplicate(libraries.shipped().name, "Ours to change")
    assert shipped.pigments() == libraries.shipped().pigments


@pytest.mark.parametrize("name", ["trial minium", "TRIAL-MINIUM", "saturnine RED"])
def test_a_pigment_is_found_by_name_id_and_synonym(name, libraries, ours):
    found = libraries.find(name)
    assert (found.library, found.pigment) == ("Ours", MINIUM)


def test_ones_own_pigment_comes_before_the_shipped_one_of_its_name(libraries):
    shipped = libraries.shipped().pigments[3]
    mine = replace(shipped, density_g_cm3=1.25)
    libraries.create("Ours", [mine])
    assert libraries.find(shipped.name).pigment == mine
    assert libraries.find(shipped.name, libraries.shipped().name).pigment == shipped


def test_a_name_nearly_right_is_suggested(libraries, ours):
    with pytest.raises(ParameterError, match="Trial minium"):
        libraries.find("Trial minum")
    with pytest.raises(ParameterError, match="none"):
        libraries.find("qqqqqqqqqq", "Ours")


def test_exports_come_back_the_same(libraries, ours, tmp_path):
    for suffix in (".pigments", ".pigments.zip"):
        target = tmp_path / f"out{suffix}"
        assert export(ours.pigments(), target, name="Out") == (target,)
        content = pigment_files.read_pigments(target)
        assert (content.name, content.pigments) == ("Out", (MINIUM, SMALT))


@pytest.mark.parametrize("suffix", [".pigments", ".pigments.zip", ".json", ".csv"])
def test_exports_are_not_overwritten_unasked(suffix, tmp_path):
    target = tmp_path / f"out{suffix}"
    written = export([MINIUM], target)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert set(before) == set(written)
    other = replace(SMALT, spectra=(SPECTRUM,))
    with pytest.raises(WriteError):
        export([other], target)
    assert {path: path.read_bytes() for path in before} == before
    again = export([other], target, overwrite=True)
    assert again[0].read_bytes() != before[written[0]]


@pytest.mark.parametrize(
    ("pigments", "name"), [([], "out.csv"), ([SMALT], "out.xlsx"), ([SMALT], "out.json")]
)
def test_what_cannot_be_exported_is_told(pigments, name, tmp_path):
    with pytest.raises(AppError):
        export(pigments, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_imports_go_to_the_default_library_unless_one_is_named(libraries, ours, tmp_path):
    path = tmp_path / "in.pigments"
    export([replace(SMALT, density_g_cm3=2.7)], path)
    report = libraries.import_file(path)
    assert report.added == ("Trial smalt",)
    assert libraries.pigments("My pigments")[0].density_g_cm3 == 2.7
    assert libraries.import_file(path, "Ours", Clash.SKIP).skipped == ("Trial smalt",)
    assert ours.pigments() == (MINIUM, SMALT)
    assert libraries.import_file(path, "Ours", Clash.REPLACE).replaced == ("Trial smalt",)
    assert ours.pigments()[1].density_g_cm3 == 2.7
    libraries.import_file(path, "Ours", Clash.KEEP_BOTH)
    assert [item.name for item in ours.pigments()][2] == "Trial smalt (2)"


def test_a_file_that_cannot_be_read_makes_no_library(libraries, tmp_path):
    path = tmp_path / "in.pigments.zip"
    path.write_bytes(b"PK no")
    with pytest.raises(AppError):
        libraries.import_file(path)
    assert libraries.own() == ()


def test_a_damaged_installation_is_told(libraries, monkeypatch):
    monkeypatch.setattr("app.engine.pigment_libraries.SHIPPED", "pigments/none.zip")
    with pytest.raises(ReadError, match=r"missing.*none\.zip"):
        libraries.shipped()


def test_a_free_name_is_one_that_no_library_has(libraries, ours):
    assert libraries.free_name("Theirs") == "Theirs"
    assert libraries.free_name("OURS") == "OURS (2)"
    libraries.create("Ours (2)")
    assert libraries.free_name("Ours") == "Ours (3)"
