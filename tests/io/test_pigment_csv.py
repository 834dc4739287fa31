import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component
from app.errors import ParameterError, ReadError, WriteError
from app.io import pigment_csv
from app.io.pigment_archive import LibraryContent
from app.io.pigment_csv import is_csv, read_csv, write_csv, write_spectra_csv


def without_spectra(pigments):
    return tuple(replace(pigment, spectra=()) for pigment in pigments)


def back_from(tmp_path, *pigments):
    write_csv(tmp_path / "t.csv", LibraryContent("Lab", "1", pigments), overwrite=True)
    return read_csv(tmp_path / "t.csv").pigments


def test_all_but_the_spectra_comes_back(tmp_path, make_pigment, make_spectrum, dye):
    azurite = make_pigment(spectra=(make_spectrum(),))
    assert back_from(tmp_path, azurite, dye) == without_spectra((azurite, dye))


def test_components_and_synonyms_with_any_sign_come_back(tmp_path, make_pigment):
    odd = make_pigment(
        components=(Component("SiO2", 1 / 3, "clay; fine: \\ 2"), Component("Fe2O3", 1e-9)),
        synonyms=("a;b", "c:d", "\\", "\\;", " spaces ", "“q”", 'a "b", c', "'", "''=x", "=1+1"),
        notes='=HYPERLINK("x")\r\nsecond, line\n',
        source="'@x",
        period="-",
        xrf_note="\tx",
    )
    assert back_from(tmp_path, odd) == (odd,)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    word=st.text(st.sampled_from("=+-@';:\\,\"ab é"), min_size=1, max_size=6),
)
def test_any_text_comes_back(tmp_path_factory, text, word):
    from app.core.pigments import Pigment

    pigment = Pigment(
        "a",
        "A",
        ColourGroup.RED,
        (Component("CuO", 0.7, word),),
        6.0,
        (1, 2, 3),
        notes=text,
        source=word,
        synonyms=(f"{word}x", f"{word}y"),
    )
    assert back_from(tmp_path_factory.mktemp("csv"), pigment) == (pigment,)


def test_spreadsheets_take_no_text_for_a_formula(tmp_path, make_pigment):
    bad = ("=1+1", "+1", "-1", "@x", "\t=1", "＝1")
    for number, text in enumerate(bad):
        pigment = make_pigment(notes=text, source=text, xrf_note=text)
        write_csv(tmp_path / f"{number}.csv", LibraryContent("Lab", "", (pigment,)))
        with (tmp_path / f"{number}.csv").open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert {row["notes"], row["source"], row["xrf_note"]} == {f"'{text}"}
        # numbers are numbers
        assert row["from_year"] == "-2600"


def test_spreadsheets_know_the_letters(tmp_path, dye):
    write_csv(tmp_path / "t.csv", LibraryContent("Lab", "", (dye,)))
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfid,name,")


@pytest.mark.parametrize(
    "content",
    [
        "Name;Red;Green;Blue;Density_g_cm3;components\nSmalt;40;50;120;2,55;SiO2:0,8;CoO:0,2\n",
        "name\tred\tgreen\tblue\tdensity_g_cm3\tcomponents\nSmalt\t40\t50\t120\t2.55\tSiO2:0.8\n",
    ],
)
def test_tables_of_others_are_read(tmp_path, content):
    content = content.replace("SiO2:0,8;CoO:0,2", '"SiO2:0,8;CoO:0,2"')
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    (smalt,) = read_csv(tmp_path / "t.csv").pigments
    assert (smalt.id, smalt.name, smalt.group) == ("smalt", "Smalt", ColourGroup.BLUE)
    assert smalt.density_g_cm3 == 2.55
    assert smalt.components[0] == Component("SiO2", 0.8)
    assert (smalt.binder, smalt.volume_fraction) == ("linseed oil", 0.3)


