"""A library written by hand is read, and every mistake in it is named."""

import pytest

from app.core.pigments import ColourGroup, Component
from app.errors import ReadError
from app.io.pigment_table import read_pigment_table

TABLE = """
name = "Ours"
version = "3"
notes = "Made for a test."

[works]
one = "First work, 1900"
two = "Second work, 2000"

[colour_sources]
kremer = "from the reflectance of “{}”"
guess = "estimated"

[[pigments]]
id = "red-ochre"
name = "Red ochre"
group = "red"
synonyms = ["ruddle"]
components = [
  { formula = "Fe2O3", share = 0.3 },
  { formula = "SiO2", share = 0.7, name = "quartz" },
]
density_g_cm3 = 3.2
volume_fraction = 0.25
period = "at all times"
from_year = -30000
srgb = [107, 69, 60]
colour_source = ["kremer", "Red Ochre"]
xrf_note = "Fe only."
notes = "An earth."
source = ["two", "one"]

[[pigments]]
id = "indigo"
name = "Indigo"
group = "blue"
components = [{ formula = "C16H10N2O2" }]
density_g_cm3 = 1.4
srgb = [37, 35, 56]
colour_source = ["guess"]
source = "a friend"
"""


def written(tmp_path, text):
    path = tmp_path / "pigments.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old, new):
    assert TABLE.count(old) == 1
    return TABLE.replace(old, new)


def test_a_table_gives_its_pigments_in_order_with_sources_in_full(tmp_path):
    content = read_pigment_table(written(tmp_path, TABLE))
    assert (content.name, content.version, content.notes) == ("Ours", "3", "Made for a test.")
    ochre, indigo = content.pigments
    assert ochre.id == "red-ochre"
    assert ochre.group is ColourGroup.RED
    assert ochre.components == (Component("Fe2O3", 0.3), Component("SiO2", 0.7, "quartz"))
    assert (ochre.density_g_cm3, ochre.volume_fraction) == (3.2, 0.25)
    assert (ochre.from_year, ochre.to_year) == (-30000, None)
    assert ochre.srgb == (107, 69, 60)
    assert ochre.colour_source == "from the reflectance of “Red Ochre”"
    assert ochre.source == "Second work, 2000; First work, 1900"
    assert indigo.colour_source == "estimated"
    assert indigo.source == "a friend"
    assert indigo.spectra == ()
    assert (indigo.binder, indigo.volume_fraction) == ("linseed oil", 0.3)


def test_a_table_without_pigments_is_an_empty_library(tmp_path):
    assert read_pigment_table(written(tmp_path, 'name = "Nothing"')).pigments == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Fe2O3"', '"Fe2O"3', "it is no TOML"),
        ('version = "3"', "version = 3", "version: found 3; expected text"),
        ('version = "3"', 'edition = "3"', "the library: “edition” is not known"),
        ('one = "First work, 1900"', "one = 1900", "[works]: expected a text for each key"),
        ("density_g_cm3 = 3.2", "density = 3.2", "entry 1 “Red ochre”: “density” is not known"),
        ("density_g_cm3 = 3.2", "", "entry 1 “Red ochre”: density_g_cm3 is None"),
        ("density_g_cm3 = 3.2", "density_g_cm3 = -3.2", "entry 1 “Red ochre”: density_g_cm3 is -3"),
        ("density_g_cm3 = 3.2", "density_g_cm3 = 32", "entry 1 “Red ochre”, density_g_cm3: Found"),
        ("density_g_cm3 = 3.2", 'density_g_cm3 = "3"', "entry 1 “Red ochre”: density_g_cm3 is '3'"),
        ('group = "blue"', 'group = "indigo"', "entry 2 “Indigo”: group is 'indigo'"),
        ("[37, 35, 56]", "[37, 35, 256]", "entry 2 “Indigo”: the colour is [37, 35, 256]"),
        ("[37, 35, 56]", "[37, 35]", "entry 2 “Indigo”: the colour is [37, 35]"),
        ('"C16H10N2O2"', '"C16H10Nn2O2"', "entry 2 “Indigo”: The formula “C16H10Nn2O2”"),
        ("share = 0.7", "share = 0", "entry 1 “Red ochre”: share is 0"),
        ("share = 0.7", "part = 0.7", "entry 1 “Red ochre”, components: “part” is not known"),
        ('[{ formula = "C16H10N2O2" }]', '"C16"', "entry 2 “Indigo”, components: expected a list"),
        ('["two", "one"]', '["three"]', "entry 1 “Red ochre”, source: 'three' is not known"),
        ('["two", "one"]', "[]", "entry 1 “Red ochre”, source: expected text or a list"),
        ('["guess"]', '["gess"]', "entry 2 “Indigo”, colour_source: 'gess' is not known"),
        ('["guess"]', '["guess", "a"]', "colour_source: found 1 names; “guess” takes 0"),
        ('["guess"]', "7", "entry 2 “Indigo”, colour_source: expected text"),
        ('name = "Indigo"', 'name = "RED OCHRE"', "entry 2 “RED OCHRE”, name: There is a pigment"),
        ('id = "indigo"', 'id = "red-ochre"', "entry 2 “Indigo”, id: “red-ochre” is there already"),
        ("from_year = -30000", "from_year = 2000\nto_year = 1", "entry 1 “Red ochre”, to_year:"),
    ],
)
def test_a_mistake_names_entry_and_field(tmp_path, old, new, words):
    with pytest.raises(ReadError) as caught:
        read_pigment_table(written(tmp_path, changed(old, new)))
    assert words in caught.value.message
    assert caught.value.message.startswith("pigments.toml: ")


def test_pigments_must_be_a_list(tmp_path):
    with pytest.raises(ReadError, match="no list of"):
        read_pigment_table(written(tmp_path, 'pigments = "many"'))


def test_a_table_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(ReadError, match=r"none\.toml"):
        read_pigment_table(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(b'name = "Gr\xfcn"')
    with pytest.raises(ReadError, match="no UTF-8"):
        read_pigment_table(path)
