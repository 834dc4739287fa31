"""Plain values as TOML, as far as trainings need it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def toml_text(table: Mapping[str, Any]) -> str:
    """Values, lists and tables as a TOML file; what is None or an empty table is left out."""
    return "\n".join(_lines(table, ())).strip() + "\n"


def _lines(table: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[str]:
    for key, value in table.items():
        if value is not None and not isinstance(value, Mapping):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            inner = (*at, key)
            yield ""
            yield f"[{'.'.join(_key(part) for part in inner)}]"
            yield from _lines(value, inner)


def _key(key: str) -> str:
    is_bare = key != "" and all(letter.isalnum() or letter in "-_" for letter in key)
    return key if is_bare and key.isascii() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON's texts are TOML's, and numbers are written so that they come back
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
