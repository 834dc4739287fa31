"""From the window to another machine's workers: a batch through a real scheduler."""

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from app.gui.preferences import Preferences

distributed = pytest.importorskip("distributed", reason="needs the extra cluster")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    # its own sockets and threads are its own matter
    pytest.mark.filterwarnings("default"),
]

WAIT_MS = 120_000


@pytest.fixture
def address(tmp_path_factory, monkeypatch):
    """A scheduler with a worker in a process of its own."""
    monkeypatch.setenv("VELATURA_HOME", str(tmp_path_factory.mktemp("worker")))
    found = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    )
    yield found.scheduler_address
    found.close()


@pytest.fixture
def dialog(make_window, monkeypatch, tmp_path, qtbot):
    """Two scans, one of them broken, and maps of iron for both."""
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    (tmp_path / "scans").mkdir()
    counts = np.full((3, 4, 64), 5, np.uint16)
    np.savez(tmp_path / "scans/Maestà.npz", cube=counts, kev_slope=0.2, kev_offset=0.0)
    (tmp_path / "scans/broken.npz").write_bytes(b"no scan")
    batch = make_window(Preferences(is_kept=False)).batch
    found = batch.open()
    found.dropped.emit([tmp_path / "scans"])
    qtbot.waitUntil(lambda: len(batch.scans.inputs) == 2 and not batch.scans.is_looking)
    found.tasks.add("maps")
    found.tasks.form(0).form.editor("elements").setText("Fe")
    found.output.set_folder(str(tmp_path / "out"))
    qtbot.waitUntil(found.run.isEnabled)
    found.batch = batch
    return found


def states(dialog):
    model = dialog.table.model()
    return [model.index(row, 2).data() for row in range(model.rowCount())]


def test_rows_tell_what_the_workers_did(dialog, address, tmp_path, qtbot):
    dialog.output.scheduler.setText(address)
    qtbot.waitUntil(dialog.run.isEnabled)
    dialog.run.click()
    running = dialog.batch.running
    qtbot.waitUntil(lambda: running.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not running.is_running, timeout=WAIT_MS)
    assert dialog.words.text().startswith("1 done")
    assert states(dialog) == ["failed", "done"]
    assert [path.name for path in (tmp_path / "out").rglob("*.png")] != []


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_written(dialog, tmp_path, qtbot):
    dialog.output.scheduler.setText("tcp://127.0.0.1:9")
    qtbot.waitUntil(dialog.run.isEnabled)
    dialog.run.click()
    qtbot.waitUntil(lambda: "scheduler" in dialog.problem.text(), timeout=WAIT_MS)
    assert not dialog.batch.running.is_running
    assert list((tmp_path / "out").rglob("*.png")) == []
