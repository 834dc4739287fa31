"""The course of a training as a table and as a picture."""

import csv
from collections.abc import Sequence
from pathlib import Path

from app.io.atomic import written
from app.io.curves_picture import Panel, draw_curves

COLUMNS = ("step", "seconds", "learning_rate", "training_loss", "loss", "mse", "psnr_db")
Row = dict[str, float]


def write_log(history: Sequence[Row], path: Path) -> None:
    """Write the rows as CSV in place of what was there; raises WriteError if it cannot be."""
    with (
        written(path, overwrite=True) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in history:
            writer.writerow(f"{row[key]:.8g}" if key in row else "" for key in COLUMNS)


def write_curves(history: Sequence[Row], path: Path) -> None:
    """Draw losses and PSNR as a PNG in place of what was there; raises as `write_log`."""
    from PIL import Image

    def curve(key: str) -> list[tuple[float, float]]:
        return [(row["step"], row[key]) for row in history if key in row]

    panels = [
        Panel("Loss", {"training": curve("training_loss"), "validation": curve("loss")}),
        Panel("Validation: PSNR / dB, mean over scenes", {"PSNR": curve("psnr_db")}),
    ]
    shown = panels if curve("psnr_db") else panels[:1]
    with written(path, overwrite=True) as beside:
        Image.fromarray(draw_curves(shown, "steps")).save(beside, "PNG")
