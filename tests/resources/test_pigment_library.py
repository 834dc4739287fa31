"""The shipped library of pigments: complete, as its table says, and made again bit for bit."""

import csv
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.core.axis import EnergyAxis
from app.core.colour_groups import group_of
from app.core.pigment_checks import problems
from app.core.pigments import ColourGroup, SpectrumKind
from app.core.visibility import Level, visibility
from app.io.pigment_archive import read_archive, write_archive
from app.io.pigment_table import read_pigment_table
from resources.pigments.make_library import REFERENCES, TABLE, TARGET, library, rounded

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 2_000_000

# what a library of historical pigments must hold, with an element each must have
DEMANDED = {
    "lead-white": "Pb",
    "chalk": "Ca",
    "gypsum": "Ca",
    "zinc-white": "Zn",
    "titanium-white": "Ti",
    "lithopone": "Zn",
    "barytes": "Ba",
    "bone-white": "P",
    "bone-black": "P",
    "carbon-black": "C",
    "manganese-black": "Mn",
    "iron-black": "Fe",
    "vermilion": "Hg",
    "red-lead": "Pb",
    "red-ochre": "Fe",
    "haematite": "Fe",
    "realgar": "As",
    "cadmium-red": "Se",
    "red-lake": "Al",
    "lead-tin-yellow-i": "Sn",
    "lead-tin-yellow-ii": "Si",
    "naples-yellow": "Sb",
    "massicot": "Pb",
    "yellow-ochre": "Fe",
    "goethite": "Fe",
    "orpiment": "As",
    "chrome-yellow": "Cr",
    "cadmium-yellow": "Cd",
    "zinc-yellow": "Zn",
    "strontium-yellow": "Sr",
    "barium-yellow": "Ba",
    "gamboge": "C",
    "weld": "C",
    "saffron": "C",
    "azurite": "Cu",
    "natural-ultramarine": "Na",
    "smalt": "Co",
    "egyptian-blue": "Cu",
    "prussian-blue": "Fe",
    "cobalt-blue": "Co",
    "cerulean-blue": "Sn",
    "phthalocyanine-blue": "Cu",
    "indigo": "N",
    "malachite": "Cu",
    "verdigris": "Cu",
    "copper-resinate": "Cu",
    "green-earth": "K",
    "viridian": "Cr",
    "chromium-oxide-green": "Cr",
    "emerald-green": "As",
    "scheeles-green": "As",
    "cobalt-green": "Co",
    "phthalocyanine-green": "Cl",
    "umber": "Mn",
    "raw-sienna": "Fe",
    "van-dyck-brown": "Fe",
    "gold-leaf": "Au",
    "silver-leaf": "Ag",
    "mosaic-gold": "Sn",
    "shell-gold": "Au",
    "bronze-powder": "Zn",
    "iron-gall-ink": "Fe",
}

# names under which others know nine of them, and the element that gives each away
OTHER_NAMES = {
    "lead red": "Pb",
    "vermilion": "Hg",
    "organic red dye": "C",
    "lead-tin yellow": "Sn",
    "ultramarine": "Na",
    "azurite": "Cu",
    "indigo": "C",
    "malachite": "Cu",
    "chalk white": "Ca",
}

# g/cm³, as conservators' tables have them
DENSITIES = {
    "lead-white": 6.8,
    "chalk": 2.71,
    "vermilion": 8.1,
    "red-lead": 8.9,
    "azurite": 3.77,
    "malachite": 4.0,
    "orpiment": 3.49,
    "gold-leaf": 19.3,
}

# which samples the colour sources of the table mean
SETS = (
    ("Kremer Historical", "KremerHistorical"),
    ("the oil paint", "oilpaint"),
    ("the wash", "WinsorNewtonHandbook"),
    ("Gamblin Conservation Colors", "GamblinConservationColors"),
    ("Ferrario 1919", "apaFerrario_Ferrario1919"),
    ("Golden acrylic", "Golden_OpenAcrylics"),
    ("Winsor & Newton Artists' Oil", "WinsorNewton_Artist"),
)


@pytest.fixture(scope="module")
def table():
    return read_pigment_table(TABLE)


@pytest.fixture(scope="module")
def shipped():
    return read_archive(TARGET)


def test_every_pigment_demanded_is_there_with_its_element(table):
    known = {pigment.id: pigment for pigment in table.pigments}
    assert set(DEMANDED) <= set(known)
    for identifier, element in DEMANDED.items():
        assert element in known[identifier].elements, identifier
    assert len(known) >= 100


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_pigments_are_found_by_the_names_others_use(table, name):
    (found,) = [
        pigment
        for pigment in table.pigments
        if name in {item.casefold() for item in (pigment.name, *pigment.synonyms)}
    ]
    assert OTHER_NAMES[name] in found.elements


def test_no_name_or_synonym_means_two_pigments(table):
    names = [
        name.casefold() for pigment in table.pigments for name in (pigment.name, *pigment.synonyms)
    ]
    assert len(names) == len(set(names))


def test_every_entry_is_complete_and_without_problems(table):
    for pigment in table.pigments:
        assert problems(pigment) == (), pigment.id
        assert pigment.components, pigment.id
        for field in ("colour_source", "period", "xrf_note", "source"):
            assert len(getattr(pigment, field)) > 3, (pigment.id, field)


@pytest.mark.parametrize("identifier", DENSITIES)
def test_densities_are_those_of_the_tables(table, identifier):
    (found,) = [pigment for pigment in table.pigments if pigment.id == identifier]
    assert found.density_g_cm3 == DENSITIES[identifier]


