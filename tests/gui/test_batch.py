"""From scans and tasks to a run in the window: put together, watched, stopped, resumed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.core.batch.states import RowEvent, RowState
from app.core.region import Region
from app.engine.batch.runner import BatchSummary
from app.gui.preferences import Preferences
from app.io.batch_files import keep_plan, read_plan, write_plan


class FakeRun:
    """Does nothing by itself: tests tell what happens to each scan."""

    def __init__(self, plan, listener, *, ended):
        self.plan, self._listener, self._ended = plan, listener, ended
        self.rows = tuple(RowEvent(i, RowState.WAITING) for i in range(len(plan.inputs)))
        self.is_running = self.is_paused = False
        self.time_left_s = 125.0
        self.cancelled = []

    def start(self):
        self.is_running = True

    def pause(self):
        self.is_paused = True

    def resume(self):
        self.is_paused = False

    def cancel(self):
        self.cancelled.append("all")

    def cancel_item(self, item):
        self.cancelled.append(item)

    def retry_failed(self):
        self.is_running = True

    def close(self, timeout_s=5.0):
        self.is_running = False

    def tell(self, item, state, **more):
        event = RowEvent(item, state, **more)
        self.rows = (*self.rows[:item], event, *self.rows[item + 1 :])
        self._listener(event)

    def end(self, message=""):
        self.is_running = False
        self._ended(BatchSummary(self.rows, 12.0, message=message))


@pytest.fixture
def runs(monkeypatch):
    made = []

    def make(*args, **more):
        made.append(FakeRun(*args, **more))
        return made[-1]

    monkeypatch.setattr("app.gui.batch_running.BatchRun", make)
    return made


@pytest.fixture
def window(runs, make_window, monkeypatch):
    # asked when it is closed in the middle of a run
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    return make_window(Preferences(is_kept=False))


@pytest.fixture
def scans(tmp_path):
    """Three scans in folders: two with an energy axis, one that is none."""
    (tmp_path / "scans/Крест").mkdir(parents=True)
    counts = np.zeros((3, 4, 64), np.uint16)
    counts[:, :, 32] = 5
    for name in ("Maestà left.npz", "Крест/聖母.npz"):
        np.savez(tmp_path / "scans" / name, cube=counts, kev_slope=0.2, kev_offset=0.0)
    (tmp_path / "scans/broken.npz").write_bytes(b"no scan")
    return tmp_path / "scans"


@pytest.fixture
def batch(window):
    return window.batch


@pytest.fixture
def dialog(batch):
    return batch.open()


@pytest.fixture
def ready(batch, dialog, scans, tmp_path, qtbot):
    """The dialog with three scans and maps of iron."""
    dialog.dropped.emit([scans])
    qtbot.waitUntil(lambda: len(batch.scans.inputs) == 3 and not batch.scans.is_looking)
    dialog.tasks.add("maps")
    dialog.tasks.form(0).form.editor("elements").setText("Fe")
    dialog.output.set_folder(str(tmp_path / "out"))
    qtbot.waitUntil(dialog.run.isEnabled)
    return dialog


def column(dialog, number):
    model = dialog.table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_scans_are_found_in_folders_and_looked_into(ready, batch):
    assert column(ready, 0) == ["broken.npz", "Maestà left.npz", "聖母.npz"]
    assert column(ready, 1)[1:] == ["3 × 4 × 64"] * 2
    assert "broken.npz" in column(ready, 1)[0]
    assert ready.scans_words.text() == "3 scans · 1 cannot be opened and will fail"
    batch.add([Path(batch.scans.inputs[1].path)])
    assert len(batch.scans.inputs) == 3


def test_what_is_missing_is_said_in_turn(batch, dialog, scans, qtbot, tmp_path):
    assert dialog.problem.text() == "No scans were added yet."
    batch.add([scans / "Maestà left.npz"])
    qtbot.waitUntil(lambda: dialog.problem.text() == "No task was chosen yet.")
    dialog.tasks.add("recolour")
    dialog.tasks.form(0).form.editor("memory_mb").setValue(500)
    assert dialog.problem.text() == "No folder for the results was chosen yet."
    dialog.output.set_folder("results")
    qtbot.waitUntil(lambda: "from the root on" in dialog.problem.text())
    dialog.output.set_folder(str(tmp_path / "out"))
    qtbot.waitUntil(dialog.run.isEnabled)
    assert batch.plan.tasks[0].parameters["memory_mb"] == 500
    dialog.output.pattern.setEditText("{scan}")
    qtbot.waitUntil(lambda: "no field {scan}" in dialog.problem.text())
    assert not dialog.run.isEnabled()


def test_names_of_one_kind_are_a_conflict_seen_before(ready, batch, qtbot):
    ready.output.pattern.setEditText("all")
    qtbot.waitUntil(lambda: "same name" in ready.problem.text())
    assert not ready.run.isEnabled()
    assert "2 conflicts" in ready.output.count.text()
    assert batch.plan is None
    ready.output.pattern.setEditText("{stem}/{task}")
    qtbot.waitUntil(ready.run.isEnabled)
    assert ready.output.names.item(0, 0).text() == "broken/maps/"


def test_rows_follow_the_run_and_its_end(ready, batch, runs, window, qtbot):
    ready.run.click()
    (run,) = runs
    assert run.plan.tasks == (BatchTask("maps", {"elements": "Fe"}, ("png",)),)
    assert not ready.tasks.isEnabled()
    assert column(ready, 2) == ["waiting"] * 3
    run.tell(0, RowState.FAILED, message="It is none.", seconds=0.2)
    run.tell(1, RowState.RUNNING, fraction=0.5, message="maps: Reading", seconds=65.0)
    qtbot.waitUntil(lambda: column(ready, 2) == ["failed", "running", "waiting"])
    assert column(ready, 4) == ["0.2 s", "1:05 min", ""]
    assert column(ready, 5) == ["It is none.", "maps: Reading", ""]
    assert ready.words.text() == "1 of 3 scans · 1 failed · about 2:05 min left"
    assert ready.bar.value() == 500
    run.tell(1, RowState.DONE, fraction=1.0, outputs=("/out/a.png",))
    run.tell(2, RowState.UP_TO_DATE)
    run.end()
    qtbot.waitUntil(ready.run.isEnabled)
    assert ready.words.text() == "1 done · 1 up to date · 1 failed · took 12 s"
    assert ready.bar.isHidden()
    assert ready.tasks.isEnabled()


def test_what_failed_can_be_tried_again_while_the_plan_is_the_same(ready, runs, qtbot):
    ready.run.click()
    runs[0].tell(0, RowState.FAILED, message="It is none.")
    runs[0].end()
    qtbot.waitUntil(ready.retry.isEnabled)
    ready.retry.click()
    assert runs[0].is_running
    assert not ready.retry.isEnabled()
    runs[0].end()
    qtbot.waitUntil(ready.retry.isEnabled)
    ready.tasks.form(0).form.editor("net").setChecked(True)
    qtbot.waitUntil(lambda: not ready.retry.isEnabled())


def test_it_is_paused_and_cancelled_as_asked(ready, runs, qtbot):
    ready.run.click()
    (run,) = runs
    ready.pause.click()
    assert run.is_paused
    assert (ready.pause.text(), ready.words.text()) == ("Go on", "0 of 3 scans · paused")
    ready.pause.click()
    assert not run.is_paused
    ready.table.selectRow(1)
    ready.cancel_one.click()
    ready.cancel_all.click()
    assert run.cancelled == [1, "all"]
    assert not ready.remove.isEnabled()
    run.end()
    qtbot.waitUntil(ready.remove.isEnabled)


def test_a_run_that_cannot_go_on_says_why(ready, runs, qtbot):
    ready.run.click()
    runs[0].end("Another batch is writing to this folder.")
    qtbot.waitUntil(lambda: "Another batch" in ready.problem.text())


def test_plans_are_saved_and_opened(ready, batch, qtbot, tmp_path):
    batch._on_save_chosen(tmp_path / "a.velatura-batch.json")
    saved = read_plan(tmp_path / "a.velatura-batch.json")
    assert saved == batch.plan
    other = replace(
        saved,
        inputs=saved.inputs[1:],
        tasks=(BatchTask("recolour", {"stamp": True}, ("tif", "h5")), BatchTask("paint")),
        reports=True,
        contact_sheet="both",
        regions="Sky=0:1,0:2",
        jobs=2,
    )
    write_plan(other, tmp_path / "b.velatura-batch.json")
    batch._on_plan_chosen(tmp_path / "b.velatura-batch.json")
    assert "no task 'paint'" in ready.tasks.notes.text()
    qtbot.waitUntil(lambda: batch.plan is not None and not batch.scans.is_looking)
    assert batch.plan == replace(other, tasks=other.tasks[:1])
    (tmp_path / "c.velatura-batch.json").write_text("{}")
    batch._on_plan_chosen(tmp_path / "c.velatura-batch.json")
    assert "no plan of a batch" in ready.problem.text()


def test_what_was_done_to_the_open_scan_is_done_to_all(ready, batch, opened, scans, window, qtbot):
    opened(scans / "Maestà left.npz")
    window.session.place_line("Fe")
    window.session.keep_map()
    window.session.set_axis(EnergyAxis(0.01, 0.2))
    with qtbot.waitSignal(window.jobs.idle, timeout=60_000):
        window.clusters.run(replace(window.clusters._choice, numbers="2"))
    ready.tasks.recipe_button.click()
    tasks = [form.task for form in batch.plan.tasks] if batch.plan else []
    assert tasks == ["cluster", "maps"]
    assert batch.plan.tasks[0].parameters["numbers"] == "2"
    assert batch.plan.tasks[1].parameters["windows"].startswith("Fe Kα:")
    assert {item.axis for item in batch.scans.inputs} == {EnergyAxis(0.01, 0.2)}
    assert "All scans get its energy axis" in ready.tasks.notes.text()


def test_without_an_open_scan_there_is_no_recipe(ready):
    ready.tasks.recipe_button.click()
    assert ready.tasks.notes.text() == "No scan is open whose steps could be taken."
    assert ready.tasks.list.count() == 1


def test_a_recipe_of_nothing_is_the_map_on_screen(batch, dialog, opened, scan_file):
    opened(scan_file)
    dialog.open_scan_requested.emit()
    dialog.tasks.recipe_button.click()
    (task,) = dialog.tasks.tasks()
    assert task.name == "maps"
    assert task.values.windows


def test_what_did_not_end_is_offered_and_resumed(batch, dialog, scans, runs, qtbot, tmp_path):
    dialog.close_requested.emit()
    out = tmp_path / "out"
    plan = BatchPlan((), (BatchTask("maps", {"elements": "Fe"}, ("png",)),), str(out))
    batch.scans.add([scans])
    qtbot.waitUntil(lambda: len(batch.scans.inputs) == 3 and not batch.scans.is_looking)
    plan = replace(plan, inputs=batch.scans.inputs)
    batch.scans.set_inputs(())
    (out / ".velatura-batch").mkdir(parents=True)
    keep_plan(plan)
    batch._unfinished.remember(plan, pytest.fail)
    batch.open()
    assert dialog.offer.isVisible()
    assert dialog.offer.words.text().startswith(f"A batch of 3 scans into {out} did not end")
    qtbot.waitUntil(lambda: dialog.offer.words.text().endswith("did not end: 0 are done."))
    dialog.offer.resume.click()
    assert [run.plan for run in runs] == [plan]
    assert dialog.offer.isHidden()
    runs[0].end()
    qtbot.waitUntil(dialog.run.isEnabled)
    assert batch._unfinished.plan() is None


def test_an_offer_can_be_forgotten(batch, dialog, tmp_path):
    (tmp_path / ".velatura-batch").mkdir()
    keep_plan(BatchPlan((), (BatchTask("maps"),), str(tmp_path)))
    batch._unfinished.remember(BatchPlan((), (), str(tmp_path)), pytest.fail)
    dialog.close()
    batch.open()
    dialog.offer.forget.click()
    assert dialog.offer.isHidden()
    dialog.close()
    batch.open()
    assert dialog.offer.isHidden()


def test_closing_while_running_asks(ready, batch, runs, window, qtbot, monkeypatch):
    ready.run.click()
    ready.close()
    (box,) = ready.findChildren(QMessageBox)
    assert ready.isVisible()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert ready.isVisible()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    assert not window.close()
    ready.close()
    box = ready.findChildren(QMessageBox)[-1]
    next(item for item in box.buttons() if item.text() == "Go on").click()
    assert ready.isHidden()
    runs[0].end()
    qtbot.waitUntil(lambda: "The batch has ended." in window.message_bar.text)
    assert batch.open() is ready


def test_the_program_may_end_in_the_middle(ready, batch, runs, window, monkeypatch):
    ready.run.click()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    assert window.close()
    assert not runs[0].is_running
    assert ready.isHidden()
    # what was begun is offered next time
    assert window.preferences.settings.unfinished_batch.endswith("plan.velatura-batch.json")
    runs[0].tell(0, RowState.CANCELLED)
    runs[0].end()


def test_the_window_stays_usable_while_a_batch_runs(ready, opened, scan_file, window):
    ready.run.click()
    assert opened(scan_file).cube.name == "hands"
    window.session.set_region(Region(0, 2, 0, 2))
    assert window.session.region is not None


@pytest.mark.slow
def test_results_are_those_of_the_window_itself(make_window, scans, tmp_path, qtbot, monkeypatch):
    import app.gui.batch_running
    from app.engine import exports
    from app.engine.batch.runner import BatchRun

    monkeypatch.setattr(app.gui.batch_running, "BatchRun", BatchRun)
    window = make_window(Preferences(is_kept=False))
    dialog = window.batch.open()
    window.open_files([scans / "Maestà left.npz"])
    qtbot.waitUntil(lambda: window.session.scan is not None and not window.jobs.has_any)
    window.session.place_line("Fe")
    window.session.keep_map()
    dialog.dropped.emit([scans])
    dialog.tasks.recipe_button.click()
    dialog.tasks.form(0).boxes["csv"].setChecked(True)
    dialog.tasks.form(0).boxes["png"].setChecked(False)
    dialog.output.set_folder(str(tmp_path / "out"))
    qtbot.waitUntil(dialog.run.isEnabled, timeout=60_000)
    dialog.run.click()
    qtbot.waitUntil(lambda: not window.batch.running.is_running, timeout=240_000)
    states = [row.state for row in window.batch.scans.model.rows]
    assert states == [RowState.FAILED, RowState.DONE, RowState.DONE]
    (made,) = window.batch.scans.model.rows[1].outputs
    exports.export_map(
        window.session.kept[0].map,
        tmp_path / "own.csv",
        display=window.session.display,
        step_mm=None,
    )

    def table(path):
        return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]

    assert table(made) == table(tmp_path / "own.csv")
    assert table(made) == ["5,5,5,5"] * 3


class FakeArranged(FakeRun):
    """The same, for batches that go on with scans as they arrive."""

    def __init__(self, plan, listener, *, ended, arrangement, grown):
        super().__init__(plan, listener, ended=ended)
        self.arrangement, self.grown = arrangement, grown

    def arrive(self, path):
        plan = replace(self.plan, inputs=(*self.plan.inputs, BatchInput(str(path))))
        self.rows = (*self.rows, RowEvent(len(self.rows), RowState.WAITING))
        self.grown(plan)


@pytest.fixture
def arranged(monkeypatch):
    made = []

    def make(*args, **more):
        made.append(FakeArranged(*args, **more))
        return made[-1]

    monkeypatch.setattr("app.gui.batch_running.ArrangedRun", make)
    return made


@pytest.fixture
def arranging(arranged, runs, make_window, monkeypatch):
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    return make_window(Preferences(is_kept=False)).batch


def test_scans_that_arrive_are_rows_of_the_batch(arranging, arranged, scans, tmp_path, qtbot):
    dialog = arranging.open()
    dialog.tasks.add("maps")
    dialog.tasks.form(0).form.editor("elements").setText("Fe")
    dialog.output.set_folder(str(tmp_path / "out"))
    dialog.pattern.setText("*.npz; *.h5")
    dialog.arrivals.still.setValue(3)
    dialog.arrivals.set_folder(str(tmp_path / "scans"))
    qtbot.waitUntil(dialog.run.isEnabled)
    dialog.run.click()
    (run,) = arranged
    assert run.arrangement.folders == (tmp_path / "scans",)
    assert run.arrangement.watch.patterns == ("*.npz", "*.h5")
    assert run.arrangement.watch.stable_s == 3
    assert dialog.words.text() == "Watching for scans"
    assert not dialog.arrivals.isEnabled()
    run.arrive(scans / "Maestà left.npz")
    run.tell(0, RowState.DONE, fraction=1.0)
    qtbot.waitUntil(lambda: column(dialog, 0) == ["Maestà left.npz"])
    qtbot.waitUntil(lambda: "watching for scans" in dialog.words.text())
    assert dialog.words.text().startswith("1 of 1 scans")
    run.end()
    qtbot.waitUntil(lambda: not arranging.running.is_running)
    assert arranging.plan == arranging.running.plan
    assert dialog.words.text().startswith("1 done")


def test_results_cannot_go_into_the_folder_that_is_watched(arranging, scans, tmp_path, qtbot):
    dialog = arranging.open()
    dialog.tasks.add("maps")
    dialog.tasks.form(0).form.editor("elements").setText("Fe")
    dialog.arrivals.set_folder(str(tmp_path / "scans"))
    dialog.output.set_folder(str(tmp_path / "scans"))
    qtbot.waitUntil(lambda: "taken for scans" in dialog.problem.text())
    assert not dialog.run.isEnabled()


def test_a_batch_through_a_scheduler_is_told_its_address(arranged, ready, qtbot):
    with qtbot.waitSignal(ready.changed):
        ready.output.scheduler.setText("tcp://host:8786")
    assert ready.run.isEnabled()
    ready.run.click()
    (run,) = arranged
    assert run.arrangement.scheduler == "tcp://host:8786"
    assert run.arrangement.folders == ()
    assert len(run.plan.inputs) == 3
    run.end("The scheduler cannot be reached.")
    qtbot.waitUntil(lambda: "cannot be reached" in ready.problem.text())
