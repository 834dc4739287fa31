"""Numbers and tables of the manual's pages that are made from an evaluation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SPACE = "\N{NARROW NO-BREAK SPACE}"


def title_of(found: Mapping[str, Any], name: str) -> str:
    """What a network of an evaluation is called."""
    return str(found["titles"].get(name) or found["facts"].get(name, {}).get("title", name))


def mean_of(network: Mapping[str, Any], condition: str, key: str) -> float | None:
    """A mean over all pictures, where there are several groups; None where it was not measured."""
    groups = network["groups"]
    chosen: Mapping[str, Any] = groups.get("all") or next(iter(groups.values()), {})
    value = chosen.get(condition, {}).get(key)
    return None if value is None else float(value["mean"])


def said(value: Any) -> str:
    """A value as text, a dash where there is none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", SPACE)
    return str(value)


def number(value: float | None, digits: int) -> str:
    """A number with so many decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
