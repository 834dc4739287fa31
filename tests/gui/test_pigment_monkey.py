"""Random deeds with pigments and scans in any order: window, desk and files stay one."""

import contextlib
import gc
import random
import sqlite3
import sys
import threading
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox

from app.core.axis import EnergyAxis
from app.core.pigment_search import matches
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.core.region import Region
from app.engine import pigment_libraries
from app.engine.pigment_spectra import with_spectrum
from app.errors import AppError
from app.gui import pigment_parts, recomputing
from app.gui.dialogs.nearest import NearestDialog
from app.gui.pigment_models import ALL, SHIPPED, RowRole
from app.io.pigment_store import PigmentStore

FORMULAS = ("Fe2O3", "2CuCO3·Cu(OH)2", "PbO", "HgS", "TiO2", "", "NotAnElement", "Fe2(")
NAMES = ("Ochre", "Umber", "Smalt", "azurite", "Ω blue", "  ", "x" * 90)
TEXTS = ("", "", "", "a", "ochre", "Fe", "zzz", "(", "Ω")


class PigmentMonkey:
    """Does one random thing after another; every `do_` method is one of them."""

    def __init__(self, window, scans, files, make_pigment, seed):
        self.window, self.parts, self.desk = window, window.pigments, window.pigments.desk
        self._scans, self._files, self._make_pigment = scans, files, make_pigment
        self._random = random.Random(seed)
        self._ways = [name for name in dir(self) if name.startswith("do_")]
        self._number = 0
        self._spoilt = {}
        self.locks = {}

    def act(self):
        """Do something, and give back what it was."""
        way = self._random.choice(self._ways)
        getattr(self, way)()
        QCoreApplication.processEvents()
        return way

    def do_open_a_scan(self):
        self.window.session.open_scan(self._random.choice(self._scans))

    def do_choose_a_place(self):
        scan = self.window.session.scan
        if scan is None:
            return
        row, col = self._random.randrange(scan.cube.rows), self._random.randrange(scan.cube.cols)
        if self._random.random() < 0.5:
            self.window.session.set_pixel((row, col))
        else:
            self.window.session.set_region(Region(row, row + 1, col, col + 1))

    def do_keep_a_map(self):
        self._trigger("keep")

    def do_move_the_window(self):
        first = self._random.randrange(20)
        self.window.session.set_window(first, first + self._random.randint(1, 20))

    def do_let_go_of_the_region(self):
        self._trigger("clear_region")

    def do_choose_pigments(self):
        proxy, model = self.parts.panel.proxy, self.parts.panel.table.selectionModel()
        model.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 5))):
            if proxy.rowCount():
                index = proxy.index(self._random.randrange(proxy.rowCount()), 0)
                model.select(index, flags.Select | flags.Rows)

    def do_choose_pigments_of_my_own(self):
        own = [row.place for row in self.desk.rows if not row.library.is_read_only]
        self.desk.select(self._random.sample(own, min(len(own), self._random.randint(1, 3))))

    def do_filter(self):
        wanted = self.parts.panel.filter
        wanted.text.setText(self._random.choice(TEXTS))
        wanted.elements.setText(self._random.choice(("", "", "Pb", "Xx, Fe", "cu")))
        wanted.group.setCurrentIndex(self._random.choice((0, 0, 0, 2, 4)))
        wanted.year.setText(self._random.choice(("", "", "1650", "-", "99999")))
        wanted.level.setCurrentIndex(self._random.choice((0, 0, 0, 1, 3)))

    def do_clear_the_filter(self):
        self.parts.panel.filter.clear()

    def do_switch_the_library(self):
        box = self.parts.panel.library
        if box.count():
            box.setCurrentIndex(self._random.randrange(box.count()))
            box.activated.emit(box.currentIndex())

    def do_sort(self):
        order = self._random.choice(tuple(Qt.SortOrder))
        self.parts.panel.table.sortByColumn(self._random.randrange(6), order)

    def do_show_or_hide_the_panels(self):
        if self._random.random() < 0.3:
            self.parts.show_pigments(False)
        self.parts.show_panel(self._random.choice(("pigments", "candidates")))

    def do_add(self):
        self._of_table("new")

    def do_edit(self):
        self._of_table("edit")

    def do_duplicate(self):
        self._of_table("duplicate")

    def do_delete(self):
        self._of_table("delete")

    def do_type_into_an_editor(self):
        for editor in self.parts.editing.editors[:1]:
            editor.fields.name.setText(self._name())
            editor.fields.notes.setPlainText(f"Note {self._number}")

    def do_save_an_editor(self):
        for editor in self.parts.editing.editors[-1:]:
            if not editor.fields.name.isReadOnly():
                editor.fields.name.setText(self._name())
            editor.accept()

    def do_duplicate_in_an_editor(self):
        for editor in self.parts.editing.editors:
            if editor.fields.name.isReadOnly():
                editor.duplicate_requested.emit()
                return

    def do_close_an_editor(self):
        for editor in self.parts.editing.editors[:1]:
            editor.close()

    def do_change_by_hand(self):
        rows = [row for row in self.desk.rows if not row.library.is_read_only]
        if rows:
            row = self._random.choice(rows)
            changed = replace(row.pigment, name=self._name().strip() or "Blank", notes="by hand")
            self.desk.edit(row, changed)

    def do_undo_or_redo(self):
        self.window.undo.set_at_pigments(self._random.random() < 0.8)
        name = self._random.choice(("undo", "undo", "redo"))
        for _ in range(self._random.randint(1, 4)):
            self._trigger(name)

    def do_drop_a_file(self):
        self.window.open_files([self._random.choice(self._files)])

    def do_answer_a_question(self):
        dialog = self.parts.exchange.dialog
        if dialog is not None:
            self._random.choice(tuple(dialog.ways.values())).setChecked(True)
            self._random.choice((dialog.use, dialog.copy)).setChecked(True)
            dialog.library.setCurrentIndex(self._random.randrange(dialog.library.count()))
            self._random.choice((dialog.accept, dialog.accept, dialog.reject))()

    def do_merge(self):
        self._act_and_answer("library_merge")

    def do_make_a_library(self):
        if len(self.desk.entries) < 6:
            self._act_and_answer("library_new", self._name())

    def do_recompute(self):
        self._act_and_answer("recompute")

    def do_cancel_a_job(self):
        for job in list(self.window.jobs._handlers)[:2]:
            self.window.jobs.cancel(job)

    def do_ask(self):
        self.window.window_actions.pigments["ask"].trigger()

    def do_mark_lines(self):
        self.parts.panel.details.mark.click()

    def do_follow_a_candidate(self):
        for card in self.parts.candidates.cards[:1]:
            self._random.choice((card.chosen, card.opened)).emit(card.members[0])

    def do_look_for_the_nearest(self):
        self.window.window_actions.pigments["nearest"].trigger()
        for dialog in self.window.findChildren(NearestDialog):
            if dialog.found and self._random.random() < 0.5:
                dialog.pigment_chosen.emit(self._random.choice(dialog.found))
            if self._random.random() < 0.7:
                dialog.close()

    def do_make_a_pigment_of_the_place(self):
        self._act_and_answer("make_pigment", self._name())

    def do_build_layers(self):
        self.window.window_actions.pigments["layers"].trigger()
        if self._random.random() < 0.6 and self.parts.layers.editor is not None:
            self.parts.layers.editor.reject()

    def do_add_from_elsewhere(self):
        self._elsewhere(lambda store: store.put(self._pigment()))

    def do_edit_from_elsewhere(self):
        def edit(store):
            for pigment in store.pigments()[:1]:
                store.apply(put=[replace(pigment, notes=f"elsewhere {self._number}")])

        self._elsewhere(edit)

    def do_delete_from_elsewhere(self):
        self._elsewhere(lambda store: [store.remove(item.id) for item in store.pigments()[:1]])

    def do_spoil_or_mend_a_file(self):
        if self._spoilt and self._random.random() < 0.7:
            path, content = self._spoilt.popitem()
            path.write_bytes(content)
        else:
            for path in self._own_files():
                content = path.read_bytes()
                self._spoilt[path] = content
                if self._random.random() < 0.5:
                    path.unlink()
                else:
                    path.write_bytes(self._random.choice((b"", b"text", content[:5000])))
        self.desk.refresh()

    def do_lock_or_free_a_file(self):
        if self.locks:
            self.free()
        else:
            for path in self._own_files():
                with contextlib.suppress(sqlite3.Error):
                    lock = sqlite3.connect(path, isolation_level=None)
                    self.locks[path] = lock
                    lock.execute("BEGIN EXCLUSIVE")

    def free(self):
        """Give up all locks, and look at the files again."""
        for lock in self.locks.values():
            lock.close()
        self.locks.clear()
        self.desk.refresh()

    def mend(self):
        """Put back all that was spoilt."""
        self.free()
        for path, content in self._spoilt.items():
            path.write_bytes(content)
        self._spoilt.clear()
        self.desk.refresh()

    def _elsewhere(self, change):
        for path in self._own_files():
            with contextlib.suppress(AppError):
                change(PigmentStore(path))
        # the watcher tells a moment later; here that moment is now
        self.desk.refresh()

    def _own_files(self):
        own = sorted(self.parts.libraries.folder.glob("*.pigments"))
        return self._random.sample(own, min(len(own), 1))

    def _act_and_answer(self, action, text=None):
        self.window.window_actions.pigments[action].trigger()
        for dialog in self.window.findChildren(QInputDialog):
            if text is not None:
                dialog.setTextValue(text)
            elif dialog.comboBoxItems():
                dialog.setTextValue(self._random.choice(dialog.comboBoxItems()))
            self._random.choice((dialog.accept, dialog.accept, dialog.reject))()

    def _of_table(self, name):
        self.parts.panel._actions[name].trigger()

    def _trigger(self, name):
        self.window.window_actions.table[name].trigger()

    def _name(self):
        self._number += 1
        name = self._random.choice(NAMES)
        return name if self._random.random() < 0.3 else f"{name} {self._number}"

    def _pigment(self):
        name = f"Elsewhere {self._random.randrange(10**6)}"
        return self._make_pigment(name, self._random.choice(FORMULAS[:6]))


