"""Pigments as a table: one row for each, all but their spectra; and their spectra as another.

Several synonyms are parted by `;`, several components likewise, each as `formula:share:name`;
a backslash goes before a `;`, `:` or backslash that is meant itself. A text that a spreadsheet
would take for a formula has an apostrophe before it, which is taken off again on reading.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.core.colour_groups import group_of
from app.core.pigments import ColourGroup, Pigment
from app.core.provenance import Step
from app.errors import ParameterError
from app.io import tables
from app.io.atomic import written
from app.io.pigment_archive import LibraryContent
from app.io.pigment_errors import system_refused, unreadable
from app.io.pigment_exchange import chosen_spectra
from app.io.pigment_guard import check_pigments
from app.io.pigment_records import RecordError, from_record, identifier, to_record
from app.io.units import decimal

CSV_SUFFIX = ".csv"

_COLOURS = ("red", "green", "blue")
_NUMBERS = ("density_g_cm3", "volume_fraction")
_YEARS = ("from_year", "to_year")
_TEXTS = ("colour_source", "binder", "period", "xrf_note", "notes", "source")
_COLUMNS = (
    "id",
    "name",
    "group",
    "components",
    "density_g_cm3",
    *_COLOURS,
    "colour_source",
    "synonyms",
    "binder",
    "volume_fraction",
    "period",
    *_YEARS,
    "xrf_note",
    "notes",
    "source",
)
# what spreadsheets begin a formula with, also in the wide forms; and the sign that guards
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"
_MOST_BYTES = 64_000_000
# a dye known by its colour alone: nothing is computed from its density
_NO_DENSITY_G_CM3 = 1.0


def write_csv(path: Path, content: LibraryContent, *, overwrite: bool = False) -> None:
    """Write pigments as a table; everything but their spectra comes back on reading.

    Raises
    ------
    ParameterError
        If a pigment makes no sense or two have the same name or id.
    WriteError
        If the file exists and `overwrite` is off, or the system refuses.
    """
    check_pigments(content.pigments, path)
    # spreadsheets know UTF-8 by the mark at its beginning only
    with (
        written(path, overwrite=overwrite) as beside,
        beside.open("x", encoding="utf-8-sig", newline="") as stream,
    ):
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows(_row(pigment) for pigment in content.pigments)


def read_csv(path: Path) -> LibraryContent:
    """Read pigments from a table with names above its columns, parted by `,`, `;` or tabs.

    A name and a colour are needed, and a density where there are components; the rest may be
    left out. Columns of other names are named in the library's notes.

    Raises
    ------
    ReadError
        If it is no such table or a value makes no sense; the message names the line.
    """
    rows = _rows(path, _text(path))
    columns = [cell.strip().casefold() for cell in rows[0][1]]
    _check_columns(path, columns)
    pigments: list[Pigment] = []
    taken: set[str] = set()
    for line, cells in rows[1:]:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            raise unreadable(
                path, f"line {line} has {len(cells)} columns; {len(columns)} have a name."
            )
        row = dict(zip(columns, cells, strict=False))
        try:
            pigment = from_record(_record(row, taken))
        except RecordError as error:
            raise unreadable(
                path, f"line {line}: {error}", "Correct that line in a copy of the table."
            ) from error
        taken.add(pigment.id)
        pigments.append(pigment)
    try:
        check_pigments(pigments, path)
    except ParameterError as error:
        raise unreadable(path, f"{error.title} {error.message}", "Rename one of them.") from error
    others = [name for name in columns if name and name not in _COLUMNS]
    notes = f"Columns left aside: {', '.join(others)}." if others else ""
    return LibraryContent(path.stem, "", tuple(pigments), notes)


def is_csv(path: Path) -> bool:
    """Whether a file is a table with a column of names; an OSError is the caller's to tell."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    first = head.decode("utf-8-sig", "replace").splitlines()[:1]
    words = {word.strip(' "').casefold() for text in first for word in re.split("[,;\t]", text)}
    return "name" in words


def write_spectra_csv(
    path: Path, content: LibraryContent, *, label: str | None = None, overwrite: bool = False
) -> None:
    """Write one spectrum of each pigment side by side: channel, energy_kev, then the pigments.

    Parameters
    ----------
    label
        Which spectrum of each; None for the first measured one, else the first.

    Raises
    ------
    ParameterError
        If there are no pigments, one has no such spectrum, or they are not on one energy axis.
    WriteError
        If the file exists and `overwrite` is off, or the system refuses.
    """
    check_pigments(content.pigments, path)
    spectra = chosen_spectra(content.pigments, label)
    axes = {(spectrum.axis, len(spectrum.counts)) for spectrum in spectra}
    if len(axes) != 1:
        shown = "; ".join(
            f"{size} channels of {axis.gain_kev:g} keV from {axis.offset_kev:g} keV"
            for axis, size in sorted(axes, key=str)[:3]
        )
        raise ParameterError(
            "These spectra do not fit into one table.",
            f"Found {len(axes)} energy axes ({shown or 'no spectrum'}); expected one.",
            "Choose pigments, or a label, whose spectra have the same channels.",
            path=path,
        )
    columns = {
        _guarded(pigment.name): spectrum.counts
        for pigment, spectrum in zip(content.pigments, spectra, strict=True)
    }
    step = Step("export pigment spectra", {"library": content.name, "label": label})
    with written(path, overwrite=overwrite) as beside:
        tables.write_spectra_csv(columns, spectra[0].axis, beside, steps=(step,))


