"""The application the window tests run in: the same look on every machine."""

from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QLocale, QPointF, QStandardPaths, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.gui import theme

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Excuse the one warning that the offscreen platform gives for every window shown."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))


@pytest.fixture(scope="session")
def qapp(qapp):
    """Fusion, C locale, bundled typeface, row-major pictures, no real user folders."""
    QStandardPaths.setTestModeEnabled(True)
    QLocale.setDefault(QLocale.c())
    # every move counts: the plots would otherwise drop moves that come too fast for a hand
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False, mouseRateLimit=-1)
    assert theme.load_fonts(qapp)
    theme.apply_theme(qapp, theme.Theme.DARK)
    return qapp


@pytest.fixture(autouse=True)
def garbage_waits():
    """Collect between tests only, in this thread: as the program does between events."""
    import gc

    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def no_key_is_held():
    """Let go of Ctrl and Shift after each test: Qt remembers those of the last event sent."""
    yield
    app = QApplication.instance()
    if app is None or QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
        return
    widget = QWidget()
    QTest.keyRelease(widget, Qt.Key.Key_Control, Qt.KeyboardModifier.NoModifier)
    widget.deleteLater()


@pytest.fixture
def dark(qapp):
    """Leave the dark theme behind, whatever the test puts on."""
    yield
    theme.apply_theme(qapp, theme.Theme.DARK)


@pytest.fixture
def mouse(qapp):
    """Press, move and release on a widget, point by point, as a hand does."""
    return Mouse()


class Mouse:
    """Sends mouse events whose buttons are right, which plots look at while dragging."""

    def move(self, widget, point, buttons=Qt.MouseButton.NoButton):
        self._send(widget, QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, buttons)

    def press(self, widget, point, button=Qt.MouseButton.LeftButton):
        self._send(widget, QEvent.Type.MouseButtonPress, point, button, button)

    def release(self, widget, point, button=Qt.MouseButton.LeftButton):
        none = Qt.MouseButton.NoButton
        self._send(widget, QEvent.Type.MouseButtonRelease, point, button, none)

    def click(self, widget, point, button=Qt.MouseButton.LeftButton):
        self.press(widget, point, button)
        self.release(widget, point, button)

    def double_click(self, widget, point, button=Qt.MouseButton.LeftButton):
        self.click(widget, point, button)
        self._send(widget, QEvent.Type.MouseButtonDblClick, point, button, button)
        self.release(widget, point, button)

    def drag(self, widget, start, end, button=Qt.MouseButton.LeftButton, steps=5):
        self.move(widget, start)
        self.press(widget, start, button)
        for step in range(1, steps + 1):
            share = step / steps
            point = (
                start[0] + (end[0] - start[0]) * share,
                start[1] + (end[1] - start[1]) * share,
            )
            self.move(widget, point, button)
        self.release(widget, end, button)

    def _send(self, widget, kind, point, button, buttons):
        place = QPointF(*point)
        event = QMouseEvent(
            kind,
            place,
            QPointF(widget.mapToGlobal(place)),
            button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)


@pytest.fixture
def make_scan():
    """Make a small scan of known counts: 5 rows, 7 columns, 64 channels of 0.2 keV.

    Pixel (row, col) holds `row + 1` counts in channel 32 (Fe Kα) and `col` in channel 40.
    """
    import numpy as np

    from app.core.axis import EnergyAxis
    from app.core.cube import SpectralCube
    from app.core.prefix import prefix_of
    from app.core.scan import Scan

    usual = EnergyAxis(0.0, 0.2)

    def make(name="hands", *, axis=usual, row_step=1):
        counts = np.zeros((5, 7, 64), np.uint16)
        counts[:, :, 32] = np.arange(1, 6)[:, None]
        counts[:, :, 40] = np.arange(7)[None, :]
        seen = counts[::row_step]
        spectra = counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1))
        cube = SpectralCube(counts, axis, name=name, format="test")
        return Scan(cube, prefix_of(seen), *spectra, row_step=row_step)

    return make