def contents(parts):
    """What each of the user's own files holds, by path and id; None where it cannot be read."""
    found = {}
    for item in parts.libraries.own():
        try:
            pigments = PigmentStore(item.path, read_only=True).pigments()
        except AppError:
            found[item.path] = None
        else:
            found[item.path] = {pigment.id: pigment for pigment in pigments}
    return found


def assert_panel_shows_the_desk(parts):
    """The table, its choice and what can be done with it are the desk's."""
    desk, panel = parts.desk, parts.panel
    assert panel.model.rows == desk.rows
    listed = [panel.proxy.index(row, 0).data(RowRole) for row in range(panel.proxy.rowCount())]
    wanted = panel.proxy.filter
    assert {row.place for row in listed} == {
        row.place for row in desk.rows if matches(row.pigment, wanted)
    }
    assert panel.filter.value == wanted
    chosen = {row.place for row in panel.selection}
    assert chosen == {row.place for row in desk.selection}
    is_own = all(not row.library.is_read_only for row in panel.selection)
    assert panel.edit_button.isEnabled() == (len(chosen) == 1)
    assert panel.duplicate_button.isEnabled() == bool(chosen)
    assert panel.delete_button.isEnabled() == (bool(chosen) and is_own)
    assert panel.details.facts == "" or len(chosen) == 1
    keys = [panel.library.itemData(place) for place in range(panel.library.count())]
    assert [key for key in keys if key != ALL] == [entry.key for entry in desk.entries]
    assert panel.library.currentData() == desk.shown or len(desk.entries) == 1


