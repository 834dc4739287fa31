"""The ledger of a batch: what was made of what, written line by line, whole after a crash.

It lies in a folder of its own within the output folder. Each line is one JSON object with a
checksum of itself; a line that a power cut has torn is passed over, and so is what stands after
it on the same line. Lines are only ever added, so that nothing that was once known is lost.
"""

import contextlib
import errno
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from app.errors import AppError, WriteError
from app.io.atomic import cannot_write
from app.io.formats import cannot_read

FOLDER = ".velatura-batch"
"""Name of the folder within the output folder."""

_NAME = "ledger.jsonl"
_LOCK = "in-use"
_BEGUN, _MADE = "begun", "made"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file as it was when it was finished.

    Parameters
    ----------
    path
        Relative to the output folder, with slashes.
    checksum
        `sha256:` and 64 hexadecimal digits.
    bytes
        Its size.
    """

    path: str
    checksum: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What was made by one task of one scan.

    Parameters
    ----------
    targets
        The files or the folder asked for, relative to the output folder, with slashes.
    input
        Path of the scan.
    input_checksum
        SHA-256 of its content.
    recipe
        As `app.core.batch.fingerprint.recipe_hash`.
    outputs
        All files.
    """

    targets: tuple[str, ...]
    input: str
    input_checksum: str
    recipe: str
    outputs: tuple[OutputFile, ...]


class LedgerReader:
    """What the ledger of an output folder says; nothing where there is none.

    Parameters
    ----------
    output
        The folder for results.

    Raises
    ------
    ReadError
        If the system refuses.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = output / FOLDER
        self._made: dict[tuple[str, ...], Entry] = {}
        self._own: set[str] = set()
        try:
            self._is_torn = self._read()
        except OSError as error:
            raise cannot_read(output, error) from error

    def relative(self, path: Path | str) -> str:
        """A path as the ledger names it: from the output folder on where it lies within."""
        whole = Path(path)
        with contextlib.suppress(ValueError):
            whole = whole.relative_to(self.output)
        return whole.as_posix()

    def made(self, targets: Iterable[str]) -> Entry | None:
        """What was last made for these targets (relative)."""
        return self._made.get(tuple(targets))

    def is_own(self, target: str) -> bool:
        """Whether a run of a batch has begun to write this target (relative)."""
        return target in self._own

    def own_targets(self) -> tuple[Path, ...]:
        """All that runs of a batch have begun to write here, from the root on."""
        return tuple(self.output / name for name in sorted(self._own))

    def _take(self, entry: Entry) -> None:
        self._made[entry.targets] = entry
        self._own.update(entry.targets)

    def _read(self) -> bool:
        """Take in all lines; gives whether the last one is torn, which must swallow no other."""
        try:
            content = (self.folder / _NAME).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return False
        for line in content.split(b"\n"):
            found = _parsed(line)
            if found is None:
                continue
            with contextlib.suppress(KeyError, TypeError):
                if found["kind"] == _BEGUN:
                    self._own.update(str(target) for target in found["targets"])
                else:
                    self._take(_entry(found))
        return bool(content) and not content.endswith(b"\n")


class Ledger(LedgerReader):
    """The ledger of an output folder, held by one run at a time.

    Parameters
    ----------
    output
        The folder for results; made where it is absent.

    Raises
    ------
    WriteError
        If another run holds it, or the system refuses.
    """

    def __init__(self, output: Path) -> None:
        self._lock: IO[bytes] | None = None
        self._stream: IO[bytes] | None = None
        folder = output / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _held(folder / _LOCK)
            super().__init__(output)
            # nothing is kept back: a line that was refused does not come with the next one
            self._stream = (folder / _NAME).open("ab", buffering=0)
        except OSError as error:
            self.close()
            raise cannot_write(output, error) from error
        except AppError:
            self.close()
            raise

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def begin(self, targets: Iterable[str]) -> None:
        """Note that targets are about to be written, before they are.

        Raises
        ------
        WriteError
            If the system refuses.
        """
        new = [target for target in targets if target not in self._own]
        if new:
            self._append({"kind": _BEGUN, "targets": new})
            self._own.update(new)

    def add(self, entry: Entry) -> None:
        """Note what was made; raises as `begin`."""
        self._append({"kind": _MADE, **asdict(entry)})
        self._take(entry)

    def close(self) -> None:
        """Let go of the ledger."""
        for stream in (self._stream, self._lock):
            if stream is not None:
                stream.close()
        self._stream = self._lock = None

    def _append(self, entry: dict[str, Any]) -> None:
        if self._stream is None:
            raise ValueError("the ledger is closed")
        text = json.dumps(entry, ensure_ascii=True, separators=(",", ":"))
        # begins a line of its own, whatever a full disk has left of the one before
        begin = "\n" if self._is_torn else ""
        line = f"{begin}{zlib.crc32(text.encode()):08x} {text}\n".encode()
        try:
            if self._stream.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._stream.fileno())
            self._is_torn = False
        except OSError as error:
            self._is_torn = True
            raise cannot_write(self.folder / _NAME, error) from error


def _parsed(line: bytes) -> dict[str, Any] | None:
    digits, _, text = line.partition(b" ")
    try:
        is_whole = int(digits, 16) == zlib.crc32(text)
        found = json.loads(text) if is_whole else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _entry(found: dict[str, Any]) -> Entry:
    return Entry(
        targets=tuple(found["targets"]),
        input=found["input"],
        input_checksum=found["input_checksum"],
        recipe=found["recipe"],
        outputs=tuple(OutputFile(**item) for item in found["outputs"]),
    )


def _held(path: Path) -> IO[bytes]:
    """A file kept locked; the system lets go of it when the process ends, however."""
    stream = path.open("ab")
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(  # type: ignore[attr-defined,unused-ignore]
                stream.fileno(),
                msvcrt.LK_NBLCK,  # type: ignore[attr-defined,unused-ignore]
                1,
            )
    except (BlockingIOError, PermissionError) as error:
        stream.close()
        raise WriteError(
            "Another batch is writing to this folder.",
            f"{path.parent.parent}: its ledger is held by another run.",
            "Wait for its end, or choose another output folder.",
            path=path.parent.parent,
        ) from error
    except OSError:
        # some network drives have no locks; there, one has to take care oneself
        return stream
    return stream
