"""The checksum of a recipe: what has the same one, from the same scan, gives the same result."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.core.batch.plan import BatchTask

RESULT_VERSION = 1
"""Raised whenever the same recipe begins to give another result."""


def recipe_hash(
    task: BatchTask,
    options: Mapping[str, Any] | None = None,
    extras: Mapping[str, str] | None = None,
) -> str:
    """SHA-256 of all that decides a result besides the scan's content.

    Parameters
    ----------
    task
        With all parameters, those left as they are, too, as their defaults may change.
    options
        How the scan is opened.
    extras
        Checksums of further files that the parameters name, such as a network.

    Returns
    -------
    str
        `sha256:` and 64 hexadecimal digits of the canonical JSON: keys sorted, no spaces, UTF-8.
    """
    known = {
        "version": RESULT_VERSION,
        "task": task.task,
        "parameters": dict(task.parameters),
        "formats": list(task.chosen_formats) if task.task else [],
        "options": dict(options or {}),
        "extras": dict(extras or {}),
    }
    text = json.dumps(
        known, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}"
