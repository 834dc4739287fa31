import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from app.core.axis import EnergyAxis
from app.core.lines import line, lines_of
from app.gui import theme
from app.gui.views.spectrum_view import SpectrumView

CHANNELS = 400
AXIS = EnergyAxis(0.0, 0.04)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def spectrum():
    counts = np.full(CHANNELS, 10)
    counts[155:166] = [100, 300, 700, 1100, 1300, 1234, 1300, 1100, 700, 300, 100]
    counts[:5] = 0
    return counts


@pytest.fixture
def view(qtbot):
    widget = SpectrumView()
    qtbot.addWidget(widget)
    widget.resize(1000, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def shown(view, qtbot):
    view.set_axis(AXIS, CHANNELS)
    view.set_curve("Sum", spectrum())
    view.set_window(150, 170)
    qtbot.waitUntil(lambda: view.plot.box.width() > 800)
    return view


@pytest.fixture
def windows(shown):
    """Every window the view tells of, and "finished" in between."""
    told = []
    shown.window_changed.connect(lambda first, stop: told.append((first, stop)))
    shown.window_change_finished.connect(lambda: told.append("finished"))
    return told


def place(view, channel, height=0.5):
    """Where a (fractional) channel is in the drawing area, at a share of its height."""
    box = view.plot.box
    low, high = box.viewRange()[1]
    x = view.plot.ruler.position(channel)
    scene = box.mapViewToScene(QPointF(x, low + (high - low) * height))
    point = view.plot.mapFromScene(scene)
    return point.x(), point.y()


def test_energy_axis_names_its_unit_without_a_prefix(shown):
    bottom = shown.plot.plotItem.getAxis("bottom")
    assert "Energy (keV)" in bottom.labelString()
    assert "kkeV" not in bottom.labelString()
    assert shown.plot.box.viewRange()[0] == pytest.approx([-0.02, 15.98])


def test_without_an_axis_channels_are_shown(shown):
    shown.set_axis(None, CHANNELS)
    assert "Channel" in shown.plot.plotItem.getAxis("bottom").labelString()
    assert shown.plot.box.viewRange()[0] == pytest.approx([-0.5, 399.5])
    assert shown.energy_window == (150, 170)


def test_axis_that_is_there_already_keeps_zoom_and_lines(shown):
    shown.set_lines((line("Fe_Ka"),))
    shown.plot.box.setXRange(4, 8, padding=0)
    shown.set_axis(EnergyAxis(0.0, 0.04, source="given"), CHANNELS)
    assert shown.plot.box.viewRange()[0] == pytest.approx([4, 8])
    assert shown.plot.labels.has_lines


def test_another_number_of_channels_drops_curves_and_clips_the_window(shown):
    shown.set_axis(AXIS, 100)
    assert shown.plot.shown == {}
    assert shown.energy_window == (99, 100)
    assert not shown.curve_buttons["Sum"].isVisible()


def test_curve_of_another_length_is_refused(shown):
    with pytest.raises(ValueError, match="400 channels"):
        shown.set_curve("Sum", np.zeros(5))


def test_unknown_curve_is_refused_with_the_known_ones(shown):
    with pytest.raises(ValueError, match="Maximum pixel"):
        shown.set_curve("Mean", None)


def test_legend_lists_only_curves_that_have_counts(shown):
    shown.set_curve("Pixel", spectrum() // 10)
    visible = [name for name, button in shown.curve_buttons.items() if button.isVisible()]
    assert visible == ["Sum", "Pixel"]
    shown.set_curve("Pixel", None)
    assert not shown.curve_buttons["Pixel"].isVisible()


def test_clicking_the_legend_hides_a_curve_and_tells(shown, qtbot):
    with qtbot.waitSignal(shown.curve_toggled) as toggled:
        shown.curve_buttons["Sum"].click()
    assert toggled.args == ["Sum", False]
    assert len(shown.plot.curves["Sum"].getData()[0]) == 0


def test_setting_visible_curves_does_not_echo(shown, qtbot):
    with qtbot.assertNotEmitted(shown.curve_toggled):
        shown.set_visible_curves(("Pixel",))
    assert shown.plot.shown == {}


def test_linear_axis_shows_counts_from_zero(shown):
    shown.set_log(False)
    _, heights = shown.plot.curves["Sum"].getData()
    assert heights.max() == 1300
    assert shown.plot.box.viewRange()[1][0] == 0


def test_setting_the_window_does_not_echo(shown, windows):
    shown.set_window(10, 20)
    shown.set_window(390, 500)
    assert shown.energy_window == (390, 400)
    assert windows == []


def test_dragging_the_body_moves_the_window(shown, windows, mouse):
    mouse.drag(shown.plot.viewport(), place(shown, 160), place(shown, 200))
    assert windows[-2:] == [(190, 210), "finished"]
    assert windows.count("finished") == 1
    assert len(windows) > 3
    assert shown.energy_window == (190, 210)


@pytest.mark.parametrize(
    ("edge", "to", "window"), [(149.5, 139.5, (140, 170)), (169.5, 199.5, (150, 200))]
)
def test_dragging_an_edge_resizes(shown, windows, mouse, edge, to, window):
    mouse.drag(shown.plot.viewport(), place(shown, edge), place(shown, to))
    assert windows[-2:] == [window, "finished"]


def test_dragging_beside_the_window_draws_a_new_one(shown, windows, mouse):
    mouse.drag(shown.plot.viewport(), place(shown, 300), place(shown, 320))
    assert windows[-2:] == [(300, 321), "finished"]


@pytest.mark.parametrize(
    ("key", "modifier", "window"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (149, 169)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (151, 171)),
        (Qt.Key.Key_Left, SHIFT, (140, 160)),
        (Qt.Key.Key_Right, SHIFT, (160, 180)),
        (Qt.Key.Key_Right, CTRL, (150, 171)),
        (Qt.Key.Key_Left, CTRL, (151, 170)),
        (Qt.Key.Key_Right, CTRL | SHIFT, (145, 175)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, (0, 20)),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, (380, 400)),
    ],
)
def test_keys_move_and_resize_the_window(shown, windows, qtbot, key, modifier, window):
    qtbot.keyClick(shown.plot, key, modifier)
    assert windows == [window, "finished"]
    assert shown.energy_window == window


