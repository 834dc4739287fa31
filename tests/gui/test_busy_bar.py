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
