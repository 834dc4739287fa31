"""Digests of scans as files: small pictures of their results, for contact sheets.

A zip archive of numpy arrays with a JSON text; the same digest gives the same bytes.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from app.core.batch.sheet import Digest, Tile
from app.errors import ReadError
from app.io.formats import cannot_read

SUFFIX = ".velatura-digest"
_VERSION = 1
_ABOUT = "about"
_MOST_BYTES = 256 * 2**20


def write_digest(digest: Digest, path: Path) -> None:
    """Write a digest.

    Parameters
    ----------
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    about = {
        "version": _VERSION,
        "name": digest.name,
        "details": digest.details,
        "aspect": digest.aspect,
        "date": digest.date,
        "tiles": [
            {"column": tile.column, "limits": tile.limits, "unit": tile.unit}
            for tile in digest.tiles
        ],
    }
    arrays: dict[str, Any] = {_ABOUT: np.frombuffer(json.dumps(about).encode(), np.uint8)}
    arrays |= {f"tile{place}": tile.picture for place, tile in enumerate(digest.tiles)}
    with path.open("xb") as stream:
        np.savez_compressed(stream, **arrays)


def read_digest(path: Path) -> Digest:
    """Read what `write_digest` wrote.

    Raises
    ------
    ReadError
        If the file cannot be read or is no digest.
    """
    try:
        # numpy leaves a damaged file open, where it is given a path
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            about = json.loads(arrays[_ABOUT].tobytes())
            if about["version"] > _VERSION:
                raise _not_usable(path, "it was written by a later version of Velatura")
            tiles = tuple(
                _tile(entry, arrays[f"tile{place}"]) for place, entry in enumerate(about["tiles"])
            )
            return Digest(
                name=str(about["name"]),
                details=str(about["details"]),
                aspect=float(about["aspect"]),
                tiles=tiles,
                date=str(about["date"]),
            )
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise _not_usable(path, "it is damaged or something else") from error


def _tile(entry: dict[str, Any], picture: Any) -> Tile:
    limits = entry["limits"]
    if picture.nbytes > _MOST_BYTES or picture.ndim != (3 if limits is None else 2):
        raise ValueError("not a tile")
    ends = None if limits is None else (float(limits[0]), float(limits[1]))
    return Tile(str(entry["column"]), picture, ends, str(entry["unit"]))


def _not_usable(path: Path, reason: str) -> ReadError:
    return ReadError(
        "The small pictures of a scan cannot be read.",
        f"{path.name}: {reason}.",
        "Run the batch again for this scan.",
        path=path,
    )