def _row(pigment: Pigment) -> list[str]:
    record = to_record(pigment)
    record.update(zip(_COLOURS, pigment.srgb, strict=True))
    record["synonyms"] = _joined([name] for name in pigment.synonyms)
    record["components"] = _joined(
        [part.formula, repr(part.share), *([part.name] if part.name else [])]
        for part in pigment.components
    )
    return [_cell(record[column]) for column in _COLUMNS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return _guarded(value) if isinstance(value, str) else repr(value)


def _guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    begins_so = text.startswith(_DANGEROUS)
    # what would be taken for the sign of guard on reading gets one as well
    is_like_guarded = text.startswith(tuple(_GUARD + sign for sign in (*_DANGEROUS, _GUARD)))
    return _GUARD + text if begins_so or is_like_guarded else text


def _unguarded(cell: str) -> str:
    guarded = cell.startswith(tuple(_GUARD + sign for sign in (*_DANGEROUS, _GUARD)))
    return cell[1:] if guarded else cell


def _joined(items: Iterable[Sequence[str]]) -> str:
    """Items parted by `;`, their parts by `:`."""
    return ";".join(":".join(map(_escaped, parts)) for parts in items)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;:])", r"\\\1", text)


def _split(text: str, sign: str) -> list[str]:
    """Parts between signs that have no backslash before them; backslashes stay."""
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == sign:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    parts.append(text[start:])
    return parts


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _record(row: Mapping[str, str], taken: set[str]) -> dict[str, Any]:
    """The values of a row as `from_record` takes them."""
    texts = {key: _unguarded(value) for key, value in row.items()}
    record: dict[str, Any] = {key: texts[key] for key in _TEXTS if texts.get(key)}
    record["name"] = texts.get("name", "")
    record["id"] = texts.get("id", "").strip() or identifier(record["name"], taken)
    record["synonyms"] = [_plain(part) for part in _split_list(texts.get("synonyms", ""))]
    record["components"] = [_component(part) for part in _split_list(texts.get("components", ""))]
    for key in (*_NUMBERS, *_YEARS, *_COLOURS):
        value = texts.get(key, "").strip()
        if value:
            record[key] = _number(key, value, whole=key not in _NUMBERS)
    if not record["components"]:
        record.setdefault("density_g_cm3", _NO_DENSITY_G_CM3)
    record["srgb"] = [record.pop(key, None) for key in _COLOURS]
    group = texts.get("group", "").strip().casefold()
    record["group"] = group or _group(record["srgb"])
    return record


def _group(srgb: Sequence[Any]) -> ColourGroup:
    if any(not isinstance(part, int) or not 0 <= part <= 255 for part in srgb):
        shown = ", ".join("nothing" if part is None else str(part) for part in srgb)
        raise RecordError(f"the colour is {shown}; expected three whole numbers of 0 to 255.")
    return group_of((srgb[0], srgb[1], srgb[2]))


def _split_list(text: str) -> list[str]:
    return _split(text, ";") if text else []


def _component(text: str) -> dict[str, Any]:
    parts = _split(text, ":")
    if len(parts) > 3:
        raise RecordError(f"the component {text!r} has {len(parts)} parts; formula:share:name.")
    formula, share, name = (*map(_plain, parts), "", "")[:3]
    number = _number("share", share.strip(), whole=False) if share.strip() else 1.0
    return {"formula": formula, "share": number, "name": name}


def _number(key: str, text: str, *, whole: bool) -> float:
    value = decimal(text)
    if value is None or (whole and value % 1):
        what = "a whole number" if whole else "a number"
        raise RecordError(f"{key} is {text!r}; expected {what}.")
    return int(value) if whole else value


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise unreadable(
                path, f"it has {size / 1e6:,.0f} MB; at most {_MOST_BYTES // 10**6} MB expected."
            )
        content = path.read_bytes()
    except OSError as error:
        raise system_refused(path, error) from error
    if not content:
        raise unreadable(path, "the file is empty (0 bytes).")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable(
            path,
            f"byte {error.start} is no text in UTF-8.",
            "Save the table as “CSV UTF-8” and open that.",
        ) from error


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with the number of its last line."""
    first = text.lstrip().partition("\n")[0].strip()
    if told := re.fullmatch(r'"?sep=([,;\t])"?', first):
        # spreadsheets are told of the delimiter so; the line stays in the count of lines
        delimiter, text = told[1], text.replace(first, "", 1)
    else:
        delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise unreadable(path, f"line {reader.line_num}: {error}.") from error
    if not rows:
        raise unreadable(path, "it holds no rows.")
    return rows


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    missing = [name for name in ("name", *_COLOURS) if name not in columns]
    twins = sorted({name for name in columns if name and columns.count(name) > 1})
    if twins:
        raise unreadable(path, f"the column {', '.join(twins)} is there twice.")
    if missing:
        raise unreadable(
            path,
            f"the columns {', '.join(missing)} are missing; found "
            f"{', '.join(name for name in columns[:8] if name) or 'no names'}.",
            "Put the columns' names into the first line; export a library to see all of them.",
        )
