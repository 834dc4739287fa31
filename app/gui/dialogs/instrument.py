"""Choosing an instrument, and keeping instruments of one's own."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.physics.instrument import Instrument
from app.core.physics.tube import beam
from app.errors import ParameterError
from app.gui.dialogs.fields import EditorDialog, ProblemLabel
from app.gui.dialogs.parameters import ParametersForm
from app.gui.views.numbers import short_counts

_NUMBER = Qt.ItemDataRole.UserRole


class InstrumentDialog(EditorDialog):
    """Shows the instruments, lets values be tried, and keeps one's own.

    Parameters
    ----------
    presets
        Instruments that stay as they are, at least one.
    own
        The user's own.
    chosen
        Name of the instrument shown first; the first preset where there is none of that name.
    """

    def __init__(
        self,
        presets: Sequence[Instrument],
        own: Sequence[Instrument],
        chosen: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Instruments"))
        self._presets = list(presets)
        self._own = list(own)
        self._before = tuple(own)
        self._row = -1
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Instruments"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name"))
        self.form = ParametersForm(Instrument, self._headings())
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setAccessibleName(self.tr("The beam on the sample"))
        self._problem = ProblemLabel()
        self.save_button = QPushButton(self.tr("Save as my own"))
        self.delete_button = QPushButton(self.tr("Delete"))
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._lay_out()
        self._fill(chosen)
        self._show_chosen()
        self.list.currentRowChanged.connect(self._on_row)
        self.form.changed.connect(self._on_changed)
        self.name.textChanged.connect(self._on_changed)
        self.save_button.clicked.connect(self._on_save)
        self.delete_button.clicked.connect(self._on_delete)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    @property
    def own(self) -> tuple[Instrument, ...]:
        """The user's own instruments as they are now."""
        return tuple(self._own)

    @property
    def chosen(self) -> Instrument:
        """The instrument chosen in the list, as it is kept."""
        row = max(self.list.currentRow(), 0)
        return self._all[self.list.item(row).data(_NUMBER)]

    @property
    def summary(self) -> str:
        """The beam on the sample in words."""
        return self._summary.text()

    @property
    def problem(self) -> str:
        """What keeps the values from being saved; empty when nothing does."""
        if not self.form.is_valid:
            return self.form.problem
        name = self._typed_name()
        if not name or not name.isprintable():
            return self.tr("An instrument needs a name.")
        if any(name.casefold() == preset.name.casefold() for preset in self._presets):
            known = next(item for item in self._presets if item.name.casefold() == name.casefold())
            if replace(self.form.values(), name=known.name) == known:
                return ""
            return self.tr(
                "“{}” is a preset and stays as it is; save the values under another name."
            ).format(known.name)
        return ""

    @property
    def is_edited(self) -> bool:
        """Whether the values shown differ from those of the instrument they came from."""
        item = self.list.item(self._row)
        if item is None:
            return False
        kept = self._all[item.data(_NUMBER)]
        return not self.form.is_valid or self.values() != kept

    def reject(self) -> None:
        """Close without the changes, having asked when there are any."""
        is_changed = self.is_edited or self.own != self._before
        if not is_changed or self._may_discard(self.tr("The changes have not been taken over.")):
            super().reject()

    def values(self) -> Instrument:
        """The instrument as typed, whether it has been saved or not.

        Raises
        ------
        ParameterError
            If a value is out of its limits.
        """
        return replace(self.form.values(), name=self._typed_name())

    @property
    def _all(self) -> list[Instrument]:
        return [*self._presets, *self._own]

    def _typed_name(self) -> str:
        return " ".join(self.name.text().split())

    def _headings(self) -> dict[str, str]:
        return {
            "anode": self.tr("Tube"),
            "incidence_degrees": self.tr("Geometry and path"),
            "detector_window_um": self.tr("Detector"),
            "offset_kev": self.tr("Energy axis"),
        }

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.delete_button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.form.setContentsMargins(0, 0, 10, 0)
        scroll.setWidget(self.form)
        head = QHBoxLayout()
        label = QLabel(self.tr("Name"))
        label.setBuddy(self.name)
        head.addWidget(label)
        head.addWidget(self.name, 1)
        head.addWidget(self.save_button)
        right = QVBoxLayout()
        right.addLayout(head)
        right.addWidget(scroll, 1)
        right.addWidget(self._summary)
        columns = QHBoxLayout()
        columns.addLayout(left)
        columns.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        # beside the buttons: nothing moves when there is something to say
        bottom = QHBoxLayout()
        bottom.addWidget(self._problem, 1)
        bottom.addWidget(self._buttons)
        layout.addLayout(bottom)
        self.list.setFixedWidth(self.fontMetrics().averageCharWidth() * 30)
        self.resize(820, 680)

    def _fill(self, chosen: str) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            self._add_title(self.tr("Presets"))
            for number, instrument in enumerate(self._all):
                if number == len(self._presets):
                    self._add_title(self.tr("My own"))
                item = QListWidgetItem(instrument.name)
                item.setData(_NUMBER, number)
                self.list.addItem(item)
            names = [instrument.name for instrument in self._all]
            wanted = names.index(chosen) if chosen in names else 0
            self.list.setCurrentRow(wanted + (2 if wanted >= len(self._presets) else 1))

    def _may_discard(self, words: str) -> bool:
        box = QMessageBox.StandardButton
        title = self.tr("Discard the changes?")
        answer = QMessageBox.question(self, title, words, box.Discard | box.Cancel, box.Cancel)
        return answer == box.Discard

    def _on_row(self, _row: int) -> None:
        """Show another instrument, unless values that would be lost shall stay."""
        name = self._typed_name() or self.tr("the instrument")
        words = self.tr("The values of “{}” have not been saved.").format(name)
        if self.is_edited and not self._may_discard(words):
            # only then: the list still has to finish the click that brought it here
            QTimer.singleShot(0, self, self._return_to_row)
            return
        self._show_chosen()

    def _return_to_row(self) -> None:
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(self._row)

    def _add_title(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _show_chosen(self) -> None:
        instrument = self.chosen
        self._row = max(self.list.currentRow(), 0)
        with QSignalBlocker(self.name), QSignalBlocker(self.form):
            self.name.setText(instrument.name)
            self.form.set_values(instrument)
        self.delete_button.setEnabled(instrument in self._own)
        self._on_changed()

    def _on_changed(self) -> None:
        problem = self.problem
        # the form says its own problem itself
        self._problem.show_problem(problem if self.form.is_valid else "")
        is_new = not problem and self.values() not in self._all
        self.save_button.setEnabled(is_new)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(not problem and not is_new)
        ok.setToolTip(self.tr("Save the changed values first") if is_new else "")
        try:
            self._summary.setText(self._beam_text(self.values()))
        except ParameterError:
            self._summary.clear()

    def _beam_text(self, instrument: Instrument) -> str:
        arriving = beam(instrument)
        total = float(arriving.photons.sum())
        if not total > 0:
            return self.tr("Nothing of the beam reaches the sample.")
        mean = float(np.average(arriving.energies_kev, weights=arriving.photons))
        lines = 100 * float(arriving.photons[arriving.is_line].sum()) / total
        reach = instrument.axis.energy_kev(instrument.channels - 0.5)
        return self.tr(
            "Beam on the sample: {} photons/s, mean energy {:.1f} keV, {:.0f} % in lines of "
            "{}. The axis reaches to {:.2f} keV."
        ).format(short_counts(total), mean, lines, instrument.anode, reach)

    def _on_save(self) -> None:
        if self.problem:
            return
        instrument = self.values()
        name = instrument.name.casefold()
        places = [place for place, item in enumerate(self._own) if item.name.casefold() == name]
        if places:
            self._own[places[0]] = instrument
        else:
            self._own.append(instrument)
        self._fill(instrument.name)
        self._show_chosen()

    def _on_delete(self) -> None:
        chosen = self.chosen
        if chosen in self._own:
            self._own.remove(chosen)
            self._fill(self._all[-1].name)
            self._show_chosen()
