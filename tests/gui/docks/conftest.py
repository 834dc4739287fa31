"""What every dock needs: an empty session, and a window that is put away afterwards."""

import pytest

from app.gui.session import Session


@pytest.fixture
def session(qapp):
    return Session()


@pytest.fixture
def show(qtbot):
    """Give a panel to the test's care; it is not put on screen yet."""

    def show(widget):
        qtbot.addWidget(widget)
        return widget

    return show
