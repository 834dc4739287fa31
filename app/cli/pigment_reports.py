"""Pigments, candidates and libraries as lines for people and as JSON for scripts."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.core.candidates import Candidate, CandidateReport, ElementEvidence, LineEvidence
    from app.core.physics.instrument import Instrument
    from app.core.pigments import Pigment, PigmentSpectrum
    from app.engine.library_list import ListedLibrary
    from app.engine.pigment_libraries import LibraryPigment

_WIDEST_COLUMN = 44


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with columns side by side; the first row is the head.

    Long texts are cut short, but for those of the last column.
    """
    shortened = [[*map(_short, row[:-1]), row[-1]] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*shortened, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in shortened
    ]


def pigment_json(entry: "LibraryPigment") -> dict[str, Any]:
    """One pigment of a list, under the names that scripts rely on."""
    from app.core.colour import hex_of_srgb
    from app.core.visibility import visibility

    pigment = entry.pigment
    return {
        "name": pigment.name,
        "id": pigment.id,
        "library": entry.library,
        "group": pigment.group.value,
        "formula": pigment.formula,
        "elements": list(pigment.elements),
        "density_g_cm3": pigment.density_g_cm3,
        "colour": hex_of_srgb(pigment.srgb),
        "srgb": list(pigment.srgb),
        "synonyms": list(pigment.synonyms),
        "period": pigment.period,
        "from_year": pigment.from_year,
        "to_year": pigment.to_year,
        "visibility": visibility(pigment, None).level.value,
        "spectra": [spectrum.label for spectrum in pigment.spectra],
    }


def whole_pigment_json(entry: "LibraryPigment") -> dict[str, Any]:
    """All of one pigment but the counts of its spectra."""
    from app.core.visibility import visibility

    pigment = entry.pigment
    seen = visibility(pigment, None)
    return {
        **pigment_json(entry),
        "components": [
            {"formula": part.formula, "share": part.share, "name": part.name}
            for part in pigment.components
        ],
        "mass_fractions": {symbol: round(share, 6) for symbol, share in pigment.fractions.items()},
        "binder": pigment.binder,
        "volume_fraction": pigment.volume_fraction,
        "colour_source": pigment.colour_source,
        "visibility_reason": seen.reason,
        "lines": [
            {"line": line.label, "key": line.key, "energy_kev": round(line.energy_kev, 4)}
            for line in seen.lines
        ],
        "xrf_note": pigment.xrf_note,
        "notes": pigment.notes,
        "source": pigment.source,
        "spectra": [_spectrum_json(spectrum) for spectrum in pigment.spectra],
    }


def pigment_lines(entry: "LibraryPigment") -> list[str]:
    """All of one pigment for people; what is not known is left out."""
    from app.core.colour import hex_of_srgb
    from app.core.visibility import visibility

    pigment = entry.pigment
    seen = visibility(pigment, None)
    shares = [f"{symbol} {100 * share:.3g} %" for symbol, share in pigment.fractions.items()]
    facts = [
        ("name", pigment.name),
        ("id", pigment.id),
        ("library", entry.library),
        ("synonyms", ", ".join(pigment.synonyms)),
        ("group", pigment.group.value),
        ("colour", _with_source(hex_of_srgb(pigment.srgb), pigment.colour_source)),
        ("formula", pigment.formula or "not known"),
        ("elements", ", ".join(shares)),
        ("density", f"{pigment.density_g_cm3:g} g/cm³"),
        ("paint", _paint(pigment)),
        ("period", _period(pigment)),
        ("XRF", f"{seen.level.value}: {seen.reason}"),
        ("lines", ", ".join(f"{line.label} {line.energy_kev:.2f} keV" for line in seen.lines)),
        ("XRF note", pigment.xrf_note),
        ("notes", pigment.notes),
        ("source", pigment.source),
        *(("spectrum", _spectrum_line(spectrum)) for spectrum in pigment.spectra),
    ]
    return [f"{name:<9} {' '.join(text.split())}" for name, text in facts if text]


def list_lines(entries: "Sequence[LibraryPigment]") -> list[str]:
    """Pigments as a table for people."""
    from app.core.colour import hex_of_srgb

    head = ("name", "colour", "formula", "elements", "period", "library")
    rows = [
        (
            entry.pigment.name,
            hex_of_srgb(entry.pigment.srgb),
            entry.pigment.formula,
            ",".join(entry.pigment.elements),
            _period(entry.pigment),
            entry.library,
        )
        for entry in entries
    ]
    count = "1 pigment" if len(rows) == 1 else f"{len(rows)} pigments"
    return [*table([head, *rows]), count] if rows else ["no pigments"]


def library_json(item: "ListedLibrary") -> dict[str, Any]:
    """One library of the list."""
    return {
        "name": item.name,
        "path": None if item.path is None else str(item.path),
        "version": item.library_version,
        "count": item.count,
        "read_only": item.is_read_only,
        "problem": None if item.problem is None else str(item.problem),
    }


