"""Events are the same however the bytes are cut, and what is none is told."""

import numpy as np
import pytest

from app.errors import ReadError
from app.io.list_mode import EventDecoder, sniff

TEXT = b"X= 49\nY= 101\n17\n5\n5\nX= 49\nY= 102\nX= 50\nY= -3\n4000\n"
EVENTS = [((49, 101), [17, 5, 5]), ((49, 102), []), ((50, -3), [4000])]


def decoded(parts, tmp_path):
    decoder = EventDecoder(tmp_path / "list.txt")
    found = []
    for number, part in enumerate(parts):
        for place, channels in decoder.feed(part, is_last=number == len(parts) - 1):
            if found and found[-1][0] == place:
                found[-1][1].extend(channels.tolist())
            else:
                found.append((place, channels.tolist()))
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_do_not_depend_on_how_the_bytes_are_cut(size, tmp_path):
    parts = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
    assert decoded(parts, tmp_path) == EVENTS


def test_the_last_line_needs_no_end(tmp_path):
    assert decoded([TEXT[:-1]], tmp_path) == EVENTS


def test_half_a_number_is_not_taken_for_one(tmp_path):
    decoder = EventDecoder(tmp_path / "list.txt")
    ((_, channels),) = decoder.feed(b"X= 1\nY= 2\n17\n40")
    assert channels.tolist() == [17]
    ((_, channels),) = decoder.feed(b"00\n")
    assert channels.tolist() == [4000]


def test_other_line_ends_and_spaces_are_read(tmp_path):
    assert decoded([TEXT.replace(b"\n", b"\r\n").replace(b"= ", b" =")], tmp_path) == EVENTS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"X= 1\nY= 2\n17\nfoo\n", "“foo” found"),
        (b"X= 1\nY= 2\n-4\n", "“-4” found"),
        (b"X= 1\nY= 2\n999999\n", "“999999” found"),
        (b"12\nX= 1\nY= 2\n", "list.txt: “12” found after byte 0"),
    ],
)
def test_what_is_no_event_is_told(text, shown, tmp_path):
    with pytest.raises(ReadError, match=shown):
        EventDecoder(tmp_path / "list.txt").feed(text)


def test_list_mode_is_known_by_its_first_place(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(TEXT)
    assert sniff(path)
    path.write_bytes(b"12\n" + TEXT)
    assert not sniff(path)
    assert not sniff(tmp_path)
    assert not sniff(tmp_path / "absent.txt")


def test_the_scan_of_a_logo_is_read_as_it_was_counted(shared_data):
    cube = np.load(shared_data("labec_logo/cube.npz"))["cube"]
    path = shared_data("labec_logo/list_mode.txt")
    found = np.zeros_like(cube)
    for (x, y), channels in EventDecoder(path).feed(path.read_bytes(), is_last=True):
        np.add.at(found, (y - 100, x - 49, channels), 1)
    np.testing.assert_array_equal(found, cube)
