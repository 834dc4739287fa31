"""Writing so that a file is either whole or not there: beside the target, then renamed."""

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import WriteError


@contextlib.contextmanager
def written(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path beside the target to write to; on success it becomes the target.

    Whatever is raised inside, the target stays as it was and nothing is left beside it.

    Raises
    ------
    WriteError
        If the target exists and `overwrite` is off, or the system refuses (full disk,
        read-only folder, file in use).
    """
    check_free([target], overwrite=overwrite)
    # the suffix stays, since some writers choose by it
    beside = target.with_name(f".{target.stem}.{uuid.uuid4().hex[:8]}.part{target.suffix}")
    try:
        yield beside
        os.replace(beside, target)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def written_together(
    folder: Path, names: Sequence[str], *, overwrite: bool = False
) -> Iterator[Path]:
    """Give a new folder to write files of these names to; on success they move to `folder`.

    Whatever is raised inside, `folder` stays as it was: none of the files is in it, and where
    it was not there it is not there afterwards.

    Raises
    ------
    WriteError
        If one of the files exists and `overwrite` is off, or the system refuses.
    """
    check_free([folder / name for name in names], overwrite=overwrite)
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    beside = folder / f".{uuid.uuid4().hex[:8]}.part"
    is_done = False
    try:
        beside.mkdir(parents=True)
        yield beside
        for name in names:
            os.replace(beside / name, folder / name)
        is_done = True
    except WriteError as error:
        # the folder in between is nothing the user knows of
        message = error.message.replace(str(beside), str(folder))
        raise WriteError(error.title, message, error.hint, path=folder) from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if not is_done:
            with contextlib.suppress(OSError):
                for parent in made:
                    parent.rmdir()


def check_free(targets: Sequence[Path], *, overwrite: bool) -> None:
    """Raise WriteError if one of the targets exists and may not be overwritten."""
    taken = [target for target in targets if target.exists()]
    if taken and not overwrite:
        raise WriteError(
            f"Cannot write {taken[0].name}.",
            f"{', '.join(target.name for target in taken)} exist{'s' if len(taken) == 1 else ''} "
            f"already in {taken[0].absolute().parent}.",
            "Choose another name or folder, or allow overwriting (on the command line: --force).",
            path=taken[0],
        )


def check_not_input(targets: Sequence[Path], files: Sequence[Path]) -> None:
    """Raise WriteError if one of the targets is one of an input's own files."""
    for target in targets:
        if target.exists() and any(target.samefile(file) for file in files):
            raise is_the_input(target)


def is_the_input(target: Path) -> WriteError:
    """Tell that a target is the scan itself."""
    return WriteError(
        f"Cannot write {target.name}.",
        f"{target} is the scan that is read.",
        "Choose another name: a scan as it was measured is never overwritten.",
        path=target,
    )


def cannot_write(target: Path, error: OSError) -> WriteError:
    """Tell in words why the system would not write a file."""
    reason = error.strerror or str(error) or type(error).__name__
    hints = {
        errno.ENOSPC: "Free some space on that drive or choose another one.",
        errno.EACCES: "Choose a folder you may write to.",
        errno.EROFS: "Choose a folder you may write to.",
        errno.ENOENT: "Create the folder first or choose another one.",
    }
    hint = hints.get(error.errno or 0, "Choose another folder or name.")
    if isinstance(error, PermissionError) and target.is_file():
        hint = "Close it where it is open, or choose another name."
    return WriteError(f"Cannot write {target.name}.", f"{target}: {reason}.", hint, path=target)
