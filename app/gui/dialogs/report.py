"""The report of an error in the program itself."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)


class ReportDialog(QDialog):
    """Tells that something went wrong that should not, with all that helps to find out why.

    Parameters
    ----------
    summary
        The exception in a few words.
    environment
        Versions and system, a line each.
    traceback
        Where it happened.
    """

    def __init__(
        self, summary: str, environment: str, traceback: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Error report"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        title = QLabel(self.tr("Something went wrong in the program."))
        title.setProperty("role", "title")
        words = QLabel(
            self.tr(
                "{}\nThis is a mistake in Velatura, not in your data. The program stays open; "
                "the report below helps to find it."
            ).format(summary)
        )
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        self._report = QPlainTextEdit(f"{environment}\n\n{traceback}")
        self._report.setReadOnly(True)
        self._report.setAccessibleName(self.tr("Report"))
        self._report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (title, words, self._report, buttons):
            layout.addWidget(widget)
        self.resize(680, 420)

    @property
    def report(self) -> str:
        """The whole report as text."""
        return self._report.toPlainText()

    @Slot()
    def copy(self) -> None:
        """Put the report onto the clipboard."""
        QApplication.clipboard().setText(self.report)
