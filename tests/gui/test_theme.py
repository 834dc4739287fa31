import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QIcon, QPalette

from app import paths
from app.gui import theme
from app.gui.theme import Theme

ICONS = sorted(path.stem for path in (paths.bundle_root() / "resources" / "icons").glob("*.svg"))
NEEDED = {
    *("open", "export", "save", "undo", "redo", "fit", "region", "pin", "log", "colour-map"),
    *("sum", "info", "element", "history", "jobs", "cancel", "theme", "help", "trash"),
    *("rename", "folder", "warning", "error", "velatura"),
}


def luminance(colour: QColor) -> float:
    bands = [band / 255 for band in (colour.red(), colour.green(), colour.blue())]
    linear = [b / 12.92 if b <= 0.04045 else ((b + 0.055) / 1.055) ** 2.4 for b in bands]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_widget_text_is_readable(colours):
    for ground in (colours.window, colours.base, colours.raised):
        for text in (colours.text, colours.muted, colours.link):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("colours", [theme.LIGHT_PLOT, theme.DARK_PLOT], ids=["light", "dark"])
def test_plot_text_and_labels_are_readable(colours):
    for text in (colours.text, colours.muted, colours.accent, colours.line):
        assert contrast(text, colours.background) >= 4.5, text


@pytest.mark.parametrize("colours", [theme.LIGHT_PLOT, theme.DARK_PLOT], ids=["light", "dark"])
def test_curves_stand_out_from_the_ground(colours):
    for curve in (colours.sum, colours.maximum, colours.pixel, colours.region):
        assert contrast(curve, colours.background) >= 3, curve


def test_greys_of_the_dark_theme_are_not_blue():
    for name in (theme.DARK.window, theme.DARK.base, theme.DARK.raised):
        assert QColor(name).blue() <= QColor(name).red()


def test_no_icon_is_missing():
    assert set(ICONS) >= NEEDED


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_both_themes(qapp, name):
    for wanted in (Theme.LIGHT, Theme.DARK):
        image = theme.icon(name, wanted).pixmap(QSize(24, 24), 2.0).toImage()
        assert (image.width(), image.height()) == (48, 48)
        ink = sum(image.pixelColor(x, y).alpha() > 128 for x in range(48) for y in range(48))
        assert ink > 40


def test_icon_takes_the_text_colour_of_its_theme(qapp):
    def ink(wanted, mode):
        image = theme.icon("theme", wanted).pixmap(QSize(24, 24), 1.0, mode).toImage()
        return image.pixelColor(16, 12).name()

    assert ink(Theme.LIGHT, QIcon.Mode.Normal) == theme.LIGHT.text
    assert ink(Theme.DARK, QIcon.Mode.Normal) == theme.DARK.text
    assert ink(Theme.DARK, QIcon.Mode.Disabled) == theme.DARK.disabled


def test_unknown_icon_lists_the_known_ones(qapp):
    with pytest.raises(FileNotFoundError, match=r"undo\.svg"):
        theme.icon("nonsense", Theme.LIGHT)


def test_app_icon_has_large_sizes(qapp):
    assert QSize(256, 256) in theme.app_icon().availableSizes()


def test_bundled_typeface_is_in_use(qapp):
    assert QFontInfo(qapp.font()).family() == "Inter"


@pytest.mark.parametrize("wanted", [Theme.LIGHT, Theme.DARK])
def test_theme_reaches_the_application_and_its_plots(qapp, dark, wanted):
    theme.apply_theme(qapp, wanted)
    colours = theme.window_colours(wanted)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == colours.window
    assert theme.plot_colours_for(qapp.palette()) == theme.plot_colours(wanted)


def test_system_theme_is_one_of_the_two(qapp):
    assert theme.resolved(Theme.SYSTEM) in (Theme.LIGHT, Theme.DARK)


@pytest.mark.parametrize("ground", [theme.DARK_PLOT.background, theme.LIGHT_PLOT.background])
@pytest.mark.parametrize("srgb", [(0, 0, 0), (240, 228, 66), (0, 114, 178), (255, 255, 255)])
def test_any_colour_becomes_one_that_is_seen(srgb, ground):
    low, high = sorted(luminance(QColor(text)) for text in (theme.seen_on(srgb, ground), ground))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_colour_that_is_seen_stays():
    assert theme.seen_on((230, 159, 0), "#1d1c1b") == "#e69f00"
