"""The page's table of the many small scans."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from resources.manual.networks_words import SMALL
from resources.manual.page_parts import mean_of, number, table, title_of

_SMALL = {"psnr_db": "PSNR / dB", "ssim": "SSIM", "delta_e2000": "ΔE2000"}
_SMALL_DIGITS = {"psnr_db": 2, "ssim": 2, "delta_e2000": 1}
_DEFAULT = "velatura_pixel"


def small_scans(found: Mapping[str, Any]) -> str:
    """Means over the small scans, and how they stand to the default network's, scan by scan."""
    each = found.get("psnr_db_of_small", {})
    rows = [
        (title_of(found, name), item, each.get(name, []))
        for name, item in found["networks"].items()
        if mean_of(item, "small", "psnr_db") is not None
    ]
    if not rows:
        return ""
    ours = each.get(_DEFAULT, [])
    rows.sort(key=lambda row: -(mean_of(row[1], "small", "psnr_db") or 0.0))
    body = [
        (
            title,
            *(number(mean_of(item, "small", key), _SMALL_DIGITS[key]) for key in _SMALL),
            _apart(values, ours),
        )
        for title, item, values in rows
    ]
    head = ("small scans", *_SMALL.values(), "PSNR against *single spectra* / dB")
    return f"{SMALL}\n\n{table(head, body)}\n\n"


def _apart(values: Sequence[float | None], others: Sequence[float | None]) -> str:
    """Mean and standard error of the differences, scan by scan; a dash where there are none."""
    pairs = [
        (one, other)
        for one, other in zip(values, others, strict=False)
        if one is not None and other is not None
    ]
    differences = [one - other for one, other in pairs]
    if len(differences) < 2 or not any(differences):
        return "–"
    error = statistics.stdev(differences) / len(differences) ** 0.5
    return f"{number(statistics.mean(differences), 2)} ± {error:.2f}"
