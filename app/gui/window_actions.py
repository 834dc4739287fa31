"""What happens when an action of the window is triggered."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app import paths
from app.errors import AppError, ReadError
from app.gui import theme
from app.gui.actions import Actions
from app.gui.dialogs.about import AboutDialog
from app.gui.dialogs.axis import AxisDialog
from app.gui.dialogs.manual import ManualDialog
from app.gui.display_controls import DisplayControls
from app.gui.menus import RecentMenu, make_menus, make_toolbar
from app.gui.messages import environment
from app.gui.opening import Ask
from app.gui.pigment_actions import PigmentActions
from app.io import formats

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


class WindowActions(QObject):
    """The window's actions, menus and toolbar, and what each of them does.

    Parameters
    ----------
    window
        Whose parts are acted upon; menus and toolbar are added to it.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self.table = Actions(window.session, window, window.undo)
        self.pigments = PigmentActions(window.pigments, window)
        self.display_controls = DisplayControls(window.session.display)
        self.display_controls.display_changed.connect(window.session.set_display)
        chosen = theme.Theme(window.preferences.settings.theme)
        menus = make_menus(window, self.table, chosen)
        self.pigments.fill(menus.pigments)
        self.toolbar = make_toolbar(
            window, self.table, self.display_controls, self.pigments["pigments"]
        )
        self.set_theme(chosen)
        for dock in window.docks.values():
            menus.docks.addAction(dock.toggleViewAction())
        menus.docks.addSeparator()
        menus.docks.addAction(self.toolbar.toggleViewAction())
        menus.themes.triggered.connect(self._on_theme_chosen)
        self.recent = RecentMenu(menus.recent, self._recent_files)
        self.recent.chosen.connect(self._on_recent_chosen)
        self._connect()

    def set_theme(self, chosen: theme.Theme) -> None:
        """Draw the icons in a theme's colours."""
        self.table.set_theme(chosen)
        self.pigments.set_theme(chosen)

    def _connect(self) -> None:
        exporter, session = self._window.exporter, self._session
        for name, slot in (
            ("open", self._on_open),
            ("open_folder", self._on_open_folder),
            ("open_with", self._on_open_with),
            ("open_sample", self._on_open_sample),
            ("export_map", partial(self._try, exporter.export_map)),
            ("export_maps", partial(self._try, exporter.export_maps)),
            ("export_spectrum", partial(self._try, exporter.export_spectrum)),
            ("export_cube", partial(self._try, exporter.export_cube)),
            ("batch", self._window.batch.open),
            ("quit", self._window.close),
            ("undo", self._window.undo.undo),
            ("redo", self._window.undo.redo),
            ("clear_region", partial(self._try, partial(session.set_region, None))),
            ("axis", self._on_axis),
            ("keep", partial(self._try, session.keep_map)),
            ("clusters", self._window.clusters.ask),
            ("unmix", self._window.unmixing.ask),
            ("recolour", self._window.recolouring.show),
            ("compare", self._window.comparing.ask),
            ("synthesise", self._window.synthesis.ask),
            ("fit", self._window.map_view.fit),
            ("manual", self._on_manual),
            ("about", self._on_about),
            ("log_folder", self._on_log_folder),
        ):
            self.table[name].triggered.connect(slot)
        self._window.map_view.open_requested.connect(self.table["open"].trigger)
        self._window.map_view.sample_requested.connect(self.table["open_sample"].trigger)
        region_tool, showing = self.table["region_tool"], self._window.recolouring.showing
        region_tool.toggled.connect(self._window.map_view.set_region_tool)
        region_tool.toggled.connect(showing.set_region_tool)
        self.table["log"].triggered.connect(session.set_spectrum_log)

    @Slot(str)
    def place_line(self, key: str) -> None:
        """Put the energy window onto an emission line, or tell why that cannot be."""
        self._try(partial(self._session.place_line, key))

    def _try(self, act: Callable[[], None], _checked: bool = False) -> None:
        """Do something and tell the user if it cannot be done."""
        try:
            act()
        except AppError as error:
            self._window.message_bar.show_error(error)

    def _recent_files(self) -> tuple[str, ...]:
        return self._window.preferences.settings.recent_files

    @Slot(object)
    def _on_recent_chosen(self, path: Path) -> None:
        if path.exists():
            self._window.open_files([path])
            return
        preferences = self._window.preferences
        preferences.put(preferences.settings.without_recent(path))
        self._window.message_bar.show_error(
            ReadError(
                self.tr("This file is no longer there."),
                self.tr("{}: nothing was found at this place.").format(path),
                self.tr("It was taken from the list; open it from where it is now."),
                path=path,
            )
        )

    @Slot()
    def _on_open(self) -> None:
        self._ask_file(Ask.NEEDED)

    @Slot()
    def _on_open_with(self) -> None:
        self._ask_file(Ask.ALWAYS)

    def _ask_file(self, ask: Ask) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in formats.suffixes())
        filters = self.tr("Scans ({});;All files (*)").format(patterns)
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a scan"), self._open_folder(), filters
        )
        if chosen:
            self._window.open_files([Path(chosen)], ask)

    @Slot()
    def _on_open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open a folder of single spectra"), self._open_folder()
        )
        if chosen:
            self._window.open_files([Path(chosen)])

    def _open_folder(self) -> str:
        return self._window.preferences.settings.last_open_folder or str(Path.home())

    @Slot()
    def _on_open_sample(self) -> None:
        try:
            sample = paths.sample_scan()
        except FileNotFoundError as error:
            self._window.message_bar.show_error(
                ReadError(
                    self.tr("The sample scan is missing."),
                    str(error),
                    self.tr("Install the program again; your own scans open as before."),
                )
            )
            return
        self._window.open_files([sample])

    @Slot()
    def _on_axis(self) -> None:
        scan = self._session.scan
        if scan is None:
            return
        dialog = AxisDialog(scan.cube.axis, scan.cube.channels, self._window)
        dialog.accepted.connect(partial(self._on_axis_given, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_axis_given(self, dialog: AxisDialog) -> None:
        axis = dialog.values()
        self._session.set_axis(axis)
        self._window.opener.remember_axis(axis)
        # kept at once, as answers given while opening are
        problem = self._window.preferences.save()
        if problem is not None:
            self._window.message_bar.show_error(problem)

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        self._window.set_theme(theme.Theme(action.data()))

    @Slot()
    def _on_manual(self) -> None:
        dialog = ManualDialog(paths.resource("manual"), self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    @Slot()
    def _on_about(self) -> None:
        dialog = AboutDialog(environment(), self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_log_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.log_dir())))
