"""Searches try what they are asked, go on where they were killed, and keep the best."""

import csv
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")
optuna = pytest.importorskip("optuna", reason="needs the extra train")

from app.errors import Cancelled, ParameterError, ReadError  # noqa: E402
from app.learn import search as module  # noqa: E402
from app.learn.config import config_from_plain, read_config  # noqa: E402
from app.learn.search import (  # noqa: E402
    BEST,
    STORAGE,
    TRIED,
    Search,
    Span,
    read_search,
    run_search,
    with_values,
)

BASE = config_from_plain(
    {
        "name": "small",
        "network": {"name": "dense", "options": {"widths": [8]}},
        "data": {
            "scenes": 2,
            "validation_scenes": 1,
            "rows": 8,
            "cols": 8,
            "paints": [2, 3],
            "levels": 2,
        },
        "training": {
            "steps": 6,
            "validate_every": 2,
            "batch_scenes": 2,
            "points": 8,
            "threads": 1,
            "device": "cpu",
            "save_every_s": 1000,
        },
    }
)
SPACE = (
    Span("training.learning_rate", low=1e-4, high=1e-1, log=True),
    Span("training.batch_scenes", low=1, high=3),
    Span("training.loss", choices=("squares", "cross-entropy")),
)
SEARCH = Search(BASE, SPACE, trials=4, first_random=2, looks_before_pruning=1)
TEXT = """
training = "base.toml"
trials = 3
[changes.training]
steps = 6
[space]
"training.learning_rate" = { low = 1e-4, high = 1e-1, log = true }
"network.options.drop" = { choices = [0.0, 0.2] }
"""


def test_as_many_as_asked_for_are_tried_and_the_best_is_kept(tmp_path):
    rows = run_search(SEARCH, tmp_path)
    assert len(rows) == 4
    assert {row.state for row in rows} <= {"complete", "pruned"}
    for row in rows:
        assert set(row.values) == {span.name for span in SPACE}
        assert 1e-4 <= row.values["training.learning_rate"] <= 1e-1
        assert row.values["training.batch_scenes"] in (1, 2, 3)
    with (tmp_path / TRIED).open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 4
    best = min((row for row in rows if row.state == "complete"), key=lambda row: row.score)
    found = read_config(tmp_path / BEST)
    assert found == with_values(BASE, best.values)
    # nothing is left to do
    assert run_search(SEARCH, tmp_path) == rows


def test_it_goes_on_where_it_was_interrupted(tmp_path):
    calls = []

    def stop(share, message):
        calls.append(message)
        if message.startswith("Training 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        run_search(SEARCH, tmp_path, progress=stop)
    assert (tmp_path / STORAGE).is_file()
    rows = run_search(SEARCH, tmp_path)
    done = [row for row in rows if row.state in ("complete", "pruned")]
    assert len(done) == 4
    # what was asked but not trained is tried again, with the same values where it had any
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"space": SPACE[:2]}, "space"),
        ({"base": with_values(BASE, {"data.seed": 2})}, r"data\.seed = 1; asked for is 2"),
        ({"base": with_values(BASE, {"training.steps": 7})}, r"training\.steps"),
    ],
)
def test_scores_of_another_search_are_not_mixed_in(tmp_path, changes, told):
    run_search(replace(SEARCH, trials=0), tmp_path)
    # more trials, more threads and another place are the same search
    same = with_values(BASE, {"training.threads": 2, "training.save_every_s": 5.0})
    run_search(replace(SEARCH, trials=0, base=same, seed=2), tmp_path)
    with pytest.raises(ParameterError, match=f"another search.*{told}"):
        run_search(replace(SEARCH, trials=0, **changes), tmp_path)


def test_a_broken_storage_is_told(tmp_path):
    (tmp_path / STORAGE).write_text("no database", "utf-8")
    with pytest.raises(ReadError, match="no storage of a search"):
        run_search(SEARCH, tmp_path)


def test_networks_are_prepared_as_in_a_training_of_their_own(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        module, "prepared", lambda network, config, scenes, folder: seen.append(len(scenes))
    )
    run_search(replace(SEARCH, trials=1), tmp_path)
    assert seen == [BASE.data.scenes]


def test_bad_trainings_are_given_up(tmp_path, monkeypatch):
    """The later a training is tried the worse it is here."""
    scores = iter(range(1000))

    class Worse(module.Training):
        def _look(self):
            super()._look()
            return float(next(scores))

    monkeypatch.setattr(module, "Training", Worse)
    rows = run_search(replace(SEARCH, trials=5), tmp_path)
    assert [row.state for row in rows[:2]] == ["complete", "complete"]
    assert [row.state for row in rows[2:]] == ["pruned"] * 3


def test_a_search_is_read_with_the_training_beside_it(tmp_path):
    (tmp_path / "base.toml").write_text("[training]\nsteps = 100\nthreads = 1\n", "utf-8")
    path = tmp_path / "search.toml"
    path.write_text(TEXT, "utf-8")
    found = read_search(path)
    assert (found.base.name, found.base.training.steps, found.trials) == ("base", 6, 3)
    assert found.space[0] == Span("training.learning_rate", low=1e-4, high=1e-1, log=True)
    assert found.space[1].choices == (0.0, 0.2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("trials = 3", "trial = 3", "“trial” is not known"),
        ("trials = 3", "trials = 0.5", "“trials” is 0.5"),
        ("low = 1e-4, ", "", "expected choices"),
        ("low = 1e-4", "low = 0", "expected choices"),
        ("low = 1e-4", 'low = "x"', "expected choices"),
        ("choices = [0.0, 0.2]", "choices = []", "expected choices"),
        ("training.learning_rate", "training.rate", "“training.rate” is not known"),
        ("training.learning_rate", "name.x", "nothing that a training has"),
        ('training = "base.toml"', "", "It needs “training”"),
        ("steps = 6", "steps = 0", "“Steps” is out of its limits"),
        ("[changes.training]\nsteps = 6", "changes = 6", "“changes” is no table"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path, old, new, told):
    (tmp_path / "base.toml").write_text("", "utf-8")
    path = tmp_path / "search.toml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new), "utf-8")
    with pytest.raises(ParameterError, match=told):
        read_search(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(ReadError):
        read_search(tmp_path / "none.toml")
    (tmp_path / "x.toml").write_text("a =", "utf-8")
    with pytest.raises(ReadError):
        read_search(tmp_path / "x.toml")
