"""Asking what a file does not say by itself, or which of its cubes is meant."""

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.axis import EnergyAxis
from app.errors import ParameterError
from app.gui.dialogs.axis import GIVEN, AxisParameters
from app.gui.dialogs.parameters import ParametersForm
from app.io.formats import DatasetPeek, OpenOptions, Peek

ASSUMED = "assumed: usual for this format"
_SIDE_LIMIT = 100_000
_SHOWN_ROWS = 6
# a picture of so few columns may as well be a list of pixels from so many detectors
_MOST_DETECTORS = 16


def must_ask(peek: Peek) -> bool:
    """Whether a file leaves something open: several cubes, no picture size, no energy axis."""
    best = peek.best
    return len(peek.datasets) > 1 or best.shape is None or best.axis is None


def suggested_options(peek: Peek) -> OpenOptions:
    """What the dialog would give if it were accepted as it opens.

    Raises
    ------
    ParameterError
        If the size of the picture must be asked.
    """
    best = peek.best
    if best.shape is None:
        raise ParameterError(
            "The size of this scan is not known.",
            f"{peek.path.name}: stored as {' × '.join(map(str, best.stored_shape))} numbers; "
            "it does not say how many rows and columns the picture has.",
            "Open it with File ▸ Open with options and give both.",
            path=peek.path,
        )
    return OpenOptions(dataset=best.name or None, axis=_suggested_axis(best))


