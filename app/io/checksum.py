"""The checksum by which an input is known, whatever its name or place."""

import hashlib
import os
from pathlib import Path

from app.core.progress import Progress, no_progress, part_of
from app.io.formats import cannot_read

_CHUNK_BYTES = 16 * 2**20


def checksum(files: tuple[Path, ...], progress: Progress = no_progress) -> str:
    """SHA-256 of the content of an input.

    Parameters
    ----------
    files
        In the fixed order that the format gives.
    progress
        Told the fraction read, every 16 MB; may raise to stop.

    Returns
    -------
    str
        `sha256:` and 64 hexadecimal digits. For one file it is the SHA-256 of its bytes, as
        `sha256sum FILE` prints it. For several it is the SHA-256 of the text that
        `sha256sum FILE…` prints in their folder: for each file, in order, its digits, two
        spaces, its name without folder and a line feed.

    Raises
    ------
    ReadError
        If a file cannot be read.
    """
    total = total_bytes(files)
    if len(files) == 1:
        return f"sha256:{_digits(files[0], progress)}"
    listing = hashlib.sha256()
    done = 0
    for path in files:
        start, done = done, done + _size(path)
        part = part_of(progress, start / max(total, 1), min(done / max(total, 1), 1.0))
        listing.update(_digits(path, part).encode() + b"  " + os.fsencode(path.name) + b"\n")
    return f"sha256:{listing.hexdigest()}"


def total_bytes(files: tuple[Path, ...]) -> int:
    """Size of all files together.

    Raises
    ------
    ReadError
        If one is not there.
    """
    return sum(_size(path) for path in files)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise cannot_read(path, error) from error


def _digits(path: Path, progress: Progress) -> str:
    """SHA-256 of one file's bytes."""
    size = max(_size(path), 1)
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb", buffering=0) as stream:
            buffer = memoryview(bytearray(min(_CHUNK_BYTES, size)))
            while count := stream.readinto(buffer):
                digest.update(buffer[:count])
                done += count
                progress(min(done / size, 1.0), f"Reading {path.name}")
    except OSError as error:
        raise cannot_read(path, error) from error
    return digest.hexdigest()
