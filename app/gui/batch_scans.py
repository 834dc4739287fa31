"""The scans of a batch: found in files and folders, looked into in the background."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.collect import Collected, chosen_dataset, found, looked_at
from app.engine.jobs import JobContext, JobFunction, Lane
from app.gui.batch_rows import BatchRow, BatchRowsModel
from app.gui.dialogs.axis import GIVEN
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.views.numbers import grouped, in_bytes
from app.io.formats import Peek
from app.settings import RememberedOptions


@dataclass(frozen=True, slots=True)
class _Search:
    """Where scans are still to be looked for."""

    paths: tuple[Path, ...]
    patterns: tuple[str, ...]
    recursive: bool


class BatchScans(QObject):
    """The scans in their order, each with how it is opened, and their rows.

    Files are listed first and looked into after that, one by one; a scan that is taken out
    meanwhile is passed over.

    Signals
    -------
    changed()
        Scans came or went, or are opened in another way.
    looked()
        Of one or more scans more is known.
    """

    changed = Signal()
    looked = Signal()

    def __init__(self, jobs: JobManager, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._preferences = jobs, preferences
        self.model = BatchRowsModel(self)
        self._inputs: list[BatchInput] = []
        self._peeks: dict[BatchInput, Peek | None] = {}
        self._searches: list[_Search] = []
        self._job: int | None = None
        self._how = BatchInput("")

    @property
    def inputs(self) -> tuple[BatchInput, ...]:
        """All scans."""
        return tuple(self._inputs)

    @property
    def how(self) -> BatchInput:
        """How scans that are still to come are opened: as was last told of others."""
        return self._how

    @property
    def is_looking(self) -> bool:
        """Whether files are still to be found or looked into."""
        return self._job is not None

    def peek_of(self, place: int) -> Peek | None:
        """What is in a scan's file; None where that is not known."""
        return self._peeks.get(self._inputs[place])

    def add(
        self, paths: Sequence[Path], patterns: Sequence[str] = (), *, recursive: bool = True
    ) -> None:
        """Look for scans in files and folders, and list those that are not there yet."""
        self._searches.append(_Search(tuple(paths), tuple(patterns), recursive))
        self._go_on()

    def set_inputs(self, inputs: Sequence[BatchInput]) -> None:
        """Take other scans in place of all there are."""
        self.stop()
        self._inputs = list(dict.fromkeys(inputs))
        self.model.set_rows([BatchRow(Path(item.path)) for item in self._inputs])
        self.changed.emit()
        self._go_on()

    def grow(self, inputs: Sequence[BatchInput]) -> None:
        """List scans that have come behind those that are there."""
        new = list(inputs[len(self._inputs) :])
        self._inputs += new
        self.model.add([BatchRow(Path(item.path)) for item in new])
        self.changed.emit()
        self._go_on()

    def show(self, event: RowEvent) -> None:
        """Let a scan's row say what a run tells of it."""
        self.model.update(
            event.item,
            state=event.state,
            fraction=None if event.state is RowState.FAILED else event.fraction,
            message=event.message,
            seconds=event.seconds if event.state is not RowState.WAITING else None,
            outputs=tuple(Path(path) for path in event.outputs),
        )

    def words(self) -> str:
        """How many scans there are, and what is the matter with them."""
        rows = self.model.rows
        parts = [self.tr("1 scan") if len(rows) == 1 else self.tr("{} scans").format(len(rows))]
        wrong = sum(bool(row.problem) for row in rows)
        if wrong:
            parts.append(self.tr("{} cannot be opened and will fail").format(wrong))
        if self.is_looking:
            parts.append(self.tr("looking …"))
        return " · ".join(parts)

    def remove(self, places: Sequence[int]) -> None:
        """Take scans out."""
        for place in sorted(set(places), reverse=True):
            del self._inputs[place]
        self.model.remove(places)
        self.changed.emit()

    def set_options(
        self,
        places: Sequence[int],
        *,
        dataset: str | None,
        detector: str,
        axis: EnergyAxis | None,
        rows: int | None,
        cols: int | None,
    ) -> None:
        """Open some scans in another way; each as `app.io.formats.OpenOptions` has it."""
        self._how = BatchInput("", dataset, detector, axis)
        for place in places:
            path = self._inputs[place].path
            self._put(place, BatchInput(path, dataset, detector, axis, rows, cols))
        self.changed.emit()
        self._go_on()

    def set_axis(self, axis: EnergyAxis | None, detector: str) -> None:
        """Give all scans an energy axis, where it is one, and a detector."""
        self._how = BatchInput("", None, detector, axis)
        for place, item in enumerate(self._inputs):
            self._put(place, replace(item, detector=detector, axis=axis or item.axis))
        self.changed.emit()
        self._go_on()

    def stop(self) -> None:
        """Look no further; what is listed stays."""
        self._searches.clear()
        job, self._job = self._job, None
        if job is not None:
            self._jobs.cancel(job)

    def _put(self, place: int, item: BatchInput) -> None:
        if item != self._inputs[place]:
            self._inputs[place] = item
            self.model.update(place, contents="", details="", problem="")

    def _go_on(self) -> None:
        """List the next files, then look into those that nobody has looked into."""
        if self._job is not None:
            return
        unknown = tuple(item for item in self._inputs if item not in self._peeks)
        if self._searches:
            search = self._searches.pop(0)
            self._submit(self.tr("Look for scans"), partial(_listed, search), self._on_listed)
        elif unknown:
            self._submit(self.tr("Look into scans"), partial(_looked, unknown), self._on_end)

    def _submit(self, title: str, work: JobFunction[Any], on_done: Callable[[Any], None]) -> None:
        self._job = self._jobs.submit(
            title,
            work,
            lane=Lane.LOOK,
            on_partial=self._on_looked,
            on_done=on_done,
            on_failed=self._on_failed,
            is_listed=False,
        )

    def _on_listed(self, paths: tuple[Path, ...]) -> None:
        self._job = None
        there = {item.path for item in self._inputs}
        new = [self._input(path) for path in paths if str(path) not in there]
        self._inputs += new
        self.model.add([BatchRow(Path(item.path)) for item in new])
        if new:
            self.changed.emit()
        self._end()

    def _input(self, path: Path) -> BatchInput:
        """A scan, opened as the user has opened it before."""
        known = self._preferences.settings.options_for(path)
        return BatchInput(str(path)) if known is None else _as_before(path, known)

    def _on_looked(self, seen: Collected) -> None:
        self._peeks[seen.input] = seen.peek
        for place, item in enumerate(self._inputs):
            if item == seen.input:
                self.model.update(place, **_facts(seen))
        self.looked.emit()

    def _on_end(self, _result: object) -> None:
        self._job = None
        self._end()

    def _on_failed(self, _error: BaseException) -> None:
        # told already; what it was about is not asked again
        self._peeks.update(dict.fromkeys((i for i in self._inputs if i not in self._peeks), None))
        self._on_end(None)

    def _end(self) -> None:
        self._go_on()
        if self._job is None:
            self.looked.emit()


def _listed(search: _Search, context: JobContext) -> tuple[Path, ...]:
    context.check()
    return found(search.paths, search.patterns, recursive=search.recursive)


def _looked(inputs: tuple[BatchInput, ...], context: JobContext) -> None:
    for number, item in enumerate(inputs):
        context.progress(number / len(inputs), Path(item.path).name)
        context.partial(looked_at(item))


def _as_before(path: Path, known: RememberedOptions) -> BatchInput:
    axis = None
    if known.axis_offset_kev is not None and known.axis_gain_kev is not None:
        axis = EnergyAxis(known.axis_offset_kev, known.axis_gain_kev, source=GIVEN)
    return BatchInput(str(path), known.dataset, known.detector, axis, known.rows, known.cols)


def _facts(seen: Collected) -> dict[str, str]:
    """What a row says of a scan that was looked into."""
    if seen.peek is None:
        return {"contents": "", "details": "", "problem": seen.problem}
    best = chosen_dataset(seen.peek, seen.input)
    rows, cols, channels = best.shape or (0, 0, best.stored_shape[-1])
    if seen.input.rows is not None and seen.input.cols is not None:
        rows, cols = seen.input.rows, seen.input.cols
    axis = seen.input.axis or best.axis
    energy = "no energy axis" if axis is None else f"{axis.gain_kev * 1000:.4g} eV per channel"
    size = f"{grouped(rows)} × {grouped(cols)} × {grouped(channels)}"
    lines = [
        f"{seen.peek.format}, {best.dtype}, {in_bytes(best.bytes)}",
        f"{size} (rows × columns × channels), {energy}",
        *([f"dataset {best.name}"] if best.name else []),
        *best.notes,
    ]
    contents = size if axis is not None else f"{size}, {energy}"
    return {"contents": contents, "details": "\n".join(lines), "problem": seen.problem}
