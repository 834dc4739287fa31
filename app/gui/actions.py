"""The table of actions: each says when it can be used; one function refreshes them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.gui import theme
from app.gui.session import Session
from app.gui.undo_router import UndoRouter

Context = TypeVar("Context")


def always(_context: object) -> bool:
    """Whatever is open."""
    return True


def has_scan(session: Session) -> bool:
    """A scan is open, at least its first look."""
    return session.scan is not None


def has_whole_scan(session: Session) -> bool:
    """A scan is open and read to its end."""
    return session.scan is not None and not session.scan.is_preview


def has_whole_scan_with_axis(session: Session) -> bool:
    """A scan is open and read to its end, and the energies of its channels are known."""
    return has_whole_scan(session) and session.axis is not None


def has_kept(session: Session) -> bool:
    """Maps were kept, and of all rows."""
    return bool(session.kept) and has_whole_scan(session)


def has_region(session: Session) -> bool:
    """A region is drawn."""
    return session.region is not None


@dataclass(frozen=True, slots=True)
class ActionSpec(Generic[Context]):
    """One row of the table.

    Parameters
    ----------
    name
        How the program asks for it.
    text
        For menus, with the letter to press.
    tip
        One sentence on what it does.
    icon
        Name of the bundled icon, empty for none.
    shortcut
        A standard key or a sequence as Qt writes it.
    is_enabled
        When it can be used.
    """

    name: str
    text: str
    tip: str
    icon: str = ""
    shortcut: QKeySequence.StandardKey | str = ""
    is_enabled: Callable[[Context], bool] = always
    is_checkable: bool = False


_KEYS = QKeySequence.StandardKey

ACTIONS: tuple[ActionSpec[Session], ...] = (
    ActionSpec("open", "&Open…", "Open a scan", "open", _KEYS.Open),
    ActionSpec("open_folder", "Open &folder…", "Open a folder of single spectra", "folder"),
    ActionSpec(
        "open_with",
        "Open &with options…",
        "Open a scan and choose dataset, detector and energy axis",
        shortcut="Ctrl+Shift+O",
    ),
    ActionSpec("open_sample", "Open &sample", "Open the scan that comes with the program"),
    ActionSpec(
        "export_map",
        "Export &map…",
        "Save the map as a picture (PNG), as numbers (TIFF) or as a table (CSV)",
        "export",
        "Ctrl+E",
        has_whole_scan,
    ),
    ActionSpec(
        "export_maps",
        "Export &all maps…",
        "Save all kept maps in one HDF5 file",
        shortcut="Ctrl+Shift+E",
        is_enabled=has_kept,
    ),
    ActionSpec(
        "export_spectrum",
        "Export s&pectrum…",
        "Save the spectra shown as a table (CSV) or a picture (PNG)",
        is_enabled=has_whole_scan,
    ),
    ActionSpec(
        "export_cube",
        "Export &cube…",
        "Save the whole scan as HDF5 or Ripple",
        "save",
        is_enabled=has_whole_scan,
    ),
    ActionSpec(
        "batch",
        "&Batch…",
        "Do the same to many scans: maps, clusters, pigments, colours, reports",
        shortcut="Ctrl+B",
    ),
    ActionSpec("quit", "&Quit", "Close the program", shortcut=_KEYS.Quit),
    ActionSpec("undo", "&Undo", "Take the last change back", "undo", _KEYS.Undo),
    ActionSpec("redo", "&Redo", "Do the change again", "redo", _KEYS.Redo),
    ActionSpec(
        "clear_region",
        "&Clear region",
        "Let go of the region",
        "close",
        "Ctrl+Backspace",
        has_region,
    ),
    ActionSpec(
        "axis",
        "&Energy axis…",
        "Give offset and gain of the energy axis",
        is_enabled=has_scan,
    ),
    ActionSpec(
        "clusters",
        "C&luster spectra…",
        "Group pixels with similar spectra and show where they are",
        is_enabled=has_whole_scan,
    ),
    ActionSpec(
        "unmix",
        "&Unmix spectra…",
        "Share the counts of each pixel out among pigments, or components of the scan",
        is_enabled=has_whole_scan_with_axis,
    ),
    ActionSpec(
        "compare",
        "&Compare with another scan…",
        "Show another scan of the same pixels beside this one, and how alike they are",
        is_enabled=has_whole_scan,
    ),
    ActionSpec(
        "recolour",
        "Rec&olour…",
        "Predict colours from the spectra by a model, with how sure it is",
    ),
    ActionSpec(
        "synthesise",
        "&Synthetic scan from a picture…",
        "Generate a scan whose colours are mixed from pigments, with its truth",
    ),
    ActionSpec("keep", "&Keep map", "Set this map aside", "pin", "Ctrl+K", has_scan),
    ActionSpec(
        "region_tool",
        "Draw &region",
        "Draw a rectangle in the map to see its spectrum",
        "region",
        "R",
        has_scan,
        is_checkable=True,
    ),
    ActionSpec("fit", "&Fit", "Show the whole map", "fit", "F", has_scan),
    ActionSpec(
        "log",
        "&Logarithmic counts",
        "Show the spectrum's counts on a logarithmic scale",
        "log",
        "L",
        is_checkable=True,
    ),
    ActionSpec("manual", "&Manual", "How to work with Velatura", "help", "F1"),
    ActionSpec("about", "&About Velatura", "Version and licences", "info"),
    ActionSpec("log_folder", "Open &log folder", "Show where the program writes its log"),
)


def make_action(spec: ActionSpec[Context], window: QWidget) -> QAction:
    """The action of a row, with its shortcut, which is named in its tip."""
    action = QAction(window.tr(spec.text), window)
    action.setObjectName(spec.name)
    action.setCheckable(spec.is_checkable)
    if spec.shortcut:
        action.setShortcut(QKeySequence(spec.shortcut))
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    tip = window.tr(spec.tip)
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setStatusTip(tip)
    return action


class Actions(QObject):
    """The actions of one window, made from the table.

    Parameters
    ----------
    session
        What the actions' state depends on.
    window
        Where their shortcuts are heard.
    undo
        What can be undone now.
    """

    def __init__(self, session: Session, window: QWidget, undo: UndoRouter) -> None:
        super().__init__(window)
        self._session = session
        self._undo = undo
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            self._actions[spec.name] = make_action(spec, window)
        self._actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self._actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
        for signal in (session.scan_changed, session.kept_changed, session.region_changed):
            signal.connect(self.refresh)
        session.spectrum_log_changed.connect(self.refresh)
        undo.changed.connect(self.refresh)
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    @Slot()
    def refresh(self) -> None:
        """Enable what can be used, and name what would be undone."""
        session = self._session
        for spec in ACTIONS:
            self._actions[spec.name].setEnabled(spec.is_enabled(session))
        undo = self._undo
        self._actions["undo"].setEnabled(undo.can_undo)
        self._actions["redo"].setEnabled(undo.can_redo)
        self._actions["undo"].setText(self.tr("&Undo {}").format(undo.undo_text).rstrip())
        self._actions["redo"].setText(self.tr("&Redo {}").format(undo.redo_text).rstrip())
        self._actions["log"].setChecked(session.spectrum_log)

    def set_theme(self, chosen: theme.Theme) -> None:
        """Draw the icons in a theme's colours."""
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(theme.icon(spec.icon, chosen))