@pytest.fixture
def make_window(qtbot, dark):
    """Make whole windows; they are closed afterwards, and then nothing of theirs still ticks."""
    from PySide6.QtCore import QCoreApplication, QTimer

    from app.gui.job_manager import JobManager
    from app.gui.main_window import MainWindow
    from app.gui.preferences import Preferences
    from app.gui.session import Session

    windows = []

    def make(preferences=None):
        window = MainWindow(Session(), JobManager(), preferences or Preferences())
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.close()
        timers = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
        assert timers == []
        window.deleteLater()
    # at once: windows of earlier tests would be dressed anew with every theme put on
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window):
    """The whole window with nothing open."""
    return make_window()


@pytest.fixture
def scan_file(tmp_path):
    """A scan as its scanner's software saves it: 5 rows, 7 columns, 64 channels."""
    import numpy as np

    counts = np.zeros((5, 7, 64), np.uint16)
    counts[:, :, 32] = np.arange(1, 6)[:, None]
    path = tmp_path / "hands.npz"
    np.savez(path, cube=counts, kev_slope=0.2, kev_offset=0.0)
    return path


@pytest.fixture
def opened(window, qtbot):
    """Open a file in the window and wait until everything that follows is done."""

    def open_file(path):
        with qtbot.waitSignal(window.jobs.idle):
            window.open_files([path])
        return window.session.scan

    return open_file


@pytest.fixture
def own_scan(tmp_path, make_scan):
    """A scan in a file of its own, and the scan as it is opened from it."""
    from app.core.progress import no_progress
    from app.engine.exports import write_cube
    from app.io import store

    path = tmp_path / "own.h5"
    write_cube(make_scan().cube, path, no_progress)
    return path, store.open_scan(path)


@pytest.fixture
def make_pigment():
    """Make a pigment; without more it is a red earth of hematite."""
    from app.core.pigments import ColourGroup, Component, Pigment

    def make(name="Red ochre", formula="Fe2O3", **values):
        usual = {
            "id": name.lower().replace(" ", "-"),
            "name": name,
            "group": ColourGroup.RED,
            "components": (Component(formula),) if formula else (),
            "density_g_cm3": 5.2,
            "srgb": (150, 60, 40),
        }
        return Pigment(**(usual | values))

    return make


@pytest.fixture
def libraries(tmp_path, make_pigment):
    """Libraries with two shipped pigments, azurite and madder, and a folder of their own."""
    from app.core.pigments import ColourGroup
    from app.engine.pigment_libraries import Libraries
    from app.io.pigment_archive import LibraryContent

    azurite = make_pigment(
        "Azurite",
        "2CuCO3·Cu(OH)2",
        group=ColourGroup.BLUE,
        density_g_cm3=3.8,
        srgb=(40, 90, 160),
        synonyms=("Mountain blue",),
        period="Antiquity to 18th century",
        to_year=1800,
    )
    madder = make_pigment("Madder lake", "", density_g_cm3=1.6, srgb=(170, 30, 60))
    content = LibraryContent("Velatura", "1", (azurite, madder))

    class Known(Libraries):
        def shipped(self):
            return content

    return Known(tmp_path / "pigments")


@pytest.fixture
def undo_for(libraries):
    """Make the router of a session's undo; nothing belongs to the pigments."""
    from app.gui.pigment_desk import PigmentDesk
    from app.gui.undo_router import UndoRouter

    def make(session, parent, belongs=lambda widget: False):
        return UndoRouter(session, PigmentDesk(libraries, parent), belongs, parent)

    return make


@pytest.fixture
def make_candidate(make_pigment):
    """Make a candidate of a pigment's name, lines for and against it, and names of its twins."""
    from app.core.candidates import Candidate
    from app.core.emission import line
    from app.core.evidence import LineEvidence

    def make(name, score, supporting=(), missing=(), same_as=(), remark=""):
        return Candidate(
            make_pigment(name),
            score,
            tuple(LineEvidence(line(key), 900.0, 100.0, 9.0) for key in supporting),
            tuple(LineEvidence(line(key), 0.0, 100.0, 0.0) for key in missing),
            tuple(same_as),
            remark=remark,
        )

    return make


