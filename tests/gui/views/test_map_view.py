import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel

from app.core.clustering.picture import label_picture
from app.core.display import COLOUR_MAPS, MapDisplay
from app.core.region import Region
from app.gui.views.map_overlay import MapOverlay
from app.gui.views.map_view import MapView

ROWS, COLS = 20, 30
COUNTS = np.arange(ROWS * COLS, dtype=np.uint16).reshape(ROWS, COLS) * 10
STEP_MM = (0.5, 0.5)


@pytest.fixture
def view(qtbot):
    widget = MapView()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def shown(view, qtbot):
    show(view)
    qtbot.waitUntil(lambda: view.canvas.width() > 300)
    return view


def show(view, counts=COUNTS, step_mm=STEP_MM, row_step=1, title="Fe Kα · 6.25–6.55 keV"):
    view.set_map(counts, title=title, display=MapDisplay(), step_mm=step_mm, row_step=row_step)


def texts(view):
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def place(view, row, col):
    """Where the middle of a pixel is in the drawing area."""
    scene = view.canvas.box.mapViewToScene(QPointF(col + 0.5, row + 0.5))
    point = view.canvas.mapFromScene(scene)
    return point.x(), point.y()


def test_empty_view_says_how_to_open_a_scan(view):
    assert view.is_empty
    assert texts(view) == ["Open a scan: Ctrl+O, or drop a file here"]


def test_map_shows_its_title_and_size(shown):
    assert not shown.is_empty
    assert "Fe Kα · 6.25–6.55 keV" in texts(shown)
    assert shown.readout == "20 rows × 30 columns · step 0.5 × 0.5 mm"


def test_clearing_brings_the_hint_back(shown):
    shown.clear()
    assert shown.is_empty
    assert texts(shown) == ["Open a scan: Ctrl+O, or drop a file here"]


def test_banner_tells_of_a_first_look_and_goes_when_it_is_whole(shown):
    show(shown, row_step=16)
    assert "first look: every 16th row" in texts(shown)
    show(shown, row_step=2)
    assert "first look: every 2nd row" in texts(shown)
    show(shown)
    assert not any("first look" in text for text in texts(shown))


def test_banner_does_not_move_the_picture(shown, qtbot):
    before = shown.canvas.geometry()
    show(shown, row_step=16)
    shown.layout().activate()
    assert shown.canvas.geometry() == before


def test_pixels_have_the_colours_of_their_counts(shown):
    image = shown.canvas.grab().toImage()
    table = COLOUR_MAPS["inferno"]
    for (row, col), colour in (((0, 0), table[0]), ((ROWS - 1, COLS - 1), table[-1])):
        found = image.pixelColor(*place(shown, row, col))
        assert np.abs(np.array(found.getRgb()[:3]) - colour.astype(int)).max() <= 2


def test_first_row_is_on_top(shown):
    assert place(shown, 0, 0)[1] < place(shown, ROWS - 1, 0)[1]


def test_pointing_reads_out_place_counts_and_distance(shown, mouse, qtbot):
    with qtbot.waitSignal(shown.pixel_hovered) as hovered:
        mouse.move(shown.canvas.viewport(), place(shown, 12, 25))
    assert hovered.args == [12, 25]
    assert shown.readout == "row 12, col 25 · 3\u202f850 counts · x 12.5 mm, y 6.0 mm"


def test_without_a_step_no_distance_is_read_out(view, mouse, qtbot):
    show(view, step_mm=None)
    qtbot.waitUntil(lambda: view.canvas.width() > 300)
    mouse.move(view.canvas.viewport(), place(view, 0, 3))
    assert view.readout == "row 0, col 3 · 30 counts"


def test_net_counts_read_out_with_a_decimal(shown, mouse):
    show(shown, counts=COUNTS.astype(np.float32) - 0.25)
    mouse.move(shown.canvas.viewport(), place(shown, 0, 0))
    assert "row 0, col 0 · −0.2 counts" in shown.readout


def test_leaving_the_picture_is_told_once(shown, mouse, qtbot):
    mouse.move(shown.canvas.viewport(), place(shown, 5, 5))
    left = []
    shown.pixel_left.connect(lambda: left.append(True))
    mouse.move(shown.canvas.viewport(), (1, 1))
    mouse.move(shown.canvas.viewport(), (2, 1))
    assert left == [True]
    assert shown.readout.startswith("20 rows")


