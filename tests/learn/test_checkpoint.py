"""Checkpoints come back as they were written, and broken ones are told."""

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.errors import ReadError  # noqa: E402
from app.learn.checkpoint import (  # noqa: E402
    Best,
    Checkpoint,
    load,
    read_weights,
    save,
    write_weights,
)


def state(step):
    return Checkpoint(
        config={"name": "x", "data": {"paints": (3, 4)}},
        step=step,
        seconds=1.5,
        network={"w": torch.arange(6.0)},
        average={"w": torch.zeros(6)},
        optimiser={"state": {}, "param_groups": [{"lr": 0.1}]},
        best=Best(0.25, 3, {"w": torch.ones(6)}),
        history=[{"step": 3.0, "loss": 0.5}],
        recent=(0.75, 2.0),
    )


def test_it_comes_back_and_replaces_the_last_one(tmp_path):
    path = tmp_path / "checkpoint.pt"
    assert load(path) is None
    save(state(1), path)
    save(state(7), path)
    found = load(path)
    assert (found.step, found.seconds, found.recent) == (7, 1.5, (0.75, 2.0))
    assert torch.equal(found.network["w"], torch.arange(6.0))
    assert (found.best.score, found.best.step) == (0.25, 3)
    assert found.history == [{"step": 3.0, "loss": 0.5}]
    assert [item.name for item in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_weights_come_back(tmp_path):
    write_weights({"w": torch.ones(2)}, tmp_path / "best.pt")
    assert torch.equal(read_weights(tmp_path / "best.pt")["w"], torch.ones(2))


@pytest.mark.parametrize("content", [b"", b"nothing of ours", b"PK\x03\x04 half a zip"])
def test_broken_files_are_told(tmp_path, content):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    with pytest.raises(ReadError, match="Cannot read the state"):
        load(path)


def test_weights_of_another_kind_are_told_in_the_callers_words(tmp_path):
    (tmp_path / "best.pt").write_text("no tensors", "utf-8")
    with pytest.raises(ReadError, match="no file of torch's") as caught:
        read_weights(tmp_path / "best.pt", "These weights cannot be read.", "Give others.")
    assert caught.value.title == "These weights cannot be read."
    assert caught.value.hint == "Give others."


def test_half_a_checkpoint_is_told(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save(state(1), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ReadError):
        load(path)


def test_another_version_is_told(tmp_path):
    path = tmp_path / "checkpoint.pt"
    torch.save({"version": 99}, path)
    with pytest.raises(ReadError, match="version is 99"):
        load(path)


def test_code_in_a_file_is_never_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "made"), "w"))

    torch.save({"version": 1, "x": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ReadError):
        load(tmp_path / "evil.pt")
    assert not (tmp_path / "made").exists()
