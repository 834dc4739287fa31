"""Commands around the window: open, demo, screenshot, self-test."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import paths, settings
from app.cli.options import (
    Axis,
    Cols,
    Dataset,
    Detector,
    Force,
    Rows,
    given_options,
    whole_path,
)
from app.core.region import Region
from app.errors import AppError, ParameterError
from app.io.atomic import check_free

_VIEWS = (
    *("maps", "elements", "scan", "history", "jobs"),
    *("pigments", "candidates", "clusters", "unmixing", "comparison", "recolour", "batch"),
)


def open_(
    files: Annotated[list[Path] | None, typer.Argument(help="Scans to open.")] = None,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
) -> None:
    """Open the window, with scans if any are named."""
    options = given_options(axis, dataset, detector, rows, cols)
    _check_display()
    from app.gui.application import run_window

    raise typer.Exit(run_window([whole_path(file) for file in files or []], options))


def demo() -> None:
    """Open the window on the bundled sample scan."""
    _check_display()
    from app.gui.application import run_window

    raise typer.Exit(run_window([paths.sample_scan()]))


def screenshot(
    out: Annotated[Path, typer.Option("--out", help="The picture to write, .png.")],
    file: Annotated[Path | None, typer.Argument(help="The scan to show.")] = None,
    size: Annotated[str, typer.Option("--size", metavar="WxH", help="In pixels.")] = "1280x800",
    theme: Annotated[str, typer.Option("--theme", help="dark or light.")] = "dark",
    scale: Annotated[float, typer.Option("--scale", min=1, max=4, help="2 for 200 %.")] = 1.0,
    view: Annotated[str, typer.Option("--view", help=", ".join(_VIEWS))] = "maps",
    element: Annotated[str, typer.Option("--element", help="Line to place the window on.")] = "",
    keep: Annotated[str, typer.Option("--keep", help="Lines whose maps are kept: Fe,Cu.")] = "",
    region: Annotated[
        str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the picture to choose.")
    ] = "",
    pigment: Annotated[str, typer.Option("--pigment", help="Pigment to choose.")] = "",
    other: Annotated[
        Path | None, typer.Option("--other", help="With --view comparison: the second scan.")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="With --view recolour: its name or .onnx file.")
    ] = "",
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
) -> None:
    """Draw the real window without a screen and write it as a picture."""
    from app.gui.application import render_window

    _check_choice("--theme", theme, settings.THEMES)
    _check_choice("--view", view, _VIEWS)
    if out.suffix.lower() != ".png":
        raise ParameterError(
            "The picture is a PNG.",
            f"Found {out.name}; expected a name ending in .png.",
            "Choose such a name.",
        )
    _check_other(view, other)
    check_free([out], overwrite=force)
    files = [whole_path(file)] if file else [paths.sample_scan()]
    render_window(
        files,
        out,
        options=given_options(axis, dataset, detector, rows, cols),
        size=_parse_size(size),
        theme=theme,
        scale=scale,
        view=view,
        element=element or None,
        kept=[key.strip() for key in keep.split(",") if key.strip()],
        region=Region.parse(region) if region else None,
        pigment=pigment,
        model=model,
        other=None if other is None else whole_path(other),
    )
    typer.echo(str(out))


def self_test() -> None:
    """Open a tiny scan, run every task once, and say whether all is well."""
    from app.cli.self_test import run_self_test

    for line in run_self_test():
        typer.echo(line)
    typer.echo("self-test passed")


def _check_other(view: str, other: Path | None) -> None:
    if (view == "comparison") != (other is not None):
        raise ParameterError(
            "A comparison shows two scans.",
            "--view comparison and --other FILE belong together; only one of them is given.",
            "Give both, or neither.",
        )


def _check_display() -> None:
    """Raise AppError where Qt would end the whole program for want of a display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in names):
        raise AppError(
            "The window cannot be opened.",
            "There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Start it from a desktop session, or draw it with velatura screenshot.",
        )


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError as error:
        raise _no_size(text) from error
    if not (320 <= size[0] <= 8000 and 240 <= size[1] <= 8000):
        raise _no_size(text)
    return size


def _no_size(text: str) -> ParameterError:
    return ParameterError(
        "This size cannot be used.",
        f"Found {text!r}; expected WIDTHxHEIGHT, 320x240 to 8000x8000 pixels.",
        "For example --size 1280x800.",
    )


def _check_choice(option: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ParameterError(
            f"{option} cannot be {value!r}.",
            f"It is one of {', '.join(choices)}.",
            "Choose one of these.",
        )
