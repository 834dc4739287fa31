"""Every end of a network's process is told in clear words."""

from pathlib import Path

import pytest

from app.engine.network_child import EXIT_MEMORY
from app.engine.network_errors import NetworkError, cannot_start, ended, told, took_too_long

PATH = Path("nets/small.onnx")


@pytest.mark.parametrize(
    ("error", "title", "message"),
    [
        (ended(PATH, EXIT_MEMORY, 300.0), "needs too much memory", "the 300 MB that"),
        (ended(PATH, -9, 300.0), "has ended", "by the signal 9"),
        (ended(PATH, -11, 300.0), "has ended", "by the signal 11"),
        (ended(PATH, 1, 300.0), "has ended", "with the code 1"),
        (ended(PATH, None, 300.0), "has ended", "with the code None"),
        (took_too_long(PATH, 5.0, is_loading=True), "took too long", "within 5 s, the limit for l"),
        (took_too_long(PATH, 0.5, is_loading=False), "took too long", "one part of the picture"),
        (cannot_start(PATH, OSError("no more")), "cannot be started", "no more"),
        (told(PATH, {"kind": "memory"}, 300.0), "needs too much memory", "300 MB"),
        (
            told(PATH, {"kind": "failed", "message": "Bad shape."}, 1.0),
            "cannot be run",
            "Bad shape",
        ),
        (told(PATH, {"kind": "?"}, 1.0), "cannot be run", "no clear answer"),
    ],
)
def test_ends_are_told(error, title, message):
    assert isinstance(error, NetworkError)
    assert title in error.title
    assert message in error.message
    assert "small.onnx" in error.message
    assert error.hint
    assert error.path == PATH


def test_what_the_child_refuses_keeps_its_words():
    error = told(PATH, {"kind": "refused", "title": "T.", "message": "M.", "hint": "H."}, 1.0)
    assert (error.title, error.message, error.hint) == ("T.", "M.", "H.")
    assert "do not use it" in ended(PATH, -11, 1.0).hint
