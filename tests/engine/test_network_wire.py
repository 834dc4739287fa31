"""Messages between the program and a network's process arrive as they were sent."""

import multiprocessing
import threading

import numpy as np
import pytest

from app.engine import network_wire
from app.engine.network_wire import receive, send


@pytest.fixture
def pipe():
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    yield ours, theirs
    ours.close()
    theirs.close()


def sent(pipe, head, arrays):
    thread = threading.Thread(target=send, args=(pipe[0], head, arrays))
    thread.start()
    found = receive(pipe[1])
    thread.join(5)
    return found


def test_heads_and_arrays_arrive(pipe, monkeypatch):
    monkeypatch.setattr(network_wire, "_PIECE_BYTES", 1000)
    arrays = {
        "a": np.arange(5000, dtype=np.float64).reshape(50, 2, 50),
        "empty": np.zeros((0, 7), np.float32),
        "one": np.float32(3.5),
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
    }
    head, found = sent(pipe, {"kind": "done", "memory_mb": 1.5}, arrays)
    assert head == {"kind": "done", "memory_mb": 1.5}
    assert list(found) == list(arrays)
    for name, value in arrays.items():
        assert found[name].dtype == np.float32
        assert found[name].shape == np.shape(value)
        np.testing.assert_array_equal(found[name], value)


@pytest.mark.parametrize(
    "messages",
    [
        [b"no json"],
        [b'{"arrays": [["a", [-1, 4]]]}'],
        [b'{"arrays": [["a", [4000000000, 4]]]}'],
        [b'{"arrays": [["a", [2]]]}', b"123456789"],
        [b'{"arrays": [["a", [2]]]}', b""],
    ],
)
def test_messages_that_are_none_are_refused(pipe, messages):
    for message in messages:
        pipe[0].send_bytes(message)
    with pytest.raises(ValueError, match=r"."):
        receive(pipe[1])


def test_the_end_of_the_other_side_is_noticed(pipe):
    pipe[0].close()
    with pytest.raises(EOFError):
        receive(pipe[1])
