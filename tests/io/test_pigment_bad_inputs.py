"""What is wrong with a library, a file or an edit is said, and nothing is lost."""

import json
import os
import random
import shutil
import sqlite3
import struct
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from app.core.pigments import Component
from app.errors import AppError, ParameterError, ReadError, WriteError
from app.io.pigment_archive import read_archive, write_archive
from app.io.pigment_csv import write_spectra_csv
from app.io.pigment_exchange import write_ganx
from app.io.pigment_files import read_pigments, write_pigments
from app.io.pigment_store import Clash, PigmentStore
from app.io.spectrum_files import read_spectrum


@pytest.fixture
def lab(tmp_path, make_pigment, make_spectrum, dye):
    """A folder with a good library, a good archive and makers of pigments."""
    azurite = make_pigment(spectra=(make_spectrum(channels=600),))
    store = PigmentStore.create(tmp_path / "lab.pigments", "Lab", pigments=(azurite, dye))
    write_archive(tmp_path / "lab.pigments.zip", store.content())
    return SimpleNamespace(
        folder=tmp_path,
        path=store.path,
        archive=tmp_path / "lab.pigments.zip",
        store=store,
        pigment=make_pigment,
        spectrum=make_spectrum,
        content=store.content(),
    )


# edits that are refused


def formula(lab, text):
    lab.store.put(lab.pigment("Smalt", components=(Component(text),)))


def edit(lab, **changes):
    lab.store.put(lab.pigment("Smalt", **changes))


def counts(lab, values, **changes):
    values = np.asarray(values, np.float32)
    lab.store.put(lab.pigment("Smalt", spectra=(lab.spectrum(counts=values, **changes),)))


EDITS = {
    "unknown element": (lambda lab: formula(lab, "CuXx2"), "no element “Xx”"),
    "open bracket": (lambda lab: formula(lab, "Cu(OH"), "never closed"),
    "empty formula": (lambda lab: formula(lab, ""), "an element is expected"),
    "negative share": (
        lambda lab: edit(lab, components=(Component("CoO", -1.0),)),
        "found -1 as share of the mass; expected more than 0",
    ),
    "negative density": (
        lambda lab: edit(lab, density_g_cm3=-3.8),
        r"density_g_cm3: found -3\.8 g/cm³; expected more than 0",
    ),
    "density not a number": (
        lambda lab: edit(lab, density_g_cm3=np.nan),
        "density_g_cm3: found nan g/cm³",
    ),
    "volume above one": (lambda lab: edit(lab, volume_fraction=1.5), "at most 1"),
    "colour out of range": (lambda lab: edit(lab, srgb=(256, 0, 0)), "0 to 255"),
    "colour of two": (lambda lab: edit(lab, srgb=(1, 2)), "three whole numbers"),
    "unknown binder": (lambda lab: edit(lab, binder="honey"), "one of linseed oil"),
    "empty name": (
        lambda lab: lab.store.put(lab.pigment("  ", id="x")),
        "name: found nothing; expected a name",
    ),
    "name of two lines": (
        lambda lab: lab.store.put(lab.pigment("a\nb", id="x")),
        "character 2 cannot be shown",
    ),
    "bad id": (lambda lab: edit(lab, id="../x"), "lower-case letters, digits and hyphens"),
    "text that is none": (lambda lab: edit(lab, notes="\ud800"), "notes is .*no text"),
    "endless notes": (lambda lab: edit(lab, notes="x" * 50_000), "50,000 characters; at most"),
    "year out of reach": (lambda lab: edit(lab, from_year=10**30), "found the year 10000"),
    "spectrum with NaN": (lambda lab: counts(lab, [1, np.nan, 2]), "channel 1 holds nan counts"),
    "infinite spectrum": (lambda lab: counts(lab, [1, 2, np.inf]), "channel 2 holds inf counts"),
    "negative spectrum": (lambda lab: counts(lab, [1, -2, 2]), "channel 1 holds -2 counts"),
    "empty spectrum": (lambda lab: counts(lab, []), "shape 0; expected 2 to"),
    "spectrum of a map": (lambda lab: counts(lab, np.ones((2, 3))), "shape 2 × 3"),
    "years exchanged": (lambda lab: edit(lab, to_year=-3000), "ends in -3000, before it begins"),
    "endless energies": (
        lambda lab: edit(lab, spectra=(lab.spectrum(channels=60_000),)),
        "channels and the energy axis do not belong together",
    ),
    "no live time": (lambda lab: counts(lab, [1, 2], live_time_s=0.0), "found a live time of 0 s"),
    "name twice": (lambda lab: lab.store.put(lab.pigment("FÄRBERRÖTE", id="x")), "already"),
    "id twice": (lambda lab: edit(lab, id="azurite"), "id “azurite” already"),
    "nothing to replace": (
        lambda lab: lab.store.put(lab.pigment("Smalt"), replacing="gone"),
        "no pigment with the id “gone”",
    ),
    "nothing to remove": (lambda lab: lab.store.remove("gone"), "no pigment with the id “gone”"),
    "one of many bad": (
        lambda lab: lab.store.merge(
            [lab.pigment("Smalt"), lab.pigment("Ochre", density_g_cm3=0.0)], Clash.KEEP_BOTH
        ),
        "“Ochre”",
    ),
    "library without name": (lambda lab: lab.store.rename(""), "a library needs a name"),
    "unknown ending": (
        lambda lab: write_pigments(lab.folder / "x.xlsx", lab.content),
        r"“\.xlsx”; expected one of \.pigments\.zip, \.pigments, \.json, \.csv",
    ),
    "no spectrum to write": (
        lambda lab: write_ganx(lab.folder / "ganx", lab.content),
        "1 of 2 have no spectrum: Färberröte",
    ),
    "no spectrum of that label": (
        lambda lab: write_spectra_csv(lab.folder / "s.csv", lab.content, label="Ag"),
        "2 of 2 have no spectrum “Ag”",
    ),
}