def assert_actions_fit(window):
    """What can be chosen in the menus is what can be done."""
    parts, desk = window.pigments, window.pigments.desk
    table, pigments = window.window_actions.table, window.window_actions.pigments
    stack = desk.undo_stack if window.undo.is_at_pigments else window.session.undo_stack
    assert table["undo"].isEnabled() == stack.canUndo()
    assert table["redo"].isEnabled() == stack.canRedo()
    assert pigments["pigments_export"].isEnabled() == bool(desk.rows)
    assert pigments["pigments_export_chosen"].isEnabled() == bool(desk.selection)
    has_place = parts.asking.place is not None and window.session.axis is not None
    assert pigments["make_pigment"].isEnabled() == has_place
    assert pigments["pigments"].isChecked() == parts.is_shown
    places = [place for place in parts.editing._editors.values() if place is not None]
    assert len(places) == len(set(places))


def assert_desk_holds_the_files(parts):
    """What the desk shows is what is in the files, where they can be read."""
    desk, files = parts.desk, contents(parts)
    readable = {str(path) for path, held in files.items() if held is not None}
    assert {entry.key for entry in desk.entries} - {SHIPPED} == readable
    expected = {
        (str(path), pigment.id): pigment
        for path, held in files.items()
        for pigment in (held or {}).values()
        if desk.shown in (ALL, str(path))
    }
    shown = {row.place: row.pigment for row in desk.rows if row.library.key != SHIPPED}
    assert shown == expected


@pytest.fixture
def scans(make_scan):
    return make_scan("hands"), make_scan("unknown", axis=None), make_scan("face")


@pytest.fixture
def files(tmp_path, make_pigment):
    """Files of pigments to take in, some of them of no use."""
    pigments = make_pigment("Smalt", "SiO2"), make_pigment("Ochre"), make_pigment("Umber", "MnO2")
    made = [tmp_path / f"given{suffix}" for suffix in (".pigments", ".pigments.zip")]
    for path in made:
        pigment_libraries.export(pigments, path, name="Given")
    broken = tmp_path / "broken.pigments"
    broken.write_bytes(made[0].read_bytes()[:700])
    text = tmp_path / "text.pigments.zip"
    text.write_text("nothing of the kind", "utf-8")
    return (*made, broken, text, tmp_path / "gone.json")


@pytest.fixture
def impatient(monkeypatch):
    """Wait for another program's lock only a moment."""
    monkeypatch.setitem(PigmentStore.__init__.__kwdefaults__, "patience_s", 0.01)


@pytest.fixture
def quick(monkeypatch):
    """Spectra of a library that cost nothing, as what they are is proven elsewhere."""

    def recompute(pigments, instrument, context):
        context.progress(0.5, "Computing")
        counts = np.ones(16, np.float32)
        spectrum = PigmentSpectrum(
            instrument.name, SpectrumKind.COMPUTED, EnergyAxis(0.0, 0.02), counts
        )
        return tuple(
            with_spectrum(pigment, spectrum) if pigment.components else pigment
            for pigment in pigments
        )

    monkeypatch.setattr(recomputing, "recompute", recompute)


@pytest.fixture
def no_exception(monkeypatch):
    """Collect what would have become an error report."""
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))
    return caught


@pytest.fixture
def answers(monkeypatch):
    """Let edits go when asked whether to, and agree to all else."""

    def question(_parent, _title, _words, buttons=None, _default=None):
        box = QMessageBox.StandardButton
        return box.Yes if buttons is None else box.Discard

    monkeypatch.setattr(QMessageBox, "question", question)


