"""Opening for looking at: a first look, then the whole."""

from functools import partial

import numpy as np

from app.engine import tasks
from app.engine.jobs import run_now
from app.io.formats import OpenOptions


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


def test_opening_gives_a_first_look_through_the_context(npz, monkeypatch, counts):
    monkeypatch.setattr("app.io.store_build.PREVIEW_BYTES", counts.nbytes)
    monkeypatch.setattr("app.io.store_build.PREVIEW_STEP", 2)
    path = npz.with_suffix(".npy")
    np.save(path, counts)
    looks = []

    class Context:
        def progress(self, fraction, message=""):
            pass

        def check(self):
            pass

        def partial(self, value):
            looks.append(value)

    scan = tasks.open_scan(path, OpenOptions(), Context())
    assert [look.row_step for look in looks] == [2]
    assert not scan.is_preview


def test_peeking_says_what_is_in_a_file(npz):
    found = tasks.peek(npz)
    assert found.format == "NumPy archive"
    assert found.best.shape == (6, 9, 400)
