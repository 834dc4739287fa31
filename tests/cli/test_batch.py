"""`velatura batch`."""

import json
import threading
from pathlib import Path

import pytest

from app.cli import batch as command
from app.core.batch.plan import BatchTask
from app.core.batch.states import RowState
from app.engine.batch import runner
from app.engine.batch.outcome import Told, ToldKind
from app.engine.batch.runner import BatchSummary
from app.engine.batch.worker import Tools, do
from app.errors import ParameterError


class ThreadExecutor:
    """Does works in threads of this process, which need no start."""

    def __init__(self, jobs, memory_mb):
        self.jobs, self.memory_mb = jobs or 1, memory_mb

    def can_take(self, work, running):
        return len(running) < self.jobs

    def submit(self, work, tell):
        def run():
            outcome = do(work, Tools(), tell, lambda: None)
            tell(Told(work.number, ToldKind.END, item=outcome))

        threading.Thread(target=run, daemon=True).start()

    def cancel(self, number):
        """It is soon done."""

    def close(self):
        """Nothing is kept."""


@pytest.fixture(autouse=True)
def _threads(monkeypatch):
    monkeypatch.setattr(runner, "LocalExecutor", ThreadExecutor)


@pytest.fixture
def folder(tmp_path, npz):
    scans = tmp_path / "Маршрут 1"
    scans.mkdir()
    npz.rename(scans / "聖母.npz")
    (scans / "broken.h5").write_bytes(b"no scan")
    return scans


MAPS = ("--task", "maps:elements=Fe,Ca;net=true")


def test_scans_of_a_folder_are_done_and_failures_told(velatura, folder, tmp_path):
    ran = velatura("batch", folder, *MAPS, "--out", tmp_path / "out", "--json")
    assert ran.code == 1
    broken, good = ran.json["items"]
    assert broken["input"] == str(folder / "broken.h5")
    assert broken["state"] == "failed"
    assert "broken.h5" in broken["message"]
    assert broken["outputs"] == []
    assert good["state"] == "done"
    assert len(good["outputs"]) == 2
    assert (tmp_path / "out/聖母_maps/聖母_Fe_Ka.png").is_file()


def test_all_done_is_code_0_and_told_in_lines(velatura, folder, tmp_path):
    arguments = ("batch", folder / "聖母.npz", *MAPS, "--out", tmp_path / "out")
    ran = velatura(*arguments)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == f"done       {folder / '聖母.npz'}"
    assert "1 done" in ran.out.splitlines()[-1]
    ran = velatura(*arguments)
    assert ran.code == 0
    assert "1 up to date" in ran.out
    assert "1 done" in velatura(*arguments, "--afresh").out


def test_a_plan_is_written_and_run(velatura, folder, tmp_path):
    plan = tmp_path / "my.velatura-batch.json"
    ran = velatura(
        "batch",
        folder,
        "--include",
        "*.npz",
        "--task",
        "spectrum:formats=csv,.png",
        "--out",
        tmp_path / "out",
        "--pattern",
        "{number}-{stem}",
        "--save-plan",
        plan,
        "--json",
    )
    assert ran.code == 0
    assert ran.json == {"outputs": [str(plan)]}
    assert not (tmp_path / "out").exists()
    document = json.loads(plan.read_text("utf-8"))
    assert document["plan"]["tasks"][0]["formats"] == ["csv", "png"]
    assert velatura("batch", plan).code == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("*.*") if path.suffix) == [
        "001-聖母.csv",
        "001-聖母.png",
    ]
    # the folder of results alone is enough to go on
    assert "1 up to date" in velatura("batch", tmp_path / "out", "--resume").out


def test_what_a_command_gives_replaces_what_a_plan_says(velatura, folder, tmp_path):
    plan = tmp_path / "my.velatura-batch.json"
    out = ("--out", tmp_path / "a")
    velatura("batch", folder / "聖母.npz", *MAPS, *out, "--save-plan", plan)
    assert velatura("batch", plan, "--out", tmp_path / "b", "--task", "spectrum").code == 0
    assert (tmp_path / "b/聖母_spectrum.csv").is_file()
    assert not (tmp_path / "a").exists()


def test_reports_and_sheets_come_by_option(velatura, folder, tmp_path):
    ran = velatura(
        "batch",
        folder,
        *MAPS,
        "--out",
        tmp_path / "out",
        "--reports",
        "--contact-sheet",
        "png",
        "--regions",
        "all",
        "--json",
    )
    assert ran.code == 1
    assert len(ran.json["files"]) == 2
    assert (tmp_path / "out/聖母_report.pdf").is_file()


