"""Menus and toolbar of the window, laid out from the actions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.gui.actions import Actions
from app.gui.display_controls import DisplayControls
from app.gui.theme import Theme

ICON_SIZE = 20
_WITH_TEXT = ("open", "keep", "export_map")


@dataclass(frozen=True, slots=True)
class Menus:
    """The menus that change while the program runs."""

    recent: QMenu
    docks: QMenu
    themes: QActionGroup
    pigments: QMenu


class RecentMenu(QObject):
    """Fills a menu with recent files each time it opens."""

    chosen = Signal(object)  # Path

    def __init__(self, menu: QMenu, files: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(menu)
        self._menu = menu
        self._files = files
        menu.aboutToShow.connect(self.fill)
        menu.triggered.connect(self._on_triggered)
        self.fill()

    @Slot()
    def fill(self) -> None:
        """List the files anew."""
        self._menu.clear()
        for number, name in enumerate(self._files(), start=1):
            path = Path(name)
            # an ampersand would underline the letter that follows it
            label = f"{path.parent.name}/{path.name}".replace("&", "&&")
            action = self._menu.addAction(f"&{number % 10} {label}")
            action.setToolTip(name)
            action.setData(name)
        if self._menu.isEmpty():
            self._menu.addAction(self.tr("No files yet")).setEnabled(False)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data():
            self.chosen.emit(Path(action.data()))


def make_menus(window: QMainWindow, actions: Actions, theme: Theme) -> Menus:
    """Fill the window's menu bar."""
    bar = window.menuBar()
    file = bar.addMenu(window.tr("&File"))
    for name in ("open", "open_folder", "open_with"):
        file.addAction(actions[name])
    recent = file.addMenu(window.tr("Open &recent"))
    recent.setToolTipsVisible(True)
    file.addAction(actions["open_sample"])
    file.addSeparator()
    for name in ("export_map", "export_maps", "export_spectrum", "export_cube"):
        file.addAction(actions[name])
    file.addSeparator()
    file.addAction(actions["batch"])
    file.addSeparator()
    file.addAction(actions["quit"])
    edit = bar.addMenu(window.tr("&Edit"))
    for name in ("undo", "redo", "clear_region"):
        edit.addAction(actions[name])
    scan = bar.addMenu(window.tr("&Scan"))
    for name in ("axis", "keep", "region_tool", "clusters", "unmix", "recolour", "compare"):
        scan.addAction(actions[name])
    scan.addSeparator()
    scan.addAction(actions["synthesise"])
    pigments = bar.addMenu(window.tr("&Pigments"))
    view = bar.addMenu(window.tr("&View"))
    for name in ("fit", "log"):
        view.addAction(actions[name])
    docks = view.addMenu(window.tr("&Panels"))
    themes = _add_themes(view.addMenu(window.tr("&Theme")), theme)
    help_menu = bar.addMenu(window.tr("&Help"))
    for name in ("manual", "log_folder", "about"):
        help_menu.addAction(actions[name])
    return Menus(recent, docks, themes, pigments)


def make_toolbar(
    window: QMainWindow, actions: Actions, display: DisplayControls, pigments: QAction
) -> QToolBar:
    """Make the toolbar: open, undo and redo, the map's tools, its display, pigments, export."""
    toolbar = QToolBar(window.tr("Tools"), window)
    toolbar.setObjectName("tools")
    toolbar.setMovable(False)
    toolbar.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    groups = (("open",), ("undo", "redo"), ("keep", "region_tool", "fit"))
    for group in groups:
        for name in group:
            toolbar.addAction(actions[name])
        toolbar.addSeparator()
    toolbar.addWidget(display)
    toolbar.addSeparator()
    toolbar.addAction(actions["log"])
    spacer = QWidget()
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    toolbar.addWidget(spacer)
    toolbar.addAction(pigments)
    toolbar.addAction(actions["export_map"])
    for name in _WITH_TEXT:
        button = toolbar.widgetForAction(actions[name])
        if isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.addToolBar(toolbar)
    return toolbar


def _add_themes(menu: QMenu, theme: Theme) -> QActionGroup:
    group = QActionGroup(menu)
    names = {
        Theme.DARK: menu.tr("&Dark"),
        Theme.LIGHT: menu.tr("&Light"),
        Theme.SYSTEM: menu.tr("As the &system"),
    }
    for item, text in names.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(item is theme)
        action.setData(item.value)
        group.addAction(action)
    return group
