"""The text half of a Ripple cube (`.rpl`): what it says, in every dialect met so far.

Lispix and our own writer separate key and value with a tab, Bruker with spaces; keys come in any
case, lines end with CR, LF or both, and `;` begins a comment. Energy axis and step size of our
own files are in such comments, where other programs pass over them.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.core.axis import EnergyAxis
from app.core.provenance import Step, steps_from_json, steps_to_json
from app.errors import ParameterError, ReadError
from app.io.units import decimal, kev_per, mm_per

_REQUIRED = ("width", "height", "depth", "data-length", "data-type", "record-by")
_CORE = (*_REQUIRED, "offset", "byte-order")
_KINDS = {"unsigned": "u", "signed": "i", "float": "f"}
_ORDERS = {"little-endian": "<", "big-endian": ">", "dont-care": "<"}
# Bruker's keys, then HyperSpy's: origin, increment, unit
_CALIBRATIONS = (
    ("depthscaleorigin", "depthscaleincrement", "depthscaleunits"),
    ("depth-origin", "depth-scale", "depth-units"),
)
# as in "; velatura gain-kev 0.02"; the space keeps our keys apart from all others
_OWN = "velatura "
_OWN_AXIS = ("offset-kev", "gain-kev", "quadratic-kev")


@dataclass(frozen=True, slots=True)
class RippleHeader:
    """What a `.rpl` file says about its `.raw` file.

    Parameters
    ----------
    width, height, depth
        Columns, rows and channels, each at least 1.
    offset
        Where the counts begin in the `.raw` file, bytes.
    dtype
        Type of one count with its byte order.
    energy_first
        False: stored spectrum by spectrum, (rows, cols, channels); true: picture by picture,
        (channels, rows, cols).
    axis
        Energy axis with the keys it came from; None when there is none.
    step_mm
        Distance between rows and between columns, mm; None when unknown.
    steps
        How the counts came about, where Velatura wrote the file.
    notes
        Things the user should know, a sentence each.
    """

    width: int
    height: int
    depth: int
    offset: int
    dtype: np.dtype[Any]
    energy_first: bool = False
    axis: EnergyAxis | None = None
    step_mm: tuple[float, float] | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(rows, cols, channels)."""
        return self.height, self.width, self.depth

    @property
    def stored_shape(self) -> tuple[int, int, int]:
        """Shape in the order of the file."""
        rows, cols, channels = self.shape
        return (channels, rows, cols) if self.energy_first else (rows, cols, channels)

    @property
    def bytes(self) -> int:
        """How long the `.raw` file must be, bytes."""
        return self.offset + math.prod(self.shape) * self.dtype.itemsize


def parse_header(content: bytes, path: Path) -> RippleHeader:
    """Read the content of a `.rpl` file.

    Parameters
    ----------
    content
        The whole file.
    path
        Only for naming the file in messages.

    Raises
    ------
    ReadError
        If it is no such text, a key is missing or a value makes no sense; the message names the
        key, what was found and what was expected.
    """
    values = _values(content, path)
    missing = [key for key in _REQUIRED if key not in values]
    if missing:
        raise _refusal(
            path,
            f"the keys {', '.join(missing)} are missing.",
            "A Ripple description needs width, height, depth, offset, data-length, data-type, "
            "byte-order and record-by; add them in a text editor.",
        )
    notes: list[str] = []
    width, height, depth = (_whole(values, key, path, least=1) for key in _REQUIRED[:3])
    dtype = _dtype(values, path, notes)
    if "offset" not in values:
        notes.append("The file gives no offset; the counts are taken to begin at byte 0.")
    return RippleHeader(
        width=width,
        height=height,
        depth=depth,
        offset=_whole(values, "offset", path, least=0) if "offset" in values else 0,
        dtype=dtype,
        energy_first=_is_energy_first(values, path),
        axis=_axis(values, notes),
        step_mm=_step_mm(values),
        steps=_steps(values),
        notes=tuple(notes),
    )


