"""How the program looks: palettes, plot colours, icons and the bundled typeface."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app import paths

FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
FONT_FAMILY = "Inter"
ICON_SIZES = (16, 20, 24, 32)
ICON_SCALES = (1, 2)


class Theme(StrEnum):
    """Which palette the program wears."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class WindowColours:
    """Colours of the widgets, as #rrggbb."""

    window: str
    base: str
    raised: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    link: str
    problem: str


@dataclass(frozen=True, slots=True)
class PlotColours:
    """Colours of maps and spectra, as #rrggbb.

    The four curves differ in lightness as well as in hue, so that they stay apart for
    colour-blind eyes and in a grey print.
    """

    background: str
    text: str
    muted: str
    grid: str
    accent: str
    sum: str
    maximum: str
    pixel: str
    region: str
    line: str


LIGHT = WindowColours(
    window="#f2f1ee",
    base="#ffffff",
    raised="#fbfaf8",
    border="#cfccc6",
    text="#22211f",
    muted="#605d57",
    disabled="#9b978f",
    accent="#8f5f0c",
    on_accent="#ffffff",
    link="#7a4f06",
    problem="#a82a1c",
)
DARK = WindowColours(
    window="#272625",
    base="#1d1c1b",
    raised="#333230",
    border="#464441",
    text="#e8e5df",
    muted="#aaa69e",
    disabled="#76736d",
    accent="#dba54a",
    on_accent="#1d1c1b",
    link="#e6b964",
    problem="#f2907c",
)
LIGHT_PLOT = PlotColours(
    background="#ffffff",
    text="#22211f",
    muted="#605d57",
    grid="#e3e0da",
    accent="#8f5f0c",
    sum="#22211f",
    maximum="#2a7fb8",
    pixel="#c8451b",
    region="#00876c",
    line="#7b5aa6",
)
DARK_PLOT = PlotColours(
    background="#1d1c1b",
    text="#e8e5df",
    muted="#aaa69e",
    grid="#363432",
    accent="#dba54a",
    sum="#e8e5df",
    maximum="#5fb0e6",
    pixel="#f07a4b",
    region="#35c4a0",
    line="#bda4e0",
)

_STYLE_SHEET = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {border}; padding: 3px; }}
QMainWindow::separator {{ width: 4px; height: 4px; background: {window}; }}
QDockWidget::title {{ padding: 5px 8px; background: {window}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolBar {{ border: none; spacing: 2px; padding: 3px; }}
QLabel[role="title"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="problem"] {{ color: {problem}; }}
QLabel[role="banner"] {{ color: {on_accent}; background: {accent}; border-radius: 3px;
    padding: 1px 8px; }}
QCheckBox::indicator, QListView::indicator, QTableView::indicator {{
    width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px; background: {base}; }}
QCheckBox::indicator:checked, QListView::indicator:checked, QTableView::indicator:checked {{
    background: {accent};
    border-color: {accent}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ border-color: {disabled}; }}
QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {muted};
    border-radius: 7px; background: {base}; }}
QRadioButton::indicator:checked {{ width: 7px; height: 7px; border: 4px solid {accent}; }}
QRadioButton::indicator:disabled {{ border-color: {disabled}; }}
QCheckBox::indicator:checked:disabled {{ background: {disabled}; }}
"""


def resolved(theme: Theme) -> Theme:
    """LIGHT or DARK: what SYSTEM means on this desktop just now."""
    if theme is not Theme.SYSTEM:
        return theme
    dark = QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return Theme.DARK if dark else Theme.LIGHT


def window_colours(theme: Theme) -> WindowColours:
    """Widget colours of a theme."""
    return DARK if resolved(theme) is Theme.DARK else LIGHT


def plot_colours(theme: Theme) -> PlotColours:
    """Plot colours of a theme."""
    return DARK_PLOT if resolved(theme) is Theme.DARK else LIGHT_PLOT


def plot_colours_for(palette: QPalette) -> PlotColours:
    """Plot colours that go with a widget's palette; views follow theme changes by it."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    return DARK_PLOT if dark else LIGHT_PLOT


