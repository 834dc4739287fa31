"""Logs and curves are written whole, with a column for each number."""

import csv

import numpy as np
from PIL import Image

from app.learn.curves import COLUMNS, write_curves, write_log

HISTORY = [
    {"step": 10.0, "loss": 0.5, "training_loss": 0.6, "psnr_db": 12.0},
    {"step": 20.0, "loss": 0.4, "training_loss": 0.5, "psnr_db": 14.5},
]


def test_rows_come_back_and_what_is_missing_is_empty(tmp_path):
    path = tmp_path / "log.csv"
    write_log(HISTORY[:1], path)
    write_log(HISTORY, path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert [float(row["psnr_db"]) for row in rows] == [12.0, 14.5]
    assert rows[0]["mse"] == ""


def test_curves_are_a_picture_and_one_without_points_too(tmp_path):
    path = tmp_path / "curves.png"
    for history in (HISTORY, []):
        write_curves(history, path)
        with Image.open(path) as picture:
            shown = np.asarray(picture)
        assert shown.shape[1] == 1200
    assert len(list(tmp_path.iterdir())) == 1
