"""Remembers a batch that was begun until it ends, so that it can be resumed after a crash."""

from collections.abc import Callable
from pathlib import Path

from app.core.batch.plan import BatchPlan
from app.errors import AppError
from app.gui.preferences import Preferences
from app.io.batch_files import SUFFIX, read_plan
from app.io.batch_ledger import FOLDER


class UnfinishedBatch:
    """The settings know where the plan lies that the run keeps beside its ledger."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

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
        self._save(tell)

    def forget(self) -> None:
        """Note that it has ended, or that nobody wants it any more."""
        self._preferences.update(unfinished_batch="")
        self._preferences.save()

    def _save(self, tell: Callable[[AppError], None]) -> None:
        # at once: a power cut asks nobody
        problem = self._preferences.save()
        if problem is not None:
            tell(problem)
