"""The application the window tests run in: the same look on every machine."""

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QLocale, QStandardPaths

from app.gui import theme


@pytest.fixture(scope="session")
def qapp(qapp):
    """Fusion, C locale, bundled typeface, row-major pictures, no real user folders."""
    QStandardPaths.setTestModeEnabled(True)
    QLocale.setDefault(QLocale.c())
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    assert theme.load_fonts(qapp)
    theme.apply_theme(qapp, theme.Theme.DARK)
    return qapp


@pytest.fixture
def dark(qapp):
    """Leave the dark theme behind, whatever the test puts on."""
    yield
    theme.apply_theme(qapp, theme.Theme.DARK)
