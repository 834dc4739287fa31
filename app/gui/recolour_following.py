"""Recolouring a scan while it is measured: what the window asks for, and what it says."""

from dataclasses import replace

from app.core.recolouring.recoloured import Recoloured
from app.core.scan import Scan
from app.engine.live import LiveEvent, LiveKind, LiveRecolouring
from app.engine.recolouring import RecolourParameters
from app.engine.source import Source
from app.gui.opening import OpenedFile

STARTING = "Looking for lines"
"""What is said until the file has told something."""


def following(scan: Scan, opened: OpenedFile, model: str, provider: str) -> LiveRecolouring:
    """What follows the file of the open scan, on the energy axis that the scan has now.

    Parameters
    ----------
    model, provider
        As `app.engine.recolouring.RecolourParameters` has them.
    """
    options = replace(opened.options, axis=scan.cube.axis)
    parameters = RecolourParameters(model=model, provider=provider)
    return LiveRecolouring(Source(opened.path, options), parameters)


def event_words(event: LiveEvent) -> str:
    """How far the picture is, and whether the scanner is ahead of it."""
    if event.kind is LiveKind.WAITING:
        return f"Waiting: {event.message}" if event.message else "Waiting for lines"
    words = f"Line {event.coloured}"
    if event.expected:
        words += f" of {event.expected}"
    if event.lag > 1:
        words += f" · {event.lag} lines behind"
    return words


def lines_of(found: Recoloured) -> int | None:
    """Of a picture of a scan that was followed: how many lines; None of any other."""
    if not found.steps or found.steps[0].parameters.get("while") != "being measured":
        return None
    lines = found.steps[-1].parameters.get("lines")
    return lines if isinstance(lines, int) else None


def ended_words(found: Recoloured, scan: Scan) -> str:
    """How following a scan has ended, and whether the file holds more than is open."""
    lines = lines_of(found) or 0
    words = f"{lines} line{'' if lines == 1 else 's'} coloured while measured."
    if found.region.row_stop > scan.cube.rows or found.region.col_stop > scan.cube.cols:
        words += " The scan has grown: open it again for its new spectra and maps."
    return words
