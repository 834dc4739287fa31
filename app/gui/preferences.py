"""The settings while the program runs: the window changes them here, and they are saved here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from app import paths, settings
from app.core.display import MapDisplay, Scale
from app.errors import AppError, ParameterError
from app.settings import Settings

WINDOW_FILE = "window.ini"


class Preferences(QObject):
    """Holds the settings; every change is kept in memory and written by `save`.

    Parameters
    ----------
    loaded
        The settings as read from their file.
    is_kept
        Whether anything is written at the end.
    """

    changed = Signal(object)

    def __init__(
        self,
        loaded: Settings | None = None,
        *,
        is_kept: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = loaded or Settings()
        self.is_kept = is_kept

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def update(self, **values: Any) -> None:
        """Change some settings by name."""
        self.put(replace(self._settings, **values))

    def apply(self, change: Callable[[Settings], Settings]) -> None:
        """Change the settings by a function that gives new ones."""
        self.put(change(self._settings))

    def put(self, new: Settings) -> None:
        """Take new settings."""
        if new != self._settings:
            self._settings = new
            self.changed.emit(new)

    def display(self) -> MapDisplay:
        """How maps are shown at first; the program's own way where the file makes no sense."""
        known = self._settings
        try:
            return MapDisplay(
                known.colour_map,
                Scale(known.scale),
                known.low_percentile,
                known.high_percentile,
                inverted=known.inverted,
            )
        except (ValueError, ParameterError):
            return MapDisplay()

    def remember_display(self, display: MapDisplay) -> None:
        """Start with this display next time."""
        self.update(
            colour_map=display.colour_map,
            scale=display.scale.value,
            low_percentile=display.low_percentile,
            high_percentile=display.high_percentile,
            inverted=display.inverted,
        )

    def save(self) -> AppError | None:
        """Write the settings; what went wrong is given back, not raised."""
        if not self.is_kept:
            return None
        try:
            settings.save(self._settings)
        except AppError as error:
            return error
        return None


def window_settings() -> QSettings:
    """Where the window's geometry and docks are kept, beside the settings."""
    return QSettings(str(paths.config_dir() / WINDOW_FILE), QSettings.Format.IniFormat)
