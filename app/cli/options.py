"""What commands share: options of opening, progress on the terminal, reports as JSON."""

import contextlib
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.core.progress import Progress, no_progress
from app.errors import ParameterError

if TYPE_CHECKING:
    # numpy is behind these, and --help is not to wait for it
    from app.core.axis import EnergyAxis
    from app.engine.tasks import Source
    from app.io.formats import OpenOptions

File = Annotated[Path, typer.Argument(help="A scan: a file, or a folder of .mca files.")]
Axis = Annotated[
    str | None,
    typer.Option("--axis", metavar="OFFSET,GAIN", help="Energy axis: keV, keV per channel."),
]
Dataset = Annotated[
    str | None, typer.Option("--dataset", metavar="PATH", help="Which cube inside the file.")
]
Detector = Annotated[
    str, typer.Option("--detector", metavar="N|sum", help="One detector, or all summed.")
]
Rows = Annotated[int | None, typer.Option("--rows", min=1, help="Rows, where the file is flat.")]
Cols = Annotated[int | None, typer.Option("--cols", min=1, help="Columns, likewise.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]


def whole_path(path: Path) -> Path:
    """The path from the root on, since `.` and `..` have no name of their own to show."""
    whole = path.absolute()
    return whole.resolve() if whole.name in ("", "..") else whole


def source(
    file: Path,
    axis: str | None,
    dataset: str | None,
    detector: str,
    rows: int | None,
    cols: int | None,
) -> "Source":
    """The input as given on the command line; raises as `open_options`."""
    from app.engine.tasks import Source

    return Source(whole_path(file), open_options(axis, dataset, detector, rows, cols))


def given_options(
    axis: str | None, dataset: str | None, detector: str, rows: int | None, cols: int | None
) -> "OpenOptions | None":
    """The options of opening, or None where none was given and the window may ask."""
    from app.io.formats import OpenOptions

    options = open_options(axis, dataset, detector, rows, cols)
    return None if options == OpenOptions() else options


def open_options(
    axis: str | None, dataset: str | None, detector: str, rows: int | None, cols: int | None
) -> "OpenOptions":
    """The options of opening as given on the command line.

    Raises
    ------
    ParameterError
        If the axis cannot be read, or only one of rows and columns is given.
    """
    from app.io.formats import OpenOptions

    if (rows is None) != (cols is None):
        raise ParameterError(
            "Rows and columns belong together.",
            f"Found --rows {rows} and --cols {cols}.".replace("None", "not given"),
            "Give both.",
        )
    return OpenOptions(
        dataset=dataset,
        detector=detector,
        axis=None if axis is None else parse_axis(axis),
        rows=rows,
        cols=cols,
    )


def parse_axis(text: str) -> "EnergyAxis":
    """Read `OFFSET_KEV,GAIN_KEV`.

    Raises
    ------
    ParameterError
        If the text has another form or makes no sensible axis.
    """
    from app.core.axis import EnergyAxis

    try:
        offset, gain = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ParameterError(
            "This energy axis cannot be read.",
            f"Found {text!r}; expected OFFSET_KEV,GAIN_KEV.",
            "For example --axis -0.0155,0.029221 for 29.221 eV per channel.",
        ) from error
    return EnergyAxis(offset, gain, source="command line")


@contextlib.contextmanager
def progress_bar(*, hidden: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error where that is a terminal, else nothing."""
    if hidden or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def report(fraction: float | None, message: str = "") -> None:
            bar.update(task, completed=fraction, description=message)

        yield report


@contextlib.contextmanager
def ended_by_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C stop something in good order; the next one interrupts as ever."""

    def heard(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        stop()

    before = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if is_main:
        signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGINT, before)


def print_json(report: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Print one JSON object, or a list of objects, on standard output."""
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))


def say_written(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Tell which files were written."""
    if as_json:
        print_json({"outputs": [str(file) for file in files]})
        return
    for file in files:
        typer.echo(str(file))
