"""Tasks of a plan as the catalogue takes them, and the checksum of all that decides a result."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

from app.core import parameters as parameter_checks
from app.core.batch.fingerprint import recipe_hash
from app.core.batch.plan import BatchInput, BatchTask
from app.engine.model_library import Models
from app.engine.tasks import TASKS, Task
from app.errors import ParameterError
from app.io import model_files


def catalogue_task(task: BatchTask) -> Task:
    """The row of the catalogue; raises ParameterError where there is none."""
    found = next((item for item in TASKS if item.name == task.task), None)
    if found is None:
        names = ", ".join(item.name for item in TASKS)
        raise ParameterError(
            f"There is no task {task.task!r}.", f"There are: {names}.", "Choose one of these."
        )
    return found


def parameters_of(task: BatchTask) -> Any:
    """The task's parameters as its own dataclass, those not given at their defaults.

    Raises
    ------
    ParameterError
        If there is no such task or parameter, or a value is out of its limits.
    """
    kind = catalogue_task(task).parameters
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    unknown = sorted(set(task.parameters) - set(names))
    if unknown:
        raise ParameterError(
            f"The task “{task.task}” has no parameter {unknown[0]!r}.",
            f"It has: {', '.join(names)}.",
            "Correct the plan.",
        )
    values = {
        name: _value(name, value, hints[name], task.task) for name, value in task.parameters.items()
    }
    found = kind(**values)
    parameter_checks.check(found)
    return found


def plain_parameters(parameters: Any) -> dict[str, Any]:
    """Parameters of a task as JSON can hold them."""
    return {
        name: value.value if isinstance(value, Enum) else str(value) if _is_path(value) else value
        for name, value in asdict(parameters).items()
    }


def full(task: BatchTask) -> BatchTask:
    """The task with all parameters and formats told; raises as `parameters_of`."""
    return BatchTask(task.task, plain_parameters(parameters_of(task)), task.chosen_formats)


def extras_of(task: BatchTask) -> Mapping[str, str]:
    """Checksums of the files that a task's parameters name.

    Raises
    ------
    AppError
        If one of them is not there or cannot be read.
    """
    if task.task == "recolour":
        entry = Models().find(str(task.parameters.get("model", "")))
        card = "" if entry.card is None else _digest(entry.card.to_plain())
        return {"model": model_files.file_sha256(entry.path), "card": card}
    if task.task == "unmix" and task.parameters.get("method", "nnls") == "nnls":
        return _references(task)
    return {}


def hash_of(item: BatchInput, task: BatchTask, extras: Mapping[str, str]) -> str:
    """The recipe's checksum of a full task for one scan."""
    return recipe_hash(task, item.options, extras)


def _references(task: BatchTask) -> dict[str, str]:
    from app.engine.unmixing_references import chosen_instrument, chosen_pigments

    digest = hashlib.sha256()
    for pigment in chosen_pigments(str(task.parameters.get("pigments", ""))):
        digest.update(
            _digest([pigment.name, [asdict(part) for part in pigment.components]]).encode()
        )
        for spectrum in pigment.spectra:
            digest.update(spectrum.label.encode() + spectrum.counts.astype("<f8").tobytes())
    found = {"pigments": digest.hexdigest()}
    if task.parameters.get("instrument"):
        instrument = chosen_instrument(str(task.parameters["instrument"]))
        found["instrument"] = _digest(instrument.to_json())
    return found


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_path(value: Any) -> bool:
    return isinstance(value, Path)


def _value(name: str, value: Any, kind: Any, task: str) -> Any:
    """A value of JSON in the type that the parameter has."""
    try:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(value)
        if kind is Path and isinstance(value, str):
            return Path(value)
    except ValueError as error:
        raise _wrong(name, value, kind, task) from error
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is float and is_number:
        return float(value)
    # JSON from elsewhere may write 4 as 4.0
    if kind is int and is_number and float(value).is_integer():
        return int(value)
    if isinstance(kind, type) and type(value) is not kind:
        raise _wrong(name, value, kind, task)
    return value


def _wrong(name: str, value: Any, kind: Any, task: str) -> ParameterError:
    return ParameterError(
        f"“{name}” of the task “{task}” cannot be {value!r}.",
        f"Expected {getattr(kind, '__name__', kind)}.",
        "Correct the plan.",
    )
