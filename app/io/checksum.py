"""The checksum by which an input is known, whatever its name or place."""

import hashlib
import os
from pathlib import Path

from app.core.progress import Progress, no_progress, part_of
from app.io.formats import cannot_read
from app.io.positioned import file_size

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
    # asked once each: on a network drive ten thousand small files take their time
    sizes = [file_size(path) for path in files]
    if len(files) == 1:
        return f"sha256:{_digits(files[0], sizes[0], progress)}"
    total = max(sum(sizes), 1)
    listing = hashlib.sha256()
    done = 0
    for path, size in zip(files, sizes, strict=True):
        part = part_of(progress, done / total, (done + size) / total)
        digits = _digits(path, size, part)
        listing.update(digits.encode() + b"  " + os.fsencode(path.name) + b"\n")
        done += size
    return f"sha256:{listing.hexdigest()}"


def _digits(path: Path, size: int, progress: Progress) -> str:
    """SHA-256 of the bytes of one file, of which `size` are expected."""
    size = max(size, 1)
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
