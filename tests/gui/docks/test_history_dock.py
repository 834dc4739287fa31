"""What was done can be read and gone back to."""

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtWidgets import QUndoView

from app.core.provenance import InputFile, Step
from app.gui.docks.history_dock import HistoryPanel

VERSIONS = {"velatura": "1.2", "numpy": "2.0"}


@pytest.fixture
def panel(session, show):
    return show(HistoryPanel(session))


@pytest.fixture
def open_with(session, make_scan):
    """Open a scan that carries some steps."""

    def open_with(*steps):
        scan = make_scan()
        session.open_scan(replace(scan, cube=replace(scan.cube, steps=steps)))

    return open_with


def titles(panel):
    tree = panel.steps
    return [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())]


def details(panel, row=0):
    item = panel.steps.topLevelItem(row)
    return [item.child(number).text(0) for number in range(item.childCount())]


def test_step_is_listed_with_parameters_inputs_seed_and_versions(panel, open_with):
    inputs = (InputFile("hands.npz", "", 1234),)
    open_with(Step("open", {"dataset": "cube", "rows": 5}, inputs, seed=3, versions=VERSIONS))
    assert details(panel) == [
        "dataset: cube",
        "rows: 5",
        "hands.npz, 1\N{NARROW NO-BREAK SPACE}234 bytes",
        "seed: 3",
        "velatura 1.2, numpy 2.0",
    ]


def test_seed_is_listed_only_where_one_was_used(panel, open_with):
    open_with(Step("map", versions=VERSIONS))
    assert details(panel) == ["velatura 1.2, numpy 2.0"]


def test_seed_of_zero_is_a_seed(panel, open_with):
    open_with(Step("map", seed=0, versions=VERSIONS))
    assert details(panel)[0] == "seed: 0"


def test_steps_stand_in_the_order_they_were_taken(panel, open_with):
    open_with(Step("open"), Step("sum"), Step("map"))
    assert [title.split(" – ")[0] for title in titles(panel)] == ["open", "sum", "map"]


def test_time_of_a_step_is_on_the_users_clock(panel, open_with):
    open_with(Step("open", time="2024-03-01T12:00:00+00:00"))
    local = datetime.fromisoformat("2024-03-01T12:00:00+00:00").astimezone()
    assert titles(panel) == [f"open – {local:%Y-%m-%d %H:%M}"]


def test_time_written_by_another_program_stays_as_it_is(panel, open_with):
    open_with(Step("open", time="last Tuesday"))
    assert titles(panel) == ["open – last Tuesday"]


def test_another_scan_replaces_the_steps_and_undo_brings_them_back(panel, session, open_with):
    open_with(Step("open", time="first"))
    open_with(Step("open", time="second"))
    assert titles(panel) == ["open – second"]
    session.undo_stack.undo()
    assert titles(panel) == ["open – first"]
    session.undo_stack.undo()
    assert titles(panel) == []


def test_panel_made_after_opening_lists_the_steps(session, open_with, show):
    open_with(Step("open", time="before"))
    assert titles(show(HistoryPanel(session))) == ["open – before"]


def test_changes_are_listed_below_the_start(panel, session, open_with):
    open_with()
    session.set_window(3, 9)
    view = panel.findChild(QUndoView)
    model = view.model()
    listed = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert listed == ["Start", "open hands", "move energy window"]


def test_choosing_an_earlier_change_goes_back_to_it(panel, session, open_with):
    open_with()
    session.set_window(3, 9)
    view = panel.findChild(QUndoView)
    view.setCurrentIndex(view.model().index(1, 0))
    assert session.window == (0, 64)
    view.setCurrentIndex(view.model().index(2, 0))
    assert session.window == (3, 9)


def test_result_is_listed_after_the_steps_of_the_scan(panel, open_with):
    open_with(Step("open", {}, ()))
    panel.set_result("clusters", Step("cluster", {"numbers": [2]}, (), 7))
    assert [title.partition(" – ")[0] for title in titles(panel)] == ["open", "cluster"]
    assert {"numbers: [2]", "seed: 7"} <= set(details(panel, 1))
    assert [step.action for step in panel.listed][-1] == "cluster"
    panel.set_result("clusters", None)
    assert len(titles(panel)) == 1
