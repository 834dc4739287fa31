"""Making the program's window, and drawing it without a screen."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app import settings
from app.core.region import Region
from app.errors import AppError, WriteError
from app.gui.dialogs.clusters import ClusterChoice
from app.gui.dialogs.unmixing import UnmixChoice
from app.gui.garbage import GarbageCollector
from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.messages import ErrorReporter, qt_messages_logged, start_logging
from app.gui.opening import Ask
from app.gui.preferences import Preferences
from app.gui.recolour_shelf import is_model_file
from app.gui.session import Session
from app.gui.session_state import SessionState
from app.gui.theme import Theme, app_icon, apply_theme, load_fonts
from app.io.formats import OpenOptions
from app.settings import Settings

RENDER_TIMEOUT_MS = 300_000
# long enough for the layout and the views' own deferred work to come to rest
SETTLE_MS = 300


class FileOpenFilter(QObject):
    """Hears of files that the desktop asks the running program to open, as macOS does."""

    file_asked = Signal(object)  # Path

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the desktop's events and leave all others."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_asked.emit(Path(event.file()))
            return True
        return super().eventFilter(watched, event)


def create_application(argv: Sequence[str], theme: Theme = Theme.DARK) -> QApplication:
    """The one QApplication, dressed: Fusion style, bundled typeface, theme, row-major pictures.

    An application that is there already is dressed and given back.
    """
    import pyqtgraph as pg

    # read when a picture is made, so it must be set before the first one
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    application.setApplicationName("velatura")
    application.setApplicationDisplayName("Velatura")
    application.setWindowIcon(app_icon())
    load_fonts(application)
    apply_theme(application, theme)
    return application


def create_window(loaded: Settings, *, is_kept: bool = True) -> MainWindow:
    """A window with a session, jobs and preferences of its own.

    Parameters
    ----------
    loaded
        The settings to start with.
    is_kept
        Whether settings and the window's place are written when it closes.
    """
    preferences = Preferences(loaded, is_kept=is_kept)
    state = SessionState(display=preferences.display(), spectrum_log=loaded.spectrum_log)
    return MainWindow(Session(state), JobManager(), preferences)


def run_window(files: Sequence[Path], options: OpenOptions | None = None) -> int:
    """Show the window, open files in it, and stay until it is closed.

    Parameters
    ----------
    options
        How to open them; None asks for what a file does not say.

    Returns
    -------
    int
        Exit code of the event loop, 0 when the window was closed.
    """
    start_logging()
    with qt_messages_logged():
        return _run(files, options)


def _run(files: Sequence[Path], options: OpenOptions | None) -> int:
    loaded, problem = settings.load()
    application = create_application(["velatura"], _theme(loaded.theme))
    reporter = ErrorReporter()
    reporter.install()
    window = create_window(loaded)
    window.jobs.crashed.connect(reporter.report)
    asked = FileOpenFilter(application)
    asked.file_asked.connect(window.open_file)
    application.installEventFilter(asked)
    window.fit_to_screen()
    window.show()
    if problem is not None:
        window.message_bar.show_error(problem)
    window.open_files(files, options=options)
    try:
        with GarbageCollector():
            return application.exec()
    finally:
        reporter.remove()


def render_window(
    files: Sequence[Path],
    out: Path,
    *,
    options: OpenOptions | None = None,
    size: tuple[int, int] = (1280, 800),
    theme: str = "dark",
    scale: float = 1.0,
    view: str = "maps",
    element: str | None = None,
    kept: Sequence[str] = (),
    region: Region | None = None,
    pigment: str = "",
    other: Path | None = None,
    model: str = "",
) -> None:
    """Open a scan in the real window and write a picture of it.

    Parameters
    ----------
    files, options
        The scan and how to open it; None takes what is usual for what a file does not say. The
        user's settings are neither read nor changed.
    out
        PNG file, replaced if it is there.
    size, scale
        Width and height of the window, pixels, and pixels of the picture for each of them.
    theme
        "dark" or "light".
    view
        The panel in front: "maps", "elements", "scan", "history", "jobs", "pigments",
        "candidates", "clusters", "unmixing" or "recolour", the last three of which work it out
        then; in place of the window "comparison" shows the scan beside `other`, "batch" batches.
    element
        Emission line to place the energy window on, as "Fe" or "Pb_La".
    kept
        Emission lines whose maps are kept, shown in the Maps dock.
    region
        Area to choose in the picture, which is what candidates are shown for.
    pigment
        Name of the pigment to choose in the Pigments dock.
    other
        The scan to compare with.
    model
        With "recolour": the model to recolour with, by its name or path; without one the first
        that suits the scan, where there is any.

    Raises
    ------
    AppError
        If the scan cannot be opened or the picture cannot be written.
    """
    with _drawable(size, theme) as window:
        _open_and_wait(window, files, options)
        _choose(window, kept, element, region)
        if view == "recolour":
            _recolour(window, model)
        shown = _show(window, view, pigment, other)
        _rest(window)
        _save(_picture_of(shown, scale), out)


@contextmanager
def _drawable(size: tuple[int, int], theme: str) -> Iterator[MainWindow]:
    """A window that is drawn without a screen, closed in the end."""
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with qt_messages_logged():
        create_application(["velatura"], _theme(theme))
        window = create_window(Settings(theme=_theme(theme).value), is_kept=False)
        try:
            with GarbageCollector():
                window.resize(*size)
                window.show()
                yield window
        finally:
            window.close()


def _choose(
    window: MainWindow, kept: Sequence[str], element: str | None, region: Region | None
) -> None:
    """Keep maps, place the energy window and choose a region, as a user would."""
    for key in kept:
        window.session.place_line(key)
        window.session.keep_map()
    if element:
        window.session.place_line(element)
    if region is not None:
        window.session.set_region(region)


def _show(window: MainWindow, view: str, pigment: str, other: Path | None) -> QWidget:
    """Bring a panel to the front, wait for what it works out, and give what is to be drawn."""
    if view == "clusters":
        # they come to the front when they are found
        window.clusters.run(ClusterChoice())
    elif view == "unmixing":
        window.unmixing.run(UnmixChoice())
    elif view == "comparison" and other is not None:
        return _compared(window, other)
    elif view == "batch":
        return _batch(window)
    else:
        window.show_view(view)
    if pigment:
        window.pigments.choose_named(pigment)
    _wait_for_jobs(window)
    return window


def _recolour(window: MainWindow, model: str) -> None:
    """Show the models, and recolour by one of them; without a name by the first that suits."""
    errors: list[BaseException] = []
    for signal in (window.jobs.failed, window.jobs.crashed):
        signal.connect(errors.append)
    recolouring = window.recolouring
    recolouring.show()
    if is_model_file(Path(model)):
        recolouring.drop(Path(model).absolute())
    _wait_for_jobs(window)
    if model:
        recolouring.shelf.choose_named(model)
    recolouring.run()
    _wait_for_jobs(window)
    if errors:
        raise errors[0]


def _compared(window: MainWindow, other: Path) -> QWidget:
    """The comparison with another scan, as large as the window."""
    errors: list[BaseException] = []
    for signal in (window.jobs.failed, window.jobs.crashed, window.comparing.failed):
        signal.connect(errors.append)
    window.comparing.open(other, OpenOptions())
    _wait_for_jobs(window)
    if errors:
        raise errors[0]
    if not window.comparing.dialogs:
        raise AppError(
            "The comparison could not be shown.",
            f"{other.name}: it was still being read after {RENDER_TIMEOUT_MS // 1000} s.",
            "Open it in the window once; after that it opens at once.",
            path=other,
        )
    dialog = window.comparing.dialogs[-1]
    dialog.resize(window.size())
    return dialog


def _batch(window: MainWindow) -> QWidget:
    """The window for batches with the open scan in it, and what was done to that."""
    dialog = window.batch.open()
    dialog.open_scan_requested.emit()
    _wait_for_jobs(window)
    window.batch.take_recipe()
    _wait_for_jobs(window)
    dialog.resize(window.size())
    return dialog


def _save(picture: QPixmap, out: Path) -> None:
    if not picture.save(str(out), "PNG"):
        raise WriteError(
            f"Cannot write {out.name}.",
            f"{out}: the picture could not be saved.",
            "Choose a folder you may write to.",
            path=out,
        )


def _open_and_wait(window: MainWindow, files: Sequence[Path], options: OpenOptions | None) -> None:
    """Open a scan with the real jobs and wait for its end."""
    if not files:
        return
    errors: list[BaseException] = []
    loop = QEventLoop()
    window.jobs.failed.connect(errors.append)
    window.jobs.crashed.connect(errors.append)
    window.opener.failed.connect(errors.append)
    window.jobs.idle.connect(loop.quit)
    deadline = QTimer()
    deadline.setSingleShot(True)
    deadline.timeout.connect(loop.quit)
    deadline.start(RENDER_TIMEOUT_MS)
    window.open_files(files[:1], Ask.NEVER, options)
    loop.exec()
    deadline.stop()
    if errors:
        raise errors[0]
    if window.session.scan is None:
        raise AppError(
            "The scan could not be shown.",
            f"{files[0].name}: it was still being read after {RENDER_TIMEOUT_MS // 1000} s.",
            "Open it in the window once; after that it opens at once.",
            path=files[0],
        )


def _wait_for_jobs(window: MainWindow) -> None:
    """Wait for what was begun in the background by choosing something."""
    if not window.jobs.has_any:
        return
    loop = QEventLoop()
    window.jobs.idle.connect(loop.quit)
    QTimer.singleShot(RENDER_TIMEOUT_MS, loop, loop.quit)
    loop.exec()


def _picture_of(window: QWidget, scale: float) -> QPixmap:
    picture = QPixmap(round(window.width() * scale), round(window.height() * scale))
    picture.setDevicePixelRatio(scale)
    window.render(picture)
    return picture


def _rest(window: MainWindow) -> None:
    """Let the window lay itself out and paint."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, window, loop.quit)
    loop.exec()


def _theme(name: str) -> Theme:
    try:
        return Theme(name)
    except ValueError:
        return Theme.DARK
