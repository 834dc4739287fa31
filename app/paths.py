"""The one place that knows where things are: bundled resources, models and user folders."""

import os
import sys
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import platformdirs

from app.errors import WriteError

HOME_VARIABLE = "VELATURA_HOME"


def bundle_root() -> Path:
    """Folder that holds `resources` and `models`.

    In a frozen program it is the bundle, in an installed wheel `app/_bundled`, else the
    repository.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parent


def resource(name: str) -> Path:
    """Path of a bundled resource, as `resource("icons/open.svg")`.

    Raises
    ------
    ValueError
        If the name is absolute or climbs with `..`, as any system understands it.
    FileNotFoundError
        If there is none of that name; the message lists the known ones.
    """
    # the Windows reading knows drives and both slashes, so it covers the others'
    parts = PureWindowsPath(name)
    if parts.anchor or ".." in parts.parts:
        raise ValueError(f"a resource is named relative to the resources folder, not {name!r}")
    path = bundle_root() / "resources" / parts.as_posix()
    if not path.exists():
        known = sorted(item.name for item in path.parent.iterdir()) if path.parent.is_dir() else []
        raise FileNotFoundError(f"no resource {name!r}; there are: {', '.join(known) or 'none'}")
    return path


def sample_scan() -> Path:
    """The bundled synthetic scan."""
    return resource("sample/sample.h5")


def cache_dir() -> Path:
    """User's cache folder; everything in it may be deleted at any time.

    Raises
    ------
    WriteError
        If it is not there and cannot be made.
    """
    return _user_dir("cache", platformdirs.user_cache_path)


def config_dir() -> Path:
    """User's settings folder; raises as `cache_dir`."""
    return _user_dir("config", platformdirs.user_config_path)


def data_dir() -> Path:
    """Folder of what the user made and keeps, such as pigment libraries; raises as `cache_dir`."""
    return _user_dir("data", platformdirs.user_data_path)


def log_dir() -> Path:
    """User's log folder; raises as `cache_dir`."""
    return _user_dir("log", platformdirs.user_log_path)


def _user_dir(kind: str, default: Callable[..., Path]) -> Path:
    # one variable moves everything: tests, and labs that run from a memory stick
    home = os.environ.get(HOME_VARIABLE)
    path = Path(home) / kind if home else default("velatura", appauthor=False)
    return made_folder(path)


def made_folder(path: Path) -> Path:
    """Make sure that one of the program's own folders is there.

    Raises
    ------
    WriteError
        If the system refuses; the hint names the variable that moves them all.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            "Velatura cannot use its own folder.",
            f"{path}: {error.strerror or error}.",
            f"Set {HOME_VARIABLE} to a folder you may write to.",
            path=path,
        ) from error
    return path
