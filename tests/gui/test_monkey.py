"""Hundreds of random things a user may do, in any order: the window never contradicts itself."""

import gc
import random
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.display import COLOUR_MAPS, MapDisplay, Scale
from app.core.prefix import prefix_of
from app.core.region import Region
from app.core.scan import Scan
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.session import UNDO_LIMIT, Session
from app.gui.session_state import CURVES
from app.gui.theme import Theme

CYCLES = 60
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Monkey:
    """Does one random thing after another with a window; every `do_` method is one of them."""

    def __init__(self, window, scans, mouse, qtbot, seed):
        self.window, self.session = window, window.session
        self._scans, self._mouse, self._qtbot = scans, mouse, qtbot
        self._random = random.Random(seed)
        self._ways = [name for name in dir(self) if name.startswith("do_")]

    def act(self):
        """Do something, and give back what it was."""
        way = self._random.choice(self._ways)
        try:
            getattr(self, way)()
        except AppError as refusal:
            # a refusal in words is an answer; anything else is a mistake
            way = f"{way}: {refusal.title}"
        QCoreApplication.processEvents()
        return way

    def do_open_a_scan(self):
        if self._random.random() < 0.3:
            self.session.open_scan(self._random.choice(self._scans))

    def do_drag_across_the_spectrum(self):
        viewport = self.window.spectrum_view.plot.viewport()
        self._mouse.drag(viewport, self._place(viewport), self._place(viewport), steps=4)

    def do_press_window_keys(self):
        keys = self._random.choice(ARROWS), self._random.choice(MODIFIERS)
        for _ in range(self._random.randint(1, 4)):
            self._qtbot.keyClick(self.window.spectrum_view, *keys)

    def do_enter_a_window(self):
        controls = self.window.spectrum_view.controls
        for spin in self._random.sample((controls._centre_spin, controls._width_spin), 2):
            spin.setValue(self._random.uniform(spin.minimum(), spin.maximum()))

    def do_choose_an_element(self):
        buttons = self.window.elements_panel.picker.buttons
        buttons[self._random.choice(("Ca", "Fe", "Cu", "Pb", "Au", "H", "U"))].click()

    def do_trigger(self):
        names = ("fit", "log", "clear_region", "region_tool")
        self._trigger(self._random.choice(names))

    def do_keep_maps(self):
        for _ in range(self._random.randint(1, 3)):
            self._trigger("keep")

    def do_undo_or_redo(self):
        name = self._random.choice(("undo", "undo", "redo"))
        for _ in range(self._random.randint(1, 5)):
            self._trigger(name)

    def do_drag_in_the_map(self):
        viewport = self.window.map_view.canvas.viewport()
        self._mouse.drag(viewport, self._place(viewport), self._place(viewport), steps=3)

    def do_click_in_the_map(self):
        viewport = self.window.map_view.canvas.viewport()
        self._mouse.click(viewport, self._place(viewport))

    def do_press_map_keys(self):
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_Plus)
        self._qtbot.keyClick(self.window.map_view, self._random.choice(keys))

    def do_draw_a_region_beyond_the_picture(self):
        row, col = self._random.randint(0, 6), self._random.randint(0, 9)
        self.window.map_view.region_drawn.emit(Region(row, row + 2, col, col + 3))

    def do_change_the_display(self):
        low = self._random.choice((0.0, 1.0, 30.0))
        self.session.set_display(
            MapDisplay(
                self._random.choice(tuple(COLOUR_MAPS)),
                self._random.choice(tuple(Scale)),
                low,
                self._random.choice((low + 10.0, 100.0)),
                inverted=self._random.random() < 0.5,
            )
        )

    def do_step_a_percentile(self):
        controls = self.window.window_actions.display_controls
        self._random.choice((controls.low, controls.high)).stepBy(self._random.choice((-1, 1)))

    def do_toggle_a_curve(self):
        self.session.set_curve_shown(self._random.choice(CURVES), self._random.random() < 0.5)

    def do_give_an_axis(self):
        self.session.set_axis(EnergyAxis(0.0, self._random.choice((0.01, 0.2, 0.25))))

    def do_show_rename_or_delete_a_kept_map(self):
        model = self.window.maps_panel.model
        if not model.rowCount():
            return
        index = model.index(self._random.randrange(model.rowCount()))
        what = self._random.randrange(3)
        if what == 0:
            self.window.maps_panel.view.clicked.emit(index)
        elif what == 1:
            model.setData(index, self._random.choice(("Malachite", "  ", "Ω/:*", "x" * 300)))
        else:
            self.window.maps_panel.view.setCurrentIndex(index)
            self.window.maps_panel.delete_selected()

    def do_switch_the_theme(self):
        if self._random.random() < 0.1:
            self.window.set_theme(self._random.choice((Theme.DARK, Theme.LIGHT)))

    def do_bring_up_a_dock(self):
        self.window.show_view(self._random.choice(tuple(self.window.docks)))

    def do_resize(self):
        self.window.resize(self._random.randint(900, 1500), self._random.randint(600, 1000))

    def _trigger(self, name):
        self.window.window_actions.table[name].trigger()

    def _place(self, widget):
        size = widget.size()
        return (
            self._random.uniform(0, size.width() - 1),
            self._random.uniform(0, size.height() - 1),
        )


