"""`velatura batch --watch`, and batches on the machines of a cluster."""

import json
import shutil

import pytest

from app.engine.batch import watch

pytestmark = pytest.mark.timeout(300)

MAPS = ("--task", "maps:elements=Fe,Ca")
SOON = ("--stable", "0.1", "--quiet", "1", "--json")


@pytest.fixture
def folder(tmp_path, npz):
    scans = tmp_path / "Ankunft 1"
    scans.mkdir()
    shutil.copy(npz, scans / "聖母.npz")
    return scans


def test_what_lies_in_a_watched_folder_is_done_and_told(velatura, folder, tmp_path):
    ran = velatura("batch", folder, "--watch", *MAPS, "--out", tmp_path / "out", *SOON)
    assert ran.code == 0
    (item,) = json.loads(ran.out)["items"]
    assert (item["input"], item["state"]) == (str(folder / "聖母.npz"), "done")
    assert (tmp_path / "out" / "聖母_maps").is_dir()


def test_an_interrupt_ends_a_watch_in_good_order(velatura, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(watch.BatchWatch, "watch", _stopped_by_an_interrupt)
    ran = velatura("batch", folder, "--watch", *MAPS, "--out", tmp_path / "out", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["items"] == []


def _stopped_by_an_interrupt(self, quiet_s):
    import signal

    from app.engine.batch.runner import BatchSummary

    signal.raise_signal(signal.SIGINT)
    assert self._stop.is_set()
    return BatchSummary(())


def test_only_folders_are_watched(velatura, folder, tmp_path):
    ran = velatura("batch", folder / "聖母.npz", "--watch", *MAPS, "--out", tmp_path / "out")
    assert ran.code == 2
    assert "is no folder" in ran.err
    ran = velatura("batch", tmp_path / "absent", "--watch", *MAPS, "--out", tmp_path / "out")
    assert "is not there" in ran.err
    ran = velatura("batch", folder, "--watch", *MAPS, "--out", folder)
    assert "results in it would be taken for scans" in ran.err


def test_a_scheduler_that_does_not_answer_is_told(velatura, folder, tmp_path, monkeypatch):
    cluster = pytest.importorskip("app.engine.batch.cluster")
    pytest.importorskip("distributed", reason="the package distributed is absent")
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)
    out = tmp_path / "out"
    ran = velatura("batch", folder, *MAPS, "--out", out, "--scheduler", "tcp://127.0.0.1:9")
    assert ran.code == 2
    assert ran.err.startswith("error: The scheduler cannot be reached. tcp://127.0.0.1:9")
