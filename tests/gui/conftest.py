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
