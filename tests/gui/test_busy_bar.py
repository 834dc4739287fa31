"""What takes long is seen and can be stopped where one looks."""

import pytest

from app.gui.busy_bar import BusyBar
from app.gui.item_models import JobsModel


@pytest.fixture
def bar(qtbot):
    bar = BusyBar(JobsModel())
    qtbot.addWidget(bar)
    yield bar
    bar.stop()


def test_long_job_appears_with_its_progress_and_goes_when_done(bar, qtbot):
    bar._model.add(1, "Open hands.npz")
    assert bar.isHidden()
    qtbot.waitUntil(bar.isVisible)
    bar._model.update(1, state="running", fraction=0.4, message="reading rows")
    assert bar.text == "Open hands.npz · reading rows · 40 %"
    assert bar.bar.value() == 0.4 * bar.bar.maximum()
    bar._model.update(1, state="done")
    assert bar.isHidden()


def test_short_job_never_appears(bar):
    bar._model.add(1, "Open hands.npz")
    bar._model.remove(1)
    assert not bar._delay.isActive()
    assert bar.isHidden()


def test_cancel_stops_the_job_that_is_shown(bar, qtbot):
    bar._model.add(4, "Open hands.npz")
    bar._model.add(5, "Write copy.h5")
    with qtbot.waitSignal(bar.cancel_requested) as told:
        bar.cancel.click()
    assert told.args == [4]
    assert bar.cancel.accessibleName() == "Cancel Open hands.npz"


def test_job_of_unknown_length_has_an_endless_bar_and_no_percentage(bar):
    bar._model.add(1, "Look into hands.npz")
    bar._model.update(1, state="running", fraction=None, message="looking")
    assert bar.text == "Look into hands.npz · looking"
    assert (bar.bar.minimum(), bar.bar.maximum()) == (0, 0)
    bar._model.update(1, fraction=0.0)
    assert bar.text == "Look into hands.npz · looking · 0 %"
    assert (bar.bar.value(), bar.bar.maximum()) == (0, 1000)


def test_next_job_takes_the_place_of_the_one_that_has_ended(bar, qtbot):
    bar._model.add(4, "Open hands.npz")
    bar._model.add(5, "Write copy.h5")
    assert bar.text == "Open hands.npz"
    bar._model.update(4, state="failed", message="it is empty")
    assert bar.text == "Write copy.h5"
    with qtbot.waitSignal(bar.cancel_requested) as told:
        bar.cancel.click()
    assert told.args == [5]


def test_cancel_after_the_end_asks_for_nothing(bar, qtbot):
    bar._model.add(4, "Open hands.npz")
    bar._model.update(4, state="done")
    with qtbot.assertNotEmitted(bar.cancel_requested):
        bar.cancel.click()


def test_stopped_bar_does_not_appear_any_more(bar):
    bar._model.add(1, "Open hands.npz")
    assert bar._delay.isActive()
    bar.stop()
    assert not bar._delay.isActive()
    assert bar.isHidden()


def test_bar_made_while_a_job_runs_knows_of_it(bar, qtbot):
    bar._model.add(1, "Open hands.npz")
    later = BusyBar(bar._model)
    qtbot.addWidget(later)
    assert later.text == "Open hands.npz"
    assert later._delay.isActive()
    later.stop()
