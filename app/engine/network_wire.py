"""What goes between the program and the process that runs a network: JSON and plain numbers.

Nothing is pickled: what a network makes of its process must not reach the program as an object.
"""

import json
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE_BYTES = 16 * 2**20
_LONGEST_HEAD = 2**20
_MOST_BYTES = 8 * 2**30

Arrays = dict[str, NDArray[np.float32]]


def send(connection: Connection, head: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Send a message: a head that JSON can hold, and arrays as 32-bit floats.

    Raises
    ------
    OSError
        If the other side has gone.
    """
    plain = {name: np.ascontiguousarray(value, np.float32) for name, value in arrays.items()}
    # (a single number would become a list of one)
    shapes = [[name, list(np.shape(value))] for name, value in arrays.items()]
    connection.send_bytes(json.dumps({**head, "arrays": shapes}).encode())
    for value in plain.values():
        content = value.reshape(-1).view(np.uint8)
        for start in range(0, content.size, _PIECE_BYTES):
            connection.send_bytes(content[start : start + _PIECE_BYTES].data)


def receive(connection: Connection) -> tuple[dict[str, Any], Arrays]:
    """Wait for a message and give its head and arrays.

    Raises
    ------
    OSError, EOFError
        If the other side has gone.
    ValueError
        If what came is no such message.
    """
    head = json.loads(connection.recv_bytes(_LONGEST_HEAD))
    shapes = {str(name): tuple(int(n) for n in shape) for name, shape in head.pop("arrays")}
    return head, {name: _array(connection, shape) for name, shape in shapes.items()}


def _array(connection: Connection, shape: tuple[int, ...]) -> NDArray[np.float32]:
    count = 1
    for size in shape:
        count *= size
    if min(shape, default=0) < 0 or 4 * count > _MOST_BYTES:
        raise ValueError(f"an array of shape {shape} is too large")
    array = np.empty(count, np.float32)
    content = array.view(np.uint8)
    place = 0
    while place < content.size:
        piece = connection.recv_bytes(_PIECE_BYTES)
        if not piece or place + len(piece) > content.size:
            raise ValueError("an array has another size than announced")
        content[place : place + len(piece)] = np.frombuffer(piece, np.uint8)
        place += len(piece)
    return array.reshape(shape)
