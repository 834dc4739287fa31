"""What could this be: pigments that the spectrum of a chosen place speaks for."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.candidates import CandidateReport
from app.gui.candidate_text import report_text, twins
from app.gui.views.candidate_card import CandidateCard

LEAST_WIDTH = 250
STRONG = 5
"""So many groups are shown however weak they are."""
WEAK_SCORE = 0.05
"""Groups whose best candidate scores less are shown when asked for."""
_UNKNOWN = ""


class CandidatesPanel(QWidget):
    """The ranked candidates for a region or pixel, and what XRF leaves open below them."""

    candidate_chosen = Signal(object)  # Candidate whose lines are to be marked
    candidate_opened = Signal(object)  # Candidate to be looked at
    instrument_chosen = Signal(str)  # its name, empty for one that is not known
    make_requested = Signal()
    nearest_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: CandidateReport | None = None
        self.cards: list[CandidateCard] = []
        self._subject = _wrapped("title")
        self._words = _wrapped("muted")
        self.instrument = QComboBox()
        self.instrument.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.instrument.setMinimumContentsLength(10)
        self.instrument.setAccessibleName(self.tr("Instrument the scan was measured with"))
        self.instrument.setToolTip(
            self.tr("The tube decides which lines can be there, and adds its own")
        )
        self.instrument.activated.connect(self._on_instrument)
        self._open = _wrapped("")
        self._open.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(4)
        self.weaker_button = QPushButton()
        self.weaker_button.clicked.connect(self._show_weaker)
        self._list.addWidget(self.weaker_button)
        self._list.addWidget(self._open)
        self._list.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(content)
        self.make_button = QPushButton(self.tr("Make a pigment…"))
        self.make_button.setToolTip(
            self.tr("Keep the spectrum of this place as the reference of a new pigment")
        )
        self.make_button.clicked.connect(self.make_requested)
        self.nearest_button = QPushButton(self.tr("Nearest to a colour…"))
        self.nearest_button.clicked.connect(self.nearest_requested)
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy the answer as text"))
        self.copy_button.clicked.connect(self.copy)
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.set_instruments((), _UNKNOWN)
        self.set_words("")

    @property
    def subject(self) -> str:
        """What the answer is about."""
        return self._subject.text()

    @property
    def words(self) -> str:
        """What is said while there is no answer."""
        return "" if self._words.isHidden() else self._words.text()

    @property
    def report(self) -> CandidateReport | None:
        """The answer shown."""
        return self._report

    @property
    def left_open(self) -> str:
        """What XRF cannot tell, below the candidates."""
        return self._open.text()

    @property
    def text(self) -> str:
        """The answer as plain text."""
        return "" if self._report is None else report_text(self._report, self.subject)

    def set_instruments(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer instruments; an empty name is one that is not known."""
        self.instrument.clear()
        self.instrument.addItem(self.tr("not known"), _UNKNOWN)
        for name in names:
            self.instrument.addItem(name, name)
        self.instrument.setCurrentIndex(max(self.instrument.findData(chosen), 0))

    def set_words(self, words: str, subject: str = "") -> None:
        """Say why there is no answer yet."""
        self._report = None
        self._clear()
        self._subject.setText(subject)
        self._subject.setVisible(bool(subject))
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.make_button.setEnabled(False)
        self._refresh()

    def set_asking(self, words: str) -> None:
        """Say that an answer is being worked out; the last one stays in sight meanwhile."""
        self._words.setText(words)
        self._words.show()

    def set_report(self, report: CandidateReport, subject: str) -> None:
        """Show an answer."""
        self._report = report
        self._clear()
        self._subject.setText(subject)
        self._subject.show()
        self._words.setText(
            ""
            if report.candidates
            else self.tr("No pigment of the library has a line that stands out here.")
        )
        self._words.setVisible(not report.candidates)
        for position, members in enumerate(twins(report.candidates)):
            card = CandidateCard(members)
            card.chosen.connect(self.candidate_chosen)
            card.opened.connect(self.candidate_opened)
            self.cards.append(card)
            self._list.insertWidget(position, card)
            card.setVisible(position < STRONG or members[0].score >= WEAK_SCORE)
        weaker = sum(card.isHidden() for card in self.cards)
        self.weaker_button.setText(self.tr("Show {} weaker groups").format(weaker))
        self.weaker_button.setVisible(bool(weaker))
        self._open.setText(self._open_text(report))
        self.make_button.setEnabled(True)
        self.area.verticalScrollBar().setValue(0)
        self._refresh()

    @Slot()
    def copy(self) -> None:
        """Put the answer into the clipboard as text."""
        if self._report is not None:
            QGuiApplication.clipboard().setText(self.text)

    def _open_text(self, report: CandidateReport) -> str:
        parts = []
        if report.not_excluded:
            names = ", ".join(pigment.name for pigment in report.not_excluded)
            parts.append(
                self.tr("Not excluded, as no line of theirs could be told here: {}.").format(names)
            )
        return "\n\n".join((*parts, *report.undecided))

    def _lay_out(self) -> None:
        chooser = QHBoxLayout()
        label = QLabel(self.tr("&Instrument"))
        label.setBuddy(self.instrument)
        chooser.addWidget(label)
        chooser.addWidget(self.instrument, 1)
        head = QHBoxLayout()
        head.addWidget(self._subject, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.make_button, self.nearest_button):
            # they share a narrow dock
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(80)
            buttons.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(5)
        layout.addLayout(chooser)
        layout.addLayout(head)
        layout.addWidget(self._words)
        layout.addWidget(self.area, 1)
        layout.addLayout(buttons)

    def _clear(self) -> None:
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards.clear()
        self.weaker_button.hide()
        self._open.clear()

    def _refresh(self) -> None:
        self._open.setVisible(bool(self._open.text()))
        self.copy_button.setEnabled(self._report is not None)

    @Slot()
    def _show_weaker(self) -> None:
        self.weaker_button.hide()
        for card in self.cards:
            card.show()

    @Slot(int)
    def _on_instrument(self, _position: int) -> None:
        self.instrument_chosen.emit(self.instrument.currentData())


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