def test_failed_ones_are_tried_a_second_time(velatura, folder, tmp_path, monkeypatch):
    tried = []
    original = runner.BatchRun.retry_failed
    monkeypatch.setattr(
        runner.BatchRun, "retry_failed", lambda run: (tried.append(1), original(run))[1]
    )
    arguments = ("batch", folder, *MAPS, "--out", tmp_path / "out", "--json")
    assert velatura(*arguments, "--retry-failed").code == 1
    assert tried == [1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--task", "polish"), "no task 'polish'"),
        (("--task", "maps:net"), "no KEY=VALUE"),
        (("--task", "maps:net=perhaps"), "“net” cannot be 'perhaps'"),
        (("--task", "cluster:patience=x"), "“patience” cannot be 'x'"),
        (("--task", "maps:formats=gif"), "cannot write 'gif'"),
        (("--task", "maps:element=Fe"), "no parameter 'element'"),
        ((), "nothing to do"),
        ((*MAPS, "--pattern", "{stem"), "brace has no partner"),
        ((*MAPS, "--regions", "Face=0:"), "region cannot be read"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_done(
    velatura, folder, tmp_path, arguments, words
):
    ran = velatura("batch", folder, "--out", tmp_path / "out", *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_scans_and_a_batch_without_a_place_are_told(velatura, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    assert "no scans" in velatura("batch", tmp_path / "empty", *MAPS, "--out", tmp_path).err
    assert "no place" in velatura("batch", folder, *MAPS).err


def test_values_come_in_the_types_of_the_parameters():
    task = command.parsed_task("recolour:model=a b.onnx;memory_mb=400;stamp=yes;formats=png,h5")
    assert task == BatchTask(
        "recolour", {"model": "a b.onnx", "memory_mb": 400.0, "stamp": True}, ("png", "h5")
    )
    with pytest.raises(ParameterError):
        command.parsed_task("cluster:seed=1.5")


class Interrupted:
    """A run that meets Ctrl-C while somebody waits for it."""

    def __init__(self, times):
        self.times = times
        self.calls = []

    def start(self):
        self.calls.append("start")

    def wait(self, timeout_s):
        if self.times:
            self.times -= 1
            raise KeyboardInterrupt
        return BatchSummary(())

    def cancel(self):
        self.calls.append("cancel")

    def close(self, timeout_s):
        self.calls.append("close")


@pytest.mark.parametrize(
    ("times", "calls"),
    [(0, []), (1, ["cancel"]), (2, ["cancel", "close", "cancel"])],
)
def test_ctrl_c_ends_a_run_in_good_order_and_the_second_one_at_once(times, calls):
    run = Interrupted(times)
    summary, is_interrupted = command.waited(run, lambda: None)
    assert run.calls == ["start", *calls]
    assert summary == BatchSummary(())
    assert is_interrupted is (times > 0)


def test_an_interrupted_batch_is_code_130(velatura, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(
        command, "waited", lambda run, look: (BatchSummary(run.rows, message=""), True)
    )
    assert velatura("batch", folder, *MAPS, "--out", tmp_path / "out").code == 130


def test_how_far_it_is_is_told_in_words():
    told = []

    class Run:
        rows = BatchSummary(()).rows
        time_left_s = 130.0

    Run.rows = tuple(
        type("Row", (), {"state": state, "fraction": 0.5})()
        for state in (RowState.DONE, RowState.RUNNING, RowState.WAITING, RowState.FAILED)
    )
    command._tell(Run, lambda fraction, words: told.append((fraction, words)))
    Run.time_left_s = None
    command._tell(Run, lambda fraction, words: told.append((fraction, words)))
    assert told == [
        (0.75, "2 of 4 scans, about 2 min left"),
        (0.75, "2 of 4 scans"),
    ]
    assert [command._words_for(seconds) for seconds in (5, 600, 9000)] == ["5 s", "10 min", "2.5 h"]


def test_a_plan_that_is_missing_empty_or_not_alone_is_told(velatura, folder, tmp_path):
    plan = tmp_path / "a.velatura-batch.json"
    ran = velatura("batch", plan)
    assert ran.code == 2
    assert "there is no such file" in ran.err
    entry = {"inputs": [], "tasks": [{"task": "maps"}], "output": "out"}
    plan.write_text(json.dumps({"kind": "velatura batch", "schema": 1, "plan": entry}), "utf-8")
    ran = velatura("batch", plan)
    assert ran.code == 2
    assert "names none" in ran.err
    ran = velatura("batch", plan, folder)
    assert ran.code == 2
    assert "together with 1 other path." in ran.err
    ran = velatura("batch", plan, "--axis", "0,0.02")
    assert ran.code == 2
    assert "would not follow" in ran.err


@pytest.mark.parametrize("within", ["results", "."])
def test_results_among_the_scans_are_not_taken_for_scans(velatura, folder, within):
    (folder / "broken.h5").unlink()
    arguments = ("batch", folder, "--task", "convert", "--out", folder / within, "--json")

    def states():
        items = velatura(*arguments).json["items"]
        return {Path(item["input"]).name: item["state"] for item in items}

    assert states() == {"聖母.npz": "done"}
    # what has come since is found
    (folder / "new.npz").write_bytes((folder / "聖母.npz").read_bytes())
    assert states() == {"new.npz": "done", "聖母.npz": "up to date"}
