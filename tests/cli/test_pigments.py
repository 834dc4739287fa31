"""Looking into the libraries and asking them, from the command line."""

import subprocess
import sys

import numpy as np
import pytest

from app.core.pigments import ColourGroup, Component, Pigment
from app.engine.pigment_libraries import Libraries

LEAD = Pigment(
    "trial-minium",
    "Trial minium",
    ColourGroup.ORANGE,
    (Component("Pb3O4"),),
    8.9,
    (220, 90, 40),
    synonyms=("Saturn",),
    from_year=-300,
    to_year=1900,
    notes="Blackens in light.",
)
COPPER = Pigment(
    "trial-azurite",
    "Trial azurite",
    ColourGroup.BLUE,
    (Component("Cu3(CO3)2(OH)2", 9.0), Component("CaCO3", 1.0, "chalk")),
    3.7,
    (40, 80, 160),
    from_year=1200,
    to_year=1800,
)
DYE = Pigment("trial-dye", "Trial dye", ColourGroup.BLUE, (), 1.5, (10, 10, 120), from_year=1850)


@pytest.fixture(autouse=True)
def ours():
    return Libraries().create("Ours", [LEAD, COPPER, DYE])


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ((), ["Trial minium", "Trial azurite", "Trial dye"]),
        (("--element", "Cu"), ["Trial azurite"]),
        (("--element", "cu, ca"), ["Trial azurite"]),
        (("--element", "Cu,Pb"), []),
        (("--group", "Blue"), ["Trial azurite", "Trial dye"]),
        (("--year", "1500"), ["Trial minium", "Trial azurite"]),
        (("--year", "-200"), ["Trial minium"]),
        (("--year", "1860"), ["Trial minium", "Trial dye"]),
        (("--visible",), ["Trial minium", "Trial azurite"]),
        (("--text", "saturn"), ["Trial minium"]),
        (("--text", "blackens"), ["Trial minium"]),
        (("--group", "blue", "--visible", "--year", "1300"), ["Trial azurite"]),
    ],
)
def test_list_shows_what_matches_every_filter(filters, names, velatura):
    ran = velatura("pigments", "list", "--library", "Ours", *filters, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [item["name"] for item in ran.json] == names


def test_list_as_json_holds_what_scripts_rely_on(velatura):
    entry = velatura("pigments", "list", "--library", "Ours", "--json").json[0]
    assert entry == {
        "name": "Trial minium",
        "id": "trial-minium",
        "library": "Ours",
        "group": "orange",
        "formula": "Pb3O4",
        "elements": ["Pb", "O"],
        "density_g_cm3": 8.9,
        "colour": "#dc5a28",
        "srgb": [220, 90, 40],
        "synonyms": ["Saturn"],
        "period": "",
        "from_year": -300,
        "to_year": 1900,
        "visibility": "visible",
        "spectra": [],
    }


def test_list_without_a_library_has_all_of_them(velatura):
    listed = velatura("pigments", "list", "--json").json
    shipped = Libraries().shipped()
    assert len(listed) == len(shipped.pigments) + 3
    assert {item["library"] for item in listed} == {shipped.name, "Ours"}


def test_list_for_people_is_a_table(velatura):
    lines = velatura("pigments", "list", "--library", "Ours").out.splitlines()
    assert lines[0].split() == ["name", "colour", "formula", "elements", "period", "library"]
    assert lines[1].startswith("Trial minium   #dc5a28  Pb3O4")
    assert "300 BC–1900" in lines[1]
    assert lines[-1] == "3 pigments"
    none = velatura("pigments", "list", "--library", "Ours", "--element", "Xe")
    assert none.out == "no pigments\n"


def test_show_has_lines_visibility_and_spectra(velatura):
    shown = velatura("pigments", "show", "saturn", "--json").json
    assert shown["mass_fractions"]["Pb"] == pytest.approx(0.9066, abs=1e-3)
    lines = {line["key"]: line["energy_kev"] for line in shown["lines"]}
    assert lines["Pb_La"] == pytest.approx(10.54, abs=0.02)
    assert "Pb Lα" in shown["visibility_reason"]
    assert shown["components"] == [{"formula": "Pb3O4", "share": 1.0, "name": ""}]
    shipped = Libraries().shipped().pigments[0]
    spectra = velatura("pigments", "show", shipped.name, "--json").json["spectra"]
    assert [item["label"] for item in spectra] == ["Rh 50 kV", "Mo 40 kV"]
    assert all(item["channels"] == 2048 and item["total_counts"] > 0 for item in spectra)


def test_show_for_people_has_a_line_for_each_fact(velatura):
    ran = velatura("pigments", "show", "trial azurite", "--library", "Ours")
    facts = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert facts["formula"] == "Cu3(CO3)2(OH)2 + CaCO3"
    assert facts["density"] == "3.7 g/cm³"
    assert "Cu Kα 8.04 keV" in facts["lines"]
    dye = velatura("pigments", "show", "trial-dye").out
    assert "formula   not known" in dye
    assert "lines" not in dye.replace("of its lines", "")


def test_nearest_colours_come_in_order(velatura):
    found = velatura("pigments", "nearest", "#2850a0", "--count", "3", "--json").json
    assert (found[0]["name"], found[0]["library"], found[0]["delta_e2000"]) == (
        "Trial azurite",
        "Ours",
        0.0,
    )
    distances = [item["delta_e2000"] for item in found]
    assert distances == sorted(distances)
    assert len(found) == 3
    lines = velatura("pigments", "nearest", "2850A0", "--library", "Ours").out.splitlines()
    assert lines[0].split() == ["name", "colour", "ΔE2000", "library"]
    assert len(lines) == 4


def test_libraries_are_listed_with_their_problems(velatura):
    (Libraries().folder / "broken.pigments").write_bytes(b"x" * 4096)
    listed = velatura("pigments", "libraries", "--json").json
    assert [item["name"] for item in listed] == [Libraries().shipped().name, "broken", "Ours"]
    assert [item["read_only"] for item in listed] == [True, True, False]
    assert "broken.pigments" in listed[1]["problem"]
    assert listed[2]["count"] == 3
    ran = velatura("pigments", "libraries")
    assert "problem: Cannot open this pigment library." in ran.out


def test_instruments_are_presets_and_ones_own(velatura):
    from app.core.physics.instrument import Instrument
    from app.engine.instruments import Instruments

    Instruments().save(
        Instrument(name="Ours, coarse", path="vacuum", filter_element="Al", filter_um=50)
    )
    listed = {item["name"]: item for item in velatura("pigments", "instruments", "--json").json}
    assert listed["Rh 50 kV"]["preset"]
    assert (listed["Rh 50 kV"]["channels"], listed["Rh 50 kV"]["gain_kev"]) == (2048, 0.02)
    assert not listed["Ours, coarse"]["preset"]
    lines = velatura("pigments", "instruments").out.splitlines()
    assert lines[-1].endswith("Rh anode, 50 kV, 50 µm Al, vacuum, 90°/45°, 1 s")


@pytest.fixture
def painted(tmp_path):
    """A scan with lead on the left and copper on the right, 4 × 6 pixels."""
    energies = 0.04 * np.arange(500)
    expected = np.full((4, 6, 500), 0.3)
    for energy_kev, height, columns in (
        (10.55, 300, slice(0, 3)),
        (12.61, 250, slice(0, 3)),
        (14.76, 40, slice(0, 3)),
        (8.04, 400, slice(3, 6)),
        (8.90, 60, slice(3, 6)),
    ):
        peak = np.exp(-(((energies - energy_kev) / 0.068) ** 2) / 2)
        expected[:, columns] += height * peak
    counts = np.random.default_rng(3).poisson(expected).astype(np.uint16)
    path = tmp_path / "painted.npz"
    np.savez_compressed(path, cube=counts, kev_offset=0.0, kev_slope=0.04)
    return path


@pytest.mark.parametrize(
    ("where", "first", "line"),
    [
        (("--region", "0:4,0:3"), "Trial minium", "Pb_La"),
        (("--region", "0:4,3:6"), "Trial azurite", "Cu_Ka"),
        (("--pixel", "2,1"), "Trial minium", "Pb_La"),
        (("--pixel", "3,5"), "Trial azurite", "Cu_Ka"),
    ],
)
def test_ask_ranks_what_the_lines_speak_for(where, first, line, velatura, painted):
    ran = velatura("pigments", "ask", painted, *where, "--library", "Ours", "--json")
    assert (ran.code, ran.err) == (0, "")
    best = ran.json["candidates"][0]
    assert best["name"] == first
    assert line in [found["key"] for found in best["supporting"]]
    assert "Trial dye" in ran.json["not_excluded"]


def test_ask_for_people_gives_reasons_and_no_bare_verdict(velatura, painted):
    ran = velatura("pigments", "ask", painted, "--pixel", "0,0", "--library", "Ours")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("1. Trial minium (")
    assert lines[1].startswith("   speaks for: Pb L")
    assert any("Trial dye" in line and "Not excluded" in line for line in lines)


@pytest.mark.parametrize("name", ["out.csv", "out.png"])
def test_a_computed_spectrum_is_written(name, velatura, tmp_path):
    from app.core.physics.instrument import Instrument
    from app.engine.instruments import Instruments

    Instruments().save(Instrument(name="Coarse", tube_kv=20.0, channels=256, gain_kev=0.08))
    out = tmp_path / name
    command = ("pigments", "spectrum", "saturn", "--instrument", "coarse", "--out", out)
    assert velatura(*command, "--json").json == {"outputs": [str(out)]}
    assert velatura(*command).code == 2
    assert velatura(*command, "--force").code == 0
    if name.endswith(".csv"):
        lines = [row for row in out.read_text("utf-8").splitlines() if not row.startswith("#")]
        assert lines[0] == "channel,energy_kev,computed,fluorescence,scatter"
        table = np.array([row.split(",") for row in lines[1:]], float)
        assert table.shape == (256, 5)
        assert table[:, 1][np.argmax(table[100:, 3]) + 100] == pytest.approx(10.55, abs=0.1)


BAD = [
    ((), "Missing command"),
    (("polish",), "polish"),
    (("list", "--element", "Xx"), "Xx"),
    (("list", "--element", ","), "--element"),
    (("list", "--group", "beige"), "beige"),
    (("list", "--year", "long ago"), "--year"),
    (("list", "--library", "Nobody's"), "Nobody's"),
    (("list", "--library", "missing.pigments"), "missing.pigments"),
    (("show",), "name"),
    (("show", "Unobtainium"), "Unobtainium"),
    (("show", ""), "There is no pigment"),
    (("add", "X", "--formula", "PbO"), "density"),
    (("add", "X", "--density", "2"), "--colour not given"),
    (("add", "X", "--density", "-2", "--colour", "#ffffff"), "-2"),
    (("add", "X", "--density", "nan", "--colour", "#ffffff"), "nan"),
    (("add", "X", "--density", "heavy", "--colour", "#ffffff"), "--density"),
    (("add", "X", "--density", "2", "--colour", "red"), "red"),
    (("add", "X", "--density", "2", "--colour", "#12345"), "#12345"),
    (("add", "", "--density", "2", "--colour", "#ffffff"), "name"),
    (("add", "X", "--density", "2", "--colour", "#ffffff", "--formula", "Pb(O"), "character 3"),
    (("add", "X", "--density", "2", "--colour", "#ffffff", "--share", "1"), "1 shares"),
    (
        ("add", "X", "--density", "2", "--colour", "#fff", "--formula", "PbO", "--share", "-1"),
        "-1",
    ),
    (("add", "X", "--density", "2", "--colour", "#ffffff", "--group", "mud"), "mud"),
    (("add", "X", "--density", "2", "--colour", "#ffffff", "--binder", "honey"), "honey"),
    (("add", "X", "--density", "2", "--colour", "#fff", "--volume-fraction", "2"), "2"),
    (
        ("add", "X", "--density", "2", "--colour", "#fff", "--from-year", "9", "--to-year", "8"),
        "9",
    ),
    (("add", "X", "--density", "2", "--colour", "#fff", "--library", "Nobody's"), "Nobody's"),
    (("add", "trial dye", "--density", "2", "--colour", "#fff", "--library", "Ours"), "already"),
    (("edit", "saturn"), "nothing to change"),
    (("edit", "saturn", "--density", "0"), "0"),
    (("edit", "saturn", "--name", "Trial dye"), "Trial dye"),
    (("edit", "Unobtainium", "--density", "3"), "Unobtainium"),
    (("remove", "Unobtainium"), "Unobtainium"),
    (("remove", "saturn", "--library", "My pigments"), "My pigments"),
    (("copy", "Unobtainium"), "Unobtainium"),
    (("copy", "saturn", "--into", "Ours"), "already"),
    (("copy", "saturn", "--as", " "), "name"),
    (("attach", "saturn", "{folder}/none.spx"), "none.spx"),
    (("attach", "saturn", "{folder}"), "It is a folder"),
    (("attach", "saturn", "{npz}"), "panel.npz"),
    (("attach", "Unobtainium", "{npz}"), "Unobtainium"),
    (("import", "{folder}/none.csv"), "none.csv"),
    (("import", "{npz}"), "panel.npz"),
    (("import", "{npz}", "--on-clash", "shrug"), "shrug"),
    (("import", "{npz}", "--into", "Nobody's"), "panel.npz"),
    (("export", "{folder}/out.xlsx"), "out.xlsx"),
    (("export", "{folder}/out.csv", "--format", "ganx"), "ganx"),
    (("export", "{folder}/out", "--format", "word"), "word"),
    (("export", "{folder}/out.csv", "--names", "Unobtainium"), "Unobtainium"),
    (("export", "{folder}/out.csv", "--names", ","), "nothing to export"),
    (("export", "{folder}/none/out.csv"), "none"),
    (("export", "{folder}/out.json", "--library", "Ours"), "Trial minium"),
    (("spectrum", "saturn", "--out", "{folder}/s.doc"), ".csv, .png"),
    (("spectrum", "saturn", "--out", "{folder}/s.csv", "--instrument", "Co 9 kV"), "Co 9 kV"),
    (("spectrum", "trial dye", "--out", "{folder}/s.csv"), "Trial dye"),
    (("spectrum", "saturn", "--out", "{npz}"), ".csv, .png"),
    (("recompute",), "--instrument"),
    (("recompute", "--instrument", "Co 9 kV"), "Co 9 kV"),
    (("recompute", "--instrument", "Rh 50 kV"), "My pigments"),
    (("nearest", "blue"), "blue"),
    (("nearest", "#fff", "--count", "0"), "--count"),
    (("ask", "{folder}/none.h5"), "none.h5"),
    (("ask", "{npz}", "--region", "9"), "9"),
    (("ask", "{npz}", "--region", "0:9,0:1"), "beyond"),
    (("ask", "{npz}", "--pixel", "1"), "ROW,COL"),
    (("ask", "{npz}", "--pixel", "1,700"), "700"),
    (("ask", "{npz}", "--pixel", "1,1", "--region", "0:1,0:1"), "both"),
    (("ask", "{npz}", "--instrument", "Co 9 kV"), "Co 9 kV"),
    (("create", ""), "name"),
    (("create", "ours"), "ours"),
    (("create", "New", "--like", "Nobody's"), "Nobody's"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(a) or "-" for a, _ in BAD])
def test_wrong_use_is_one_error_line_and_changes_nothing(
    arguments, words, velatura, npz, tmp_path, user_folders, ours
):
    def state():
        kept = [*tmp_path.rglob("*"), *(user_folders / "data").rglob("*")]
        return {path: path.read_bytes() for path in kept if path.is_file()}

    before, pigments = state(), ours.pigments()
    ran = velatura("pigments", *[text.format(npz=npz, folder=tmp_path) for text in arguments])
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert lines[0].startswith("error: ")
    assert words in lines[0]
    assert "does not know" not in lines[0]
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert len(lines) == 2
    assert ran.out == ""
    assert ours.pigments() == pigments
    assert state() == before


def test_the_command_line_loads_no_science_for_its_help():
    script = (
        "import sys; from app.startup import main; main(['pigments', '--help']); "
        "heavy = {'numpy', 'xraylib', 'scipy', 'skimage', 'h5py', 'PySide6'}; "
        "assert heavy.isdisjoint(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