@pytest.mark.parametrize(
    ("identifier", "earliest", "latest"),
    [
        ("prussian-blue", 1704, 1710),
        ("scheeles-green", 1775, 1778),
        ("cobalt-blue", 1802, 1807),
        ("chrome-yellow", 1804, 1818),
        ("emerald-green", 1800, 1814),
        ("artificial-ultramarine", 1826, 1830),
        ("viridian", 1838, 1859),
        ("cerulean-blue", 1858, 1870),
        ("lithopone", 1847, 1874),
        ("cadmium-red", 1907, 1920),
        ("titanium-white-anatase", 1916, 1921),
        ("phthalocyanine-blue", 1934, 1938),
        ("manganese-blue", 1934, 1936),
    ],
)
def test_pigments_that_date_paintings_begin_when_they_came_into_use(
    table, identifier, earliest, latest
):
    """Not when their substance was first described."""
    pigment = next(item for item in table.pigments if item.id == identifier)
    assert earliest <= pigment.from_year <= latest


def test_no_colour_but_that_of_dark_pigments_is_nearly_black(table):
    """A picture's shadows would be made of them otherwise."""
    dark = {ColourGroup.BLACK, ColourGroup.BROWN}
    for pigment in table.pigments:
        if pigment.group not in dark:
            assert group_of(pigment.srgb) is not ColourGroup.BLACK, pigment.name


def test_every_level_of_visibility_is_met_and_notes_on_dyes_say_that_they_are_not_excluded(table):
    levels = {pigment.id: visibility(pigment).level for pigment in table.pigments}
    assert set(levels.values()) == set(Level)
    assert levels["indigo"] is Level.INVISIBLE
    assert levels["artificial-ultramarine"] is Level.WEAK
    assert levels["azurite"] is Level.VISIBLE


@pytest.mark.validation
def test_every_colour_said_to_be_measured_is_the_one_measured(table, shared_data):
    with shared_data("pigment_colours/measured_srgb.csv").open(encoding="utf-8") as file:
        measured = {
            (row["set"], row["name"]): (int(row["R"]), int(row["G"]), int(row["B"]))
            for row in csv.DictReader(file)
        }
    count = 0
    for pigment in table.pigments:
        if pigment.colour_source == "estimated from reproductions; not measured":
            continue
        (sample,) = re.findall("“(.*)”", pigment.colour_source)
        (of,) = [key for words, key in SETS if words in pigment.colour_source]
        assert measured[of, sample] == pigment.srgb, pigment.id
        count += 1
    assert count > 70


def test_the_shipped_library_says_what_the_table_says(table, shipped):
    assert (shipped.name, shipped.version, shipped.notes) == (
        table.name,
        table.version,
        table.notes,
    )
    assert tuple(replace(item, spectra=()) for item in shipped.pigments) == table.pigments
    assert paths.resource("pigments/velatura.pigments.zip") == TARGET
    assert TARGET.stat().st_size < MOST_BYTES


def test_every_shipped_pigment_has_both_spectra(shipped):
    for pigment in shipped.pigments:
        assert [item.label for item in pigment.spectra] == list(REFERENCES)
        for spectrum in pigment.spectra:
            assert spectrum.kind is SpectrumKind.COMPUTED
            assert spectrum.axis == EnergyAxis(0.0, 0.02)
            assert spectrum.counts.shape == (2048,)
            assert spectrum.counts.sum() > 100, pigment.id


def test_a_dye_has_scatter_and_no_line_of_its_own(shipped):
    (indigo,) = [pigment for pigment in shipped.pigments if pigment.id == "indigo"]
    counts = indigo.spectra[0].counts
    energies = indigo.spectra[0].axis.energies_kev(2048)
    # Rh Kα of 20.2 keV, scattered by 135°
    compton = 20.2 / (1 + 20.2 / 511.0 * (1 + np.sqrt(0.5)))
    high = energies > 16.0
    assert energies[high][np.argmax(counts[high])] == pytest.approx(compton, abs=0.1)
    # between argon of the air and the tube's lines there is nothing but continuum
    between = counts[(energies > 5.0) & (energies < 15.0)]
    assert between.min() > 0
    assert np.abs(np.diff(between)).max() < 0.02 * between.max()


def test_lead_white_has_its_lines_where_they_belong(shipped):
    (lead,) = [pigment for pigment in shipped.pigments if pigment.id == "lead-white"]
    for spectrum in lead.spectra:
        energies = spectrum.axis.energies_kev(2048)
        inside = (energies > 5.0) & (energies < 16.0)
        peak = energies[inside][np.argmax(spectrum.counts[inside])]
        assert peak == pytest.approx(10.55, abs=0.03)


def test_counts_keep_five_digits_and_lose_what_is_next_to_nothing():
    counts = np.array([123456.789, 0.00123456789, 1e-7, 0.0, 5.0])
    assert rounded(counts).tolist() == np.float32([123460, 0.0012346, 0, 0, 5]).tolist()


def test_a_part_made_twice_is_the_same_bit_for_bit_and_as_shipped(table, shipped, tmp_path):
    wanted = ("azurite", "indigo", "lead-white")
    part = replace(table, pigments=tuple(item for item in table.pigments if item.id in wanted))
    for name in ("first", "second"):
        write_archive(tmp_path / f"{name}.pigments.zip", library(part))
    first = (tmp_path / "first.pigments.zip").read_bytes()
    assert first == (tmp_path / "second.pigments.zip").read_bytes()
    before = {item.id: item for item in shipped.pigments}
    for pigment in read_archive(tmp_path / "first.pigments.zip").pigments:
        for made, kept in zip(pigment.spectra, before[pigment.id].spectra, strict=True):
            np.testing.assert_allclose(made.counts, kept.counts, rtol=2e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_made_anew_is_the_shipped_file():
    checked = subprocess.run(
        [sys.executable, "-m", "resources.pigments.make_library", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
    assert "velatura.pigments.zip agrees with the table" in checked.stderr
