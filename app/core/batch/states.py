"""Where each scan of a batch is, and how long the rest may take."""

from dataclasses import dataclass
from enum import StrEnum


class RowState(StrEnum):
    """Where a scan is; the last four are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UP_TO_DATE = "up to date"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self not in (RowState.WAITING, RowState.RUNNING)

    @property
    def is_good(self) -> bool:
        """Whether its results are there."""
        return self in (RowState.DONE, RowState.UP_TO_DATE)


@dataclass(frozen=True, slots=True)
class RowEvent:
    """What a row of a batch's table says now.

    Parameters
    ----------
    item
        Place of the scan in the plan, from 0.
    state
        Where it is.
    fraction
        How much of it is done, 0..1; None while unknown.
    message
        What is being done, or why it failed.
    outputs
        Files that are there, once it has ended.
    seconds
        How long it has been worked on, s.
    """

    item: int
    state: RowState
    fraction: float | None = None
    message: str = ""
    outputs: tuple[str, ...] = ()
    seconds: float = 0.0


def time_left_s(elapsed_s: float, done: float, total: float) -> float | None:
    """How long the rest takes if it goes on as before, s; None while nothing is known.

    Parameters
    ----------
    elapsed_s
        Since the start, without pauses, s.
    done, total
        In any unit that is about proportional to time.
    """
    if done <= 0 or elapsed_s <= 0:
        return None
    return elapsed_s * max(total - done, 0.0) / done
