"""The table of commands and the one place where errors become exit codes."""

import contextlib
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

import app
from app import paths
from app.cli import (
    batch,
    clustering,
    comparison,
    cubes,
    judging,
    learning,
    models,
    paper_tables,
    pigments,
    recolour,
    synthesis,
    unmixing,
    window,
)
from app.errors import AppError, Cancelled

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130

_OPEN = "open"

# typer carries its own click or uses the installed one; this is the right one of them
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"velatura {app.__version__}")
        raise typer.Exit


def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Velatura looks into paintings: MA-XRF scans and their elemental maps.

    `velatura FILE…` opens the window on scans; the commands below work without one.
    """


def build() -> typer.Typer:
    """The command line with all its commands."""
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    cli.callback()(_main)
    cli.command(_OPEN, hidden=True)(window.open_)
    cli.command("demo")(window.demo)
    for function in (cubes.info, cubes.convert, cubes.maps, cubes.spectrum):
        cli.command(function.__name__)(function)
    cli.command("compare")(comparison.compare)
    cli.add_typer(pigments.build(), name="pigments")
    cli.command("synthesise")(synthesis.synthesise)
    cli.command("ganx-tables")(paper_tables.ganx_tables)
    cli.command("cluster")(clustering.cluster)
    cli.command("unmix")(unmixing.unmix)
    cli.command("recolour")(recolour.recolour)
    cli.command("batch")(batch.batch)
    cli.add_typer(models.build(), name="models")
    cli.command("train")(learning.train)
    cli.command("search")(learning.search)
    cli.command("evaluate")(judging.evaluate)
    cli.command("screenshot")(window.screenshot)
    cli.command("self-test")(window.self_test)
    return cli


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done; 2 an error, told on standard error as `error: …` and `hint: …`; 130
        interrupted.
    """
    cli = build()
    names = [command.name for command in cli.registered_commands]
    names += [group.name for group in cli.registered_groups]
    try:
        result = cli(with_default(arguments, names), prog_name="velatura", standalone_mode=False)
    except AppError as error:
        return _fail(str(error), error.hint)
    except _UsageError as error:
        return _fail(_usage_message(error), f"See {_command_of(error)} --help.")
    except (KeyboardInterrupt, typer.Abort, Cancelled):
        return EXIT_INTERRUPTED
    except MemoryError:
        return _fail(
            "There is not enough memory for this.", "Close other programs, then try again."
        )
    except OSError as error:
        return _fail(
            f"The system refused: {error}.", "Check the drive that is read from or written to."
        )
    except Exception as error:  # noqa: BLE001 - the last place before the user
        return _fail_unexpectedly(error)
    return result if isinstance(result, int) else 0


def with_default(arguments: Sequence[str], names: Sequence[str | None]) -> list[str]:
    """The arguments, with the command that opens the window where none of `names` stands."""
    first = arguments[0] if arguments else ""
    if first in names or (first.startswith("-") and first != "--"):
        return list(arguments)
    return [_OPEN, *arguments]


def _usage_message(error: Exception) -> str:
    describe = getattr(error, "format_message", None)
    return str(error) if describe is None else str(describe())


def _command_of(error: Exception) -> str:
    """The command that was used wrongly: "velatura pigments list"."""
    context = getattr(error, "ctx", None)
    return str(getattr(context, "command_path", "") or "velatura")


def _fail_unexpectedly(error: Exception) -> int:
    """Tell of a bug in one line and keep the traceback where it can be found."""
    hint = "This is a mistake in Velatura. Please report it"
    with contextlib.suppress(OSError, AppError):
        report = paths.log_dir() / "command-line-error.txt"
        report.write_text("".join(traceback.format_exception(error)), "utf-8")
        hint = f"{hint} with {report}"
    return _fail(
        f"Velatura met something it does not know: {type(error).__name__}: {error}", f"{hint}."
    )


def _fail(message: str, hint: str) -> int:
    # one line each, so that a script can read them
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    if hint:
        sys.stderr.write(f"hint: {' '.join(hint.split())}\n")
    return EXIT_ERROR
