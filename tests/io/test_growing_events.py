"""Lines of a list-mode scan come when the stage has left them."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io.formats import OpenOptions
from app.io.growing import open_growing
from app.io.growing_events import GrowingEvents

AXIS = OpenOptions(axis=EnergyAxis(0.0, 0.04))


@pytest.fixture
def counts():
    return np.random.default_rng(4).poisson(0.5, (4, 3, 40)).astype(np.uint16)


def test_a_line_comes_when_the_next_one_has_begun(scanner, counts, tmp_path):
    path = tmp_path / "list.txt"
    machine = scanner("events", path, counts)
    machine.line()
    scan = open_growing(path, AXIS)
    assert scan.head.format == "list mode"
    look = scan.look()
    assert (look.lines, look.begun, look.has_grown) == ((), 1, True)
    assert not scan.look().has_grown
    machine.line()
    (line,) = scan.look().lines
    assert line.number == 0
    assert line.rows.tolist() == [100] * 3
    assert line.cols.tolist() == [49, 50, 51]
    np.testing.assert_array_equal(line.counts[:, :40], counts[0])
    assert line.counts.shape == (3, 4096)
    machine.line()
    machine.line()
    look = scan.look(is_last=True)
    assert [line.number for line in look.lines] == [1, 2, 3]
    # back and forth: the same columns in the same order
    np.testing.assert_array_equal(look.lines[0].counts[:, :40], counts[1])


def places(path, *items):
    with path.open("ab") as stream:
        for x, y, *channels in items:
            stream.write(f"X= {x}\nY= {y}\n".encode() + b"".join(b"%d\n" % c for c in channels))


def test_lines_may_run_along_the_columns(tmp_path):
    path = tmp_path / "list.txt"
    places(path, (5, 1, 7), (5, 2, 8), (6, 2, 9))
    scan = GrowingEvents(path, OpenOptions(rows=9, cols=4))
    look = scan.look()
    (line,) = look.lines
    assert (line.rows.tolist(), line.cols.tolist()) == ([1, 2], [5, 5])
    assert look.expected == 4
    assert scan.shape == (9, 4)


def test_a_line_that_goes_on_is_given_again(tmp_path):
    path = tmp_path / "list.txt"
    places(path, (1, 0, 7), (2, 0, 7), (2, 1, 8))
    scan = GrowingEvents(path, AXIS)
    assert len(scan.look().lines) == 1
    places(path, (2, 0, 7, 7), (2, 1, 9), (2, 2, 1))
    first, second = sorted(scan.look().lines, key=lambda line: line.number)
    assert first.counts[1, 7] == 3
    assert second.counts[0, [8, 9]].tolist() == [1, 1]


def test_events_on_older_lines_are_counted_as_left_out(tmp_path):
    path = tmp_path / "list.txt"
    places(path, (1, 0, 7), (2, 0, 7), (2, 1, 8), (2, 2, 8), (2, 0, 5, 5))
    scan = GrowingEvents(path, AXIS)
    scan.look()
    assert scan.notes == ("2 events on lines that were done before are left out.",)


def test_the_first_events_tell_how_many_channels_there_are(tmp_path):
    path = tmp_path / "list.txt"
    places(path, (1, 0, 5000))
    scan = GrowingEvents(path, AXIS)
    assert scan.head.channels == 8192
    places(path, (2, 0, 9000))
    scan.look()
    assert scan.notes == ("1 events lie beyond channel 8,191.",)


def test_there_is_one_detector_only(tmp_path):
    places(tmp_path / "list.txt", (1, 0, 5))
    with pytest.raises(ParameterError, match="one detector without a name"):
        GrowingEvents(tmp_path / "list.txt", OpenOptions(detector="2"))


def test_a_file_that_has_gone_is_told(tmp_path):
    path = tmp_path / "list.txt"
    places(path, (1, 0, 5))
    scan = GrowingEvents(path, AXIS)
    path.unlink()
    with pytest.raises(ReadError, match="No such file"):
        scan.look()
