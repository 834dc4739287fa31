"""What the program tells its user: the message bar, and the report of an error in the program."""

import contextlib
import faulthandler
import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import app
from app import paths
from app.errors import AppError
from app.gui.dialogs.report import ReportDialog

LOG_NAME = "velatura.log"
CRASH_NAME = "crash.log"
LOG_BYTES = 1_000_000
LOG_FILES = 3
# long enough to read one line; failures stay until they are closed
MESSAGE_MS = 8000

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("app.qt")


class MessageBar(QFrame):
    """A line above the picture that tells what failed and what to do; it never blocks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._icon = QLabel()
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._text = QLabel()
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setAutoRaise(True)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton)
        close.setIcon(icon)
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 6, 6)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown now: title, message and hint."""
        return f"{self._title.text()} {self._text.text()}".strip()

    @Slot(object)
    def show_error(self, error: AppError) -> None:
        """Show a failure with what to do about it."""
        _log.warning("%s %s", error, error.hint)
        self._show(
            error.title,
            f"{error.message}\n{error.hint}".strip(),
            QStyle.StandardPixmap.SP_MessageBoxWarning,
        )

    def show_message(self, title: str, text: str = "") -> None:
        """Show something worth knowing that is no failure; it leaves by itself."""
        _log.info("%s %s", title, text)
        self._show(title, text, QStyle.StandardPixmap.SP_MessageBoxInformation)
        self._leaving.start(MESSAGE_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget that it was about to leave."""
        self._leaving.stop()
        super().hideEvent(event)

    def _show(self, title: str, text: str, symbol: QStyle.StandardPixmap) -> None:
        self._leaving.stop()
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._icon.setPixmap(self.style().standardIcon(symbol).pixmap(20, 20))
        self.show()


class ErrorReporter(QObject):
    """Takes exceptions that nobody expected, from any thread; the program stays open.

    Each is logged and shown in one report; the same error twice in a row is shown once.
    """

    reported = Signal(str)
    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        self._dialog: ReportDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        # queued: an exception may arise in a worker, or in the middle of painting
        self._caught.connect(self.report, Qt.ConnectionType.QueuedConnection)

    @property
    def dialog(self) -> ReportDialog | None:
        """The report on screen, if there is one."""
        return self._dialog

    def install(self) -> None:
        """Become the place where unexpected exceptions of all threads end."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Put back what handled them before."""
        sys.excepthook, threading.excepthook = self._before

    @Slot(object)
    def report(self, error: BaseException) -> None:
        """Log an exception and show its report, unless it is the one shown last."""
        text = "".join(traceback.format_exception(error))
        _log.critical("unexpected error\n%s", text)
        if text == self._last:
            return
        self._last = text
        if self._dialog is not None:
            self._dialog.close()
        self._dialog = ReportDialog(str(error) or type(error).__name__, environment(), text)
        self._dialog.show()
        self.reported.emit(text)

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._caught.emit(error.with_traceback(trace))

    def _on_thread_exception(self, details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            self._caught.emit(details.exc_value)


@contextlib.contextmanager
def qt_messages_logged() -> Iterator[None]:
    """Write what Qt has to say to the log instead of the terminal."""
    before = qInstallMessageHandler(_log_qt_message)
    try:
        yield
    finally:
        # taken back before the interpreter ends: Qt goes on talking while it is torn down
        qInstallMessageHandler(before)


def environment() -> str:
    """Versions and system, for a report; nothing about the user or the files."""
    import numpy as np
    import PySide6

    return "\n".join(
        (
            f"Velatura {app.__version__}",
            f"Python {platform.python_version()}, numpy {np.__version__}",
            f"PySide {PySide6.__version__}, Qt {qVersion()}",
            f"{platform.system()} {platform.release()} ({platform.machine()})",
        )
    )


def _log_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    is_grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    _qt_log.log(logging.ERROR if is_grave else logging.INFO, "%s", text)


def start_logging() -> Path:
    """Log into the user's log folder: at most three files of 1 MB each, and one for crashes.

    Returns
    -------
    Path
        The log file.
    """
    folder = paths.log_dir()
    path = folder / LOG_NAME
    root = logging.getLogger("app")
    known = [item for item in root.handlers if getattr(item, "baseFilename", "") == str(path)]
    if not known:
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8", delay=True
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
    if not faulthandler.is_enabled():
        # stays open for as long as the program runs: it is written to while the program dies
        faulthandler.enable((folder / CRASH_NAME).open("a", encoding="utf-8"))
    return path
