"""The table of a batch while it runs: one row per scan, and how long the rest may take."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from app.core.batch.states import RowEvent, RowState, time_left_s

Listener = Callable[[RowEvent], None]


class Clock:
    """Time that can be stopped.

    Parameters
    ----------
    now
        Monotonic time, s.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._before = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has run, s."""
        return self._before + (0.0 if self._since is None else self._now() - self._since)

    def start(self) -> None:
        """Let it run."""
        if self._since is None:
            self._since = self._now()

    def stop(self) -> None:
        """Let it stand."""
        self._before, self._since = self.seconds, None


class Table:
    """Rows of a batch; they may be asked for from any thread.

    Parameters
    ----------
    count
        How many scans there are.
    listener
        Called with each event, in the thread that brings it.
    """

    def __init__(self, count: int, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._rows = [RowEvent(number, RowState.WAITING) for number in range(count)]
        self._sizes: dict[int, float] = {}
        self.clock = Clock()

    @property
    def rows(self) -> tuple[RowEvent, ...]:
        """The last event of each scan."""
        with self._lock:
            return tuple(self._rows)

    def __getitem__(self, number: int) -> RowEvent:
        return self._rows[number]

    def in_state(self, *states: RowState) -> tuple[int, ...]:
        """Numbers of the rows in one of these states, in order."""
        return tuple(row.item for row in self.rows if row.state in states)

    def set_size(self, number: int, size: float) -> None:
        """Tell what is about proportional to how long a scan takes."""
        with self._lock:
            self._sizes[number] = size

    def put(self, event: RowEvent) -> None:
        """Change a row, and tell."""
        with self._lock:
            self._rows[event.item] = event
        self._listener(event)

    def move(self, number: int, state: RowState, message: str = "") -> None:
        """Bring a row into a state; a row that waits again forgets what it was."""
        row = RowEvent(number, state) if state is RowState.WAITING else self[number]
        self.put(replace(row, state=state, message=message))

    @property
    def time_left_s(self) -> float | None:
        """How long the rest may take, s; None while nothing is known."""
        with self._lock:
            rows, sizes = tuple(self._rows), dict(self._sizes)
        usual = sum(sizes.values()) / len(sizes) if sizes else 1.0
        done = total = 0.0
        for row in rows:
            # what was there already took no time and says nothing of the others
            if row.state in (RowState.UP_TO_DATE, RowState.CANCELLED):
                continue
            size = sizes.get(row.item, usual)
            total += size
            if row.state.is_final:
                done += size
            elif row.state is RowState.RUNNING:
                done += size * (row.fraction or 0.0)
        return time_left_s(self.clock.seconds, done, total)
