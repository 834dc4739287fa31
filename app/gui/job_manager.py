"""The one bridge between the engine's jobs and the window."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.engine.jobs import EventKind, JobEvent, JobFunction, JobRunner, Lane
from app.errors import AppError
from app.gui.item_models import JobsModel

Handler = Callable[[Any], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Handlers:
    """Who wants to hear of one job; held here, so that none is lost on the way."""

    on_done: Handler | None
    on_partial: Handler | None
    on_failed: Handler | None
    on_cancelled: Callable[[], None] | None
    is_listed: bool
    is_brief: bool


class JobManager(QObject):
    """Submits jobs and hands their events over in the window's thread.

    Events travel through one queued signal; a job's handlers are called with its result only
    while it has not been cancelled. Failures are told by two signals: one for what a user can
    understand, one for errors in the program.

    Parameters
    ----------
    model
        The list of jobs shown to the user, kept up to date here.
    """

    failed = Signal(object)  # AppError
    crashed = Signal(object)  # any other exception
    busy_changed = Signal(bool)
    idle = Signal()  # the last job has ended, and what followed from it is done
    _event = Signal(object)

    def __init__(self, model: JobsModel | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model or JobsModel(self)
        self._handlers: dict[int, _Handlers] = {}
        # queued also in one thread: a job's first events must not overtake `submit`
        self._event.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        self._runner = JobRunner(self._event.emit)
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a job that the user sees in the list is queued or running."""
        return any(handlers.is_listed for handlers in self._handlers.values())

    @property
    def has_any(self) -> bool:
        """Whether any job has not ended, be it listed or not."""
        return bool(self._handlers)

    def submit(
        self,
        title: str,
        function: JobFunction[Any],
        *,
        lane: Lane = Lane.HEAVY,
        on_done: Handler | None = None,
        on_partial: Handler | None = None,
        on_failed: Handler | None = None,
        on_cancelled: Callable[[], None] | None = None,
        is_listed: bool = True,
        is_brief: bool = False,
    ) -> int:
        """Run a function in the background.

        Parameters
        ----------
        title
            For the list of jobs: "Open hands.npz".
        function
            Called with the job's context in a worker thread.
        on_done, on_partial
            Called in the window's thread with the result, or an intermediate one.
        on_failed
            Called with the exception, after it has been told to the user.
        on_cancelled
            Called when the job was given up; nothing else is called then.
        is_listed
            Whether the job is shown in the list; not for those of the picture on screen.
        is_brief
            Whether the job leaves the list when it is done, as the next one follows from it.

        Returns
        -------
        int
            The job's id.
        """
        job_id = self._runner.submit(title, function, lane)
        handlers = _Handlers(on_done, on_partial, on_failed, on_cancelled, is_listed, is_brief)
        self._handlers[job_id] = handlers
        if is_listed:
            self.model.add(job_id, title)
            self.busy_changed.emit(True)
        return job_id

    @Slot(int)
    def cancel(self, job_id: int) -> None:
        """Give a job up; its result is not delivered even if it is on the way already."""
        handlers = self._handlers.get(job_id)
        if handlers is not None:
            self._runner.cancel(job_id)
            self._end(job_id, handlers, "cancelled", "")
            if not self._handlers:
                self.idle.emit()

    def close(self, timeout_s: float = 3.0) -> bool:
        """Stop listening, cancel all jobs and wait for their ends, at most `timeout_s` seconds.

        Returns
        -------
        bool
            Whether all have ended.
        """
        if self._closed:
            return True
        self._closed = True
        self._event.disconnect(self._on_event)
        self._handlers.clear()
        return self._runner.close(timeout_s)

    @Slot(object)
    def _on_event(self, event: JobEvent) -> None:
        handlers = self._handlers.get(event.job_id)
        if handlers is None or self._closed:
            return
        match event.kind:
            case EventKind.STARTED:
                self.model.update(event.job_id, state="running")
            case EventKind.PROGRESS:
                self.model.update(event.job_id, fraction=event.fraction, message=event.message)
            case EventKind.PARTIAL:
                if handlers.on_partial is not None:
                    handlers.on_partial(event.value)
            case EventKind.DONE:
                self._end(event.job_id, handlers, "done", "")
                if handlers.on_done is not None:
                    handlers.on_done(event.value)
            case EventKind.FAILED:
                self._fail(event, handlers)
            case EventKind.CANCELLED:
                self._end(event.job_id, handlers, "cancelled", "")
            case _:
                pass
        if not self._handlers:
            self.idle.emit()

    def _fail(self, event: JobEvent, handlers: _Handlers) -> None:
        error = event.error
        self._end(event.job_id, handlers, "failed", str(error) or type(error).__name__)
        if isinstance(error, AppError):
            self.failed.emit(error)
        else:
            _log.error("job %s failed", event.title, exc_info=error)
            self.crashed.emit(error)
        if handlers.on_failed is not None:
            handlers.on_failed(error)

    def _end(self, job_id: int, handlers: _Handlers, state: str, message: str) -> None:
        # forgotten first: what follows may open dialogs or submit the next job
        del self._handlers[job_id]
        if handlers.is_listed:
            self.model.update(job_id, state=state, message=message)
            self.busy_changed.emit(self.is_busy)
        if state == "done" and handlers.is_brief:
            self.model.remove(job_id)
        if state == "cancelled" and handlers.on_cancelled is not None:
            handlers.on_cancelled()
