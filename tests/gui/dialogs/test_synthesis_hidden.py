"""The hidden picture: chosen, looked at and left out."""

from pathlib import Path

import numpy as np
import pytest

from app.gui.dialogs.synthesis_hidden import HiddenPicture

PATH = Path("under/lady.png")


@pytest.fixture
def panel(qtbot):
    panel = HiddenPicture()
    qtbot.addWidget(panel)
    return panel


def test_at_first_nothing_is_hidden(panel, qtbot):
    assert (panel.path, panel.words) == (None, "nothing hidden")
    assert panel.drop.isHidden()
    with qtbot.waitSignal(panel.choose_requested):
        panel.choose.click()


def test_a_picture_is_told_once_shown_and_left_out(panel, qtbot):
    with qtbot.waitSignal(panel.changed):
        panel.set_path(PATH)
    with qtbot.assertNotEmitted(panel.changed):
        panel.set_path(PATH)
    assert (panel.path, panel.words) == (PATH, "lady.png")
    panel.set_picture(PATH, np.full((30, 10, 3), 200, np.uint8))
    assert panel.picture.pixmap().height() == 40
    with qtbot.waitSignal(panel.changed):
        panel.drop.click()
    assert panel.path is None
    assert panel.picture.pixmap().isNull()


def test_a_look_at_another_picture_comes_too_late(panel):
    panel.set_path(PATH)
    panel.set_picture(Path("other.png"), np.zeros((3, 4, 3), np.uint8))
    assert panel.picture.pixmap().isNull()