def test_key_at_the_end_of_the_axis_tells_nothing(shown, windows, qtbot):
    shown.set_window(0, 20)
    qtbot.keyClick(shown.plot, Qt.Key.Key_Left)
    assert windows == []


def test_numbers_show_the_window(shown):
    centre, width = shown.controls._centre_spin, shown.controls._width_spin
    assert centre.text() == "6.380 keV"
    assert width.text() == "0.800 keV"
    assert shown.controls._channels.text() == "channels 150–169"


def test_typing_a_centre_moves_the_window_to_whole_channels(shown, windows):
    shown.controls._centre_spin.setValue(8.0)
    assert windows == ["finished", (190, 210)]
    assert shown.controls._centre_spin.value() == pytest.approx(7.98)


def test_typing_a_width_resizes_about_the_centre(shown, windows):
    shown.controls._width_spin.setValue(0.4)
    assert windows == ["finished", (155, 165)]


def test_steps_of_the_spin_boxes_are_one_change_until_a_key_moves_the_window(shown, windows, qtbot):
    shown.controls._centre_spin.stepUp()
    shown.controls._centre_spin.stepDown()
    assert windows == ["finished", (151, 171), (150, 170)]
    qtbot.keyClick(shown, Qt.Key.Key_Right)
    assert windows[3:] == ["finished", (151, 171), "finished"]


def test_numbers_are_in_channels_without_an_axis(shown, windows):
    shown.set_axis(None, CHANNELS)
    assert shown.controls._centre_spin.text() == "159.5 ch"
    shown.controls._width_spin.setValue(10)
    assert windows == ["finished", (155, 165)]


def test_pointing_reads_out_energy_channel_and_counts(shown, mouse):
    mouse.move(shown.plot.viewport(), place(shown, 160))
    assert shown.readout == "6.40 keV · channel 160 · 1\u202f234 counts · near Fe Kα"


def test_marked_line_under_the_pointer_is_named(shown, mouse):
    shown.set_lines(lines_of("Fe"))
    mouse.move(shown.plot.viewport(), place(shown, 160))
    assert shown.readout.endswith("counts · Fe Kα")
    mouse.move(shown.plot.viewport(), place(shown, 250))
    assert shown.readout.endswith("counts · near Hg Lα")


def test_nothing_is_named_where_no_usual_line_is_near(shown, mouse):
    mouse.move(shown.plot.viewport(), place(shown, 350))
    assert shown.readout == "14.00 keV · channel 350 · 10 counts"


def test_no_line_is_named_without_an_energy_axis(shown, mouse):
    shown.set_axis(None, CHANNELS)
    mouse.move(shown.plot.viewport(), place(shown, 160))
    assert shown.readout == "channel 160 · 1\u202f234 counts"


