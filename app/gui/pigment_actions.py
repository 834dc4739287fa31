"""What can be done with pigments: the menu, and when each entry can be used."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.gui import theme
from app.gui.actions import ActionSpec, always, make_action

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow
    from app.gui.pigment_parts import PigmentParts


def has_pigments(parts: "PigmentParts") -> bool:
    """The library shown has pigments."""
    return bool(parts.desk.rows)


def has_selection(parts: "PigmentParts") -> bool:
    """A pigment is chosen."""
    return bool(parts.desk.selection)


def has_place(parts: "PigmentParts") -> bool:
    """A region or pixel of a scan with an energy axis is chosen."""
    return parts.session.axis is not None and parts.asking.place is not None


PIGMENT_ACTIONS: tuple[ActionSpec["PigmentParts"], ...] = (
    ActionSpec(
        "pigments",
        "&Pigments",
        "Show or hide pigment libraries and candidates beside the map",
        "pigments",
        "Ctrl+Shift+P",
        is_checkable=True,
    ),
    ActionSpec(
        "pigments_import",
        "&Import…",
        "Take in pigments of a library, an archive, a table or JSON with HDF5",
    ),
    ActionSpec(
        "pigments_export",
        "E&xport library…",
        "Save all pigments of the library shown",
        is_enabled=has_pigments,
    ),
    ActionSpec(
        "pigments_export_chosen",
        "Export &chosen…",
        "Save the chosen pigments",
        is_enabled=has_selection,
    ),
    ActionSpec("library_new", "New li&brary…", "Make an empty library of your own"),
    ActionSpec(
        "library_merge", "&Merge…", "Take the pigments of one library into another one of your own"
    ),
    ActionSpec("instruments", "Ins&trument…", "Look at the instruments and add your own"),
    ActionSpec(
        "recompute",
        "&Recompute spectra for an instrument…",
        "Compute the reference spectra of the library shown for another instrument",
    ),
    ActionSpec("layers", "La&yers…", "Build a stack of layers and see the spectrum it would give"),
    ActionSpec(
        "ask",
        "&What could this be?",
        "Compare the chosen region or pixel with the pigments",
        "help",
        "Ctrl+Shift+W",
    ),
    ActionSpec(
        "make_pigment",
        "Make a pigment from this re&gion…",
        "Keep the spectrum of the chosen region or pixel as the reference of a new pigment",
        is_enabled=has_place,
    ),
    ActionSpec(
        "nearest",
        "Nearest pigments to a c&olour…",
        "List the pigments nearest to a colour by ΔE2000",
    ),
)

_GROUPS = (
    ("pigments_import", "pigments_export", "pigments_export_chosen"),
    ("library_new", "library_merge"),
    ("instruments", "recompute", "layers"),
    ("ask", "make_pigment", "nearest"),
)


class PigmentActions(QObject):
    """The actions around pigments and the menu "Pigments".

    Parameters
    ----------
    parts
        What the actions act upon, and their state depends on.
    window
        Where their shortcuts are heard.
    """

    def __init__(self, parts: "PigmentParts", window: "MainWindow") -> None:
        super().__init__(window)
        self._parts = parts
        self._actions = {spec.name: make_action(spec, window) for spec in PIGMENT_ACTIONS}
        self._connect()
        parts.shown_changed.connect(self._actions["pigments"].setChecked)
        parts.panel.set_menu(self._library_menu(window))
        for signal in (
            parts.desk.pigments_changed,
            parts.desk.selection_changed,
            parts.session.scan_changed,
            parts.session.region_changed,
            parts.session.pixel_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, menu: QMenu) -> None:
        """Put everything that can be done into a menu."""
        menu.addAction(self["pigments"])
        menu.addSeparator()
        for action in self._parts.panel.actions_of_table:
            menu.addAction(action)
        for group in _GROUPS:
            menu.addSeparator()
            for name in group:
                menu.addAction(self[name])

    @Slot()
    def refresh(self) -> None:
        """Enable what can be used."""
        for spec in PIGMENT_ACTIONS:
            if spec.is_enabled is not always:
                self._actions[spec.name].setEnabled(spec.is_enabled(self._parts))

    def set_theme(self, chosen: theme.Theme) -> None:
        """Draw the icons in a theme's colours."""
        for spec in PIGMENT_ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(theme.icon(spec.icon, chosen))

    def _library_menu(self, window: "MainWindow") -> QMenu:
        """What the button beside the library chooser offers."""
        menu = QMenu(window)
        for name in (*_GROUPS[0], *_GROUPS[1], "recompute"):
            menu.addAction(self[name])
        return menu

    def _connect(self) -> None:
        parts = self._parts
        slots: dict[str, Callable[..., object]] = {
            "pigments_import": parts.exchange.ask_import,
            "pigments_export": parts.exchange.export_library,
            "pigments_export_chosen": parts.exchange.export_chosen,
            "library_new": parts.exchange.ask_new_library,
            "library_merge": parts.exchange.ask_merge,
            "instruments": parts.open_instruments,
            "recompute": parts.recomputing.ask,
            "layers": parts.open_layers,
            "ask": parts.show_candidates,
            "make_pigment": parts.ask_make_pigment,
            "nearest": parts.open_nearest,
            "pigments": parts.show_pigments,
        }
        for name, slot in slots.items():
            self._actions[name].triggered.connect(slot)
