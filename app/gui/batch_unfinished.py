"""Remembers a batch that was begun until it ends, so that it can be resumed after a crash."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.core.batch.plan import BatchPlan
from app.core.batch.states import RowState
from app.engine.batch.planner import states_before
from app.engine.jobs import JobContext
from app.errors import AppError
from app.gui.dialogs.batch import BatchDialog
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.io.batch_files import SUFFIX, read_plan
from app.io.batch_ledger import FOLDER


class UnfinishedBatch(QObject):
    """The settings know where the plan lies that the run keeps beside its ledger."""

    def __init__(self, jobs: JobManager, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._preferences = jobs, preferences

    def plan(self) -> BatchPlan | None:
        """The plan of the batch that did not end; None where there is none to be read."""
        place = self._preferences.settings.unfinished_batch
        if not place:
            return None
        try:
            return read_plan(Path(place))
        except AppError:
            # its folder was deleted or is on a drive that is away
            return None

    def remember(self, plan: BatchPlan, tell: Callable[[AppError], None]) -> None:
        """Note that a plan is run now; `tell` hears why that cannot be kept."""
        place = str(Path(plan.output) / FOLDER / f"plan{SUFFIX}")
        self._preferences.update(unfinished_batch=place, last_export_folder=plan.output)
        # at once: a power cut asks nobody
        problem = self._preferences.save()
        if problem is not None:
            tell(problem)

    def forget(self) -> None:
        """Note that it has ended, or that nobody wants it any more."""
        self._preferences.update(unfinished_batch="")
        self._preferences.save()

    def offer(self, dialog: BatchDialog, *, is_free: bool) -> None:
        """Offer to resume it, if the window is free for it; else take the offer back."""
        plan = self.plan() if is_free else None
        words = self.tr("A batch of {} scans into {} did not end.")
        dialog.show_offer("" if plan is None else words.format(len(plan.inputs), plan.output))
        if plan is not None:
            self.ask_states(plan, partial(self._on_states, dialog, plan))

    def ask_states(self, plan: BatchPlan, on_done: Callable[[tuple[RowState, ...]], None]) -> None:
        """Find out in the background what of a plan is there already."""
        self._jobs.submit(
            self.tr("Look at results"), partial(_states, plan), on_done=on_done, is_listed=False
        )

    def _on_states(
        self, dialog: BatchDialog, plan: BatchPlan, states: tuple[RowState, ...]
    ) -> None:
        if not dialog.offer.isHidden():
            done = sum(state.is_good for state in states)
            words = self.tr("A batch of {} scans into {} did not end: {} are done.")
            dialog.show_offer(words.format(len(plan.inputs), plan.output, done))


def _states(plan: BatchPlan, context: JobContext) -> tuple[RowState, ...]:
    context.check()
    try:
        return states_before(plan)
    except AppError:
        # said in the window already: the plan cannot be run
        return ()