def test_several_curves_are_read_out_by_name(shown, mouse):
    shown.set_curve("Pixel", spectrum() // 617)
    mouse.move(shown.plot.viewport(), place(shown, 160))
    assert shown.readout == "6.40 keV · channel 160 · Sum 1\u202f234, Pixel 2 counts · near Fe Kα"


def test_read_out_ends_when_the_pointer_leaves(shown, mouse):
    mouse.move(shown.plot.viewport(), place(shown, 160))
    mouse.move(shown.plot.viewport(), (2, 2))
    assert shown.readout == ""


def test_lines_need_an_energy_axis(shown):
    shown.set_axis(None, CHANNELS)
    shown.set_lines((line("Fe_Ka"),))
    assert not shown.plot.labels.has_lines


def test_empty_view_offers_nothing_to_change(view, windows_of, qtbot):
    assert not view.controls.isVisible()
    assert not view.plot.plotItem.getAxis("left").isVisible()
    qtbot.keyClick(view.plot, Qt.Key.Key_Right)
    assert windows_of(view) == []


@pytest.fixture
def windows_of():
    def watch(view):
        told = []
        view.window_changed.connect(lambda first, stop: told.append((first, stop)))
        return told

    return watch


@pytest.mark.parametrize("wanted", [theme.Theme.LIGHT, theme.Theme.DARK])
def test_curves_follow_the_theme(shown, qapp, dark, wanted):
    theme.apply_theme(qapp, wanted)
    pen = shown.plot.curves["Sum"].opts["pen"]
    assert pen.color().name() == theme.plot_colours(wanted).sum


def test_window_over_everything_says_what_to_do_and_a_drag_draws_another(shown, mouse):
    shown.set_window(0, CHANNELS)
    assert shown.readout.startswith("Choose an element")
    viewport = shown.plot.viewport()
    mouse.drag(viewport, place(shown, 100), place(shown, 200))
    first, stop = shown.energy_window
    assert 95 <= first <= 105
    assert 195 <= stop <= 205


def test_found_lines_are_named_above_their_peaks_unless_marked(shown):
    found = (line("Fe_Ka"), line("Hg_La"))
    shown.set_found(found)
    assert [item.key for item, _ in shown.plot.found_labels._peaks] == ["Fe_Ka", "Hg_La"]
    metrics = QFontMetricsF(shown.font())
    placed = shown.plot.found_labels.placed(metrics)
    assert [item.key for item, _ in placed] == ["Fe_Ka", "Hg_La"]
    shown.set_lines(lines_of("Fe"))
    assert [item.key for item, _ in shown.plot.found_labels._peaks] == ["Hg_La"]


def test_found_lines_are_not_named_without_an_axis(shown):
    shown.set_axis(None, CHANNELS)
    shown.set_found((line("Fe_Ka"),))
    assert shown.plot.found_labels._peaks == ()


def test_mean_of_a_cluster_is_named_and_read_in_counts_per_pixel(shown, mouse):
    shown.set_cluster(3, (0, 0, 0), np.full(CHANNELS, 0.25))
    button = shown.curve_buttons["Cluster"]
    assert button.text() == "Cluster 3 (mean)"
    assert "counts per pixel" in button.toolTip()
    mouse.move(shown.plot.viewport(), place(shown, 160))
    assert "1\N{NARROW NO-BREAK SPACE}234 counts · cluster 3 0.25 counts per pixel" in shown.readout
    shown.set_cluster(3, (0, 0, 0), None)
    assert button.isHidden()
    assert "per pixel" not in shown.readout


def test_cluster_is_toggled_by_the_name_of_its_curve(shown, qtbot):
    shown.set_cluster(2, (0, 114, 178), np.ones(CHANNELS))
    with qtbot.waitSignal(shown.curve_toggled) as told:
        shown.curve_buttons["Cluster"].click()
    assert told.args == ["Cluster", False]


def test_black_cluster_is_seen_on_a_dark_ground(shown):
    shown.set_cluster(8, (0, 0, 0), np.ones(CHANNELS))
    pen = shown.plot.curves["Cluster"].opts["pen"]
    assert pen.color().lightness() > 90
    shown.set_cluster(2, (230, 159, 0), np.ones(CHANNELS))
    assert shown.plot.curves["Cluster"].opts["pen"].color().getRgb()[:3] == (230, 159, 0)