def assert_window_shows_the_session(window):
    """What is on screen is what the session says."""
    session, scan = window.session, window.session.scan
    kept = tuple(item.name for item in session.kept)
    model = window.maps_panel.model
    assert model.rows == session.kept
    assert tuple(model.index(row).data() for row in range(model.rowCount())) == kept
    assert window.window_actions.table["undo"].isEnabled() == session.undo_stack.canUndo()
    assert window.window_actions.table["redo"].isEnabled() == session.undo_stack.canRedo()
    assert window.window_actions.display_controls.display == session.display
    assert window.window_actions.table["log"].isChecked() == session.spectrum_log
    assert window.map_view.is_empty == (scan is None)
    if scan is None:
        return
    assert window.windowTitle() == f"{scan.cube.name} – Velatura"
    assert window.spectrum_view.energy_window == session.window
    assert window.map_view.canvas.shape == (scan.cube.rows, scan.cube.cols)
    assert np.array_equal(window.map_view._counts, scan.window_counts(*session.window))
    assert window.map_view._region == session.region
    assert window.map_view._marked == session.pixel
    for item in session.kept:
        assert np.array_equal(item.map.counts, scan.window_counts(item.map.first, item.map.stop))


def shape_scan(name, shape, axis):
    counts = np.random.default_rng(len(name)).poisson(3, shape).astype(np.uint16)
    cube = SpectralCube(counts, axis, name=name, format="test")
    spectra = counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1))
    return Scan(cube, prefix_of(counts), *spectra)


@pytest.fixture
def scans(make_scan):
    """Small scans that differ in all that a window may trip over."""
    return (
        make_scan("hands"),
        make_scan("unknown", axis=None),
        shape_scan("single", (1, 1, 32), EnergyAxis(0.0, 0.5)),
        shape_scan("line", (1, 40, 128), None),
        shape_scan("tall", (30, 3, 256), EnergyAxis(-0.5, 0.1)),
    )


@pytest.fixture
def no_exception(monkeypatch):
    """Collect what would have become an error report."""
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))
    return caught


def new_window():
    return MainWindow(Session(), JobManager(), Preferences(is_kept=False))


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 200), pytest.param(2, 800, marks=pytest.mark.slow)],
)
def test_random_deeds_never_make_window_and_session_differ(
    qtbot, dark, mouse, scans, no_exception, seed, steps
):
    window = new_window()
    crashes = []
    window.jobs.crashed.connect(crashes.append)
    session, begin = window.session, window.session.state
    window.show()
    monkey = Monkey(window, scans, mouse, qtbot, seed)
    deeds, is_full = [], False
    try:
        for _ in range(steps):
            deeds.append(monkey.act())
            is_full = is_full or session.undo_stack.count() == UNDO_LIMIT
            assert not no_exception, deeds[-5:]
            assert_window_shows_the_session(window)
        end, count = session.state, session.undo_stack.index()
        for _ in range(count):
            session.undo_stack.undo()
            assert_window_shows_the_session(window)
        # a stack that was full has forgotten its oldest changes
        assert is_full or session.state == begin
        for _ in range(count):
            session.undo_stack.redo()
        assert session.state == end
        assert_window_shows_the_session(window)
        assert not crashes
        assert len({deed.partition(":")[0] for deed in deeds}) == len(monkey._ways)
    finally:
        window.close()
        window.deleteLater()


def resident_mb():
    status = Path("/proc/self/statm")
    if not status.exists():
        pytest.skip("the size of a process is asked of Linux here")
    return int(status.read_text("ascii").split()[1]) * 4096 / 1e6


def live_for_a_moment(scan, qtbot, mouse):
    window = new_window()
    window.show()
    with qtbot.waitSignal(window.jobs.idle):
        window.session.open_scan(scan)
        window.session.set_region(Region(0, 1, 0, 1))
    viewport = window.spectrum_view.plot.viewport()
    mouse.drag(viewport, (200, 60), (300, 60), steps=2)
    window.session.keep_map()
    window.close()
    window.deleteLater()
    del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_windows_that_were_closed_leave_neither_memory_nor_threads(qtbot, dark, mouse):
    shape, axis = (40, 50, 512), EnergyAxis(0.0, 0.02)
    for _ in range(10):
        live_for_a_moment(shape_scan("first", shape, axis), qtbot, mouse)
    before, threads = resident_mb(), threading.active_count()
    for _ in range(CYCLES):
        live_for_a_moment(shape_scan("next", shape, axis), qtbot, mouse)
    assert threading.active_count() <= threads, threading.enumerate()
    # a scan alone is 6 MB, so one in ten that stayed would be seen
    assert resident_mb() - before < 50.0


def test_scans_that_can_no_longer_be_undone_to_are_let_go():
    session = Session()
    opened = []
    for number in range(UNDO_LIMIT // 4 * 2):
        scan = shape_scan(f"scan {number}", (2, 3, 64), None)
        opened.append(weakref.ref(scan.cube.counts))
        session.open_scan(scan)
        del scan
        for first in range(5):
            session.set_window(first, first + 9)
        session.finish_window()
        session.keep_map()
        session.set_pixel((0, 0))
    gc.collect()
    held = [counts for counts in opened if counts() is not None]
    # opening, dragging, keeping and choosing are four changes
    assert len(held) <= UNDO_LIMIT // 4 + 1
    assert opened[-1]() is session.scan.cube.counts
    left = weakref.ref(session)
    del session
    gc.collect()
    assert left() is None
    assert all(counts() is None for counts in opened)