def header_text(header: RippleHeader, title: str = "") -> str:
    """The content of a `.rpl` file that Ripple readers understand, ASCII.

    Energy offset, a bent axis, the step size and the steps have no Ripple key; they go into
    comment lines that `parse_header` reads back to the last bit.
    """
    kinds = {letter: kind for kind, letter in _KINDS.items()}
    # a single byte has no order, and some readers insist that the file says so
    is_single = header.dtype.itemsize == 1
    order = "big-endian" if header.dtype.str.startswith(">") else "little-endian"
    lines = [
        "key\tvalue",
        f"width\t{header.width}",
        f"height\t{header.height}",
        f"depth\t{header.depth}",
        f"offset\t{header.offset}",
        f"data-length\t{header.dtype.itemsize}",
        f"data-type\t{kinds[header.dtype.kind]}",
        f"byte-order\t{'dont-care' if is_single else order}",
        f"record-by\t{'image' if header.energy_first else 'vector'}",
    ]
    axis = header.axis
    comments = []
    if axis is not None:
        lines.append(f"ev-per-chan\t{float(axis.gain_kev) * 1000!r}")
        numbers = (axis.offset_kev, axis.gain_kev, axis.quadratic)
        comments += [
            f"; {_OWN}{key}\t{float(number)!r}"
            for key, number in zip(_OWN_AXIS, numbers, strict=True)
        ]
    if header.step_mm is not None:
        rows_mm, cols_mm = header.step_mm
        comments.append(f"; {_OWN}step-mm\t{float(rows_mm)!r} {float(cols_mm)!r}")
    if header.steps:
        text = json.dumps(json.loads(steps_to_json(header.steps)))
        comments.append(f"; {_OWN}steps\t{text}")
    lines.append(f"title\t{_plain(title) or 'untitled'}")
    return "\n".join([*lines, *comments, ""])


def _values(content: bytes, path: Path) -> dict[str, str]:
    """Keys in lower case with their values as text; our own comments among them."""
    if not content.strip():
        raise _refusal(
            path, "the description is empty.", "Copy it again from where it was measured."
        )
    if b"\0" in content:
        raise _refusal(
            path,
            "it is not text; a Ripple description has lines of a key and a value.",
            "Choose the small .rpl text file that belongs to the .raw file.",
        )
    values: dict[str, str] = {}
    for line in re.split(r"\r\n|\r|\n", _decoded(content)):
        text, _, comment = line.partition(";")
        parts = text.split(None, 1)
        own = comment.split(None, 2)
        if not parts and len(own) == 3 and own[0].lower() == _OWN.strip():
            parts = [_OWN + own[1], own[2]]
        if len(parts) < 2:
            continue
        key, value = parts[0].lower(), parts[1].strip()
        if key in _CORE and values.get(key, value).lower() != value.lower():
            raise _refusal(
                path,
                f"{key} is given twice, as {_short(values[key])} and as {_short(value)}.",
                "Remove the wrong line in a text editor.",
            )
        values[key] = value
    return values


def _steps(values: dict[str, str]) -> tuple[Step, ...]:
    """Our own record of the steps; a damaged one keeps nobody from opening the counts."""
    try:
        return steps_from_json(values.get(f"{_OWN}steps", "[]"))
    except ValueError:
        return ()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _whole(values: Mapping[str, str], key: str, path: Path, *, least: int) -> int:
    """A whole number of at least `least`."""
    text = values[key]
    # more than 15 digits are no size of anything, and would only overflow later
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", text) or int(text) < least:
        raise _refusal(
            path,
            f"{key} is {_short(text)}; a whole number of at least {least} is expected.",
            f"Correct {key} in a text editor, or export the scan again.",
        )
    return int(text)


def _choice(values: Mapping[str, str], key: str, path: Path, choices: tuple[str, ...]) -> str:
    text = values[key].lower()
    if text not in choices:
        raise _refusal(
            path,
            f"{key} is {_short(values[key])}; {', '.join(choices[:-1])} or {choices[-1]} is "
            "expected.",
            f"Correct {key} in a text editor, or export the scan again.",
        )
    return text


def _dtype(values: Mapping[str, str], path: Path, notes: list[str]) -> np.dtype[Any]:
    length = _choice(values, "data-length", path, ("1", "2", "4", "8"))
    kind = _choice(values, "data-type", path, tuple(_KINDS))
    if kind == "float" and length in ("1", "2"):
        raise _refusal(
            path,
            f"data-type is float with data-length {length}; floats of 4 or 8 bytes are expected.",
            "Correct data-type or data-length in a text editor, or export the scan again.",
        )
    order = "dont-care"
    if "byte-order" in values:
        order = _choice(values, "byte-order", path, tuple(_ORDERS))
    if order == "dont-care" and length != "1":
        notes.append("The file does not say the byte order; little-endian is assumed.")
    return np.dtype(f"{_ORDERS[order]}{_KINDS[kind]}{length}")


