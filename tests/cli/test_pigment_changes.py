"""Changing one's own libraries from the command line."""

from dataclasses import replace

import pytest

from app.core.pigments import SpectrumKind
from app.engine.pigment_libraries import Libraries

ADD = ("--formula", "Pb3O4", "--density", "8.9", "--colour", "#dc5a28")


@pytest.fixture
def minium(velatura):
    """A library “My pigments” that holds one pigment."""
    ran = velatura("pigments", "add", "Trial minium", *ADD, "--synonym", "Saturn", "--json")
    assert ran.json == {"added": "Trial minium", "id": "trial-minium"}


def own(name="My pigments"):
    return {pigment.name: pigment for pigment in Libraries().pigments(name)}


def test_a_pigment_is_added_with_all_that_was_given(velatura):
    ran = velatura(
        *("pigments", "add", "  Trial   earth ", "--density", "3.1", "--colour", "b5651d"),
        *("--formula", "Fe2O3", "--share", "3", "--formula", "MnO2", "--share", "1"),
        *("--binder", "egg tempera", "--volume-fraction", "0.4", "--from-year", "-500"),
        *("--to-year", "1900", "--period", "always", "--notes", "n", "--source", "s"),
        *("--synonym", "A", "--synonym", "B", "--group", "Brown"),
    )
    assert (ran.code, ran.err, ran.out) == (0, "", "added: Trial earth\n")
    pigment = own()["Trial earth"]
    assert [(part.formula, part.share) for part in pigment.components] == [
        ("Fe2O3", 3.0),
        ("MnO2", 1.0),
    ]
    assert (pigment.group.value, pigment.synonyms) == ("brown", ("A", "B"))
    assert (pigment.srgb, pigment.density_g_cm3) == ((181, 101, 29), 3.1)
    assert (pigment.binder, pigment.volume_fraction) == ("egg tempera", 0.4)
    assert (pigment.from_year, pigment.to_year, pigment.period) == (-500, 1900, "always")
    assert (pigment.notes, pigment.source) == ("n", "s")


def test_a_dye_needs_no_formula_and_its_group_follows_from_its_colour(velatura):
    ran = velatura("pigments", "add", "Dye", "--density", "1.5", "--colour", "#2040c0")
    assert ran.code == 0
    assert own()["Dye"].components == ()
    assert own()["Dye"].group.value == "blue"


def test_a_name_is_taken_once_unless_forced(velatura, minium):
    again = ("pigments", "add", "TRIAL minium", "--density", "9", "--colour", "#000000")
    ran = velatura(*again)
    assert ran.code == 2
    assert "already" in ran.err
    assert own()["Trial minium"].density_g_cm3 == 8.9
    assert velatura(*again, "--force").code == 0
    assert list(own()) == ["TRIAL minium"]
    assert own()["TRIAL minium"].density_g_cm3 == 9.0


def test_edit_changes_what_is_given_and_nothing_else(velatura, minium):
    before = own()["Trial minium"]
    assert (
        velatura("pigments", "edit", "saturn", "--density", "8.5", "--name", "Minium 2").code == 0
    )
    after = own()["Minium 2"]
    assert (after.id, after.density_g_cm3) == (before.id, 8.5)
    assert (after.components, after.synonyms, after.srgb) == (
        before.components,
        before.synonyms,
        before.srgb,
    )


def test_a_new_composition_drops_spectra_computed_for_the_old_one(velatura, minium, spectrum_file):
    store = Libraries().open("My pigments")
    assert velatura("pigments", "attach", "saturn", spectrum_file).code == 0
    (pigment,) = store.pigments()
    computed = replace(pigment.spectra[0], kind=SpectrumKind.COMPUTED, label="Rh 50 kV")
    store.put(replace(pigment, spectra=(*pigment.spectra, computed)), replacing=pigment.id)
    velatura("pigments", "edit", "saturn", "--notes", "same composition")
    assert [item.label for item in own()["Trial minium"].spectra] == ["mock-up", "Rh 50 kV"]
    velatura("pigments", "edit", "saturn", "--formula", "PbO")
    assert [item.label for item in own()["Trial minium"].spectra] == ["mock-up"]


