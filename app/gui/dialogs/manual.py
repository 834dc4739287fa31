"""The manual, read beside the window and without a network."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

_SUFFIX = ".md"
# of a picture, in pixels of a plain screen
_WIDEST = 640


def pages(folder: Path) -> tuple[Path, ...]:
    """Files of the manual's pages in their order, which their names begin with."""
    return tuple(sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX))


def title_of(page: Path) -> str:
    """The heading a page begins with.

    Raises
    ------
    ValueError
        If it does not begin with one.
    """
    with page.open(encoding="utf-8") as lines:
        first = lines.readline()
    if not first.startswith("# "):
        raise ValueError(f"{page.name} does not begin with a heading")
    return first[2:].strip()


class _Pages(QTextBrowser):
    """Shows pictures no wider than the text."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """The picture of a page, or whatever else it asks for."""
        found = super().loadResource(kind, name)
        if kind == QTextDocument.ResourceType.ImageResource.value:
            address = self.source().resolved(QUrl(name))
            picture = QImage(address.toLocalFile())
            ratio = self.devicePixelRatioF()
            width = min(picture.width(), round(_WIDEST * ratio))
            small = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            small.setDevicePixelRatio(max(width / _WIDEST, 1.0))
            return small
        return found


class ManualDialog(QDialog):
    """Pages of the manual on the left, the one being read on the right.

    It does not block the window: what is read can be tried at once. Links to other pages stay
    in the dialog, others go to the system's browser.

    Parameters
    ----------
    folder
        Of the pages, Markdown, and their pictures.
    """

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Manual"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of the manual"))
        for page in pages(folder):
            item = QListWidgetItem(title_of(page), self.list)
            item.setData(Qt.ItemDataRole.UserRole, page)
        self.text = _Pages()
        self.text.setAccessibleName(self.tr("Page of the manual"))
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(16)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([210, 690])
        split.setChildrenCollapsible(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(split, 1)
        column.addWidget(buttons)
        self.resize(940, 680)
        self.text.anchorClicked.connect(self._on_link)
        self.list.currentItemChanged.connect(self._on_chosen)
        self.list.setCurrentRow(0)

    @property
    def shown(self) -> str:
        """Title of the page being read."""
        item = self.list.currentItem()
        return "" if item is None else item.text()

    def show_page(self, name: str) -> bool:
        """Turn to a page by its file name; False if there is no such page."""
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole).name == name:
                self.list.setCurrentRow(row)
                return True
        return False

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            page: Path = item.data(Qt.ItemDataRole.UserRole)
            address = QUrl.fromLocalFile(str(page))
            self.text.setSource(address, QTextDocument.ResourceType.MarkdownResource)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        if link.isRelative() and not link.path():
            self.text.scrollToAnchor(link.fragment())
        elif link.isRelative():
            self.show_page(link.fileName())
        else:
            QDesktopServices.openUrl(link)
