"""Chemical formulas as they are printed: numbers of atoms set low, a wrong character marked."""

import re
from html import escape

_PART = re.compile(r"(?P<atoms>(?<=[A-Za-z)\]}])\s*(?:\d+(?:\.\d+)?|\.\d+))|(?P<other>.)", re.S)
_DOT = re.compile(r"\s*[·•⋅*∙]\s*")


def formula_html(text: str) -> str:
    """A formula with its numbers of atoms set low; factors stay on the line.

    Parameters
    ----------
    text
        A formula that can be read, as "2PbCO3·Pb(OH)2".
    """
    parts = []
    for match in _PART.finditer(_DOT.sub("·", text.strip())):
        atoms = match["atoms"]
        parts.append(f"<sub>{atoms.strip()}</sub>" if atoms else escape(match["other"]))
    return "".join(parts)


def marked_html(text: str, position: int, colour: str) -> str:
    """A formula as it was typed, the character at a position marked.

    Parameters
    ----------
    text
        A formula that cannot be read.
    position
        Index of the character; one beyond the end marks a place after the last character.
    colour
        For the mark, as #rrggbb.
    """
    before, wrong, after = text[:position], text[position : position + 1], text[position + 1 :]
    shown = escape(wrong) if wrong.strip() else "&nbsp;"
    mark = f'<span style="color:{colour}; text-decoration:underline;"><b>{shown}</b></span>'
    return f"{escape(before)}{mark}{escape(after)}"
