"""Lists for Qt's views: the kept maps of the session, and the jobs."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap

from app.core.display import MapDisplay, to_rgb
from app.gui.session import Session
from app.gui.session_state import KeptMap

THUMBNAIL_PIXELS = 96
JOBS_LIMIT = 50

Index = QModelIndex | QPersistentModelIndex

IdRole = Qt.ItemDataRole.UserRole
StateRole = Qt.ItemDataRole.UserRole + 1
FractionRole = Qt.ItemDataRole.UserRole + 2
MessageRole = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as shown: state is queued, running, done, failed or cancelled."""

    id: int
    title: str
    state: str = "queued"
    fraction: float | None = None
    message: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is queued or running."""
        return self.state in ("queued", "running")


class JobsModel(QAbstractListModel):
    """Jobs, the latest first; of those that have ended at most 50 are kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[JobRow] = []

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """All rows, the latest first."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many jobs are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title, and by role id, state, fraction 0..1 (or None) and message."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.ToolTipRole: row.message or None,
            IdRole: row.id,
            StateRole: row.state,
            FractionRole: row.fraction,
            MessageRole: row.message,
        }.get(role)

    def add(self, job_id: int, title: str) -> None:
        """List a job that has just been queued."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._rows.insert(0, JobRow(job_id, title))
        self.endInsertRows()
        if len(self._rows) > JOBS_LIMIT and not self._rows[-1].is_live:
            self._remove(len(self._rows) - 1)

    def update(self, job_id: int, **changes: Any) -> None:
        """Change fields of a job's row; a job that is not listed is passed over."""
        for position, row in enumerate(self._rows):
            if row.id == job_id:
                self._rows[position] = replace(row, **changes)
                index = self.index(position)
                self.dataChanged.emit(index, index)
                return

    def remove(self, job_id: int) -> None:
        """Take a job's row out."""
        for position, row in enumerate(self._rows):
            if row.id == job_id:
                self._remove(position)
                return

    def clear_ended(self) -> None:
        """Take out all jobs that have ended."""
        for position in reversed(range(len(self._rows))):
            if not self._rows[position].is_live:
                self._remove(position)

    def _remove(self, position: int) -> None:
        self.beginRemoveRows(QModelIndex(), position, position)
        del self._rows[position]
        self.endRemoveRows()


class KeptMapsModel(QAbstractListModel):
    """The session's kept maps with small pictures; names can be edited in place."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[KeptMap] = list(session.kept)
        self._thumbnails: dict[int, tuple[KeptMap, MapDisplay, QIcon]] = {}
        session.kept_changed.connect(self._on_kept_changed)
        session.display_changed.connect(self._on_display_changed)

    @property
    def rows(self) -> tuple[KeptMap, ...]:
        """The kept maps as listed."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many maps are kept."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, thumbnail, energy window as tool tip, and the map's id."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnail(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            roi, channels = row.map.roi, (row.map.first, row.map.stop - 1)
            if roi is None:
                return self.tr("{}: channels {}–{}").format(row.name, *channels)
            return self.tr("{}: {:.3f}–{:.3f} keV, channels {}–{}").format(
                row.name, roi.low_kev, roi.high_kev, *channels
            )
        return row.id if role == IdRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a map; an empty name is not taken."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or not str(value).strip():
            return False
        self._session.rename_map(self._rows[index.row()].id, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and renamed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def _on_kept_changed(self, kept: tuple[KeptMap, ...]) -> None:
        wanted = {item.id for item in kept}
        for position in reversed(range(len(self._rows))):
            if self._rows[position].id not in wanted:
                self.beginRemoveRows(QModelIndex(), position, position)
                self._thumbnails.pop(self._rows.pop(position).id, None)
                self.endRemoveRows()
        for position, item in enumerate(kept):
            here = self._rows[position] if position < len(self._rows) else None
            if here is None or here.id != item.id:
                self.beginInsertRows(QModelIndex(), position, position)
                self._rows.insert(position, item)
                self.endInsertRows()
            elif here != item:
                self._rows[position] = item
                self.dataChanged.emit(self.index(position), self.index(position))

    def _on_display_changed(self, _display: MapDisplay) -> None:
        if self._rows:
            role = [Qt.ItemDataRole.DecorationRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), role)

    def _thumbnail(self, row: KeptMap) -> QIcon:
        display = self._session.display
        known = self._thumbnails.get(row.id)
        if known is None or known[0].map is not row.map or known[1] != display:
            known = (row, display, QIcon(thumbnail(row.map.counts, display)))
            self._thumbnails[row.id] = known
        return known[2]


def thumbnail(counts: NDArray[Any], display: MapDisplay, size: int = THUMBNAIL_PIXELS) -> QPixmap:
    """A small picture of a map.

    Parameters
    ----------
    counts
        Shape (rows, cols).
    size
        Its longer side, pixels.
    """
    # taking every n-th pixel first keeps a thumbnail of a large map quick
    step = max(max(counts.shape) // (2 * size), 1)
    rgb = np.ascontiguousarray(to_rgb(counts[::step, ::step], display)[..., :3])
    rows, cols, _ = rgb.shape
    image = QImage(rgb.data, cols, rows, 3 * cols, QImage.Format.Format_RGB888)
    keep = Qt.AspectRatioMode.KeepAspectRatio
    smooth = Qt.TransformationMode.SmoothTransformation
    # scaling makes a copy of its own, so the array may go
    return QPixmap.fromImage(image.copy().scaled(size, size, keep, smooth))