@pytest.fixture
def report(make_candidate, make_pigment):
    """Two iron pigments that are one to XRF, vermilion with a line missing, and madder."""
    from app.core.candidates import CandidateReport

    return CandidateReport(
        (
            make_candidate("Haematite", 0.8, ("Fe_Ka", "Fe_Kb"), same_as=("Goethite",)),
            make_candidate("Vermilion", 0.2, ("Hg_La",), ("Hg_Lb",), remark="Sulfur is hidden."),
            make_candidate("Goethite", 0.1, ("Fe_Ka",), same_as=("Haematite",)),
        ),
        (),
        (make_pigment("Madder lake", ""),),
        ("Fe alone cannot say which it is.",),
    )


@pytest.fixture
def recolour_card(plain_card):
    """Make the card of a network of four channels, which also says how sure and how new."""
    from app.core.recolouring.card import card_from_plain

    def make(**changes):
        outputs = [
            {"name": "rgb", "kind": "rgb"},
            {"name": "log_var", "kind": "log_variance"},
            {"name": "novelty", "kind": "novelty"},
        ]
        trained = {"tube_anode": ["Rh"], "note": "spectra made for tests"}
        return card_from_plain(plain_card(outputs=outputs, trained_on=trained, **changes))

    return make


@pytest.fixture
def made_networks():
    """The networks that stand for processes, in the order they were started."""
    return []


@pytest.fixture
def network_keeper(made_networks):
    """A keeper of networks that compute here instead of in a process.

    Red is 0.2, green grows with the counts, blue is 0.6; the variance is that of 0.1, novelty 0.3.
    """
    import threading
    import zlib

    import numpy as np

    from app.engine.network import Network, NetworkFacts
    from app.engine.network_keeper import NetworkKeeper

    class Counted(Network):
        def __init__(self, *told, **more):
            self.runs, self.is_closed, self.error = 0, False, None
            self.may_go = threading.Event()
            self.may_go.set()
            super().__init__(*told, **more)
            made_networks.append(self)

        def _start(self, check):
            check()
            shapes = {item.name: ("N", item.channels) for item in self.card.inputs}
            sha = f"{zlib.crc32(self.path.read_bytes()):08x}" * 8
            self._facts = NetworkFacts(shapes, {item.name: None for item in self.card.outputs}, sha)
            self._provider, self._memory_mb, self._base_memory_mb = "cpu", 100.0, 100.0
            # there is none to be ended
            self._process = object()

        def _end(self):
            """Leave all as it is: there is no process."""

        def _run(self, inputs, check):
            while not self.may_go.wait(0.005):
                check()
            check()
            if self.error is not None:
                raise self.error
            self.runs += 1
            counts = next(iter(inputs.values())).sum(axis=1)
            ones = np.ones_like(counts)
            told = {
                "rgb": np.stack([0.2 * ones, np.clip(counts / 20, 0, 1), 0.6 * ones], axis=1),
                "log_var": np.full((len(counts), 1), 2 * np.log(0.1), np.float32),
                "novelty": np.full((len(counts), 1), 0.3, np.float32),
                "maps": np.stack([counts, 10 - counts], axis=1),
            }
            return {
                item.name: told[item.name].astype(np.float32)
                for item in self.card.outputs
                if item.name in told
            }

        def close(self):
            self.is_closed = True
            self.may_go.set()
            super().close()

    keeper = NetworkKeeper(make=Counted)
    yield keeper
    keeper.close()


@pytest.fixture
def model_folders(tmp_path, make_network, recolour_card):
    """A folder of shipped models with one that has a card, and an empty one of the user's own."""
    from app.engine.model_library import Models
    from app.io.model_files import write_card

    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    (shipped / "four.onnx").write_bytes(make_network())
    write_card(recolour_card(), shipped / "four.onnx")
    return Models(own=own, shipped=shipped)