def _is_energy_first(values: Mapping[str, str], path: Path) -> bool:
    order = _choice(values, "record-by", path, ("vector", "image", "dont-care"))
    if order == "dont-care":
        raise _refusal(
            path,
            f"record-by is dont-care with depth {_short(values['depth'])}: this is a single "
            "picture or an unknown order of the counts; a spectral cube is expected.",
            "If it is a cube, set record-by to vector (spectrum by spectrum) or image (picture "
            "by picture) in a text editor.",
        )
    return order == "image"


def _axis(values: Mapping[str, str], notes: list[str]) -> EnergyAxis | None:
    """The energy axis by the most complete of the ways in which files give it."""
    own = [_number(values.get(_OWN + key)) for key in _OWN_AXIS]
    gain_ev = _number(values.get("ev-per-chan"))
    if own[0] is not None and own[1] is not None:
        if gain_ev is not None and not math.isclose(gain_ev, own[1] * 1000, rel_tol=1e-6):
            notes.append(
                f"ev-per-chan ({gain_ev:g} eV) differs from the gain that Velatura wrote "
                f"({own[1] * 1000:g} eV); the latter is used."
            )
        source = "file: velatura offset-kev, gain-kev"
        return _checked_axis(own[0], own[1], own[2] or 0.0, source, notes)
    for *keys, unit in _CALIBRATIONS:
        if not all(key in values for key in keys):
            continue
        origin, increment = (_number(values[key]) for key in keys)
        factor = _kev_per(values.get(unit), unit, notes)
        if origin is None or increment is None or factor is None:
            notes.append(f"The energy axis by {' and '.join(keys)} cannot be read; not used.")
            continue
        _note_range(values, notes)
        source = f"file: {', '.join(keys)}"
        return _checked_axis(origin * factor, increment * factor, 0.0, source, notes)
    if gain_ev is None:
        if "ev-per-chan" in values:
            notes.append(f"ev-per-chan is {_short(values['ev-per-chan'])}, no number; not used.")
        return None
    notes.append("The file gives the gain but no energy offset; 0 keV is assumed.")
    return _checked_axis(0.0, gain_ev / 1000, 0.0, "file: ev-per-chan", notes)


def _kev_per(unit: str | None, key: str, notes: list[str]) -> float | None:
    if unit is None:
        notes.append(f"The file gives no {key}; its energies are taken as keV.")
        return 1.0
    factor = kev_per(unit)
    if factor is None:
        notes.append(f"The unit of the depth axis is {_short(unit)}; keV or eV is expected.")
    return factor


def _note_range(values: Mapping[str, str], notes: list[str]) -> None:
    """Say where a file leaves open which channel its energy origin belongs to."""
    first, last, depth = (_number(values.get(key)) for key in ("depth1", "depth2", "depth"))
    if first and last and depth == last - first + 1:
        notes.append(
            f"The file holds channels {first:g} to {last:g} of a longer spectrum; its energy "
            "origin is taken as that of the first channel in the file. Check it on a known line."
        )
    if _number(values.get("depthbinsize")) not in (None, 1.0):
        notes.append(
            f"The channels were summed in groups of {_short(values['depthbinsize'])}; the file's "
            "energy increment is taken as that of the sums. Check it on a known line."
        )


def _checked_axis(
    offset: float, gain: float, quadratic: float, source: str, notes: list[str]
) -> EnergyAxis | None:
    try:
        return EnergyAxis(offset, gain, quadratic, source)
    except ParameterError as error:
        notes.append(f"The file's energy axis is not used. {error.message}")
        return None


def _step_mm(values: Mapping[str, str]) -> tuple[float, float] | None:
    own = [_number(text) for text in values.get(f"{_OWN}step-mm", "").split()]
    if len(own) != 2:
        own = [_length_mm(values, key) for key in ("height", "width")]
    rows_mm, cols_mm = own
    if rows_mm is None or cols_mm is None or rows_mm <= 0 or cols_mm <= 0:
        return None
    return rows_mm, cols_mm


def _length_mm(values: Mapping[str, str], key: str) -> float | None:
    scale = _number(values.get(f"{key}-scale"))
    factor = mm_per(values.get(f"{key}-units", ""))
    return None if scale is None or factor is None else scale * factor


def _number(text: str | None) -> float | None:
    """The number in a value; None where there is no value or it is none."""
    return None if text is None else decimal(text)


def _plain(title: str) -> str:
    """ASCII in one line: programs differ in the encoding and in what ends a value."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    return " ".join(re.sub(r"[^ -:<-~]", " ", letters).split())


def _short(text: str) -> str:
    """A value as quoted in a message, shortened."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _refusal(path: Path, found: str, hint: str) -> ReadError:
    return ReadError("Cannot open this cube.", f"{path.name}: {found}", hint, path=path)
