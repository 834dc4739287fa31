"""Working on scans as they arrive in a folder: each once it has stopped growing."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from app.core.batch.plan import BatchInput, BatchPlan
from app.core.batch.states import RowEvent
from app.engine.batch.collect import found
from app.engine.batch.executor import Executor
from app.engine.batch.local import LocalExecutor
from app.engine.batch.runner import BatchRun, BatchSummary
from app.errors import ParameterError
from app.io.hdf5_file import WriterMark, writer_mark

State: TypeAlias = tuple[tuple[str, int, int], ...]
"""Of all files of a scan, or of its folders: name, size or number of entries, and time, ns."""

_HDF5 = (".h5", ".hdf5", ".hdf", ".nxs", ".nx", ".he5")
_HALVES = {".rpl": ".raw", ".raw": ".rpl"}
# a writer that was killed leaves its mark for ever
_ABANDONED = 10.0


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How folders are watched.

    Parameters
    ----------
    patterns, recursive
        As in `app.engine.batch.collect.found`.
    stable_s
        For how long sizes and times must stay as they are before a scan is taken as whole, s.
        An HDF5 file that its writer has had marked as open is whole as soon as it is closed;
        one whose mark stays is taken after ten times as long.
    look_every_s
        How often is looked, s. Nothing but listings and sizes is read, so that network drives
        work, which tell nobody of changes.
    """

    patterns: tuple[str, ...] = ()
    recursive: bool = True
    stable_s: float = 10.0
    look_every_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look has shown.

    Parameters
    ----------
    ready
        Scans that have become whole since the look before, also those that had been and have
        changed.
    growing
        Scans that are not whole yet.
    """

    ready: tuple[Path, ...] = ()
    growing: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Seen:
    """A scan, as it was when it was last looked at."""

    state: State
    since: float
    was_marked: bool = False
    is_ready: bool = False


@dataclass(slots=True)
class FolderWatch:
    """Looks at folders now and then.

    Parameters
    ----------
    folders
        Where scans arrive.
    options
        How.
    excluded
        Folders whose content is no scan that arrives, such as that of the results.
    clock
        Monotonic time, s.
    """

    folders: tuple[Path, ...]
    options: WatchOptions = field(default_factory=WatchOptions)
    excluded: tuple[Path, ...] = ()
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def look(self) -> Watched:
        """Look once."""
        now = self.clock()
        ready, growing = [], []
        there: dict[Path, _Seen] = {}
        for path in self._scans():
            state = state_of(path)
            if state is None:
                continue
            seen = there[path] = self._seen.get(path) or _Seen(state, now)
            if seen.state != state:
                seen.state, seen.since, seen.is_ready = state, now, False
            elif not seen.is_ready and self._is_whole(path, seen, now):
                seen.is_ready = True
                ready.append(path)
            if not seen.is_ready:
                growing.append(path)
        self._seen = there
        return Watched(tuple(ready), tuple(growing))

    def _scans(self) -> Iterable[Path]:
        options = self.options
        wanted = found(
            self.folders, options.patterns, recursive=options.recursive, only_inside=True
        )
        away = [folder.absolute() for folder in self.excluded]
        return (path for path in wanted if not any(path.is_relative_to(folder) for folder in away))

    def _is_whole(self, path: Path, seen: _Seen, now: float) -> bool:
        """Whether a scan that has not changed since the look before is whole."""
        still_s = now - seen.since
        if path.suffix.lower() in _HDF5:
            if writer_mark(path) in (WriterMark.SWMR, WriterMark.WRITTEN):
                seen.was_marked = True
                return still_s >= _ABANDONED * self.options.stable_s
            if seen.was_marked:
                return True
        return still_s >= self.options.stable_s


def check_apart(output: str, folders: Iterable[Path]) -> None:
    """Raise ParameterError where results would go into a folder that is watched itself."""
    place = Path(output).absolute()
    if any(place == folder.absolute() for folder in folders):
        raise ParameterError(
            "Results cannot go where scans arrive.",
            f"{place} is watched, and results in it would be taken for scans.",
            "Choose another folder for the results, or one within it.",
        )


def state_of(path: Path) -> State | None:
    """What tells whether a scan has changed, without reading it; None where it is not there.

    Of a folder of many small files only the listings are looked at: how many entries it and the
    folders in it have.
    """
    try:
        if not path.is_dir():
            halves = [path]
            other = _HALVES.get(path.suffix.lower())
            if other is not None:
                halves += [
                    item
                    for item in path.parent.iterdir()
                    if item.stem == path.stem and item.suffix.lower() == other
                ]
            return tuple((item.name, *_size_and_time(item)) for item in halves)
        folders = [path]
        with os.scandir(path) as entries:
            folders += sorted(Path(entry.path) for entry in entries if entry.is_dir())
        return tuple(
            (folder.name, len(os.listdir(folder)), _size_and_time(folder)[1]) for folder in folders
        )
    except OSError:
        return None


class BatchWatch:
    """Does the tasks of a plan to scans as they arrive.

    Whenever scans have become whole, the plan is run with all that have come so far: what was
    made before is left alone, and what failed is tried again.

    Parameters
    ----------
    plan
        Its inputs come first; those that arrive are opened as `how` tells.
    watch
        Where scans arrive.
    listener
        Called with each `RowEvent`, as by `BatchRun`; scans keep their place in the table.
    began
        Called with each run before it starts.
    executor
        Where the work is done; by default processes on this machine, which stay for the next
        scans, with the networks that they have loaded, and end with the watch.
    how
        Dataset, detector, axis and size of the scans that arrive.
    """

    def __init__(
        self,
        plan: BatchPlan,
        watch: FolderWatch,
        listener: Callable[[RowEvent], None],
        *,
        began: Callable[[BatchRun], None] = lambda run: None,
        executor: Executor | None = None,
        how: BatchInput | None = None,
    ) -> None:
        check_apart(plan.output, watch.folders)
        watch.excluded = (*watch.excluded, Path(plan.output).absolute())
        self._plan, self._watch = plan, watch
        self._listener, self._began = listener, began
        self._given = executor
        self._how = how or BatchInput("")
        self._stop = threading.Event()
        self._is_paused = threading.Event()
        self._unwanted: set[int] = set()
        self._run: BatchRun | None = None

    @property
    def run(self) -> BatchRun | None:
        """The latest run; None before the first scan."""
        return self._run

    @property
    def plan(self) -> BatchPlan:
        """With all scans that have come so far."""
        return self._plan

    def stop(self) -> None:
        """End soon: what runs is cancelled."""
        self._stop.set()
        if self._run is not None:
            self._run.cancel()

    def pause(self) -> None:
        """Look for no further scans and begin none; those at work are finished."""
        self._is_paused.set()
        if self._run is not None:
            self._run.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._is_paused.clear()
        if self._run is not None:
            self._run.resume()

    def cancel_item(self, item: int) -> None:
        """End one scan; it is not begun again when others arrive."""
        self._unwanted.add(item)
        if self._run is not None:
            self._run.cancel_item(item)

    def watch(self, quiet_s: float | None = None) -> BatchSummary:
        """Watch until `stop`, or until nothing has come for some time.

        Parameters
        ----------
        quiet_s
            How long nothing may come or grow, s; None for ever.

        Returns
        -------
        BatchSummary
            Of the last run; without rows where nothing has come.
        """
        executor = self._given or LocalExecutor(self._plan.jobs, self._plan.memory_mb)
        summary = BatchSummary(())
        try:
            # what was in the plan from the start has arrived
            is_due, since = bool(self._plan.inputs), time.monotonic()
            while not self._stop.is_set():
                look = Watched() if self._is_paused.is_set() else self._watch.look()
                is_due = self._take(look.ready) or is_due
                if is_due and not self._is_paused.is_set():
                    summary, is_due = self._worked(executor), False
                if look.growing or look.ready:
                    since = time.monotonic()
                if quiet_s is not None and time.monotonic() - since >= quiet_s:
                    break
                self._stop.wait(self._watch.options.look_every_s)
        finally:
            if self._given is None:
                executor.close()
        return summary

    def _take(self, ready: tuple[Path, ...]) -> bool:
        """Put scans that have become whole into the plan; whether there are any."""
        known = {item.path for item in self._plan.inputs}
        more = tuple(replace(self._how, path=str(path)) for path in ready if str(path) not in known)
        self._plan = replace(self._plan, inputs=(*self._plan.inputs, *more))
        return bool(ready)

    def _worked(self, executor: Executor) -> BatchSummary:
        """Run the plan as it is now."""
        run = self._run = BatchRun(self._plan, self._listener, executor)
        self._began(run)
        run.start()
        for item in tuple(self._unwanted):
            run.cancel_item(item)
        if self._is_paused.is_set():
            run.pause()
        if self._stop.is_set():
            run.cancel()
        while (summary := run.wait(1.0)) is None:
            pass
        return summary


def _size_and_time(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns
