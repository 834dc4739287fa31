"""Collecting cyclic garbage only where Qt allows it: in the window's thread, between events.

Python collects whenever enough objects were made, be it in a job's thread or while Qt walks
through its widgets. A widget that goes then goes in the wrong thread, or from under Qt's feet,
and takes the program with it.
"""

import gc
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 500


class GarbageCollector(QObject):
    """Collects in place of Python while it is entered, from the event loop of its thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def __enter__(self) -> "GarbageCollector":
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that Python itself would collect now, if any."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in reversed(range(len(counts))):
            if counts[generation] > limits[generation] > 0:
                gc.collect(generation)
                return
