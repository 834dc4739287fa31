"""A batch while it runs, for the window: its events come in the window's thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.batch.plan import BatchPlan
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.arranged import ArrangedRun, Arrangement
from app.engine.batch.runner import BatchRun, BatchSummary
from app.gui.batch_rows import time_text

CLOSE_TIMEOUT_S = 3.0
# the time that is left changes while nothing else does
_REFRESH_MS = 500


class Run(Protocol):
    """What the window needs of `app.engine.batch.runner.BatchRun`."""

    @property
    def rows(self) -> tuple[RowEvent, ...]:
        """The last event of each scan."""

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""

    @property
    def is_paused(self) -> bool:
        """Whether no further scan is begun for now."""

    @property
    def time_left_s(self) -> float | None:
        """How long the rest may take, s."""

    def start(self) -> None:
        """Begin."""

    def pause(self) -> None:
        """Begin no further scan."""

    def resume(self) -> None:
        """Go on after `pause`."""

    def cancel(self) -> None:
        """End all."""

    def cancel_item(self, item: int) -> None:
        """End one scan."""

    def retry_failed(self) -> None:
        """Do the failed scans again."""

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel, and wait for the end."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a batch is.

    Parameters
    ----------
    fraction
        Of all scans, 0..1.
    words
        The same in words, with how long the rest may take.
    """

    fraction: float
    words: str


class BatchRunning(QObject):
    """Holds the run of a plan.

    Parameters
    ----------
    make
        Makes a run of a plan, given a listener of events and one of the end; `BatchRun`.
    arrange
        The same for a plan that is run elsewhere or grows; `ArrangedRun`.

    Signals
    -------
    row_changed(RowEvent), refreshed()
        A row says something else; it is time to show how far all is.
    grown(BatchPlan)
        Further scans have come, behind those that were there.
    ended(BatchSummary)
        A run has ended; one that was given up because the program ends is not told.
    """

    row_changed = Signal(object)
    refreshed = Signal()
    grown = Signal(object)
    ended = Signal(object)
    _growth = Signal(object)
    _event = Signal(object)
    _end = Signal(object)

    def __init__(
        self,
        parent: QObject,
        make: Callable[..., Run] | None = None,
        arrange: Callable[..., Run] | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = make or BatchRun
        self._arrange = arrange or ArrangedRun
        self._arrangement: Arrangement | None = None
        self._run: Run | None = None
        self._plan: BatchPlan | None = None
        self._closed = False
        # queued: events come from the run's own thread
        self._growth.connect(self._on_grown, Qt.ConnectionType.QueuedConnection)
        self._event.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        self._end.connect(self._on_end, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refreshed)

    @property
    def plan(self) -> BatchPlan | None:
        """What was run last, or is."""
        return self._plan

    @property
    def is_running(self) -> bool:
        """Whether a run has been started whose end has not been told."""
        return self._timer.isActive()

    @property
    def is_paused(self) -> bool:
        """Whether no further scan is begun for now."""
        return self._run is not None and self._run.is_paused

    @property
    def has_failed(self) -> bool:
        """Whether a scan of the last run failed."""
        run = self._run
        return run is not None and any(row.state is RowState.FAILED for row in run.rows)

    def start(self, plan: BatchPlan, arrangement: Arrangement | None = None) -> None:
        """Run a plan; what was made before by the same recipe is left alone.

        Parameters
        ----------
        arrangement
            Where, and with what scans that are still to come; None for this machine and the
            scans of the plan.
        """
        if self.is_running:
            return
        told, end = self._event.emit, self._end.emit
        if arrangement is None:
            run = self._make(plan, told, ended=end)
        else:
            grown = self._growth.emit
            run = self._arrange(plan, told, ended=end, arrangement=arrangement, grown=grown)
        self._plan, self._run, self._arrangement = plan, run, arrangement
        self._timer.start()
        self._run.start()

    def retry_failed(self) -> None:
        """Do again what failed; no further scans are waited for."""
        if self._run is not None:
            if self._arrangement is not None:
                self._arrangement = replace(self._arrangement, folders=())
            self._timer.start()
            self._run.retry_failed()

    def pause_or_go_on(self) -> None:
        """Begin no further scan for now, or go on."""
        if self._run is None:
            return
        if self._run.is_paused:
            self._run.resume()
        else:
            self._run.pause()

    def cancel(self) -> None:
        """End all of it."""
        if self._run is not None:
            self._run.cancel()

    def cancel_item(self, item: int) -> None:
        """End one scan."""
        if self._run is not None:
            self._run.cancel_item(item)

    def close(self) -> None:
        """Give up what runs and tell nothing more; for when the program ends."""
        self._closed = True
        self._timer.stop()
        if self._run is not None:
            self._run.close(CLOSE_TIMEOUT_S)

    def standing(self) -> Standing:
        """How far it is."""
        run = self._run
        rows = () if run is None else run.rows
        is_watching = self.is_running and bool(self._arrangement and self._arrangement.folders)
        watching = [self.tr("watching for scans")] if is_watching else []
        if run is None or not rows:
            return Standing(0.0, "".join(watching).capitalize())
        ended = [row for row in rows if row.state.is_final]
        shares = [1.0 if row.state.is_final else row.fraction or 0.0 for row in rows]
        parts = [self.tr("{} of {} scans").format(len(ended), len(rows))]
        failed = sum(row.state is RowState.FAILED for row in rows)
        if failed:
            parts.append(self.tr("{} failed").format(failed))
        left = run.time_left_s
        if run.is_paused:
            parts.append(self.tr("paused"))
        elif left is not None and self.is_running:
            parts.append(self.tr("about {} left").format(time_text(left)))
        parts += watching
        return Standing(sum(shares) / len(rows), " · ".join(parts))

    def summary_words(self, summary: BatchSummary) -> str:
        """How a run ended."""
        counts = (
            (self.tr("{} done"), summary.count(RowState.DONE)),
            (self.tr("{} up to date"), summary.count(RowState.UP_TO_DATE)),
            (self.tr("{} failed"), summary.count(RowState.FAILED)),
            (self.tr("{} cancelled"), summary.count(RowState.CANCELLED)),
        )
        parts = [words.format(count) for words, count in counts if count]
        parts.append(self.tr("took {}").format(time_text(summary.seconds)))
        return " · ".join((*parts, *(Path(name).name for name in summary.files)))

    @Slot(object)
    def _on_grown(self, plan: BatchPlan) -> None:
        if not self._closed:
            self._plan = plan
            self.grown.emit(plan)

    @Slot(object)
    def _on_event(self, event: RowEvent) -> None:
        if not self._closed:
            self.row_changed.emit(event)

    @Slot(object)
    def _on_end(self, summary: BatchSummary) -> None:
        if not self._closed:
            self._timer.stop()
            self.ended.emit(summary)
