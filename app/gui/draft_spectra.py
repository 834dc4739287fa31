"""Spectra of what is being edited: the latest draft of each editor, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.core.physics.computed import ComputedSpectrum
from app.engine.jobs import JobContext, Lane
from app.errors import AppError
from app.gui.job_manager import JobManager

Work = Callable[[JobContext], ComputedSpectrum]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What an editor wants computed, and who wants to hear of it."""

    title: str
    work: Work
    on_spectrum: Callable[[ComputedSpectrum], None]
    on_error: Callable[[AppError], None]


class DraftSpectra(QObject):
    """Computes the latest draft of each editor, the one changed last first.

    The computations share one lane, where a new one ends those before it. What another editor
    still waits for is therefore remembered here and computed afterwards, so that two open
    editors do not starve each other. An older draft of the same editor is dropped.

    Parameters
    ----------
    jobs
        Runs the computations.
    """

    def __init__(self, jobs: JobManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._waiting: dict[object, _Draft] = {}
        self._running: tuple[object, int] | None = None

    @classmethod
    def of(cls, jobs: JobManager) -> "DraftSpectra":
        """The one that all editors of a window share; it belongs to the job manager."""
        return jobs.findChild(cls) or cls(jobs, jobs)

    def request(
        self,
        key: object,
        title: str,
        work: Work,
        *,
        on_spectrum: Callable[[ComputedSpectrum], None],
        on_error: Callable[[AppError], None],
    ) -> None:
        """Compute the draft of an editor in place of all that it asked for before.

        Parameters
        ----------
        key
            Which editor asks.
        title
            For the log: "Spectrum of vermilion".
        work
            Gives a first spectrum through `JobContext.partial` and returns the full one.
        on_spectrum
            Called in the window's thread with the first spectrum, then with the full one.
        on_error
            Called instead where the draft cannot be computed.
        """
        # put last: the newest is taken first
        self._waiting.pop(key, None)
        self._waiting[key] = _Draft(title, work, on_spectrum, on_error)
        self._start()

    def drop(self, key: object) -> None:
        """Forget what an editor asked for; nothing of it is delivered any more."""
        self._waiting.pop(key, None)
        if self._running is not None and self._running[0] == key:
            self._start()

    def _start(self) -> None:
        if not self._waiting:
            self._stop()
            return
        key, draft = next(reversed(self._waiting.items()))
        job = self._jobs.submit(
            draft.title,
            partial(_worked, draft.work),
            lane=Lane.COMPUTE,
            on_partial=partial(self._on_partial, key, draft),
            on_done=partial(self._on_done, key, draft),
            on_failed=partial(self._on_failed, key, draft),
            is_listed=False,
        )
        # only now: at no time is there nothing to do
        self._stop()
        self._running = (key, job)

    def _stop(self) -> None:
        if self._running is not None:
            job, self._running = self._running[1], None
            self._jobs.cancel(job)

    def _is_current(self, key: object, draft: _Draft) -> bool:
        return self._waiting.get(key) is draft

    def _on_partial(self, key: object, draft: _Draft, spectrum: ComputedSpectrum) -> None:
        if self._is_current(key, draft):
            draft.on_spectrum(spectrum)

    def _on_done(self, key: object, draft: _Draft, result: ComputedSpectrum | AppError) -> None:
        if not self._is_current(key, draft):
            return
        self._finish(key)
        if isinstance(result, AppError):
            draft.on_error(result)
        else:
            draft.on_spectrum(result)

    def _on_failed(self, key: object, draft: _Draft, _error: Any) -> None:
        """An error in the program was told already; the next draft goes on."""
        if self._is_current(key, draft):
            self._finish(key)

    def _finish(self, key: object) -> None:
        self._running = None
        del self._waiting[key]
        self._start()


def _worked(work: Work, context: JobContext) -> ComputedSpectrum | AppError:
    """What a draft gives; a failure that its editor shows itself is a result like any other."""
    try:
        return work(context)
    except AppError as error:
        return error
