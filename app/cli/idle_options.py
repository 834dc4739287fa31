"""Options that would do nothing beside others: said, rather than passed over."""

from collections.abc import Collection

import typer

from app.errors import ParameterError


def given(context: typer.Context) -> frozenset[str]:
    """Names of the parameters that the command line gives."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(
        name
        for name, source in sources.items()
        if source is not None and source.name == "COMMANDLINE"
    )


def refuse(context: typer.Context, idle: Collection[str], reason: str) -> None:
    """Refuse options that have no effect.

    Parameters
    ----------
    idle
        Names of parameters that must not be given.
    reason
        A sentence that says why not.

    Raises
    ------
    ParameterError
        If one of them is given.
    """
    found = sorted(given(context) & frozenset(idle))
    if not found:
        return
    options = {item.name: item.opts[0] for item in context.command.params}
    raise ParameterError(
        f"{options[found[0]]} would do nothing here.",
        reason,
        "Leave it out.",
    )