def everything_in(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("what", EDITS)
def test_a_senseless_edit_is_refused_and_nothing_changes(lab, what):
    act, words = EDITS[what]
    before = everything_in(lab.folder)
    with pytest.raises(ParameterError, match=f"(?i){words}") as caught:
        act(lab)
    check_words(caught.value)
    assert everything_in(lab.folder) == before


def check_words(error: AppError):
    """An error says what failed, on what, and what to do, in whole sentences."""
    assert error.title.endswith((".", "”."))
    assert error.message.endswith((".", "?"))
    assert error.hint.endswith(".")
    for text in (error.title, error.message, error.hint):
        assert "Traceback" not in text
        assert "sqlite3." not in text


# files that are no good libraries


@dataclass(frozen=True)
class Bad:
    """Makes a broken file and says how it is read and which words are expected.

    A fault in one row does not keep other rows from being changed or the file from being copied.
    """

    make: object
    words: str
    name: str = "bad.pigments"
    read: object = read_pigments
    is_in_a_row: bool = False


def text(content):
    return lambda lab, path: path.write_bytes(content)


def changed_library(*statements):
    """A copy of the good library after some SQL."""

    def make(lab, path):
        shutil.copyfile(lab.path, path)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return make


def cut(share, source="path"):
    def make(lab, path):
        content = getattr(lab, source).read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return make


def spoilt(lab, path):
    """A library with a page of the middle overwritten, as by a failing drive."""
    content = bytearray(lab.path.read_bytes())
    page = 4096
    for number in range(1, len(content) // page):
        content[number * page : number * page + 64] = b"\xa5" * 64
    path.write_bytes(content)


def other_counts(lab, path):
    """A library with one count changed behind SQLite's back."""
    content = lab.path.read_bytes()
    number = struct.pack("<f", 1.5 * 300)
    assert content.count(number) == 1
    path.write_bytes(content.replace(number, struct.pack("<f", 1e6)))


def archive(change=lambda record: None, npy=None, extra=(), drop=()):
    """A copy of the good archive with some members changed."""

    def make(lab, path):
        with zipfile.ZipFile(lab.archive) as good:
            members = {name: good.read(name) for name in good.namelist()}
        record = json.loads(members["library.json"])
        change(record)
        members["library.json"] = json.dumps(record).encode()
        if npy is not None:
            np.save(path.with_suffix(".npy"), npy, allow_pickle=True)
            members["counts.npy"] = path.with_suffix(".npy").read_bytes()
            path.with_suffix(".npy").unlink()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
            for name, content in members.items():
                if name not in drop:
                    bad.writestr(name, content)
            for name, content in extra:
                bad.writestr(name, content)

    return make


def bomb(lab, path):
    """An archive whose last member announces 600 MB; small for all but who unpacks it."""
    archive(extra=[("bomb", bytes(1000))])(lab, path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 600 * 2**20)
    path.write_bytes(content)


def entry(**changes):
    return lambda record: record["pigments"][0].update(changes)


ZIP = "bad.pigments.zip"
FLOATS = np.arange(600, dtype=np.float32)

LIBRARIES = {
    "missing": Bad(lambda lab, path: None, "no such file"),
    "folder": Bad(lambda lab, path: path.mkdir(), "folder"),
    "empty": Bad(text(b""), "empty .0 bytes."),
    "text instead": Bad(text(b"Dear colleague, " * 99), "not that of a pigment library"),
    "picture instead": Bad(
        text(b"\x89PNG\r\n\x1a\n" + bytes(900)), "not that of a pigment library"
    ),
    "another program's": Bad(
        changed_library("PRAGMA application_id = 7"), "SQLite file of another program"
    ),
    "newer library": Bad(
        changed_library("PRAGMA user_version = 3"),
        "made by a newer Velatura: schema 3, this one knows 1",
    ),
    "no schema": Bad(changed_library("PRAGMA user_version = 0"), "another program"),
    "cut in half": Bad(cut(0.5), "damaged or cut short"),
    "last bytes missing": Bad(cut(0.999), "damaged or cut short"),
    "only a beginning": Bad(cut(0.01), "damaged or cut short|not that of"),
    "pages spoilt": Bad(spoilt, "damaged or cut short"),
    "one count changed": Bad(other_counts, "its counts are damaged", is_in_a_row=True),
    "tables missing": Bad(
        changed_library("DROP TABLE spectrum"), "no such table", is_in_a_row=True
    ),
    "columns missing": Bad(
        changed_library("ALTER TABLE spectrum DROP COLUMN checksum"),
        "a column is missing",
        is_in_a_row=True,
    ),
    "name missing": Bad(
        changed_library("DELETE FROM library"), "name is missing", is_in_a_row=True
    ),
    "group of a later time": Bad(
        changed_library("UPDATE pigment SET 'group' = 'ultraviolet' WHERE number = 1"),
        "“Azurite”: group is 'ultraviolet'; expected one of white",
        is_in_a_row=True,
    ),
    "formula spoilt": Bad(
        changed_library('UPDATE pigment SET components = \'[{"formula": "Qq"}]\''),
        "no element “Qq”",
        is_in_a_row=True,
    ),
    "list spoilt": Bad(
        changed_library("UPDATE pigment SET srgb = '[1,'"), "lists is damaged", is_in_a_row=True
    ),
    "no zip": Bad(text(b"PK\x03\x04" + bytes(200)), "no whole zip file", ZIP),
    "zip cut": Bad(cut(0.7, "archive"), "no whole zip file", ZIP),
    "zip of something": Bad(archive(drop=("library.json",)), "library.json is missing", ZIP),
    "zip without counts": Bad(archive(drop=("counts.npy",)), "counts.npy .* is missing", ZIP),
    "newer archive": Bad(
        archive(lambda record: record.update(schema=9)), "newer Velatura: schema 9", ZIP
    ),
    "other format": Bad(archive(lambda record: record.update(format="x")), "not that of", ZIP),
    "no list": Bad(archive(lambda record: record.update(pigments=3)), "no list of pigments", ZIP),
    "name a number": Bad(archive(entry(name=3)), "name is 3; expected text", ZIP),
    "density as text": Bad(archive(entry(density_g_cm3="3")), "density_g_cm3 is '3'", ZIP),
    "density infinite": Bad(
        archive(entry(density_g_cm3=float("inf"))), "density_g_cm3 is inf", ZIP
    ),
    "two alike": Bad(archive(entry(name="Färberröte")), "the same name or id", ZIP),
    "path out of it": Bad(
        archive(extra=[("../../evil.txt", b"x")]), "points out of the archive", ZIP
    ),
    "path of a drive": Bad(archive(extra=[("C:\\evil.txt", b"x")]), "points out", ZIP),
    "pickled counts": Bad(
        archive(npy=np.array([{"a": 1}], dtype=object)), "holds object of shape", ZIP
    ),
    "wide counts": Bad(archive(npy=FLOATS.astype(np.float64)), "holds float64 of shape", ZIP),
    "too few counts": Bad(archive(npy=FLOATS[:-1]), "599 counts; at least 600", ZIP),
    "too many counts": Bad(archive(npy=np.append(FLOATS, FLOATS)), "1,200 counts; 600", ZIP),
    "NaN in counts": Bad(
        archive(npy=np.where(FLOATS == 5, np.float32(np.nan), FLOATS)), "channel 5 holds nan", ZIP
    ),
    "zip bomb": Bad(bomb, "would unpack to 600 MB", ZIP),
    "JSON of something": Bad(text(b'{"a": 1}'), "names no file of its spectrum", "bad.json"),
    "JSON cut": Bad(text(b'{"Azurite": {"xrf":'), "JSON is damaged", "bad.json"),
    "JSON name twice": Bad(
        text(b'{"A": {"xrf": "a.h5"}, "A": {"xrf": "b.h5"}}'), "“A” is there twice", "bad.json"
    ),
    "JSON colour": Bad(
        text(b'{"A": {"xrf": "a.h5", "RGB": [300, 0, 0]}}'), "colour of “A” is", "bad.json"
    ),
    "JSON path outside": Bad(
        text(b'{"A": {"xrf": "../a.h5", "RGB": [3, 0, 0]}}'), "outside the folder", "bad.json"
    ),
    "JSON absolute path": Bad(
        text(b'{"A": {"xrf": "/etc/passwd", "RGB": [3, 0, 0]}}'), "outside the folder", "bad.json"
    ),
    "JSON file missing": Bad(
        text(b'{"A": {"xrf": "a.h5", "RGB": [3, 0, 0]}}'), "“A”: a.h5: No such file", "bad.json"
    ),
    "table without colour": Bad(text(b"name,formula\nA,CuO\n"), "columns red, green", "bad.csv"),
    "table with a word": Bad(
        text(b"name,red,green,blue\nA,1,2,3\nB,1,x,3\n"), "line 3: green is 'x'", "bad.csv"
    ),
    "table, not UTF-8": Bad(
        text("name,red,green,blue\nGrün,1,2,3\n".encode("latin-1")), "no text in UTF-8", "bad.csv"
    ),
    "table, names twice": Bad(
        text(b"name,red,green,blue\nA,1,2,3\na,1,2,3\n"), "“a” already", "bad.csv"
    ),
    "table, too wide": Bad(
        text(b"name,red,green,blue\nA,1,2,3,4\n"), "line 2 has 5 columns", "bad.csv"
    ),
    "table, no density": Bad(
        text(b"name,red,green,blue,components\nA,1,2,3,CuO\n"), "density_g_cm3 is None", "bad.csv"
    ),
    "unknown kind": Bad(text(b"whatever"), "no format with pigments", "bad.docx"),
}


def xy(x, y):
    def make(lab, path):
        with h5py.File(path, "w") as file:
            file["x"], file["y"] = x, y

    return make


def huge(lab, path):
    with path.open("wb") as stream:
        stream.truncate(10 * 10**9)


def spectrum(make, words, name="bad.txt"):
    return Bad(make, words, name, read_spectrum)


SPECTRA = {
    "spectrum missing": spectrum(lambda lab, path: None, "No such file"),
    "spectrum a folder": spectrum(lambda lab, path: path.mkdir(), "a folder, not a file"),
    "spectrum empty": spectrum(text(b""), "empty .0 bytes."),
    "ten gigabytes": spectrum(huge, "10,000 MB; a file with one spectrum has at most 2,000 MB"),
    "bytes": spectrum(text(bytes(range(256))), "no format of spectra"),
    "prose": spectrum(text(b"no numbers here\n"), "no rows of numbers"),
    "no energies": spectrum(text(b"1\n2\n3\n"), "no energy axis"),
    "uneven energies": spectrum(
        text(b"0.1,5\n0.2,6\n0.3,7\n0.5,8\n0.6,9\n"),
        "from line 3 to line 4 they go from 0.3 to 0.5",
    ),
    "falling energies": spectrum(
        text(b"energy,counts\n0.3,5\n0.2,6\n0.1,7\n"), "do not rise evenly"
    ),
    "a word among counts": spectrum(text(b"0.1,5\n0.2,x\n0.3,7\n"), "line 2, column 2 holds 'x'"),
    "negative counts": spectrum(text(b"0.1,5\n0.2,-6\n0.3,7\n"), r"channel 1 \(line 2\) holds -6"),
    "a column less": spectrum(text(b"0.1,5\n0.2\n0.3,7\n"), "line 2 has 1 columns"),
    "spx cut": spectrum(text(b"<?xml version='1.0'?><TRTSpectrum><a>"), "XML is damaged", "b.spx"),
    "spx without spectrum": spectrum(text(b"<TRTSpectrum></TRTSpectrum>"), "no spectrum", "b.spx"),
    "mca cut": spectrum(text(b"<<PMCA SPECTRUM>>\n<<DATA>>\n1\n2\n"), "cut short", "b.mca"),
    "h5 without x": spectrum(xy(np.ones((3, 4)), [1, 2]), "no group in it holds x", "b.h5"),
    "h5 of two lengths": spectrum(xy([1, 2, 3], [1, 2]), "x has 3 values and y has 2", "b.h5"),
    "h5 with NaN": spectrum(xy([1, 2, 3], [1, np.nan, 3]), r"y\[1\]\) holds nan", "b.h5"),
    "h5 uneven": spectrum(xy([1, 2, 4, 5, 6], [1, 2, 3, 4, 5]), r"from x\[1\] to x\[2\]", "b.h5"),
    "h5 cut": spectrum(text(b"\x89HDF\r\n\x1a\n" + bytes(50)), "", "b.h5"),
}

FILES = {**LIBRARIES, **SPECTRA}


@pytest.mark.parametrize("what", FILES)
def test_a_broken_file_is_refused_in_words_and_left_as_it_is(lab, what):
    bad = FILES[what]
    path = lab.folder / "in" / bad.name
    path.parent.mkdir()
    bad.make(lab, path)
    before = path.stat() if path.exists() else None
    small = before is not None and before.st_size < 10**8
    folder = everything_in(lab.folder) if small else None
    with pytest.raises(ReadError, match=f"(?i){bad.words}") as caught:
        bad.read(path)
    check_words(caught.value)
    assert bad.name in caught.value.message or "Pigment “" in caught.value.message
    if folder is not None:
        assert everything_in(lab.folder) == folder
    assert not path.exists() or path.stat().st_mtime_ns == before.st_mtime_ns
    if bad.name.endswith(".pigments") and path.is_file() and not bad.is_in_a_row:
        # nor is it changed by what would change it
        for change in (
            lambda: PigmentStore(path).put(lab.pigment("Smalt")),
            lambda: PigmentStore(path).copy_to(lab.folder / "copy.pigments"),
        ):
            with pytest.raises(AppError) as caught:
                change()
            check_words(caught.value)
        assert everything_in(lab.folder) == folder


# libraries that are good, but not to be changed now


def test_a_locked_library_says_so_and_works_later(lab):
    other = sqlite3.connect(lab.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    impatient = PigmentStore(lab.path, patience_s=0.01)
    before = lab.path.read_bytes()
    with pytest.raises(ReadError, match="another program has locked it") as reading:
        impatient.pigments()
    with pytest.raises(WriteError, match="another program has locked it") as writing:
        impatient.put(lab.pigment("Smalt"))
    check_words(reading.value)
    check_words(writing.value)
    other.execute("ROLLBACK")
    other.close()
    assert lab.path.read_bytes() == before
    impatient.put(lab.pigment("Smalt"))
    assert lab.store.info().count == 3


def test_a_library_being_written_can_be_read(lab):
    other = sqlite3.connect(lab.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = PigmentStore(lab.path, patience_s=0.01)
    assert impatient.pigments() == lab.content.pigments
    with pytest.raises(WriteError, match="locked"):
        impatient.remove("azurite")
    other.close()
    assert impatient.pigments() == lab.content.pigments


def test_a_full_drive_leaves_the_library_as_it_was(lab, monkeypatch):
    pages = lab.path.stat().st_size // 4096
    connect = sqlite3.connect

    def connected(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    before = lab.path.read_bytes()
    with pytest.raises(WriteError, match="no room left on its drive") as caught:
        lab.store.put(lab.pigment("Smalt", spectra=(lab.spectrum(channels=16_000),)))
    check_words(caught.value)
    assert everything_in(lab.folder)[Path("lab.pigments")] == before
    assert lab.store.pigments() == lab.content.pigments


def test_a_drive_that_fills_while_a_library_is_written_keeps_the_older_one(lab, monkeypatch):
    connect = sqlite3.connect

    def connected(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    before = everything_in(lab.folder)
    for name in ("lab.pigments", "new.pigments"):
        with pytest.raises(WriteError, match="no room left on its drive") as caught:
            write_pigments(lab.folder / name, lab.content, overwrite=True)
        assert name in caught.value.message
        assert ".part" not in caught.value.message
    assert everything_in(lab.folder) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write anywhere")
def test_a_library_that_may_only_be_read_is_read(lab):
    lab.path.chmod(0o444)
    assert lab.store.pigments() == lab.content.pigments
    with pytest.raises(WriteError, match="may only be read") as caught:
        lab.store.put(lab.pigment("Smalt"))
    check_words(caught.value)
    lab.path.chmod(0o644)
    lab.folder.chmod(0o555)
    assert lab.store.pigments() == lab.content.pigments
    with pytest.raises(WriteError, match="its folder may not be written to") as caught:
        lab.store.put(lab.pigment("Smalt"))
    check_words(caught.value)
    lab.folder.chmod(0o755)
    assert lab.store.pigments() == lab.content.pigments


def test_what_an_interrupted_change_left_is_not_taken_for_a_new_library(lab):
    left = lab.folder / "new.pigments-journal"
    left.write_bytes(b"pages of an older library")
    for make in (
        lambda: PigmentStore.create(lab.folder / "new.pigments", "New"),
        lambda: lab.store.copy_to(lab.folder / "new.pigments"),
        lambda: write_pigments(lab.folder / "new.pigments", lab.content),
    ):
        with pytest.raises(WriteError, match=r"new\.pigments-journal lies beside it") as caught:
            make()
        check_words(caught.value)
    assert not (lab.folder / "new.pigments").exists()
    assert left.read_bytes() == b"pages of an older library"


def test_nothing_is_overwritten_unasked(lab):
    content = replace(lab.content, pigments=lab.content.pigments[:1])
    for name in ("x.pigments", "x.pigments.zip", "x.json", "x.csv"):
        write_pigments(lab.folder / name, content)
    before = everything_in(lab.folder)
    for name in ("x.pigments", "x.pigments.zip", "x.json", "x.csv"):
        with pytest.raises(WriteError, match="exist") as caught:
            write_pigments(lab.folder / name, content)
        check_words(caught.value)
    assert everything_in(lab.folder) == before


def test_an_archive_of_a_missing_folder_is_not_written(lab):
    with pytest.raises(WriteError, match="No such file"):
        write_archive(lab.folder / "gone" / "x.pigments.zip", lab.content)
    assert read_archive(lab.archive) == lab.content


@pytest.mark.parametrize("source", ["path", "archive"])
def test_whatever_bytes_are_spoilt_the_user_gets_words(lab, source):
    good = getattr(lab, source)
    content = good.read_bytes()
    spoilt = lab.folder / f"spoilt-{good.name}"
    draw = random.Random(7)
    refused = 0
    for _ in range(250):
        # the tables' description lies at the beginning, the rows behind it
        begin = draw.choice([0, 0, len(content) // 2])
        damaged = bytearray(content)
        for _ in range(draw.choice([1, 3, 40])):
            damaged[draw.randrange(begin, len(damaged))] = draw.randrange(256)
        spoilt.write_bytes(damaged)
        try:
            read_pigments(spoilt)
        except ReadError as error:
            check_words(error)
            refused += 1
        assert spoilt.read_bytes() == bytes(damaged)
    assert refused > 50