@pytest.mark.timeout(600)
@pytest.mark.qt_log_ignore("does not support raise", "does not support propagateSizeHints")
@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 60), *(pytest.param(seed, 150, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def test_random_deeds_never_make_window_desk_and_files_differ(
    make_window,
    make_pigment,
    scans,
    files,
    qtbot,
    no_exception,
    impatient,
    quick,
    answers,
    libraries,
    monkeypatch,
    seed,
    steps,
):
    if steps < 100:
        # few pigments, for speed
        monkeypatch.setattr(pigment_parts, "Libraries", lambda: libraries)
    window = make_window()
    parts = window.pigments
    crashes, errors = [], []
    window.jobs.crashed.connect(crashes.append)
    parts.failed.connect(errors.append)
    window.jobs.failed.connect(errors.append)
    parts.libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Umber", "MnO2")))
    parts.show_pigments()
    monkey = PigmentMonkey(window, scans, files, make_pigment, seed)
    deeds = []
    try:
        for _ in range(steps):
            deeds.append(monkey.act())
            assert not no_exception, deeds[-5:]
            assert not crashes, deeds[-5:]
            assert_panel_shows_the_desk(parts)
            assert_actions_fit(window)
            if not monkey.locks:
                assert_desk_holds_the_files(parts)
        monkey.mend()
        qtbot.waitUntil(lambda: not window.jobs.has_any, timeout=30_000)
        assert_desk_holds_the_files(parts)
        assert_undo_is_exact(parts)
        assert all(error.title and error.message for error in errors), errors
        assert not crashes
        assert not no_exception
    finally:
        monkey.free()
    assert window.close()
    assert parts.editing.editors == ()
    assert parts.layers.editor is None


def assert_undo_is_exact(parts):
    """Every step that can be taken back leads to where it was made from, and forth again."""
    stack = parts.desk.undo_stack
    while stack.canUndo():
        before, index = contents(parts), stack.index()
        parts.desk.undo()
        if stack.index() == index:
            # somebody else has changed the pigment since
            return
        parts.desk.redo()
        assert contents(parts) == before
        parts.desk.undo()


def settle(window):
    """End what was computed, delete what was put away."""
    while window.jobs.has_any:
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


def objects():
    """How many objects of Qt there are, by kind."""
    # by type: some objects of other packages warn when they are asked for their class
    kinds = (type(item) for item in gc.get_objects())
    return Counter(kind.__name__ for kind in kinds if issubclass(kind, QObject))


def open_and_close_an_editor(parts, number):
    parts.editing.edit(parts.desk.rows[number]).abandon()


def open_and_close_layers(parts, _number):
    parts.open_layers()
    parts.layers.close_all()


def open_and_close_nearest(parts, _number):
    parts.open_nearest()
    for dialog in parts.panel.window().findChildren(NearestDialog):
        dialog.close()


@pytest.mark.parametrize("times", [5, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "live", [open_and_close_an_editor, open_and_close_layers, open_and_close_nearest]
)
def test_dialogs_that_were_closed_leave_nothing_behind(make_window, live, times):
    window = make_window()
    parts = window.pigments
    parts.show_pigments()
    for number in range(3):
        live(parts, number)
    settle(window)
    before, threads = objects(), threading.active_count()
    for number in range(times):
        live(parts, number)
        settle(window)
    assert objects() - before == Counter()
    assert threading.active_count() <= threads


def test_library_can_be_moved_and_deleted_between_any_two_deeds(make_window, make_pigment):
    window = make_window()
    desk = window.pigments.desk
    store = window.pigments.libraries.create("Mock-ups", (make_pigment("Ochre"),))
    window.pigments.show_pigments()
    desk.show_library(str(store.path))
    desk.add(make_pigment("Umber"))
    moved = store.path.with_name("moved.pigments")
    store.path.rename(moved)
    desk.refresh()
    desk.show_library(str(moved))
    assert [row.pigment.name for row in desk.rows] == ["Ochre", "Umber"]
    moved.unlink()
    desk.refresh()
    assert [entry.key for entry in desk.entries] == [SHIPPED]
    assert list(moved.parent.iterdir()) == []
