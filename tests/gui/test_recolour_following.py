"""A scan that is being measured is followed line by line, in the window's own words."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.provenance import Step
from app.core.region import Region
from app.engine.live import LiveEvent, LiveKind
from app.gui.opening import OpenedFile
from app.gui.recolour_following import ended_words, event_words, following, lines_of
from app.io.formats import OpenOptions


def picture(rows=2, lines=2, **opened):
    steps = (Step("open", opened), Step("recolour", {"lines": lines}))
    return SimpleNamespace(region=Region(0, rows, 0, 7), steps=steps)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (LiveEvent(LiveKind.WAITING), "Waiting for lines"),
        (LiveEvent(LiveKind.WAITING, message="Nothing yet."), "Waiting: Nothing yet."),
        (LiveEvent(LiveKind.LINES, 3, 4, 50), "Line 3 of 50"),
        (LiveEvent(LiveKind.LINES, 3, 9), "Line 3 · 6 lines behind"),
    ],
)
def test_how_far_it_is_in_words(event, words):
    assert event_words(event) == words


def test_only_pictures_of_followed_scans_tell_lines():
    assert lines_of(picture(lines=4, **{"while": "being measured"})) == 4
    assert lines_of(picture()) is None
    assert lines_of(SimpleNamespace(steps=())) is None


def test_the_end_says_when_the_scan_has_grown(make_scan):
    scan = make_scan()
    short = picture(1, 1, **{"while": "being measured"})
    assert ended_words(short, scan) == "1 line coloured while measured."
    grown = picture(scan.cube.rows + 1, 6, **{"while": "being measured"})
    assert ended_words(grown, scan).startswith("6 lines coloured")
    assert "open it again" in ended_words(grown, scan)


def test_the_axis_is_the_one_the_scan_has_now(make_scan, tmp_path):
    scan = make_scan()
    counts = scan.cube.counts
    opened = OpenedFile(counts, tmp_path / "s.h5", OpenOptions("img", "1", rows=5, cols=7), ())
    made = following(scan, opened, "palette_ridge", "cpu")
    options = made._source.options
    assert options == replace(opened.options, axis=scan.cube.axis)
    assert isinstance(options.axis, EnergyAxis)
    assert made._parameters.provider == "cpu"
    assert np.isfinite(options.axis.gain_kev)