def test_the_least_is_a_name_and_a_colour(tmp_path):
    rows = "\n\nname,red,green,blue,price\nGrün,10,200,30,\n,,,,\nGrün 2,20,200,30,5\n"
    (tmp_path / "t.csv").write_bytes(rows.encode("utf-16"))
    found = read_csv(tmp_path / "t.csv")
    assert [item.id for item in found.pigments] == ["grun", "grun-2"]
    assert found.notes == "Columns left aside: price."
    (tmp_path / "x.csv").write_bytes(b"\n \n")
    with pytest.raises(ReadError, match="it holds no rows"):
        read_csv(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,1,2,3,5,x:y:z:w", "line 2: the component 'x:y:z:w' has 4 parts"),
        ("A,1,2,3,5,CuO:x", "line 2: share is 'x'; expected a number"),
        ("A,1,2.5,3,5,CuO", "line 2: green is '2.5'; expected a whole number"),
        ("A,1,2,,5,CuO", "line 2: the colour is 1, 2, nothing; expected three"),
        ('A,1,2,3,5,"CuO', "line 2: unexpected end of data"),
        ("A,1,2,3,0,CuO", "density_g_cm3"),
    ],
)
def test_a_bad_row_is_told_by_its_line(tmp_path, row, words):
    content = f"name,red,green,blue,density_g_cm3,components\n{row}\n"
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=words):
        read_csv(tmp_path / "t.csv")


def test_odd_headings_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("name,name,red,green,blue\n", encoding="utf-8")
    with pytest.raises(ReadError, match="the column name is there twice"):
        read_csv(tmp_path / "t.csv")


def test_what_is_far_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pigment_csv, "_MOST_BYTES", 3)
    (tmp_path / "t.csv").write_text("name,red\n", encoding="utf-8")
    with pytest.raises(ReadError, match="MB"):
        read_csv(tmp_path / "t.csv")


def test_a_table_is_recognised(tmp_path, dye):
    write_csv(tmp_path / "t.csv", LibraryContent("Lab", "", (dye,)))
    assert is_csv(tmp_path / "t.csv")
    (tmp_path / "s.csv").write_text("energy,counts\n", encoding="utf-8")
    assert not is_csv(tmp_path / "s.csv")


def test_spectra_stand_side_by_side(tmp_path, make_pigment, make_spectrum):
    pigments = (
        make_pigment(spectra=(make_spectrum(),)),
        make_pigment("=Smalt", id="smalt", spectra=(make_spectrum(seed=0.25),)),
    )
    path = tmp_path / "s.csv"
    write_spectra_csv(path, LibraryContent("Lab", "", pigments))
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(line for line in stream if not line.startswith("#")))
    assert rows[0] == ["channel", "energy_kev", "Azurite", "'=Smalt"]
    assert rows[2] == ["1", "0.07", "1.5", "1.75"]
    counts = np.array([[float(cell) for cell in row[2:]] for row in rows[1:]])
    np.testing.assert_array_equal(counts[:, 1], pigments[1].spectra[0].counts)
    with pytest.raises(WriteError, match="exists"):
        write_spectra_csv(path, LibraryContent("Lab", "", pigments))


def test_spectra_on_other_axes_do_not_fit(tmp_path, make_pigment, make_spectrum):
    other = make_spectrum(axis=EnergyAxis(0.0, 0.01))
    pigments = (
        make_pigment(spectra=(make_spectrum(),)),
        make_pigment("Smalt", spectra=(other,)),
    )
    with pytest.raises(ParameterError, match=r"2 energy axes .*7 channels of 0\.01 keV"):
        write_spectra_csv(tmp_path / "s.csv", LibraryContent("Lab", "", pigments))
    with pytest.raises(ParameterError, match="no spectrum"):
        write_spectra_csv(tmp_path / "s.csv", LibraryContent("Lab", "", ()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("told", ["sep=;", '"sep=;"'])
def test_the_line_that_tells_a_spreadsheet_the_delimiter_is_passed_over(tmp_path, told):
    path = tmp_path / "t.csv"
    path.write_bytes(f"{told}\r\nname;red;green;blue\r\nSmalt, pale;1;2;x\r\n".encode())
    with pytest.raises(ReadError, match="line 3: blue is 'x'"):
        read_csv(path)
    path.write_bytes(path.read_bytes().replace(b"x", b"3"))
    (pigment,) = read_csv(path).pigments
    assert (pigment.name, pigment.srgb) == ("Smalt, pale", (1, 2, 3))
