"""What the program remembers between runs: one dataclass in one JSON file."""

import json
import logging
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from app import paths
from app.errors import AppError, WriteError

SCHEMA = 1
RECENT_LIMIT = 10
REMEMBERED_LIMIT = 200
FILE_NAME = "settings.json"
BROKEN_NAME = "settings.broken.json"
THEMES = ("dark", "light")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RememberedOptions:
    """What the user added to one file when it was opened last.

    Parameters
    ----------
    dataset, detector, rows, cols
        As in the open dialog; None where nothing was chosen.
    axis_offset_kev, axis_gain_kev
        The energy axis given by the user, keV and keV per channel; None for the file's own.
    """

    dataset: str | None = None
    detector: str = "sum"
    axis_offset_kev: float | None = None
    axis_gain_kev: float | None = None
    rows: int | None = None
    cols: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; immutable, changed through the methods that give a new one.

    Parameters
    ----------
    theme
        One of `THEMES`.
    recent_files
        Full paths, the latest first, at most 10.
    last_open_folder, last_export_folder
        Where the file dialogs start; empty for the home folder.
    colour_map, scale, low_percentile, high_percentile, inverted
        How maps are shown at first.
    spectrum_log
        Whether the spectrum's counts are on a logarithmic scale.
    unfinished_batch
        The plan of a batch that was begun and has not ended; empty where there is none.
    remembered
        Options per file, keyed by its full path, the latest last, at most 200.
    unknown
        Keys of the file that this version does not know; written back as they were.
    """

    schema: int = SCHEMA
    theme: str = "dark"
    recent_files: tuple[str, ...] = ()
    last_open_folder: str = ""
    last_export_folder: str = ""
    colour_map: str = "inferno"
    scale: str = "linear"
    low_percentile: float = 1.0
    high_percentile: float = 99.5
    inverted: bool = False
    spectrum_log: bool = True
    unfinished_batch: str = ""
    remembered: Mapping[str, RememberedOptions] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def with_recent(self, path: Path) -> "Settings":
        """Put a file at the head of the recent ones."""
        name = str(path.resolve())
        others = [known for known in self.recent_files if known != name]
        return replace(self, recent_files=(name, *others)[:RECENT_LIMIT])

    def without_recent(self, path: Path) -> "Settings":
        """Forget a recent file, as when it is no longer there."""
        names = {str(path), str(path.resolve())}
        kept = tuple(known for known in self.recent_files if known not in names)
        return replace(self, recent_files=kept)

    def with_options(self, path: Path, options: RememberedOptions) -> "Settings":
        """Remember what the user added to a file; the oldest beyond 200 are forgotten."""
        name = str(path.resolve())
        remembered = {key: value for key, value in self.remembered.items() if key != name}
        remembered[name] = options
        latest = list(remembered.items())[-REMEMBERED_LIMIT:]
        return replace(self, remembered=dict(latest))

    def options_for(self, path: Path) -> RememberedOptions | None:
        """What the user added to a file last time, or None."""
        return self.remembered.get(str(path.resolve()))


def settings_file() -> Path:
    """Where the settings are kept; raises as `app.paths.cache_dir`."""
    return paths.config_dir() / FILE_NAME


def load() -> tuple[Settings, AppError | None]:
    """Read the settings.

    Returns
    -------
    tuple
        The settings, and what to tell the user when the file could not be used. A broken file
        is put aside as `settings.broken.json` and the defaults are given.

    Raises
    ------
    WriteError
        If the folder of the settings is not there and cannot be made.
    """
    path = settings_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), None
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), _put_aside(path, str(error))
    try:
        return _from_json(text), None
    except (ValueError, TypeError) as error:
        return Settings(), _put_aside(path, str(error))


def save(settings: Settings) -> None:
    """Write the settings; the file is either the old or the new one, never half of it.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    target = settings_file()
    entries = asdict(settings)
    unknown = entries.pop("unknown")
    text = json.dumps({**unknown, **entries}, indent=2, ensure_ascii=False)
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        os.replace(beside, target)
    except OSError as error:
        raise WriteError(
            "Cannot save the settings.",
            f"{target}: {error.strerror or error}.",
            "They hold until the program is closed.",
            path=target,
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _from_json(text: str) -> Settings:
    entries = json.loads(text)
    if not isinstance(entries, dict):
        raise TypeError("the file holds no table of settings")
    defaults = Settings()
    known = {item.name for item in fields(Settings)} - {"unknown"}
    unknown = {key: value for key, value in entries.items() if key not in known}
    if unknown:
        _log.info("settings of another version are kept unread: %s", ", ".join(sorted(unknown)))
    values = {
        key: _checked(key, entries[key], getattr(defaults, key)) for key in known & {*entries}
    }
    return Settings(**values, unknown=unknown)


def _checked(key: str, value: Any, default: Any) -> Any:
    """A value of the file in the type the settings hold, or TypeError naming the key."""
    if key == "theme" and value not in THEMES and isinstance(value, str):
        _log.info("the theme %r is not known; %r is used", value, default)
        return default
    if key == "remembered":
        if not isinstance(value, dict):
            raise TypeError("“remembered” is no table")
        return {path: _options(path, entry) for path, entry in value.items()}
    if key == "recent_files":
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise TypeError("“recent_files” is no list of names")
        return tuple(value[:RECENT_LIMIT])
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise TypeError(f"“{key}” is {value!r}; expected something like {default!r}")
    return value


def _options(path: str, entry: Any) -> RememberedOptions:
    """The options of one file, or TypeError naming it."""
    if not isinstance(entry, dict):
        raise TypeError(f"the options of {path} are no table")
    kinds = get_type_hints(RememberedOptions)
    values = {key: value for key, value in entry.items() if key in kinds}
    for key, value in values.items():
        wanted = get_args(kinds[key]) or (kinds[key],)
        # JSON has one kind of number
        is_fitting = isinstance(value, (*wanted, int) if float in wanted else wanted)
        if not is_fitting or isinstance(value, bool):
            raise TypeError(f"“{key}” of {path} is {value!r}")
    return RememberedOptions(**values)


def _put_aside(path: Path, reason: str) -> AppError:
    _log.warning("settings cannot be used: %s", reason)
    aside = path.with_name(BROKEN_NAME)
    try:
        os.replace(path, aside)
        where = f"The file was put aside as {aside.name}."
    except OSError as error:
        where = f"The file could not be put aside: {error.strerror or error}."
    return AppError(
        "The settings could not be read.",
        f"{path}: {reason}. {where}",
        "The defaults are used; your scans and results are not touched.",
        path=path,
    )
