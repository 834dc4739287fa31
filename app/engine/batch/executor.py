"""Where the works of a batch are done: the contract between a run and its workers."""

from collections.abc import Sequence
from typing import Protocol

from app.engine.batch.outcome import Tell, Work


class Executor(Protocol):
    """Takes works and tells what becomes of them.

    Whatever happens, a work that was submitted ends in exactly one message of kind END or LOST.
    Messages may come from any thread, those of one work in their order. The ledger is written
    by who listens, not by workers.
    """

    def can_take(self, work: Work, running: Sequence[Work]) -> bool:
        """Whether there is room for a further work beside those that run.

        Where none runs, the answer is yes: else it would never be done.
        """

    def submit(self, work: Work, tell: Tell) -> None:
        """Begin a work; raises nothing: what fails is told."""

    def cancel(self, number: int) -> None:
        """End the work of this number soon, told as its END with CANCELLED, or as LOST."""

    def close(self) -> None:
        """End all workers; nothing is told any more."""