class OpenDialog(QDialog):
    """Shows what is in a file and asks for what is missing.

    Parameters
    ----------
    peek
        What was found in the file without reading its counts.
    options
        What was chosen last time, shown first.
    """

    def __init__(
        self, peek: Peek, options: OpenOptions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open {}").format(peek.path.name))
        self._peek = peek
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Open | standard.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self.tr("{} – {}").format(peek.path.name, peek.format)))
        self._table = self._make_table()
        layout.addWidget(self._table)
        layout.addLayout(self._make_size_and_detector())
        layout.addWidget(self._make_axis())
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(self._notes)
        # what is left over goes below the questions, not between them
        layout.addStretch()
        layout.addWidget(self._buttons)
        self.resize(560, self.sizeHint().height())
        self._connect(options)

    @property
    def dataset(self) -> DatasetPeek:
        """The cube chosen in the table."""
        return self._peek.datasets[max(self._table.currentRow(), 0)]

    def values(self) -> OpenOptions:
        """The options as chosen; what the file says by itself is left out."""
        dataset = self.dataset
        asks_size = self._asks_size()
        detector = str(self._detector.currentData() or "sum")
        return OpenOptions(
            dataset=dataset.name or None,
            detector=detector,
            axis=self._chosen_axis(),
            rows=self._rows.value() if asks_size else None,
            cols=self._cols.value() if asks_size else None,
        )

    @property
    def problem(self) -> str:
        """What must be put right before the file can be opened; empty when nothing."""
        pixels = _pixels(self.dataset)
        if self._asks_size() and pixels is not None:
            found = self._rows.value() * self._cols.value()
            if found != pixels:
                return self.tr("{} × {} = {} pixels; the file holds {}.").format(
                    self._rows.value(), self._cols.value(), found, pixels
                )
        return self.axis_form.problem if self.knows_axis.isChecked() else ""

    def _make_table(self) -> QTableWidget:
        titles = [self.tr("Dataset"), self.tr("Shape"), self.tr("Type"), self.tr("Size")]
        table = QTableWidget(len(self._peek.datasets), len(titles))
        table.setHorizontalHeaderLabels(titles)
        table.setAccessibleName(self.tr("Datasets"))
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for row, dataset in enumerate(self._peek.datasets):
            shape = " × ".join(str(size) for size in dataset.shape or dataset.stored_shape)
            name = dataset.name or self._peek.path.name
            for column, text in enumerate((name, shape, dataset.dtype, _size(dataset.bytes))):
                table.setItem(row, column, QTableWidgetItem(text))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        shown = min(len(self._peek.datasets), _SHOWN_ROWS)
        table.setFixedHeight(header.sizeHint().height() + shown * table.rowHeight(0) + 4)
        return table

    def _make_size_and_detector(self) -> QFormLayout:
        self._detector = QComboBox()
        self._rows, self._cols = QSpinBox(), QSpinBox()
        for spin, name in ((self._rows, self.tr("Rows")), (self._cols, self.tr("Columns"))):
            spin.setRange(1, _SIDE_LIMIT)
            spin.setAccessibleName(name)
        self._size = QWidget()
        row = QHBoxLayout(self._size)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._rows, QLabel(self.tr("rows ×")), self._cols, QLabel(self.tr("cols"))):
            row.addWidget(widget)
        row.addStretch()
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self.is_list = QCheckBox(self.tr("It is a list of pixels, not a picture"))
        self._form = QFormLayout()
        self._form.addRow("", self.is_list)
        self._form.addRow(self.tr("Detector"), self._detector)
        self._form.addRow(self.tr("Picture"), self._size)
        self._form.addRow("", self._problem)
        return self._form

    def _make_axis(self) -> QGroupBox:
        box = QGroupBox(self.tr("Energy axis"))
        self._axis_source = QLabel()
        self._axis_source.setWordWrap(True)
        self.knows_axis = QCheckBox(self.tr("Use this axis"))
        self.axis_form = ParametersForm(AxisParameters)
        layout = QVBoxLayout(box)
        for widget in (self._axis_source, self.knows_axis, self.axis_form):
            layout.addWidget(widget)
        return box

    def _connect(self, options: OpenOptions | None) -> None:
        names = [dataset.name for dataset in self._peek.datasets]
        wanted = None if options is None else options.dataset
        self._table.setCurrentCell(names.index(wanted) if wanted in names else 0, 0)
        self._on_dataset()
        if options is not None:
            self._show_options(options)
        self._table.currentCellChanged.connect(self._on_dataset)
        self.is_list.toggled.connect(self._show_size)
        self.knows_axis.toggled.connect(self._on_changed)
        self.axis_form.changed.connect(self._on_changed)
        self._rows.valueChanged.connect(self._on_rows)
        self._cols.valueChanged.connect(self._on_cols)
        self._on_changed()

    def _show_options(self, options: OpenOptions) -> None:
        if options.axis is not None:
            self.axis_form.set_values(AxisParameters.of(options.axis))
            self.knows_axis.setChecked(True)
        if options.rows and options.cols:
            self.is_list.setChecked(True)
            self._show_size()
            self._rows.setValue(options.rows)
            self._cols.setValue(options.cols)
        index = self._detector.findData(options.detector)
        self._detector.setCurrentIndex(max(index, 0))

    @Slot()
    def _on_dataset(self) -> None:
        dataset = self.dataset
        self.is_list.blockSignals(True)
        self.is_list.setChecked(False)
        self.is_list.blockSignals(False)
        self._form.setRowVisible(self.is_list, _may_be_list(dataset))
        self._show_size()
        self._show_axis(dataset)
        self._notes.setText("\n".join(dataset.notes))
        self._notes.setVisible(bool(dataset.notes))
        self._on_changed()

    def _asks_size(self) -> bool:
        return self.dataset.shape is None or self.is_list.isChecked()

    @Slot()
    def _show_size(self) -> None:
        dataset, pixels = self.dataset, _pixels(self.dataset)
        names = dataset.detectors
        if self.is_list.isChecked() and not names:
            names = tuple(str(number) for number in range(dataset.stored_shape[1]))
        self._detector.clear()
        self._detector.addItem(self.tr("Sum of all"), "sum")
        for name in names:
            self._detector.addItem(name, name)
        self._form.setRowVisible(self._detector, len(names) > 1)
        self._form.setRowVisible(self._size, self._asks_size())
        if self._asks_size() and pixels is not None:
            rows = _squarest(pixels)
            self._rows.setValue(rows)
            self._cols.setValue(pixels // rows)
        self._on_changed()

    def _show_axis(self, dataset: DatasetPeek) -> None:
        suggested = dataset.axis or dataset.default_axis
        if dataset.axis is not None:
            text = self.tr("From the {}").format(dataset.axis.source or self.tr("file"))
        elif suggested is not None:
            text = self.tr(
                "The file carries no energy axis. These numbers are assumed: check them "
                "against a line you know."
            )
        else:
            text = self.tr(
                "The file carries no energy axis. Give it here, or later with Scan ▸ Energy "
                "axis; without it, channels are shown and no element can be placed."
            )
        self._axis_source.setText(text)
        self.knows_axis.setVisible(dataset.axis is None)
        self.knows_axis.setChecked(suggested is not None)
        if suggested is not None:
            self.axis_form.set_values(AxisParameters.of(suggested))

    def _chosen_axis(self) -> EnergyAxis | None:
        dataset = self.dataset
        if not self.knows_axis.isChecked():
            return None
        edited: AxisParameters = self.axis_form.values()
        if dataset.axis is not None:
            unchanged = edited == AxisParameters.of(dataset.axis)
            return None if unchanged else edited.axis(dataset.axis.quadratic)
        suggested = dataset.default_axis
        if suggested is not None and edited == AxisParameters.of(suggested):
            return _suggested_axis(dataset)
        return edited.axis(source=GIVEN)

    @Slot(int)
    def _on_rows(self, rows: int) -> None:
        self._complete(rows, self._cols)

    @Slot(int)
    def _on_cols(self, cols: int) -> None:
        self._complete(cols, self._rows)

    def _complete(self, side: int, other: QSpinBox) -> None:
        pixels = _pixels(self.dataset)
        if pixels is not None and pixels % side == 0:
            other.setValue(pixels // side)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self.axis_form.setEnabled(self.knows_axis.isChecked())
        self._problem.setText(self.problem)
        self._form.setRowVisible(self._problem, bool(self.problem))
        self._grow()
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(not self.problem)

    def _grow(self) -> None:
        """Become as tall as the rows need that have just been shown."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))


def _suggested_axis(dataset: DatasetPeek) -> EnergyAxis | None:
    """The axis to give along: none where the file has its own, else the format's usual one."""
    default = dataset.default_axis
    if dataset.axis is not None or default is None:
        return None
    return EnergyAxis(default.offset_kev, default.gain_kev, default.quadratic, source=ASSUMED)


def _pixels(dataset: DatasetPeek) -> int | None:
    """How many pixels a flat list of spectra holds; None where that is not what is stored."""
    return dataset.stored_shape[0] if len(dataset.stored_shape) in (2, 3) else None


def _may_be_list(dataset: DatasetPeek) -> bool:
    """Whether what looks like a narrow picture may be spectra of several detectors."""
    stored = dataset.stored_shape
    return dataset.shape is not None and len(stored) == 3 and stored[1] <= _MOST_DETECTORS


def _squarest(pixels: int) -> int:
    """The largest divisor not above the square root."""
    return next(rows for rows in range(math.isqrt(pixels), 0, -1) if pixels % rows == 0)


def _size(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