def problem_colour(palette: QPalette) -> str:
    """The colour of what is wrong that goes with a widget's palette, as #rrggbb."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    return (DARK if dark else LIGHT).problem


def seen_on(srgb: tuple[int, int, int], ground: str) -> str:
    """A colour made lighter or darker until a thin line of it is seen on a ground.

    The contrast is at least 4.5 : 1, which WCAG 2.1 asks of small text (criterion 1.4.3): lines
    are as thin.

    Parameters
    ----------
    srgb
        0..255 each.
    ground
        As #rrggbb.

    Returns
    -------
    str
        As #rrggbb.
    """
    behind = _luminance(QColor(ground))
    towards = QColor("#ffffff" if behind < 0.18 else "#000000")
    colour = QColor(*srgb)
    for step in range(21):
        share = step / 20
        mixed = QColor(
            *(
                round(own + share * (far - own))
                for own, far in zip(_bands(colour), _bands(towards), strict=True)
            )
        )
        low, high = sorted((behind, _luminance(mixed)))
        if (high + 0.05) / (low + 0.05) >= 4.5:
            return mixed.name()
    return towards.name()


def _bands(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def _luminance(colour: QColor) -> float:
    """Relative luminance of a colour, 0..1, as WCAG 2.1 defines it."""
    shares = (band / 255 for band in _bands(colour))
    bands = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * bands[0] + 0.7152 * bands[1] + 0.0722 * bands[2]


def palette(theme: Theme) -> QPalette:
    """Fusion palette of a theme, disabled colours included."""
    colours = window_colours(theme)
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in (
        (roles.Window, colours.window),
        (roles.WindowText, colours.text),
        (roles.Base, colours.base),
        (roles.AlternateBase, colours.raised),
        (roles.Text, colours.text),
        (roles.Button, colours.raised),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.accent),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.PlaceholderText, colours.muted),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.Link, colours.link),
        (roles.LinkVisited, colours.link),
        (roles.Light, colours.raised),
        (roles.Midlight, colours.raised),
        (roles.Mid, colours.border),
        (roles.Dark, colours.border),
        (roles.Shadow, "#000000" if colours is DARK else "#8a867e"),
    ):
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(colours.border))
    return result


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole program: Fusion style, palette, a small style sheet.

    Views follow by themselves: they listen to the palette change.
    """
    scheme = {
        Theme.LIGHT: Qt.ColorScheme.Light,
        Theme.DARK: Qt.ColorScheme.Dark,
        Theme.SYSTEM: Qt.ColorScheme.Unknown,
    }[theme]
    # window frames and native dialogs follow the scheme, Fusion follows the palette
    app.styleHints().setColorScheme(scheme)
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    colours = window_colours(theme)
    app.setStyleSheet(
        _STYLE_SHEET.format(
            text=colours.text,
            muted=colours.muted,
            raised=colours.raised,
            border=colours.border,
            window=colours.window,
            accent=colours.accent,
            on_accent=colours.on_accent,
            base=colours.base,
            disabled=colours.disabled,
            problem=colours.problem,
            check=paths.resource("icons/check.svg").as_posix(),
        )
    )


def load_fonts(app: QApplication) -> bool:
    """Register the bundled typeface and make it the program's font.

    The size stays the system's. Gives False, and leaves the system's font, when the files
    cannot be used.
    """
    loaded = [
        QFontDatabase.addApplicationFont(str(paths.resource(f"fonts/{name}")))
        for name in FONT_FILES
    ]
    if min(loaded) < 0:
        return False
    font = app.font()
    font.setFamily(FONT_FAMILY)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    return True


def figures_font(font: QFont) -> QFont:
    """The same font with figures of equal width, so that read-outs do not jitter."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def icon(name: str, theme: Theme) -> QIcon:
    """A bundled icon in the theme's text colour, greyed where it is disabled.

    Raises
    ------
    FileNotFoundError
        If there is no icon of that name; the message lists the known ones.
    """
    source = paths.resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    colours = window_colours(theme)
    result = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, colours.text),
        (QIcon.Mode.Disabled, colours.disabled),
    ):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        for size in ICON_SIZES:
            for scale in ICON_SCALES:
                result.addPixmap(_rendered(renderer, size, scale), mode)
    return result


def app_icon() -> QIcon:
    """The program's own icon, in its own colours, up to 256 pixels."""
    renderer = QSvgRenderer(str(paths.resource("icons/velatura.svg")))
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_rendered(renderer, size, 1))
    return result


def _rendered(renderer: QSvgRenderer, size: int, scale: int) -> QPixmap:
    """A picture of `size` logical pixels for a screen of `scale` device pixels each."""
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
