"""The one place that holds what is open and how it is looked at; widgets show it."""

import weakref
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.lines import EmissionLine, line, lines_of, roi_for
from app.core.maps import ElementalMap, window_map
from app.core.region import Region
from app.core.scan import Scan
from app.errors import ParameterError
from app.gui.commands import ChangeCommand
from app.gui.session_state import CURVES, Completion, KeptMap, SessionState, with_axis

# more steps than anybody goes back; each may hold an earlier scan in memory
UNDO_LIMIT = 200
# gestures of the energy window count up from 1 to below these; Qt keeps command ids in 32 bits
_LAST_GESTURE = 2**30
_CHOOSE_PIXEL = _LAST_GESTURE + 1
_FIRST_DISPLAY = _LAST_GESTURE + 2
_STEPPED = ("low_percentile", "high_percentile")
_MARK_LINES = _FIRST_DISPLAY + len(_STEPPED)


class Session(QObject):
    """The document: read-only properties, and one method for each thing a user may want.

    Each method compares, and if something differs pushes one undoable command; the signals of
    the fields that differ are emitted once, after the whole state is in place.
    """

    scan_changed = Signal(object)
    window_changed = Signal(int, int)
    display_changed = Signal(object)
    kept_changed = Signal(object)
    region_changed = Signal(object)
    pixel_changed = Signal(object)
    lines_changed = Signal(object)
    spectrum_log_changed = Signal(bool)
    curves_changed = Signal(object)
    undo_changed = Signal()  # what can be undone and done again

    def __init__(self, state: SessionState | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state or SessionState()
        self._gesture = 1
        self._last_id = max((kept.id for kept in self._state.kept), default=0)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        # passed on: a stack that is being deleted still emits, and nobody should ask it then
        self.undo_stack.indexChanged.connect(self._on_undo_changed)

    @property
    def state(self) -> SessionState:
        """The whole state."""
        return self._state

    @property
    def scan(self) -> Scan | None:
        """What is open."""
        return self._state.scan

    @property
    def axis(self) -> EnergyAxis | None:
        """Energy axis of the scan; None when there is no scan or its axis is unknown."""
        return None if self._state.scan is None else self._state.scan.cube.axis

    @property
    def window(self) -> tuple[int, int]:
        """Channels first..stop-1 of the energy window."""
        return self._state.window

    @property
    def display(self) -> MapDisplay:
        """How maps are shown."""
        return self._state.display

    @property
    def kept(self) -> tuple[KeptMap, ...]:
        """Maps set aside."""
        return self._state.kept

    @property
    def region(self) -> Region | None:
        """The chosen area of the picture."""
        return self._state.region

    @property
    def pixel(self) -> tuple[int, int] | None:
        """The chosen pixel, (row, col)."""
        return self._state.pixel

    @property
    def lines(self) -> tuple[EmissionLine, ...]:
        """Emission lines marked in the spectrum."""
        return tuple(line(key) for key in self._state.lines)

    @property
    def spectrum_log(self) -> bool:
        """Whether the spectrum's counts are on a logarithmic scale."""
        return self._state.spectrum_log

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of the curves shown in the spectrum."""
        return self._state.curves

    @property
    def window_title(self) -> str:
        """The energy window in words: "Fe Kα", "6.21–6.59 keV" or "Channels 12–40"."""
        scan, (first, stop) = self._state.scan, self._state.window
        if scan is None:
            return ""
        if self._state.window_name:
            return self._state.window_name
        if (first, stop) == (0, scan.cube.channels):
            return self.tr("All channels")
        if scan.cube.axis is None:
            return self.tr("Channels {}–{}").format(first, stop - 1)
        low, high = scan.cube.axis.edges_kev(first, stop)
        return f"{low:.2f}–{high:.2f} keV"

    def current_map(self) -> ElementalMap:
        """The map of the energy window, with its steps.

        Raises
        ------
        ParameterError
            If nothing is open.
        """
        scan = self._state.scan
        if scan is None:
            raise ParameterError(
                self.tr("There is no map yet."),
                self.tr("No scan is open."),
                self.tr("Open a scan first."),
            )
        return window_map(scan, self.window_title, *self._state.window)

    def open_scan(self, scan: Scan) -> None:
        """Show another scan, with a window over all channels and nothing chosen."""
        new = replace(
            self._state,
            scan=scan,
            window=(0, scan.cube.channels),
            window_name="",
            kept=(),
            region=None,
            pixel=None,
            lines=(),
        )
        self._change(self.tr("open {}").format(scan.cube.name), new)

    def complete_scan(self, preview: Scan, scan: Scan) -> None:
        """Put the whole scan where its first look was; no undoable change of its own.

        What the user did meanwhile stays; kept maps are computed anew from all rows.
        """
        completed = Completion(preview, scan)
        for command in self._commands():
            command.rewrite(completed)
        self._apply(completed(self._state))

    def drop_preview(self, preview: Scan) -> None:
        """Go back to before a first look whose scan could not be read; nothing is left of it."""
        stack = self.undo_stack
        commands = self._commands()
        begin = next(
            (i for i, command in enumerate(commands) if command.after.scan is preview), None
        )
        if begin is None:
            return
        before = commands[begin].before if stack.index() > begin else None
        for command in commands[begin:]:
            command.setObsolete(True)
        # Qt passes over obsolete commands and deletes them on the way
        while stack.index() > begin:
            stack.undo()
        while stack.count() > begin:
            stack.redo()
        if before is not None:
            self._apply(before)

    def set_window(self, first: int, stop: int, name: str = "") -> None:
        """Move the energy window to channels first..stop-1.

        Moves that follow each other are one change until `finish_window`.
        """
        scan = self._state.scan
        if scan is None:
            return
        channels = scan.cube.channels
        first = min(max(first, 0), channels - 1)
        stop = min(max(stop, first + 1), channels)
        if (first, stop) == self._state.window and not name:
            return
        new = replace(self._state, window=(first, stop), window_name=name)
        self._change(self.tr("move energy window"), new, gesture=self._gesture)

    def finish_window(self) -> None:
        """End a gesture: the next move of the energy window is a change of its own."""
        self._gesture = self._gesture % _LAST_GESTURE + 1

    def place_line(self, key: str) -> None:
        """Put the energy window onto an emission line, named as `app.core.lines.line` takes it.

        Raises
        ------
        ParameterError
            If nothing is open, the energy axis is unknown, or the line lies outside it.
        """
        scan, axis = self._state.scan, self.axis
        if scan is None or axis is None:
            raise ParameterError(
                self.tr("{} cannot be placed.").format(key),
                self.tr("An emission line has an energy, and this scan has no energy axis."),
                self.tr("Give the axis with Scan ▸ Energy axis."),
            )
        chosen = line(key)
        roi = roi_for(chosen, axis, channels=scan.cube.channels)
        first, stop = axis.channel_range(roi.low_kev, roi.high_kev, scan.cube.channels)
        self.finish_window()
        new = replace(
            self._state,
            window=(first, stop),
            window_name=chosen.label,
            lines=tuple(item.key for item in lines_of(chosen.element)),
        )
        self._change(self.tr("show {}").format(chosen.label), new)

    def mark_lines(self, name: str, keys: tuple[str, ...]) -> None:
        """Mark emission lines in the spectrum, named for what they belong to.

        Marks that follow each other are one change, as when one looks through pigments.
        """
        new = replace(self._state, lines=keys)
        self._change(self.tr("mark lines of {}").format(name), new, gesture=_MARK_LINES)

    def set_display(self, display: MapDisplay) -> None:
        """Show maps in other colours or other limits.

        Steps of one percentile that follow each other are one change.
        """
        old = self._state.display
        edited = [
            item.name
            for item in fields(MapDisplay)
            if getattr(old, item.name) != getattr(display, item.name)
        ]
        gesture = 0
        if len(edited) == 1 and edited[0] in _STEPPED:
            gesture = _FIRST_DISPLAY + _STEPPED.index(edited[0])
        new = replace(self._state, display=display)
        self._change(self.tr("change display"), new, gesture=gesture)

    def keep_map(self) -> None:
        """Set the map of the energy window aside.

        Raises
        ------
        ParameterError
            If nothing is open, or the energy axis is unknown.
        """
        made = self.current_map()
        self._last_id += 1
        kept = (*self._state.kept, KeptMap(self._last_id, made.name, made, self._state.lines))
        self._change(self.tr("keep {}").format(made.name), replace(self._state, kept=kept))

    def rename_map(self, map_id: int, name: str) -> None:
        """Give a kept map another name; an empty one is not taken."""
        name = name.strip()
        if not name:
            return
        kept = tuple(
            replace(item, name=name, map=replace(item.map, name=name))
            if item.id == map_id and item.name != name
            else item
            for item in self._state.kept
        )
        self._change(self.tr("rename map to {}").format(name), replace(self._state, kept=kept))

    def remove_map(self, map_id: int) -> None:
        """Let go of a kept map."""
        removed = [item.name for item in self._state.kept if item.id == map_id]
        kept = tuple(item for item in self._state.kept if item.id != map_id)
        text = self.tr("delete map {}").format(", ".join(removed))
        self._change(text, replace(self._state, kept=kept))

    def show_map(self, map_id: int) -> None:
        """Put the energy window and the marked lines back to where a kept map was made."""
        for item in self._state.kept:
            if item.id == map_id:
                self.finish_window()
                window = (item.map.first, item.map.stop)
                new = replace(self._state, window=window, window_name=item.name, lines=item.lines)
                self._change(self.tr("show {}").format(item.name), new)

    def set_region(self, region: Region | None) -> None:
        """Choose an area of the picture; None for none.

        Raises
        ------
        ParameterError
            If it reaches beyond the picture.
        """
        scan = self._state.scan
        if region is not None and scan is not None:
            region.check_inside(scan.cube.rows, scan.cube.cols)
        text = self.tr("clear region") if region is None else self.tr("draw region")
        self._change(text, replace(self._state, region=region))

    def set_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Choose a pixel, (row, col); None for none.

        Pixels chosen one after the other are one change.
        """
        text = self.tr("clear pixel") if pixel is None else self.tr("choose pixel")
        gesture = 0 if pixel is None else _CHOOSE_PIXEL
        self._change(text, replace(self._state, pixel=pixel), gesture=gesture)

    def set_spectrum_log(self, on: bool) -> None:
        """Show the spectrum's counts on a logarithmic scale or a linear one."""
        text = self.tr("logarithmic counts") if on else self.tr("linear counts")
        self._change(text, replace(self._state, spectrum_log=on))

    def set_curve_shown(self, name: str, shown: bool) -> None:
        """Show or hide one of the spectrum's curves."""
        curves = tuple(
            item for item in CURVES if (shown if item == name else item in self._state.curves)
        )
        text = (self.tr("show curve {}") if shown else self.tr("hide curve {}")).format(name)
        self._change(text, replace(self._state, curves=curves))

    def set_axis(self, axis: EnergyAxis) -> None:
        """Give the scan another energy axis; kept maps stay on their channels."""
        scan = self._state.scan
        if scan is None or axis == scan.cube.axis:
            return
        self._change(self.tr("change energy axis"), with_axis(self._state, axis))

    @Slot()
    def _on_undo_changed(self) -> None:
        self.undo_changed.emit()

    def _change(self, text: str, new: SessionState, *, gesture: int = 0) -> None:
        if new != self._state:
            # weak: commands belong to Qt, so a session they held on to would never be let go
            apply = partial(_apply_to, weakref.WeakMethod(self._apply))
            command = ChangeCommand(text, apply, self._state, new, gesture=gesture)
            self.undo_stack.push(command)

    def _commands(self) -> list[ChangeCommand[SessionState]]:
        stack = self.undo_stack
        commands = [stack.command(index) for index in range(stack.count())]
        return [command for command in commands if isinstance(command, ChangeCommand)]

    def _apply(self, new: SessionState) -> None:
        old, self._state = self._state, new
        changed = [
            item.name
            for item in fields(SessionState)
            if getattr(old, item.name) != getattr(new, item.name)
        ]
        for name in changed:
            if name in ("window", "window_name"):
                continue
            getattr(self, f"{name}_changed").emit(getattr(new, name))
        if {"window", "window_name"} & set(changed):
            self.window_changed.emit(*new.window)


def _apply_to(
    session: "weakref.WeakMethod[Callable[[SessionState], None]]", state: SessionState
) -> None:
    apply = session()
    if apply is not None:
        apply(state)
