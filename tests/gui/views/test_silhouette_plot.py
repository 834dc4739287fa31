"""The curve of silhouettes marks the best number of clusters."""

import pytest
from PySide6.QtGui import QColor

from app.gui import theme
from app.gui.views.silhouette_plot import SilhouettePlot

TRIED = ((4, 0.20), (5, 0.31), (6, 0.45), (7, 0.40))


@pytest.fixture
def plot(qtbot, dark):
    widget = SilhouettePlot()
    qtbot.addWidget(widget)
    widget.resize(300, widget.sizeHint().height())
    widget.show()
    return widget


def accent_columns(widget):
    """Columns of the picture that hold the accent colour."""
    image = widget.grab().toImage()
    accent = QColor(theme.DARK_PLOT.accent)
    return {
        x
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) == accent
    }


def test_best_number_is_that_of_the_highest_silhouette(plot):
    plot.set_silhouettes(TRIED)
    assert plot.best == 6
    assert plot.accessibleName() == plot.toolTip()
    assert plot.words.endswith("4: 0.20, 5: 0.31, 6: 0.45, 7: 0.40")


def test_best_number_alone_is_marked_at_its_place(plot):
    plot.set_silhouettes(TRIED)
    columns = accent_columns(plot)
    middle = (min(columns) + max(columns)) / 2 / plot.devicePixelRatio()
    # two thirds of the way between the first and the last
    assert middle == pytest.approx(22 + (300 - 44) * 2 / 3, abs=1.5)


def test_nothing_tried_draws_nothing(plot):
    plot.set_silhouettes(())
    assert plot.best is None
    assert accent_columns(plot) == set()


def test_one_number_and_many_numbers_are_drawn(plot):
    for tried in (((8, 0.3),), tuple((k, 1 / k) for k in range(2, 60))):
        plot.set_silhouettes(tried)
        assert accent_columns(plot)
