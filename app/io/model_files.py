"""Networks on disk and their cards: beside the file, inside it, or known by its checksum."""

import functools
import hashlib
import json
import mmap
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.recolouring.card import ModelCard, ModelCardError, card_from_plain
from app.errors import ReadError
from app.io.atomic import written
from app.io.model_errors import ModelError
from app.io.onnx_wire import metadata
from app.paths import resource

SUFFIX = ".onnx"
METADATA_KEY = "velatura"
"""Under which a network's file itself may keep its card, as JSON."""

_MOST_CARD_BYTES = 4 * 2**20
_CHUNK_BYTES = 2**20


def model_files(folder: Path) -> list[Path]:
    """The networks (.onnx) in a folder, by name; none if it is not there.

    Raises
    ------
    ReadError
        If the system refuses to list it.
    """
    try:
        if not folder.is_dir():
            return []
        found = [item for item in folder.iterdir() if item.suffix.lower() == SUFFIX]
        return sorted((item for item in found if item.is_file()), key=lambda item: item.name)
    except OSError as error:
        raise _cannot_read(folder, error) from error


def card_path(path: Path) -> Path:
    """Where the card of a network lies: beside it, with the same name."""
    return path.with_suffix(".json")


def read_card(path: Path) -> ModelCard | None:
    """The card of a network: of the JSON file beside it, else the one inside it.

    Parameters
    ----------
    path
        The network.

    Returns
    -------
    ModelCard or None
        None where there is neither; `known_card` may know more.

    Raises
    ------
    ModelCardError
        If the card makes no sense; the message names the field.
    ReadError
        If the card's file holds no JSON, or the system refuses.
    ModelError
        If there is no card beside the network and the network is no ONNX file.
    """
    beside = card_path(path)
    try:
        if beside.is_file():
            with beside.open("rb") as stream:
                content = stream.read(_MOST_CARD_BYTES + 1)
            return card_from_plain(_plain(content, beside))
        text = _inside(path)
    except OSError as error:
        raise _cannot_read(path, error) from error
    return None if text is None else card_from_plain(_plain(text.encode(), path))


def write_card(card: ModelCard, path: Path) -> Path:
    """Write the card of a network beside it, replacing the old one, and give its path.

    Raises
    ------
    WriteError
        If the system refuses; the old card stands then.
    """
    target = card_path(path)
    text = json.dumps(card.to_plain(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with written(target, overwrite=True) as beside:
        beside.write_text(text, encoding="utf-8")
    return target


def file_sha256(path: Path) -> str:
    """SHA-256 of a network's file, 64 hexadecimal digits.

    Raises
    ------
    ReadError
        If the system refuses.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise _cannot_read(path, error) from error
    return digest.hexdigest()


def known_card(sha256: str) -> ModelCard | None:
    """The card that ships with Velatura for a network of others; None where none does.

    Parameters
    ----------
    sha256
        Of the network's file, 64 hexadecimal digits.
    """
    return _known_cards().get(sha256.lower())


@functools.cache
def _known_cards() -> dict[str, ModelCard]:
    cards = [
        card_from_plain(json.loads(item.read_text(encoding="utf-8")))
        for item in sorted(resource("cards").glob("*.json"))
    ]
    return {card.sha256: card for card in cards}


def with_checksum(card: ModelCard, path: Path) -> ModelCard:
    """The same card, tied to this very file; raises ReadError if it cannot be read."""
    return replace(card, sha256=file_sha256(path))


def _inside(path: Path) -> str | None:
    """The card that an ONNX file keeps in its metadata."""
    refused: ModelError | None = None
    with path.open("rb") as stream:
        if not stream.seek(0, 2):
            raise ModelError("The file is empty.", path=path)
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            view = memoryview(mapped)
            try:
                return metadata(view, METADATA_KEY)
            except ModelError as error:
                # not raised here: its traceback holds views, which keep the file from closing
                refused = error.at(path)
            finally:
                view.release()
    raise refused


def _plain(content: bytes, path: Path) -> Any:
    """What JSON holds; raises ReadError for what is none, or too much of it."""
    if len(content) > _MOST_CARD_BYTES:
        reason = f"it has more than {_MOST_CARD_BYTES // 2**20} MB"
    else:
        try:
            return json.loads(content, parse_constant=_no_number)
        except RecursionError:
            reason = "it is nested too deeply"
        except ValueError as error:
            # broken JSON, bytes that are no UTF-8, or numbers of thousands of digits
            reason = f"it is no JSON: {error}"
    raise ReadError(
        f"Cannot read the card of the network {path.stem}.",
        f"{path}: {reason}.",
        "Correct the card, or remove it to be asked for its values; it is not changed.",
        path=path,
    )


def _no_number(name: str) -> float:
    raise ModelCardError("A value of the card", f"is {name}; expected finite numbers")


def _cannot_read(path: Path, error: OSError) -> ReadError:
    return ReadError(
        f"Cannot read {path.name}.",
        f"{path}: {error.strerror or error}.",
        "Check that it is still there, that you may read it and that its drive answers.",
        path=path,
    )
