"""Settings survive a restart, and what cannot be read never stops the program."""

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app import settings
from app.errors import WriteError
from app.settings import RememberedOptions, Settings


def test_absent_file_gives_the_defaults_without_a_message():
    assert settings.load() == (Settings(), None)


def test_saved_settings_come_back_equal(tmp_path):
    changed = replace(Settings(), theme="light", low_percentile=2.5, spectrum_log=False)
    changed = changed.with_recent(tmp_path / "a.h5")
    options = RememberedOptions("cube", "1", -0.0155, 0.029221, rows=5, cols=7)
    changed = changed.with_options(tmp_path / "a.h5", options)
    settings.save(changed)
    assert settings.load() == (changed, None)
    assert changed.options_for(tmp_path / "a.h5") == options
    assert changed.options_for(tmp_path / "b.h5") is None


def test_file_is_json_with_its_schema():
    settings.save(Settings())
    assert json.loads(settings.settings_file().read_text())["schema"] == 1


def test_unknown_keys_are_kept_when_saved_again(caplog):
    settings.settings_file().write_text('{"theme": "light", "future": {"x": 1}}')
    with caplog.at_level("INFO"):
        loaded, message = settings.load()
    assert message is None
    assert loaded.theme == "light"
    assert "future" in caplog.text
    settings.save(loaded)
    assert json.loads(settings.settings_file().read_text())["future"] == {"x": 1}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"theme": 3}',
        '{"recent_files": "a"}',
        '{"remembered": 5}',
        '{"remembered": {"a": 1}}',
        '{"remembered": {"a": {"rows": "five"}}}',
        '{"remembered": {"a": {"rows": 5.5}}}',
        '{"remembered": {"a": {"axis_gain_kev": true}}}',
        '{"remembered": {"a": {"detector": null}}}',
    ],
)
def test_broken_file_is_put_aside_and_the_user_told(text):
    path = settings.settings_file()
    path.write_text(text)
    loaded, message = settings.load()
    assert loaded == Settings()
    assert message is not None
    assert "settings.broken.json" in message.message
    assert not path.exists()
    assert path.with_name("settings.broken.json").read_text() == text


def test_file_that_is_no_text_is_put_aside():
    settings.settings_file().write_bytes(b"\xff\xfe\x00")
    loaded, message = settings.load()
    assert loaded == Settings()
    assert message is not None


def test_whole_number_is_taken_where_a_fraction_is_meant():
    settings.settings_file().write_text('{"low_percentile": 2}')
    assert settings.load()[0].low_percentile == 2.0


def test_remembered_options_come_back_with_whole_numbers_and_without_unknown_ones():
    text = '{"remembered": {"a": {"axis_gain_kev": 1, "rows": 5, "dataset": null, "new": 2}}}'
    settings.settings_file().write_text(text)
    options = settings.load()[0].remembered["a"]
    assert options == settings.RememberedOptions(axis_gain_kev=1.0, rows=5)


def test_theme_of_another_version_gives_the_default():
    settings.settings_file().write_text('{"theme": "sepia", "inverted": true}')
    loaded, message = settings.load()
    assert (loaded.theme, loaded.inverted, message) == ("dark", True, None)


def test_broken_file_that_cannot_be_put_aside_is_told(monkeypatch):
    settings.settings_file().write_text("{")

    def refuse(*names):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(settings.os, "replace", refuse)
    loaded, message = settings.load()
    assert loaded == Settings()
    assert "could not be put aside: Permission denied" in message.message


def test_recent_files_are_ten_the_latest_first(tmp_path):
    known = Settings()
    for index in range(12):
        known = known.with_recent(tmp_path / f"{index}.h5")
    known = known.with_recent(tmp_path / "5.h5")
    assert len(known.recent_files) == 10
    assert known.recent_files[:2] == (str(tmp_path / "5.h5"), str(tmp_path / "11.h5"))


def test_recent_file_can_be_forgotten(tmp_path):
    known = Settings().with_recent(tmp_path / "a.h5").with_recent(tmp_path / "b.h5")
    assert known.without_recent(tmp_path / "b.h5").recent_files == (str(tmp_path / "a.h5"),)


def test_options_of_at_most_two_hundred_files_are_remembered(tmp_path):
    known = Settings()
    for index in range(203):
        known = known.with_options(tmp_path / f"{index}.h5", RememberedOptions(rows=index))
    assert len(known.remembered) == 200
    assert known.options_for(tmp_path / "2.h5") is None
    assert known.options_for(tmp_path / "202.h5") == RememberedOptions(rows=202)


def test_failed_save_leaves_the_old_file_and_no_rest(monkeypatch):
    settings.save(Settings(theme="light"))
    path = settings.settings_file()

    def refuse(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(settings.os, "replace", refuse)
        with pytest.raises(WriteError, match="No space left"):
            settings.save(Settings(theme="dark"))
    assert settings.load()[0].theme == "light"
    assert [item.name for item in path.parent.iterdir()] == ["settings.json"]
