"""Tasks of a batch as they are typed on the command line."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.batch.plan import BatchTask


def parsed_task(text: str) -> "BatchTask":
    """Read `NAME` or `NAME:KEY=VALUE;KEY=VALUE`, values in the types of the task's parameters.

    Raises
    ------
    ParameterError
        If it has another form, or there is no such task, parameter or value.
    """
    from app.core.batch.plan import BatchTask
    from app.engine.batch.recipes import parameters_of

    name, _, rest = text.partition(":")
    values: dict[str, Any] = {}
    formats: tuple[str, ...] = ()
    for part in filter(None, (item.strip() for item in rest.split(";"))):
        key, sign, value = part.partition("=")
        if not sign:
            raise ParameterError(
                f"The task {text!r} cannot be read.",
                f"{part!r} is no KEY=VALUE.",
                "For example --task 'maps:elements=Fe,Cu;net=true'.",
            )
        if key.strip() == "formats":
            formats = tuple(item.strip().lstrip(".") for item in value.split(",") if item.strip())
        else:
            values[key.strip()] = value.strip()
    task = BatchTask(name.strip(), values, formats)
    task = replace(task, parameters=_typed(task))
    parameters_of(task)
    _ = task.chosen_formats
    return task


def _typed(task: "BatchTask") -> dict[str, Any]:
    """Values from text in the types that JSON would give them."""
    from app.core.parameters import describe
    from app.engine.batch.recipes import catalogue_task

    kinds = {info.name: info.kind for info in describe(catalogue_task(task).parameters)}
    return {
        name: _value(name, text, kinds.get(name, str)) for name, text in task.parameters.items()
    }


def _value(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.casefold() in known:
            return known[text.casefold()]
    elif kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    else:
        return text
    raise ParameterError(
        f"“{name}” cannot be {text!r}.",
        f"Expected {'true or false' if kind is bool else 'a number'}.",
        "Correct the value.",
    )
