"""Small JSON files of the user's own: read as they are, written whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from app.errors import ReadError
from app.io.atomic import cannot_write, written


def read_json(path: Path) -> Any:
    """What a JSON file holds; None where there is no file.

    Raises
    ------
    ReadError
        If the system refuses or the file holds no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except RecursionError as error:
        raise _unreadable(path, "it is nested too deeply") from error
    except ValueError as error:
        # broken JSON, or bytes that are no UTF-8
        raise _unreadable(path, str(error)) from error


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON; the file is either the old or the new one, never half of it.

    Raises
    ------
    WriteError
        If the system refuses; the old file stands then.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    with written(path, overwrite=True) as beside:
        beside.write_text(text, encoding="utf-8")


def put_aside(path: Path) -> Path:
    """Rename a file that cannot be read, so that nothing of it is lost, and give its new path.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    number = 1
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.broken-{number}{path.suffix}")
    try:
        os.replace(path, aside)
    except OSError as error:
        raise cannot_write(aside, error) from error
    return aside


def _unreadable(path: Path, reason: str) -> ReadError:
    return ReadError(
        f"Cannot read {path.name}.",
        f"{path}: {reason}.",
        "Correct the file or move it away; it is not changed.",
        path=path,
    )