def library_lines(items: "Sequence[ListedLibrary]") -> list[str]:
    """Libraries as a table for people, problems below it."""
    rows = [
        (
            item.name,
            "?" if item.problem else str(item.count),
            item.library_version,
            "read only" if item.is_read_only else "",
        )
        for item in items
    ]
    lines = table([("name", "pigments", "version", ""), *rows])
    lines += [f"{item.name}: {item.path}" for item in items if item.path is not None]
    return lines + [f"problem: {item.problem}" for item in items if item.problem is not None]


def instrument_json(instrument: "Instrument", *, is_preset: bool) -> dict[str, Any]:
    """One instrument with all its values."""
    return {**instrument.to_json(), "preset": is_preset}


def report_json(report: "CandidateReport", measured: dict[str, Any]) -> dict[str, Any]:
    """Candidates with what speaks for and against them."""
    return {
        **measured,
        "candidates": [_candidate_json(item) for item in report.candidates],
        "elements": [_element_json(item) for item in report.elements],
        "not_excluded": [pigment.name for pigment in report.not_excluded],
        "undecided": list(report.undecided),
    }


def report_lines(report: "CandidateReport", count: int) -> list[str]:
    """Candidates for people: never a name without its reasons."""
    lines: list[str] = []
    for item in report.candidates[:count]:
        lines.append(f"{item.rank}. {item.pigment.name} ({item.score:.2f})")
        details = [
            ("speaks for", ", ".join(_evidence(line) for line in item.supporting)),
            ("missing", ", ".join(line.line.label for line in item.missing)),
            ("same to XRF", ", ".join(item.same_as)),
            ("explained by others, too", ", ".join(item.shared)),
            ("remark", item.remark),
        ]
        lines += [f"   {name}: {text}" for name, text in details if text]
    if not lines:
        lines.append("No pigment has lines that stand out here.")
    if report.not_excluded:
        names = ", ".join(pigment.name for pigment in report.not_excluded)
        lines.append(f"Not excluded, as no line of theirs could be told here: {names}.")
    return [*lines, *report.undecided]


def _candidate_json(item: "Candidate") -> dict[str, Any]:
    return {
        "rank": item.rank,
        "name": item.pigment.name,
        "id": item.pigment.id,
        "score": round(item.score, 4),
        "supporting": [_evidence_json(line) for line in item.supporting],
        "missing": [_evidence_json(line) for line in item.missing],
        "same_as": list(item.same_as),
        "shared": list(item.shared),
        "remark": item.remark,
    }


def _element_json(item: "ElementEvidence") -> dict[str, Any]:
    return {
        "element": item.element,
        "significance": round(float(item.significance), 3),
        "note": item.note,
        "lines": [_evidence_json(line) for line in item.lines],
    }


def _evidence_json(found: "LineEvidence") -> dict[str, Any]:
    return {
        "line": found.line.label,
        "key": found.line.key,
        "energy_kev": round(found.line.energy_kev, 4),
        "counts": round(float(found.counts), 3),
        "background": round(float(found.background), 3),
        "significance": round(float(found.significance), 3),
        "note": found.note,
    }


def _evidence(found: "LineEvidence") -> str:
    text = f"{found.line.label} {found.counts:,.0f} counts ({found.significance:.0f} σ)"
    return f"{text}, {found.note}" if found.note else text


def _spectrum_json(spectrum: "PigmentSpectrum") -> dict[str, Any]:
    return {
        "label": spectrum.label,
        "kind": spectrum.kind.value,
        "channels": int(spectrum.counts.size),
        "offset_kev": spectrum.axis.offset_kev,
        "gain_kev": spectrum.axis.gain_kev,
        "quadratic": spectrum.axis.quadratic,
        "total_counts": float(spectrum.counts.sum(dtype=float)),
        "instrument": spectrum.instrument,
        "source": spectrum.source,
        "live_time_s": spectrum.live_time_s,
    }


def _spectrum_line(spectrum: "PigmentSpectrum") -> str:
    axis = spectrum.axis
    parts = [
        f"{spectrum.label} ({spectrum.kind.value})",
        f"{spectrum.counts.size} channels of {axis.gain_kev:g} keV",
        spectrum.source,
    ]
    return ", ".join(part for part in parts if part)


def _with_source(text: str, source: str) -> str:
    return f"{text} ({source})" if source else text


def _paint(pigment: "Pigment") -> str:
    if pigment.binder == "none":
        return "without binder"
    return f"{100 * pigment.volume_fraction:g} % of the volume in {pigment.binder}"


def _period(pigment: "Pigment") -> str:
    if pigment.period:
        return pigment.period
    if pigment.from_year is None and pigment.to_year is None:
        return ""
    if pigment.to_year is None:
        return f"from {_year(pigment.from_year)}"
    if pigment.from_year is None:
        return f"until {_year(pigment.to_year)}"
    return f"{_year(pigment.from_year)}–{_year(pigment.to_year)}"


def _year(year: int | None) -> str:
    return "" if year is None else f"{-year} BC" if year < 0 else str(year)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST_COLUMN else f"{text[: _WIDEST_COLUMN - 1]}…"


def _width(text: str) -> int:
    """Columns a text takes on a terminal: two for wide letters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