def test_remove_takes_one_pigment(velatura, minium):
    assert velatura("pigments", "remove", "trial-minium").out == "removed: Trial minium\n"
    assert own() == {}
    assert velatura("pigments", "remove", "trial-minium").code == 2


def test_a_shipped_pigment_is_copied_before_it_is_changed(velatura):
    shipped = Libraries().shipped()
    name = shipped.pigments[0].name
    for command in (("remove", name), ("edit", name, "--density", "3")):
        ran = velatura("pigments", *command)
        assert ran.code == 2
        assert "is not changed" in ran.err
        assert f"hint: Take a copy first: velatura pigments copy “{name}”." in ran.err
    assert velatura("pigments", "copy", name, "--as", "Mine").code == 0
    assert own()["Mine"].components == shipped.pigments[0].components
    assert velatura("pigments", "copy", name).code == 0
    assert velatura("pigments", "edit", name, "--density", "3").code == 0
    assert own()[name].density_g_cm3 == 3.0


def test_copies_go_into_the_library_that_is_named(velatura, minium):
    velatura("pigments", "create", "Second")
    assert velatura("pigments", "copy", "saturn", "--into", "second").code == 0
    assert list(own("Second")) == ["Trial minium"]
    ran = velatura("pigments", "copy", "saturn", "--into", "Second")
    assert (ran.code, len(own("Second"))) == (2, 1)


def test_a_measured_spectrum_is_attached_once(velatura, minium, spectrum_file):
    assert velatura("pigments", "attach", "saturn", spectrum_file).code == 0
    (spectrum,) = own()["Trial minium"].spectra
    assert (spectrum.label, spectrum.counts.size) == ("mock-up", 100)
    ran = velatura("pigments", "attach", "saturn", spectrum_file)
    assert ran.code == 2
    assert "--force" in ran.err
    assert velatura("pigments", "attach", "saturn", spectrum_file, "--force").code == 0
    assert velatura("pigments", "attach", "saturn", spectrum_file, "--label", "B").code == 0
    assert [item.label for item in own()["Trial minium"].spectra] == ["mock-up", "B"]


def test_names_in_other_alphabets_stand_side_by_side(velatura):
    for name in ("朱", "銀朱", "охра"):
        assert velatura("pigments", "add", name, *ADD).code == 0
    assert velatura("pigments", "copy", "朱", "--as", "青").code == 0
    assert list(own()) == ["朱", "銀朱", "охра", "青"]
    assert len({pigment.id for pigment in own().values()}) == 4


def test_an_id_that_another_name_has_makes_way(velatura, minium):
    velatura("pigments", "edit", "Trial minium", "--name", "Renamed")
    ran = velatura("pigments", "add", "Trial minium", *ADD, "--json")
    assert ran.json == {"added": "Trial minium", "id": "trial-minium-2"}


def test_an_edit_keeps_what_another_program_changed_meanwhile(velatura, minium, monkeypatch):
    found = Libraries.find

    def then_edited_elsewhere(self, name, which=None):
        entry = found(self, name, which)
        self.open("My pigments").change(
            entry.pigment.id, lambda pigment: replace(pigment, period="from elsewhere")
        )
        return entry

    monkeypatch.setattr(Libraries, "find", then_edited_elsewhere)
    assert velatura("pigments", "edit", "saturn", "--notes", "from here").code == 0
    pigment = own()["Trial minium"]
    assert (pigment.notes, pigment.period) == ("from here", "from elsewhere")


def test_what_is_wrong_says_of_which_field(velatura, minium):
    ran = velatura("pigments", "edit", "saturn", "--synonym", "")
    assert ran.code == 2
    assert "synonyms[0]: Found nothing" in ran.err
    assert "“" + 80 * "x" + "” cannot" in velatura("pigments", "add", 500 * "x", *ADD).err
