"""Progress that knows no listener."""

import pytest

from app.core.progress import no_progress, part_of
from app.errors import Cancelled


class Heard:
    """A progress that keeps what it is told."""

    def __init__(self):
        self.calls = []

    def __call__(self, fraction, message=""):
        self.calls.append((fraction, message))


def test_no_progress_listens_to_anything():
    assert no_progress(0.5, "Reading") is None
    assert no_progress(None) is None


def test_a_part_scales_its_fractions_into_the_whole():
    heard = Heard()
    report = part_of(heard, 0.25, 0.75)
    for fraction in (0.0, 0.5, 1.0):
        report(fraction, "Reading")
    assert heard.calls == [(0.25, "Reading"), (0.5, "Reading"), (0.75, "Reading")]


def test_a_part_of_unknown_length_stays_unknown():
    heard = Heard()
    part_of(heard, 0.25, 0.75)(None)
    assert heard.calls == [(None, "")]


def test_parts_of_parts_multiply():
    heard = Heard()
    part_of(part_of(heard, 0.5, 1.0), 0.0, 0.5)(1.0)
    assert heard.calls == [(0.75, "")]


def test_what_a_progress_raises_comes_through_its_part():
    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        part_of(stop, 0.0, 0.5)(0.5)