def test_read_out_follows_the_map_under_a_resting_pointer(shown, mouse):
    mouse.move(shown.canvas.viewport(), place(shown, 0, 3))
    show(shown, counts=COUNTS + 1)
    assert "31 counts" in shown.readout


def test_click_chooses_a_pixel(shown, mouse, qtbot):
    with qtbot.waitSignal(shown.pixel_clicked) as clicked:
        mouse.click(shown.canvas.viewport(), place(shown, 7, 11))
    assert clicked.args == [7, 11]


def test_marker_sits_on_the_centre_of_its_pixel(shown):
    shown.set_marker((7, 11))
    assert shown.canvas.marker.isVisible()
    assert shown.canvas.marker.pos() == QPointF(11.5, 7.5)
    assert shown.readout.startswith("row 7, col 11")
    shown.set_marker(None)
    assert not shown.canvas.marker.isVisible()


def test_arrow_keys_move_the_chosen_pixel(shown, qtbot):
    shown.set_marker((7, 11))
    chosen = []
    shown.pixel_clicked.connect(lambda row, col: chosen.append((row, col)))
    qtbot.keyClick(shown.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(shown.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert chosen == [(8, 11), (8, 21)]


def test_arrow_keys_stop_at_the_edge(shown, qtbot):
    shown.set_marker((0, 0))
    with qtbot.assertNotEmitted(shown.pixel_clicked):
        qtbot.keyClick(shown.canvas, Qt.Key.Key_Up)


def test_f_and_double_click_fit_the_whole_picture(shown, mouse, qtbot):
    for fit in (
        lambda: qtbot.keyClick(shown.canvas, Qt.Key.Key_F),
        lambda: mouse.double_click(shown.canvas.viewport(), place(shown, 10, 15)),
    ):
        qtbot.keyClick(shown.canvas, Qt.Key.Key_Plus)
        assert not shown.canvas.box.viewRect().contains(0.5, 10)
        fit()
        assert shown.canvas.box.viewRect().contains(0.5, 10)


def test_zoom_stays_with_a_map_of_the_same_size(shown, qtbot):
    qtbot.keyClick(shown.canvas, Qt.Key.Key_Plus)
    before = shown.canvas.box.viewRect()
    show(shown, counts=COUNTS + 5)
    assert shown.canvas.box.viewRect() == before


def test_map_of_another_size_is_fitted_and_drops_marker_and_region(shown):
    shown.set_marker((19, 29))
    shown.set_region(Region(2, 5, 3, 9))
    show(shown, counts=COUNTS[:5, :7])
    assert not shown.canvas.marker.isVisible()
    assert shown.canvas.region_box is None
    assert shown.canvas.box.viewRect().width() < COLS


def test_left_drag_pans_while_the_tool_is_off(shown, mouse, qtbot):
    before = shown.canvas.box.viewRect()
    with qtbot.assertNotEmitted(shown.region_drawn):
        mouse.drag(shown.canvas.viewport(), place(shown, 5, 5), place(shown, 8, 9))
    assert shown.canvas.box.viewRect().left() == pytest.approx(before.left() - 4, abs=0.3)


def test_region_tool_draws_whole_pixels(shown, mouse, qtbot):
    shown.set_region_tool(True)
    before = shown.canvas.box.viewRect()
    with qtbot.waitSignal(shown.region_drawn) as drawn:
        mouse.drag(shown.canvas.viewport(), place(shown, 5, 6), place(shown, 9, 15))
    assert drawn.args == [Region(5, 10, 6, 16)]
    assert shown.canvas.region_box.region == Region(5, 10, 6, 16)
    assert shown.canvas.box.viewRect() == before
    assert "region of 50 pixels" in shown.readout or "row" in shown.readout


def test_region_is_told_once_for_a_drag(shown, mouse):
    shown.set_region_tool(True)
    drawn = []
    shown.region_drawn.connect(drawn.append)
    mouse.drag(shown.canvas.viewport(), place(shown, 9, 15), place(shown, 5, 6), steps=8)
    assert drawn == [Region(5, 10, 6, 16)]


def test_setting_a_region_does_not_echo(shown, qtbot):
    with qtbot.assertNotEmitted(shown.region_drawn):
        shown.set_region(Region(2, 5, 3, 9))
        shown.set_region(Region(4, 5, 3, 4))
        shown.set_region(None)


def test_region_without_a_picture_is_not_shown(view):
    view.set_region(Region(2, 5, 3, 9))
    assert view.canvas.region_box is None


def test_handle_resizes_the_region_by_whole_pixels(shown, mouse, qtbot):
    shown.set_region(Region(5, 10, 6, 16))
    corner = shown.canvas.mapFromScene(shown.canvas.box.mapViewToScene(QPointF(16, 10)))
    start = (corner.x(), corner.y())
    scale = place(shown, 0, 1)[0] - place(shown, 0, 0)[0]
    with qtbot.waitSignal(shown.region_drawn) as drawn:
        end = (start[0] + 3.2 * scale, start[1] + 2.1 * scale)
        mouse.drag(shown.canvas.viewport(), start, end)
    assert drawn.args == [Region(5, 12, 6, 19)]


def test_dragging_inside_moves_the_region_but_not_out_of_the_picture(shown, mouse, qtbot):
    shown.set_region(Region(5, 10, 6, 16))
    with qtbot.waitSignal(shown.region_drawn) as drawn:
        mouse.drag(shown.canvas.viewport(), place(shown, 7, 10), place(shown, 19, 10), steps=40)
    assert drawn.args == [Region(15, 20, 6, 16)]


def test_escape_removes_the_region(shown, qtbot):
    shown.set_region(Region(5, 10, 6, 16))
    with qtbot.waitSignal(shown.region_drawn) as drawn:
        qtbot.keyClick(shown.canvas, Qt.Key.Key_Escape)
    assert drawn.args == [None]
    assert shown.canvas.region_box is None


def test_not_a_number_is_read_out_in_words(shown, mouse):
    counts = COUNTS.astype(np.float32)
    counts[0, 0] = np.nan
    show(shown, counts=counts)
    mouse.move(shown.canvas.viewport(), place(shown, 0, 0))
    assert "no value" in shown.readout


@pytest.fixture
def overlay():
    """Two areas, the right one narrow; one pixel in neither."""
    labels = np.zeros((ROWS, COLS), np.int16)
    labels[:, 20:] = 1
    labels[0, 0] = -1
    names = ("Cluster 1", "Cluster 2")
    return MapOverlay(label_picture(labels), "2 clusters", labels, names, "not clustered")


def test_overlay_takes_the_place_of_the_map_and_its_colours(shown, overlay, qtbot):
    shown.set_overlay(overlay)
    assert "2 clusters" in texts(shown)
    assert not shown.colour_bar.isVisible()
    np.testing.assert_array_equal(shown.canvas.image.image, overlay.picture)
    shown.set_marker((3, 25))
    assert shown.readout == "row 3, col 25 · Cluster 2 · x 12.5 mm, y 1.5 mm"
    shown.set_marker((0, 0))
    assert "not clustered" in shown.readout
    with qtbot.waitSignal(shown.overlay_closed):
        shown.back_button.click()


def test_map_comes_back_as_it_was_set_meanwhile(shown, overlay):
    before = shown.canvas.geometry()
    shown.set_overlay(overlay)
    assert shown.canvas.geometry() == before
    show(shown, title="Cu Kα")
    assert "2 clusters" in texts(shown)
    shown.set_overlay(None)
    assert "Cu Kα" in texts(shown)
    assert shown.colour_bar.isVisible()
    assert not shown.back_button.isVisible()
    assert not np.array_equal(shown.canvas.image.image, overlay.picture)


def test_overlay_of_another_size_is_not_shown(shown, overlay):
    shown.set_overlay(overlay)
    show(shown, counts=COUNTS[:5])
    assert shown.overlay is None
    assert shown.canvas.shape == (5, COLS)


def test_clearing_forgets_the_overlay(shown, overlay):
    shown.set_overlay(overlay)
    shown.clear()
    show(shown)
    assert shown.overlay is None
