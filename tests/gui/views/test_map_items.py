"""What is drawn over a map: regions of whole pixels, the marker, the scale bar."""

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from app.core.region import Region
from app.gui.views.map_items import Marker, RegionBox, ScaleBar, region_between

ROWS, COLS = 20, 30
GROUND = QColor("#604020")


@pytest.fixture
def canvas(qtbot):
    """A drawing area of 300 × 200 pixels for a picture of 20 rows and 30 columns."""
    view = pg.GraphicsView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.setBackground(GROUND)
    view.box = pg.ViewBox(invertY=True, lockAspect=1.0, enableMenu=False, defaultPadding=0.0)
    view.setCentralItem(view.box)
    with qtbot.waitExposed(view):
        view.show()
    view.box.setRange(QRectF(0, 0, COLS, ROWS), padding=0)
    return view


@pytest.fixture
def region_box(canvas):
    box = RegionBox(ROWS, COLS)
    canvas.box.addItem(box, ignoreBounds=True)
    return box


@pytest.fixture
def edited(region_box):
    """Every region the user is said to have made."""
    told = []
    region_box.region_edited.connect(told.append)
    return told


@pytest.fixture
def bar(canvas):
    return ScaleBar(canvas.box)


def colour(canvas, col, row):
    place = canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(col, row)))
    return canvas.grab().toImage().pixelColor(place)


@pytest.mark.parametrize(
    ("start", "end", "region"),
    [
        ((2.2, 3.9), (5.1, 3.1), Region(3, 4, 2, 6)),
        ((5.1, 3.1), (2.2, 3.9), Region(3, 4, 2, 6)),
        ((-4, -4), (100, 100), Region(0, 20, 0, 30)),
        ((29.9, 19.9), (29.9, 19.9), Region(19, 20, 29, 30)),
        ((4.0, 5.0), (4.0, 5.0), Region(5, 6, 4, 5)),
        ((-5, 3), (-1, 8), None),
        ((3, -5), (8, -1), None),
        ((30.5, 3), (40, 8), None),
        ((3, 20.5), (8, 40), None),
    ],
)
def test_drag_takes_every_pixel_it_touches(start, end, region):
    assert region_between(QPointF(*start), QPointF(*end), ROWS, COLS) == region


def test_there_is_no_region_without_a_picture():
    assert region_between(QPointF(0, 0), QPointF(3, 3), 0, 0) is None


def test_marker_sits_on_the_centre_of_its_pixel_or_is_gone(canvas):
    marker = Marker()
    canvas.box.addItem(marker, ignoreBounds=True)
    assert not marker.isVisible()
    marker.set_pixel((7, 11))
    assert marker.isVisible()
    assert marker.pos() == QPointF(11.5, 7.5)
    marker.set_pixel(None)
    assert not marker.isVisible()


def test_marker_on_the_first_pixel_is_shown(canvas):
    marker = Marker()
    marker.set_pixel((0, 0))
    assert marker.isVisible()
    assert marker.pos() == QPointF(0.5, 0.5)


def test_marker_is_as_large_at_every_zoom_and_leaves_its_pixel_to_be_seen(canvas):
    marker = Marker()
    canvas.box.addItem(marker, ignoreBounds=True)
    marker.set_pixel((10, 15))
    for zoom in (1.0, 0.25):
        canvas.box.scaleBy((zoom, zoom), center=QPointF(15.5, 10.5))
        assert colour(canvas, 15.5, 10.5) == GROUND
        centre = canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(15.5, 10.5)))
        image = canvas.grab().toImage()
        # its right tick reaches from 6 to 12 pixels
        assert image.pixelColor(centre.x() + 9, centre.y()).lightness() > 150
        assert image.pixelColor(centre.x() + 17, centre.y()) == GROUND


@pytest.mark.parametrize(
    "region", [Region(2, 5, 3, 9), Region(0, 20, 0, 30), Region(19, 20, 29, 30)]
)
def test_region_is_taken_as_given_and_not_told(region_box, edited, region):
    region_box.set_region(region)
    assert region_box.region == region
    assert edited == []


def test_region_dragged_to_its_place_is_told_once(region_box, edited):
    region_box.set_region(Region(2, 5, 3, 9))
    region_box.setPos((10, 4))
    assert edited == [Region(4, 7, 10, 16)]


@pytest.mark.parametrize(
    ("position", "size", "region"),
    [
        ((3.4, 2.6), (6.2, 2.9), Region(3, 6, 3, 9)),
        ((3, 2), (0.2, 0.1), Region(2, 3, 3, 4)),
        ((28, 18), (10, 10), Region(18, 20, 28, 30)),
        ((-4, -4), (6, 6), Region(0, 6, 0, 6)),
        ((40, 40), (2, 2), Region(19, 20, 29, 30)),
    ],
)
def test_region_is_whole_pixels_inside_the_picture_wherever_its_box_is(
    region_box, position, size, region
):
    region_box.maxBounds = None
    region_box.setPos(position, finish=False)
    region_box.setSize(size, finish=False)
    assert region_box.region == region


def test_region_has_a_handle_on_each_corner_and_side(region_box):
    places = {tuple(handle["pos"]) for handle in region_box.handles}
    assert places == {(x, y) for x in (0, 0.5, 1) for y in (0, 0.5, 1)} - {(0.5, 0.5)}


def test_outline_is_drawn_light_and_the_inside_left_free(canvas, region_box):
    region_box.set_region(Region(5, 15, 6, 24))
    assert colour(canvas, 15, 10) == GROUND
    assert colour(canvas, 10, 5).lightness() > 200


@pytest.mark.parametrize(
    ("step_mm", "columns", "text"),
    [
        (0.5, 4.0, "2 mm"),
        (0.05, 4.0, "0.2 mm"),
        (0.005, 4.0, "20 µm"),
        (20.0, 5.0, "100 mm"),
        (None, 5.0, "5 px"),
    ],
)
def test_scale_bar_is_a_round_length_with_its_unit(bar, step_mm, columns, text):
    bar.set_scan(step_mm, COLS)
    assert bar.bar == (pytest.approx(columns), text)


def test_scale_bar_shrinks_with_the_view_and_stays_within_a_quarter(canvas, bar):
    bar.set_scan(0.5, COLS)
    before = bar.bar[0]
    canvas.box.scaleBy((0.1, 0.1))
    columns, text = bar.bar
    assert columns < before
    assert columns <= canvas.box.viewRect().width() / 4
    assert text == "0.2 mm"


def test_scale_bar_without_a_step_is_never_shorter_than_a_pixel(canvas, bar):
    bar.set_scan(None, COLS)
    canvas.box.scaleBy((0.02, 0.02))
    assert bar.bar == (1.0, "1 px")


def test_ground_beside_a_narrow_picture_does_not_lengthen_the_scale_bar(canvas, bar):
    bar.set_scan(1.0, 8)
    assert canvas.box.viewRect().width() == pytest.approx(30, rel=0.05)
    assert bar.bar == (2.0, "2 mm")


def test_scale_bar_is_drawn_as_long_as_it_says(canvas, bar):
    bar.set_scan(1.0, COLS)
    columns, _ = bar.bar
    image = canvas.grab().toImage()
    lit = [
        sum(image.pixelColor(x, y).lightness() > 250 for x in range(image.width()))
        for y in range(image.height())
    ]
    per_column = canvas.box.rect().width() / canvas.box.viewRect().width()
    assert max(lit) == pytest.approx(columns * per_column, abs=2)
    assert lit.index(max(lit)) > image.height() / 2
