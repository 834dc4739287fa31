"""Plans as files, and what a killed run leaves."""

import json
from contextlib import suppress

import pytest

from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.errors import ReadError, WriteError
from app.io.atomic import written, written_together
from app.io.batch_files import (
    SUFFIX,
    is_plan,
    keep_plan,
    last_plan,
    read_plan,
    remove_leftovers,
    write_plan,
)


class _Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def plan(tmp_path):
    scan = BatchInput(str(tmp_path / "Крест 1.h5"))
    return BatchPlan((scan,), (BatchTask("maps", {"elements": "Fe"}),), str(tmp_path / "out"))


def test_a_plan_is_the_same_after_writing_and_reading(plan, tmp_path):
    path = tmp_path / f"聖母{SUFFIX}"
    write_plan(plan, path)
    assert is_plan(path)
    assert read_plan(path) == plan


def test_relative_paths_are_told_from_the_plans_folder(plan, tmp_path):
    path = tmp_path / f"a{SUFFIX}"
    write_plan(plan, path)
    document = json.loads(path.read_text("utf-8"))
    document["plan"]["output"] = "out"
    document["plan"]["inputs"][0]["path"] = "Крест 1.h5"
    path.write_text(json.dumps(document), "utf-8")
    assert read_plan(path) == plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Cannot read"),
        ("[]", "no plan of a batch"),
        ('{"kind": "velatura batch", "schema": 2}', "version 2; this Velatura reads up to 1"),
        ('{"kind": "velatura batch", "schema": 1, "plan": {"inputs": 1}}', "inputs is 1"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / f"a{SUFFIX}"
    path.write_text(text, "utf-8")
    with pytest.raises(ReadError) as caught:
        read_plan(path)
    assert words in str(caught.value)


def test_a_plan_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        read_plan(tmp_path / f"a{SUFFIX}")


def test_the_last_plan_of_an_output_folder_is_found(plan, tmp_path):
    assert last_plan(tmp_path / "out") is None
    (tmp_path / "out" / ".velatura-batch").mkdir(parents=True)
    keep_plan(plan)
    assert read_plan(last_plan(tmp_path / "out")) == plan


def test_what_a_killed_writer_leaves_is_removed_and_nothing_else(tmp_path, monkeypatch):
    target, folder = tmp_path / "a.b.png", tmp_path / "maps"
    kept = [tmp_path / ".other.0123abcd.part.png", tmp_path / ".a.b.png", folder / "x.part"]
    monkeypatch.setattr("pathlib.Path.unlink", lambda *_, **__: None)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    with suppress(_Killed), written(target) as beside:
        beside.write_bytes(b"half")
        raise _Killed
    with suppress(_Killed), written_together(folder, ["x.png"]) as inside:
        (inside / "x.png").write_bytes(b"half")
        raise _Killed
    monkeypatch.undo()
    for path in kept:
        path.write_bytes(b"mine")
    assert beside.exists()
    assert inside.exists()
    assert set(remove_leftovers([target, folder])) == {beside, inside}
    assert not beside.exists()
    assert not inside.exists()
    assert all(path.exists() for path in kept)


def test_a_folder_left_empty_goes_and_one_with_results_stays(tmp_path):
    (tmp_path / "empty/.01234567.part").mkdir(parents=True)
    (tmp_path / "full/.01234567.part").mkdir(parents=True)
    (tmp_path / "full/map.png").write_bytes(b"x")
    remove_leftovers([tmp_path / "empty", tmp_path / "full", tmp_path / "absent"])
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["map.png"]


def test_a_plan_that_cannot_be_written_is_an_error(plan, tmp_path):
    with pytest.raises(WriteError):
        write_plan(plan, tmp_path / "absent" / f"a{SUFFIX}")
