"""The window: puts the parts together and hands what the user asks for to them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.scan import Scan
from app.gui import theme
from app.gui.batch import Batching
from app.gui.busy_bar import BusyBar
from app.gui.clustering import Clustering
from app.gui.comparing import Comparing
from app.gui.docks.elements_dock import ElementsPanel
from app.gui.docks.history_dock import HistoryPanel
from app.gui.docks.jobs_dock import JobsPanel
from app.gui.docks.maps_dock import MapsPanel
from app.gui.docks.scan_dock import ScanPanel
from app.gui.exporting import Exporter
from app.gui.job_manager import JobManager
from app.gui.messages import MessageBar
from app.gui.opening import Ask, OpenedFile, Opener
from app.gui.picture import Picture
from app.gui.pigment_exchange import is_pigments_file
from app.gui.pigment_parts import PigmentParts
from app.gui.preferences import Preferences, window_settings
from app.gui.recolour_shelf import is_model_file
from app.gui.recolouring import Recolouring
from app.gui.session import Session
from app.gui.synthesising import Synthesising
from app.gui.undo_router import UndoRouter
from app.gui.unmixing import Unmixing
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView
from app.gui.window_actions import WindowActions
from app.io.formats import OpenOptions
from app.io.pictures import is_picture

SIZE = (1280, 800)
# about what desktops put around a window; it is not known before the window is shown
FRAME = (8, 40)
DOCK_WIDTH = 340
DOCK_HEIGHTS = (380, 260)
RESULT_HEIGHTS = (290, 400)
PIGMENT_DOCKS = ("pigments", "candidates")
# out of sight until there is something in them
RESULT_DOCKS = ("clusters", "unmixing")
RECOLOUR_HEIGHTS = (560, 140)
CLOSE_TIMEOUT_S = 3.0


class MainWindow(QMainWindow):
    """Map above, spectrum below, what is known about the scan on the right.

    Parameters
    ----------
    session, jobs, preferences
        Made by whoever makes the window.
    """

    def __init__(self, session: Session, jobs: JobManager, preferences: Preferences) -> None:
        super().__init__()
        self.session = session
        self.jobs = jobs
        self.preferences = preferences
        self.setWindowTitle("Velatura")
        self.setWindowIcon(theme.app_icon())
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        self.opener = Opener(session, jobs, preferences, self)
        self.comparing = Comparing(session, jobs, preferences, self.opener, self)
        self.exporter = Exporter(session, jobs, preferences, self)
        self.pigments = PigmentParts(session, jobs, preferences, self)
        self.synthesis = Synthesising(self.pigments.libraries, jobs, preferences, self)
        self.undo = UndoRouter(session, self.pigments.desk, self.pigments.contains, self)
        self._create_centre()
        self._create_docks()
        self.batch = Batching(session, jobs, preferences, self.opener, self.history_panel, self)
        self.window_actions = WindowActions(self)
        self._connect_session()
        self._arrange()
        self._restore()

    def open_files(
        self,
        files: Sequence[Path],
        ask: Ask = Ask.NEEDED,
        options: OpenOptions | None = None,
    ) -> None:
        """Open the first of some files or folders; one scan is shown at a time.

        Libraries of pigments are offered to be taken in, beside a scan or without one; from a
        picture a synthetic scan is offered to be made, unless nothing may be asked. Networks are
        listed to recolour with.
        """
        models = [path for path in files if is_model_file(path)]
        for path in models:
            self.recolouring.drop(path)
        files = [path for path in files if path not in models]
        libraries = [path for path in files if is_pigments_file(path)]
        for path in libraries[:1]:
            self.pigments.import_file(path)
        pictures = [path for path in files if is_picture(path) and ask is not Ask.NEVER]
        for path in pictures[:1]:
            self.synthesis.offer(path)
        files = [path for path in files if path not in libraries and path not in pictures]
        if not files:
            return
        if len(files) > 1:
            self.message_bar.show_message(
                self.tr("One scan is shown at a time."),
                self.tr("{} is opened; others were left: {}. File ▸ Batch… takes many.").format(
                    files[0].name, ", ".join(path.name for path in files[1:])
                ),
            )
        else:
            self.message_bar.hide()
        self.opener.open(files[0], ask, options)

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open one file or folder."""
        self.open_files([path])

    def show_view(self, name: str) -> None:
        """Bring a dock to the front: one of elements, scan, maps, history, jobs and so on.

        Raises
        ------
        KeyError
            If there is no such dock.
        """
        if name in PIGMENT_DOCKS:
            self.pigments.show_panel(name)
            return
        self.docks[name].show()
        self.docks[name].raise_()

    def fit_to_screen(self) -> None:
        """Become no larger than what the desktop leaves free, the frame included."""
        free = self.screen().availableGeometry().size()
        frame = QSize(*FRAME)
        self.resize(self.size().boundedTo(free - frame))

    def set_theme(self, chosen: theme.Theme) -> None:
        """Dress the program, and remember it."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply_theme(application, chosen)
        self.window_actions.set_theme(chosen)
        self.preferences.update(theme=chosen.value)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up what is running, save the settings and leave within three seconds.

        Where a pigment was edited and not saved, the user is asked first.
        """
        if not (self.batch.may_close() and self.pigments.may_close()):
            event.ignore()
            return
        self.picture.stop()
        self.busy_bar.stop()
        self.pigments.stop()
        self.synthesis.close()
        self.batch.close()
        self.comparing.close()
        self.recolouring.close()
        self.preferences.remember_display(self.session.display)
        self.preferences.update(spectrum_log=self.session.spectrum_log)
        self.jobs.close(CLOSE_TIMEOUT_S)
        self.preferences.save()
        if self.preferences.is_kept:
            self._keep_place()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            _accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        _accept_copy(event)
        self.open_files([Path(url.toLocalFile()) for url in urls])

    def _create_centre(self) -> None:
        self.message_bar = MessageBar()
        self.busy_bar = BusyBar(self.jobs.model)
        self.map_view = MapView()
        self.spectrum_view = SpectrumView()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        asked = self.pigments.to_ask, self.pigments.asking.instrument
        self.recolouring = Recolouring(
            self.session, self.jobs, self.preferences, self.map_view, asked, self
        )
        self.recolouring.source_of = self.opener.source_of
        self.splitter.addWidget(self.recolouring.showing.splitter)
        self.splitter.addWidget(self.spectrum_view)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message_bar)
        layout.addWidget(self.busy_bar)
        layout.addWidget(self.splitter, 1)
        self.setCentralWidget(centre)
        self.picture = Picture(
            self.session, self.jobs, self.map_view, self.spectrum_view, parent=self
        )
        views = self.map_view, self.spectrum_view
        self.clusters = Clustering(self.session, self.jobs, self.preferences, views, self)
        known = self.pigments.libraries, self.pigments.instruments
        self.unmixing = Unmixing(
            self.session, self.jobs, self.preferences, known, self.map_view, self
        )

    def _create_docks(self) -> None:
        self.elements_panel = ElementsPanel(self.session)
        self.scan_panel = ScanPanel(self.session)
        self.maps_panel = MapsPanel(self.session)
        self.history_panel = HistoryPanel(self.session)
        self.jobs_panel = JobsPanel(self.jobs.model)
        self.docks = {
            name: self._dock(name, title, panel)
            for name, title, panel in (
                ("elements", self.tr("Elements"), self.elements_panel),
                ("scan", self.tr("Scan"), self.scan_panel),
                ("maps", self.tr("Maps"), self.maps_panel),
                ("history", self.tr("History"), self.history_panel),
                ("jobs", self.tr("Jobs"), self.jobs_panel),
                ("clusters", self.tr("Clusters"), self.clusters.panel),
                ("unmixing", self.tr("Unmixing"), self.unmixing.panel),
                ("recolour", self.tr("Recolour"), self.recolouring.panel),
                ("pigments", self.tr("Pigments"), self.pigments.panel),
                ("candidates", self.tr("What could this be?"), self.pigments.candidates),
            )
        }
        self.pigments.attach({name: self.docks[name] for name in PIGMENT_DOCKS})

    def _dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{name}")
        dock.setWidget(panel)
        return dock

    def _arrange(self) -> None:
        docks = self.docks
        right = Qt.DockWidgetArea.RightDockWidgetArea
        # stacked one by one: five docks below each other would make the window taller for good
        self.addDockWidget(right, docks["elements"])
        self.addDockWidget(right, docks["maps"], Qt.Orientation.Vertical)
        self.tabifyDockWidget(docks["elements"], docks["scan"])
        self.tabifyDockWidget(docks["maps"], docks["history"])
        self.tabifyDockWidget(docks["maps"], docks["jobs"])
        for name in RESULT_DOCKS:
            docks[name].hide()
            self.tabifyDockWidget(docks["maps"], docks[name])
        docks["recolour"].hide()
        self.tabifyDockWidget(docks["elements"], docks["recolour"])
        docks["elements"].raise_()
        docks["maps"].raise_()
        self._arrange_pigments()
        self.resize(*SIZE)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([docks["elements"]], [DOCK_WIDTH], across)
        self.resizeDocks([docks["elements"], docks["maps"]], list(DOCK_HEIGHTS), down)

    def _arrange_pigments(self) -> None:
        """Put the docks of the pigments on the left, out of sight until they are asked for."""
        first, second = (self.docks[name] for name in PIGMENT_DOCKS)
        # hidden before they are placed: the window would else keep room for them
        first.hide()
        second.hide()
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
        self.tabifyDockWidget(first, second)

    def _keep_place(self) -> None:
        kept = window_settings()
        kept.setValue("geometry", self.saveGeometry())
        kept.setValue("docks", self.saveState())
        kept.setValue("splitter", self.splitter.saveState())
        kept.sync()

    def _restore(self) -> None:
        if not self.preferences.is_kept:
            return
        kept = window_settings()
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("docks", self.restoreState),
            ("splitter", self.splitter.restoreState),
        ):
            state = kept.value(name)
            if isinstance(state, QByteArray):
                restore(state)

    def _connect_session(self) -> None:
        self.session.scan_changed.connect(self._on_scan_changed)
        self.session.display_changed.connect(self.window_actions.display_controls.set_display)
        may_fail = self.jobs, self.opener, self.picture, self.pigments, self.synthesis
        for part in (*may_fail, self.comparing, self.recolouring):
            part.failed.connect(self.message_bar.show_error)
        for writer in (self.exporter, self.pigments, self.comparing, self.recolouring):
            writer.written.connect(self._on_written)
        for teller in (self.pigments, self.batch):
            teller.told.connect(self.message_bar.show_message)
        self.picture.elements_found.connect(self.elements_panel.set_found)
        self.picture.elements_found.connect(self.clusters.set_elements)
        self._connect_clusters()
        self._connect_unmixing()
        self._connect_recolouring()
        self.synthesis.written.connect(self.open_file)
        self.elements_panel.line_chosen.connect(self.window_actions.place_line)
        self.maps_panel.export_requested.connect(self.exporter.export_maps)
        self.jobs_panel.cancel_requested.connect(self.jobs.cancel)
        self.busy_bar.cancel_requested.connect(self.jobs.cancel)
        self.opener.opened.connect(self._on_opened)
        self._on_scan_changed(self.session.scan)

    def _connect_clusters(self) -> None:
        clusters = self.clusters
        clusters.found.connect(partial(self._show_result, "clusters"))
        clusters.written.connect(self._on_written)
        clusters.step_changed.connect(partial(self.history_panel.set_result, "clusters"))
        clusters.spectrum_chosen.connect(self.pigments.asking.set_summed)
        clusters.ask_requested.connect(self.pigments.show_candidates)
        clusters.make_requested.connect(self.pigments.ask_make_pigment)
        # the map of an element that is chosen already is asked for as well
        self.elements_panel.line_chosen.connect(clusters.show_map)

    def _connect_unmixing(self) -> None:
        unmixing = self.unmixing
        unmixing.found.connect(partial(self._show_result, "unmixing"))
        unmixing.failed.connect(self.message_bar.show_error)
        unmixing.written.connect(self._on_written)
        unmixing.step_changed.connect(partial(self.history_panel.set_result, "unmixing"))
        self.elements_panel.line_chosen.connect(unmixing.show_map)

    def _connect_recolouring(self) -> None:
        recolouring = self.recolouring
        recolouring.shown.connect(partial(self._show_result, "recolour"))
        recolouring.told.connect(self.message_bar.show_message)
        recolouring.step_changed.connect(partial(self.history_panel.set_result, "recolour"))
        self.docks["recolour"].visibilityChanged.connect(recolouring.set_visible)
        self.elements_panel.line_chosen.connect(recolouring.showing.show_map)

    def _show_result(self, name: str) -> None:
        """Bring what was found to the front, the first time with room for all of it."""
        dock, is_below = self.docks[name], name in RESULT_DOCKS
        was_hidden = all(self.docks[i].isHidden() for i in (RESULT_DOCKS if is_below else (name,)))
        self.show_view(name)
        if was_hidden and not dock.isFloating():
            docks = [self.docks["elements"], dock] if is_below else [dock, self.docks["maps"]]
            heights = RESULT_HEIGHTS if is_below else RECOLOUR_HEIGHTS
            self.resizeDocks(docks, list(heights), Qt.Orientation.Vertical)

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        self.setWindowTitle("Velatura" if scan is None else f"{scan.cube.name} – Velatura")
        source = self.opener.source_of(scan)
        self.scan_panel.set_notes(() if source is None else source.notes)

    @Slot(object)
    def _on_opened(self, opened: OpenedFile) -> None:
        self.preferences.update(last_open_folder=str(opened.path.parent))
        # answers given while opening must outlive a computer that is switched off
        problem = self.preferences.save()
        if problem is not None:
            self.message_bar.show_error(problem)

    @Slot(object)
    def _on_written(self, target: Path) -> None:
        self.message_bar.show_message(self.tr("Saved {}").format(target.name), str(target.parent))


def _accept_copy(event: QDropEvent) -> None:
    """Take what is dragged without moving it: whoever offers a move may delete the file after."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
