"""A network's process is used again, and ended with who keeps it."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.engine.network_keeper import NetworkKeeper
from app.errors import Cancelled


@dataclass
class Made:
    """Stands for a network's process."""

    path: Path
    card: str
    provider: str
    closed: threading.Event = field(default_factory=threading.Event)

    def close(self):
        self.closed.set()


@pytest.fixture
def made():
    return []


@pytest.fixture
def keeper(made):
    def make(path, card, provider, limits, *, check):
        check()
        made.append(Made(path, card, provider))
        return made[-1]

    return NetworkKeeper(make=make)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"one")
    return path


def test_same_network_is_used_again(keeper, path, made):
    assert not keeper.is_open
    assert keeper.network(path, "card") is keeper.network(path, "card")
    assert keeper.is_open
    assert len(made) == 1


@pytest.mark.parametrize("change", ["card", "provider", "file", "path"])
def test_another_one_ends_the_first(keeper, path, made, change, tmp_path):
    first = keeper.network(path, "card", "cpu")
    if change == "file":
        path.write_bytes(b"another")
    other = tmp_path / "other.onnx"
    second = keeper.network(
        other if change == "path" else path,
        "new card" if change == "card" else "card",
        "cuda" if change == "provider" else "cpu",
    )
    assert second is not first
    assert first.closed.is_set()
    assert not second.closed.is_set()


def test_closing_ends_it_and_nothing_starts_after(keeper, path, made):
    network = keeper.network(path, "card")
    keeper.close()
    assert network.closed.is_set()
    assert not keeper.is_open
    with pytest.raises(Cancelled):
        keeper.network(path, "card")
    keeper.close()
    assert len(made) == 1


def test_what_fails_to_start_is_not_kept(keeper, path, made):
    def refuse():
        raise Cancelled

    with pytest.raises(Cancelled):
        keeper.network(path, "card", check=refuse)
    assert not keeper.is_open
    assert keeper.network(path, "card") is made[0]


def test_one_that_starts_while_the_keeper_closes_is_ended(path):
    made = []

    def make(path, card, provider, limits, *, check):
        keeper.close()
        made.append(Made(path, card, provider))
        return made[-1]

    keeper = NetworkKeeper(make=make)
    with pytest.raises(Cancelled):
        keeper.network(path, "card")
    assert made[0].closed.is_set()
