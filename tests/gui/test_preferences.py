"""Settings are changed in memory and written when asked."""

from dataclasses import replace

from app import settings
from app.core.display import MapDisplay, Scale
from app.gui.preferences import Preferences
from app.settings import Settings


def test_display_is_remembered(qapp):
    preferences = Preferences()
    display = MapDisplay("grey", Scale.LOG, 2.0, 98.0, inverted=True)
    preferences.remember_display(display)
    assert preferences.save() is None
    assert Preferences(settings.load()[0]).display() == display


def test_senseless_display_gives_the_usual_one(qapp):
    assert Preferences(replace(Settings(), colour_map="mud")).display() == MapDisplay()
    assert Preferences(replace(Settings(), scale="mud")).display() == MapDisplay()
    assert Preferences(replace(Settings(), low_percentile=99.9)).display() == MapDisplay()


def test_change_is_told_once(qapp, qtbot):
    preferences = Preferences()
    with qtbot.waitSignal(preferences.changed):
        preferences.update(theme="light")
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.update(theme="light")


def test_private_preferences_write_nothing(qapp):
    assert Preferences(Settings(theme="light"), is_kept=False).save() is None
    assert not settings.settings_file().exists()


def test_failed_save_is_given_back(qapp, monkeypatch):
    def refuse(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.os, "replace", refuse)
    assert "No space left" in str(Preferences().save())
