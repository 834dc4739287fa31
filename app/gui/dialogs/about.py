"""What this program is, and whose work is in it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import app
from app import paths


class AboutDialog(QDialog):
    """Version and licences.

    Parameters
    ----------
    environment
        Versions and system, a line each.
    """

    def __init__(self, environment: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Velatura"))
        title = QLabel(self.tr("Velatura {}").format(app.__version__))
        title.setProperty("role", "title")
        words = QLabel(
            self.tr(
                "Looks into paintings: opens MA-XRF scans, shows elemental maps live, takes them "
                "home.\n\nFree software under the GNU General Public License, version 3 or "
                "later. It comes without any warranty."
            )
        )
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        self._details = QPlainTextEdit(f"{environment}\n\n{_licences()}")
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("Versions and licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (title, words, self._details, buttons):
            layout.addWidget(widget)
        self.resize(520, 420)

    @property
    def details(self) -> str:
        """Versions and licence texts as shown."""
        return self._details.toPlainText()


def _licences() -> str:
    folder = paths.resource("licences")
    texts = [
        f"{path.name}\n{'=' * len(path.name)}\n{path.read_text(encoding='utf-8')}"
        for path in sorted(folder.iterdir())
        if path.suffix == ".txt"
    ]
    return "\n\n".join(texts)
