"""Batches in the window: puts a plan together, runs it, and offers to resume one that stopped."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.core.batch.naming import PlannedOutput
from app.core.batch.plan import BatchPlan, check_plan
from app.core.batch.recipe import recorded
from app.core.batch.states import RowEvent, RowState
from app.core.provenance import Step
from app.engine.batch.planner import checked_names
from app.engine.batch.runner import BatchSummary
from app.engine.batch.watch import check_apart
from app.errors import AppError, ReadError
from app.gui.batch_asking import BatchAsking, ask_whether_to_go_on, may_be_given_up
from app.gui.batch_plans import (
    arrangement_of,
    chosen_of,
    output_of,
    plan_of,
    reports_of,
    task_kinds,
)
from app.gui.batch_running import BatchRunning
from app.gui.batch_scans import BatchScans
from app.gui.batch_unfinished import UnfinishedBatch
from app.gui.dialogs.batch import BatchDialog
from app.gui.docks.history_dock import HistoryPanel
from app.gui.job_manager import JobManager
from app.gui.opening import OpenedFile, Opener
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.io import batch_files


class Batching(QObject):
    """Opens one window for batches; a batch goes on when that is hidden.

    Parameters
    ----------
    session, opener, history
        Tell of the open scan what was done to it, where it came from and what was found in it.
    window
        Owns the dialog.

    Signals
    -------
    told(str, str)
        A batch has ended while its window was hidden: a title and a text.
    """

    told = Signal(str, str)

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        opener: Opener,
        history: HistoryPanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._opener, self._history = session, opener, history
        self._preferences, self._window = preferences, window
        self.scans = BatchScans(jobs, preferences, self)
        self.running = BatchRunning(self)
        self._unfinished = UnfinishedBatch(jobs, preferences, self)
        self._dialog: BatchDialog | None = None
        self._plan: BatchPlan | None = None
        self.scans.changed.connect(self._on_scans_changed)
        self.scans.looked.connect(self._tell_scans)
        self.running.grown.connect(self._on_grown)
        self.running.row_changed.connect(self._on_row)
        self.running.refreshed.connect(self._tell_progress)
        self.running.ended.connect(self._on_ended)

    @property
    def dialog(self) -> BatchDialog | None:
        """The window for batches, once it was opened; it may be hidden."""
        return self._dialog

    @property
    def plan(self) -> BatchPlan | None:
        """The plan as it is put together now; None where something keeps it from being run."""
        return self._plan

    @Slot()
    def open(self) -> BatchDialog:
        """Show the window for batches."""
        dialog = self._dialog or self._made()
        if dialog.isVisible():
            dialog.raise_()
            dialog.activateWindow()
        dialog.show()
        self._offer()
        self.check()
        return dialog

    def may_close(self) -> bool:
        """Whether the program may end; asks while a batch is running."""
        if not self.running.is_running:
            return True
        return may_be_given_up(self._window)

    def close(self) -> None:
        """Give up what runs; for when the program ends."""
        self.scans.stop()
        self.running.close()
        if self._dialog is not None:
            self._dialog.stop()
            self._dialog.hide()

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders, of which only what the window's pattern names."""
        dialog = self._dialog
        if dialog is not None and not self.running.is_running:
            self.scans.add(paths, dialog.patterns, recursive=dialog.recursive.isChecked())

    def check(self) -> None:
        """Show what would be written, and what keeps the batch from being run."""
        dialog = self._dialog
        if dialog is None or self.running.is_running:
            return
        self._plan = None
        plan = self._asked_plan(dialog)
        problem = self._problem(dialog)
        names: tuple[PlannedOutput, ...] = ()
        try:
            if plan.inputs and plan.tasks and not dialog.output.problem:
                names = checked_names(plan)
            if not problem:
                check_plan(plan)
                check_apart(plan.output, dialog.arrivals.folders)
        except AppError as error:
            problem = f"{error.title} {error.message}"
        conflict = next((item for item in names if item.conflict), None)
        problem = problem or self._conflict_words(conflict)
        dialog.output.show_names(names, "")
        dialog.show_problem(problem)
        if not problem:
            self._plan = plan
        self._show_running()

    def take(self, plan: BatchPlan) -> None:
        """Show a plan in place of what was put together."""
        dialog = self._dialog
        if dialog is None or self.running.is_running:
            return
        tasks, notes = chosen_of(plan.tasks)
        dialog.tasks.set_tasks(tasks)
        dialog.tasks.set_notes(notes)
        dialog.output.set_values(output_of(plan))
        dialog.reports.set_values(reports_of(plan))
        self.scans.set_inputs(plan.inputs)
        if self._plan is not None:
            self._unfinished.ask_states(self._plan, partial(self._on_states, self._plan))

    def take_recipe(self) -> None:
        """Let all be done to the scans that was done to the open one."""
        dialog, opened = self._dialog, self._opened()
        if dialog is None:
            return
        if opened is None:
            dialog.tasks.set_notes((self.tr("No scan is open whose steps could be taken."),))
            return
        recipe = recorded(self._steps())
        tasks, problems = chosen_of(recipe.tasks)
        notes = [*recipe.notes, *problems]
        axis = recipe.axis or opened.options.axis
        if axis is not None:
            words = self.tr("All scans get its energy axis: {:.6g} keV + {:.6g} keV per channel.")
            notes.append(words.format(axis.offset_kev, axis.gain_kev))
        if not tasks:
            notes.append(self.tr("Nothing was done to the open scan that can be repeated."))
        dialog.tasks.set_tasks(tasks)
        dialog.tasks.set_notes(notes)
        self.scans.set_axis(axis, opened.options.detector)

    @Slot()
    def run(self) -> None:
        """Run the plan; what was made before by the same recipe is left alone."""
        # once more: a file may have come to be since
        self.check()
        dialog, plan = self._dialog, self._plan
        if dialog is None or plan is None or self.running.is_running:
            return
        self._unfinished.remember(plan, dialog.show_error)
        for place in range(len(plan.inputs)):
            self.scans.model.update(
                place, state=RowState.WAITING, fraction=None, seconds=None, message="", outputs=()
            )
        self.running.start(plan, arrangement_of(dialog, self.scans.how))
        self._show_running()
        self._tell_progress()

    def _opened(self) -> OpenedFile | None:
        return self._opener.source_of(self._session.scan)

    def _steps(self) -> tuple[Step, ...]:
        """What was done to the open scan, mapped and found in it."""
        session = self._session
        if session.scan is None:
            return ()
        # without one that was kept, the map on screen is what was looked for
        maps = [item.map for item in session.kept] or [session.current_map()]
        return (*self._history.listed, *(item.steps[-1] for item in maps))

    def _made(self) -> BatchDialog:
        dialog = BatchDialog(task_kinds(), self.scans.model, self._window)
        self._dialog = dialog
        asking = BatchAsking(dialog, self.scans, self._preferences)
        asking.plan_chosen.connect(self._on_plan_chosen)
        asking.save_chosen.connect(self._on_save_chosen)
        asking.paths_chosen.connect(self.add)
        dialog.open_scan_requested.connect(self._on_open_scan)
        dialog.dropped.connect(self.add)
        dialog.changed.connect(self.check)
        dialog.tasks.recipe_requested.connect(self.take_recipe)
        dialog.run_requested.connect(self.run)
        dialog.pause_requested.connect(self._on_pause)
        dialog.cancel_requested.connect(self.running.cancel)
        dialog.cancel_chosen_requested.connect(self._on_cancel_chosen)
        dialog.retry_requested.connect(self._on_retry)
        dialog.show_folder_requested.connect(self._on_show_folder)
        dialog.close_requested.connect(self._on_close)
        dialog.resume_requested.connect(self._on_resume)
        dialog.forget_requested.connect(self._forget)
        return dialog

    def _asked_plan(self, dialog: BatchDialog) -> BatchPlan:
        return plan_of(
            self.scans.inputs,
            dialog.tasks.tasks(),
            dialog.output.values(),
            dialog.reports.values(),
        )

    def _problem(self, dialog: BatchDialog) -> str:
        """What is still missing or wrong, the first of it; empty when nothing is."""
        if dialog.arrivals.problem:
            return dialog.arrivals.problem
        if not self.scans.inputs and not dialog.arrivals.folders:
            return self.tr("No scans were added yet.")
        return dialog.tasks.problem or dialog.output.problem or dialog.reports.problem

    def _conflict_words(self, conflict: PlannedOutput | None) -> str:
        if conflict is None:
            return ""
        words = self.tr("Two things cannot have one name: {}: {}")
        return words.format(Path(conflict.path).name, conflict.conflict)

    def _offer(self) -> None:
        """Offer to resume what did not end, unless something is under way already."""
        if self._dialog is not None:
            is_free = not self.running.is_running and not self.scans.inputs
            self._unfinished.offer(self._dialog, is_free=is_free)

    def _on_states(self, plan: BatchPlan, states: tuple[RowState, ...]) -> None:
        """Say of the scans of a plan that was opened which are done, unless it was changed."""
        if plan == self._plan and not self.running.is_running:
            for place, state in enumerate(states):
                if state.is_good:
                    self.scans.model.update(place, state=state)

    @Slot()
    def _forget(self) -> None:
        self._unfinished.forget()
        self._offer()

    @Slot()
    def _on_resume(self) -> None:
        plan = self._unfinished.plan()
        if plan is not None:
            self.take(plan)
            self._offer()
            self.run()

    @Slot()
    def _on_scans_changed(self) -> None:
        if self._dialog is not None:
            self._dialog.on_chosen()
            self._offer()
        self._tell_scans()
        self.check()

    @Slot()
    def _tell_scans(self) -> None:
        if self._dialog is not None:
            self._dialog.scans_words.show_text(self.scans.words())

    @Slot(object)
    def _on_grown(self, plan: BatchPlan) -> None:
        self.scans.grow(plan.inputs)

    @Slot(object)
    def _on_row(self, event: RowEvent) -> None:
        self.scans.show(event)
        self._tell_progress()

    @Slot()
    def _tell_progress(self) -> None:
        if self._dialog is not None:
            standing = self.running.standing()
            self._dialog.show_progress(standing.fraction, standing.words)

    @Slot(object)
    def _on_ended(self, summary: BatchSummary) -> None:
        self._unfinished.forget()
        words = self.running.summary_words(summary)
        dialog = self._dialog
        if dialog is None:
            return
        self.check()
        dialog.show_progress(None, words)
        if summary.message:
            dialog.show_error(ReadError(self.tr("The batch could not go on."), summary.message))
        if dialog.isHidden():
            self.told.emit(self.tr("The batch has ended."), words)

    def _show_running(self) -> None:
        if self._dialog is not None:
            running = self.running
            # what failed is tried again by the plan it failed by
            can_retry = running.has_failed and running.plan == self._plan
            self._dialog.set_running(
                running.is_running, is_paused=running.is_paused, has_failed=can_retry
            )

    @Slot()
    def _on_pause(self) -> None:
        self.running.pause_or_go_on()
        self._show_running()
        self._tell_progress()

    @Slot()
    def _on_retry(self) -> None:
        if self._dialog is not None and self.running.plan is not None:
            self._unfinished.remember(self.running.plan, self._dialog.show_error)
            self.running.retry_failed()
            self._show_running()

    @Slot()
    def _on_cancel_chosen(self) -> None:
        if self._dialog is not None:
            for place in self._dialog.table.chosen:
                self.running.cancel_item(place)

    @Slot()
    def _on_open_scan(self) -> None:
        opened = self._opened()
        if opened is not None:
            self.scans.add([opened.path])

    @Slot(object)
    def _on_plan_chosen(self, path: Path) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        try:
            self.take(batch_files.read_plan(path))
        except AppError as error:
            dialog.show_error(error)

    @Slot(object)
    def _on_save_chosen(self, path: Path) -> None:
        if self._dialog is None:
            return
        try:
            batch_files.write_plan(self._asked_plan(self._dialog), path)
        except AppError as error:
            self._dialog.show_error(error)

    @Slot()
    def _on_show_folder(self) -> None:
        if self._dialog is not None and self._dialog.output.folder.text().strip():
            folder = self._dialog.output.folder.text().strip()
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    @Slot()
    def _on_close(self) -> None:
        if self._dialog is None:
            return
        if not self.running.is_running:
            self._dialog.hide()
            return
        ask_whether_to_go_on(self._dialog, self._dialog.hide, self._stop_and_hide)

    def _stop_and_hide(self, _checked: bool = False) -> None:
        self.running.cancel()
        if self._dialog is not None:
            self._dialog.hide()
