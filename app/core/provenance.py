"""How a result was made: the steps that travel with every picture and file."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np

import app


@dataclass(frozen=True, slots=True)
class InputFile:
    """What a result was computed from.

    Parameters
    ----------
    name
        File or folder name without its path (a path would tell about the user).
    checksum
        `sha256:` and 64 hexadecimal digits of the content; empty while unknown.
    bytes
        Size of the content.
    """

    name: str
    checksum: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Step:
    """One processing act.

    Parameters
    ----------
    action
        A verb of the task catalogue: "open", "map", "convert".
    parameters
        All parameters, as JSON can hold them.
    inputs
        The files read.
    seed
        Of the random generator, where one was used.
    """

    action: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=lambda: software_versions())
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


def software_versions() -> dict[str, str]:
    """Versions that decide a result."""
    return {
        "velatura": app.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def steps_to_json(steps: tuple[Step, ...]) -> str:
    """The steps as a JSON list, for a file's metadata."""
    return json.dumps([asdict(step) for step in steps], ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    # numpy's numbers stay numbers, paths and the like become their text
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)


def steps_from_json(text: str) -> tuple[Step, ...]:
    """Read what `steps_to_json` wrote; what a later version added to a step is passed over.

    Raises
    ------
    ValueError
        If the text is not such a list.
    """
    try:
        return tuple(_step(entry) for entry in json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a list of steps") from error


def _step(entry: dict[str, Any]) -> Step:
    inputs = tuple(InputFile(**_known(item, InputFile)) for item in entry["inputs"])
    return Step(**{**_known(entry, Step), "inputs": inputs})


def _known(entry: dict[str, Any], record: type) -> dict[str, Any]:
    names = {item.name for item in fields(record)}
    return {name: value for name, value in entry.items() if name in names}
