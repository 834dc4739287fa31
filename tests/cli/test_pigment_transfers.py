"""Libraries in and out, and their spectra computed anew, from the command line."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.engine.instruments import Instruments
from app.engine.pigment_libraries import Libraries
from app.io import pigment_files

COARSE = {"tube_kv": 20.0, "channels": 256, "gain_kev": 0.08}


def pigment(name, formula="Pb3O4", **values):
    spectrum = PigmentSpectrum(
        "made up",
        SpectrumKind.MEASURED,
        EnergyAxis(0.0, 0.1),
        np.arange(30, dtype=np.float32),
    )
    parts = (Component(formula),) if formula else ()
    start = {"density_g_cm3": 8.9, "srgb": (220, 90, 40), "spectra": (spectrum,)}
    key = name.casefold().replace(" ", "-")
    return Pigment(key, name, ColourGroup.RED, parts, **{**start, **values})


@pytest.fixture
def ours():
    return Libraries().create("Ours", [pigment("Alpha"), pigment("Beta", "HgS")])


@pytest.mark.parametrize(
    ("out", "options", "written"),
    [
        ("a.pigments", (), "a.pigments"),
        ("a.pigments.zip", (), "a.pigments.zip"),
        ("a.csv", (), "a.csv"),
        ("a.json", (), "a/a.json"),
        ("a", ("--format", "archive"), "a.pigments.zip"),
        ("a", ("--format", "ganX"), "a/a.json"),
        ("a.pigments", ("--format", "pigments"), "a.pigments"),
    ],
)
def test_a_library_goes_out_and_comes_back(out, options, written, velatura, ours, tmp_path):
    ran = velatura("pigments", "export", tmp_path / out, "--library", "Ours", *options, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["outputs"][0] == str(tmp_path / written)
    assert all((tmp_path / name).is_file() for name in ran.json["outputs"])
    back = pigment_files.read_pigments(tmp_path / written)
    assert [item.name for item in back.pigments] == ["Alpha", "Beta"]
    velatura("pigments", "create", "Second")
    ran = velatura("pigments", "import", tmp_path / written, "--into", "Second", "--json")
    assert ran.json["added"] == ["Alpha", "Beta"]
    assert [item.name for item in Libraries().pigments("Second")] == ["Alpha", "Beta"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ((" beta ",), ["Beta"]),
        (("beta,ALPHA,beta",), ["Beta", "Alpha"]),
        (("Beta, dark",), ["Beta, dark"]),
        (("Beta, dark", "alpha"), ["Beta, dark", "Alpha"]),
    ],
)
def test_chosen_names_alone_go_out(given, names, velatura, ours, tmp_path):
    ours.put(replace(pigment("Beta, dark"), id="beta-dark"))
    out = tmp_path / "some.pigments.zip"
    options = [part for text in given for part in ("--names", text)]
    assert velatura("pigments", "export", out, *options).code == 0
    assert [item.name for item in pigment_files.read_pigments(out).pigments] == names


def test_all_libraries_go_out_with_each_name_once_ones_own_first(velatura, tmp_path):
    shipped = Libraries().shipped().pigments
    Libraries().create("Ours", [pigment(shipped[0].name, density_g_cm3=1.5), pigment("Alpha")])
    out = tmp_path / "all.pigments"
    assert velatura("pigments", "export", out).code == 0
    back = pigment_files.read_pigments(out).pigments
    assert len(back) == len(shipped) + 1
    assert {item.name: item for item in back}[shipped[0].name].density_g_cm3 == 1.5


def test_exports_need_force_to_replace_a_file(velatura, ours, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    ran = velatura("pigments", "export", out, "--library", "Ours")
    assert ran.code == 2
    assert "--force" in ran.err
    assert out.read_text() == "mine"
    assert velatura("pigments", "export", out, "--library", "Ours", "--force").code == 0


@pytest.mark.parametrize(
    ("clash", "told", "names", "density"),
    [
        ("skip", "skipped 1: Alpha", ["Alpha", "Beta"], 8.9),
        ("replace", "replaced 1: Alpha", ["Alpha", "Beta"], 7.0),
        ("keep-both", "added 1: Alpha (2)", ["Alpha", "Beta", "Alpha (2)"], 8.9),
    ],
)
def test_clashes_go_as_they_were_asked_to(clash, told, names, density, velatura, ours, tmp_path):
    other = tmp_path / "other.pigments"
    Libraries()
    pigment_files.write_pigments(
        other,
        pigment_files.LibraryContent("Other", "", (pigment("Alpha", density_g_cm3=7.0),)),
    )
    ran = velatura("pigments", "import", other, "--into", "Ours", "--on-clash", clash)
    assert (ran.code, ran.out) == (0, f"{told}\n")
    after = ours.pigments()
    assert [item.name for item in after] == names
    assert after[0].density_g_cm3 == density


def test_imports_go_to_my_pigments_by_default(velatura, ours, tmp_path):
    velatura("pigments", "export", tmp_path / "a.csv", "--library", "Ours")
    assert velatura("pigments", "import", tmp_path / "a.csv").code == 0
    assert len(Libraries().pigments("My pigments")) == 2


def test_a_library_is_made_empty_or_like_another(velatura, ours):
    assert velatura("pigments", "create", "Empty").code == 0
    ran = velatura("pigments", "create", "Twin", "--like", "Ours", "--json")
    assert json.loads(ran.out)["outputs"] == [str(Libraries().folder / "Twin.pigments")]
    assert Libraries().pigments("Empty") == ()
    assert Libraries().pigments("Twin") == ours.pigments()
    assert velatura("pigments", "create", "twin").code == 2


@pytest.fixture
def coarse():
    """An instrument whose spectra take little time."""
    from app.core.physics.instrument import Instrument

    return Instruments().save(Instrument(name="Coarse", **COARSE))


def test_spectra_are_computed_anew_for_an_instrument(velatura, ours, coarse):
    ours.put(pigment("Dye", "", spectra=()))
    ran = velatura("pigments", "recompute", "--instrument", "coarse", "--library", "Ours", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "instrument": "Coarse",
        "computed": ["Alpha", "Beta"],
        "without_composition": ["Dye"],
        "changed_meanwhile": [],
    }
    alpha, _, dye = ours.pigments()
    assert [(item.label, item.kind.value) for item in alpha.spectra] == [
        ("made up", "measured"),
        ("Coarse", "computed"),
    ]
    assert alpha.spectra[1].counts.size == 256
    assert dye.spectra == ()


def test_the_shipped_library_is_not_recomputed(velatura):
    name = Libraries().shipped().name
    ran = velatura("pigments", "recompute", "--instrument", "Rh 50 kV", "--library", name)
    assert ran.code == 2
    assert "is not changed" in ran.err


def test_an_interrupted_computation_exits_130_and_changes_nothing(
    velatura, ours, coarse, monkeypatch
):
    from app.engine import pigment_spectra

    compute = pigment_spectra.computed_spectrum
    done = []

    def interrupt(*arguments, **options):
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return compute(*arguments, **options)

    monkeypatch.setattr(pigment_spectra, "computed_spectrum", interrupt)
    before = ours.path.read_bytes()
    ran = velatura("pigments", "recompute", "--instrument", "coarse", "--library", "Ours")
    assert (ran.code, ran.out, ran.err) == (130, "", "")
    assert len(done) == 1
    assert ours.path.read_bytes() == before


def test_an_interrupted_export_leaves_nothing(velatura, ours, tmp_path, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.io.pigment_archive.zipfile.ZipFile.writestr", interrupt)
    out = tmp_path / "out.pigments.zip"
    before = sorted(tmp_path.iterdir())
    assert velatura("pigments", "export", out, "--library", "Ours").code == 130
    assert sorted(tmp_path.iterdir()) == before
