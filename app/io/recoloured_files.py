"""Pictures of predicted colours as files, each of which says that they are predicted."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import app
from app.core.provenance import steps_to_json
from app.core.recolouring.card import ModelCard, OutputKind, TaskKind
from app.core.recolouring.recoloured import PREDICTED, Recoloured
from app.errors import WriteError
from app.io import images
from app.io.atomic import cannot_write, check_free, written
from app.io.hdf5_writing import created

GROUP = "/entry/recoloured"
DISCLAIMER = (
    "Predicted colour: an estimate from chemistry by a network, neither the original colour nor "
    "a restoration."
)
_PICTURES = (".png", ".tif", ".tiff")
_WHOLE = (".h5", ".hdf5")
_DOUBTS = (OutputKind.LOG_VARIANCE, OutputKind.QUANTILES)
_STAMP_PX = 22
_FILLS = 0.55
_CHECKSUM_DIGITS = 12


def check_suffix(path: Path, *, is_whole: bool) -> None:
    """Raise WriteError unless a file of this name can be written.

    Parameters
    ----------
    is_whole
        Whether it may hold all there is, as HDF5.
    """
    allowed = (*_PICTURES, *_WHOLE) if is_whole else _PICTURES
    if path.suffix.lower() not in allowed:
        raise WriteError(
            f"Cannot write {path.name}.",
            f"Its name ends in {path.suffix or 'no suffix'}; expected {', '.join(allowed)}.",
            "Choose such a name.",
            path=path,
        )


def check_targets(
    card: ModelCard, out: Path, uncertainty: Path | None = None, *, tells_doubt: bool | None = None
) -> None:
    """Raise WriteError unless what a network gives can be written to these files.

    Suffixes, folders, and whether there are colours and an uncertainty at all: known by the card
    before a long run.

    Parameters
    ----------
    tells_doubt
        Whether there is an uncertainty; by default what the card says.
    """
    targets = [out] if uncertainty is None else [out, uncertainty]
    for target in targets:
        check_suffix(target, is_whole=target is out)
        if not target.parent.is_dir():
            missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            raise cannot_write(target, missing)
    if uncertainty is not None and out.resolve() == uncertainty.resolve():
        raise WriteError(
            f"Cannot write {out.name}.",
            f"{out}: both the colours and their uncertainty are to be written there.",
            "Give the uncertainty another name.",
            path=out,
        )
    if out.suffix.lower() not in _WHOLE and card.task is not TaskKind.RGB:
        raise WriteError(
            f"Cannot write {out.name}.",
            f"{card.name} predicts maps of {', '.join(card.main_output.elements)}, not colours.",
            "Give a name ending in .h5, which holds the maps.",
            path=out,
        )
    if tells_doubt is None:
        tells_doubt = any(card.output_of(kind) is not None for kind in _DOUBTS)
    if uncertainty is not None and not tells_doubt:
        raise WriteError(
            f"Cannot write {uncertainty.name}.",
            f"{card.name} does not tell how sure it is of a colour.",
            "Leave the uncertainty out, or choose a model with an output “log_variance”.",
            path=uncertainty,
        )


def write(
    found: Recoloured,
    out: Path,
    uncertainty: Path | None = None,
    *,
    is_stamped: bool = False,
    name: str = "",
    overwrite: bool = False,
) -> None:
    """Write a result: its picture or all of it, and a picture of its uncertainty on wish.

    Parameters
    ----------
    out
        `.png` or `.tif` for the colours as 8-bit sRGB, or `.h5` for everything.
    uncertainty
        `.png`, white where the standard deviation is 0.25 and more; or `.tif`, 32-bit floats.
    is_stamped
        Whether the picture says visibly that its colours are predicted.
    name
        Of the scan.

    Raises
    ------
    WriteError
        If there is nothing of the kind to be written, a file exists, or the system refuses;
        nothing is left behind then.
    """
    is_whole, doubt = out.suffix.lower() in _WHOLE, found.uncertainty
    check_targets(found.card, out, uncertainty, tells_doubt=doubt is not None)
    check_free([out] if uncertainty is None else [out, uncertainty], overwrite=overwrite)
    with written(out, overwrite=overwrite) as beside:
        if is_whole:
            write_whole(found, beside, name=name)
        else:
            write_picture(picture(found, is_stamped=is_stamped), beside, found, name=name)
        if uncertainty is not None and doubt is not None:
            # both or none: the second is there before the first takes its name
            with written(uncertainty, overwrite=overwrite) as second:
                _write_doubt(doubt, second, found, name)


def picture(found: Recoloured, *, is_stamped: bool = False) -> NDArray[np.uint8]:
    """The colours as a picture, shape (rows, cols, 4), clear where nothing was computed.

    With a stamp there are further rows below, on which stands what the colours are.
    """
    values = found.picture()
    is_known = np.isfinite(values).all(axis=2)
    rgba = np.zeros((*values.shape[:2], 4), np.uint8)
    rgba[..., :3] = np.rint(255 * np.clip(np.nan_to_num(values), 0.0, 1.0))
    rgba[..., 3] = np.where(is_known, 255, 0)
    rgba[~is_known] = 0
    return stamped(rgba, found) if is_stamped else rgba


def stamped(rgba: NDArray[np.uint8], found: Recoloured) -> NDArray[np.uint8]:
    """A picture with a strip below that names what its colours are and whose.

    Parameters
    ----------
    rgba
        Shape (rows, cols, 4), uint8. A small picture is enlarged by whole pixels, so that the
        words can be read.
    """
    from PIL import Image, ImageDraw

    from app.io.drawing import BACKGROUND, TEXT, typeface

    factor = max(-(-320 // rgba.shape[1]), 1)
    large = np.repeat(np.repeat(rgba, factor, axis=0), factor, axis=1)
    font = typeface(round(_FILLS * _STAMP_PX))
    lines = _wrapped(_stamp_text(found), large.shape[1] - 12, font)
    strip = Image.new("RGBA", (large.shape[1], _STAMP_PX * len(lines)), BACKGROUND)
    pen = ImageDraw.Draw(strip)
    for place, line in enumerate(lines):
        pen.text((6, _STAMP_PX * (place + 0.5)), line, TEXT, font, anchor="lm")
    return np.concatenate([large, np.asarray(strip, np.uint8)])


def write_picture(
    rgba: NDArray[np.uint8], path: Path, found: Recoloured, *, name: str = ""
) -> None:
    """Write a picture made of predicted colours, as PNG or TIFF by its suffix.

    Parameters
    ----------
    rgba
        Shape (rows, cols, 3) or (rows, cols, 4), uint8; the colours, or what they were blended
        into.
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    text = metadata(found, name)
    if path.suffix.lower() == ".png":
        images.write_png(rgba, path, found.steps, text)
        return
    import tifffile

    with path.open("xb") as stream:
        tifffile.imwrite(
            stream,
            np.ascontiguousarray(rgba),
            photometric="rgb",
            extrasamples=["unassalpha"] if rgba.shape[2] == 4 else None,
            description=json.dumps({**text, "steps": json.loads(steps_to_json(found.steps))}),
            metadata=None,
            software=f"Velatura {app.__version__}",
        )


def checksum_of(found: Recoloured) -> str:
    """SHA-256 of the network's file, in hexadecimal digits; empty where it is not known."""
    details = found.steps[-1].parameters if found.steps else {}
    return str(details.get("sha256", found.card.sha256))


def metadata(found: Recoloured, name: str = "") -> dict[str, str]:
    """What a file says of its colours: that they are predicted, and by what."""
    card = found.card
    texts = {
        "Title": f"{PREDICTED.capitalize()} of {name}" if name else PREDICTED.capitalize(),
        "Description": DISCLAIMER,
        "velatura:content": PREDICTED,
        "velatura:model": card.name,
        "velatura:model-version": card.version,
        "velatura:model-sha256": checksum_of(found),
        "velatura:model-licence": card.licence,
        "velatura:region": str(found.region),
        "velatura:notes": " ".join(found.notes),
    }
    return {key: value for key, value in texts.items() if value}


def write_whole(found: Recoloured, path: Path, *, name: str = "") -> None:
    """Write all maps as HDF5 with a NeXus data group.

    Parameters
    ----------
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    with created(path) as (file, _):
        file.attrs.update({"NX_class": "NXroot", "default": "entry"})
        entry = file.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "recoloured"})
        entry["title"] = metadata(found, name)["Title"]
        group = entry.create_group("recoloured")
        group.attrs.update({"NX_class": "NXdata", "content": PREDICTED, "notice": DISCLAIMER})
        group.attrs["signal"] = "rgb" if found.card.task is TaskKind.RGB else "maps"
        if found.card.task is TaskKind.RGB:
            _dataset(group, "rgb", found.rgb, "Predicted colour, sRGB", "rgb-image")
        for key, words in _MAPS.items():
            values = getattr(found, key)
            if values is not None:
                _dataset(group, key, values, words, "image")
        if found.maps is not None:
            group["elements"] = list(found.elements)
        for key, value in metadata(found, name).items():
            group.attrs[key] = value
        process = entry.create_group("velatura")
        process.attrs["NX_class"] = "NXprocess"
        process["program"] = "Velatura"
        process["version"] = app.__version__
        process["steps"] = steps_to_json(found.steps)
        process["model_card"] = json.dumps(found.card.to_plain(), ensure_ascii=False)
        process["provider"] = found.provider


_MAPS = {
    "uncertainty": "Standard deviation of the colour, sRGB of 0 to 1",
    "log_variance": "Natural logarithm of the colour's variance",
    "novelty": "How unlike the training spectra, 0 to 1",
    "neighbours": "Mean distance to the nearest training spectra",
    "maps": "Predicted maps, one for each element",
}


def _dataset(group: Any, name: str, values: Any, words: str, interpretation: str) -> None:
    data = group.create_dataset(
        name, data=values, compression="gzip", compression_opts=1, shuffle=True
    )
    data.attrs.update({"long_name": words, "interpretation": interpretation})


def _write_doubt(doubt: NDArray[np.float32], path: Path, found: Recoloured, name: str) -> None:
    """The uncertainty: grey for the eye, floats for computing."""
    title = f"Uncertainty of the predicted colour of {name}".removesuffix(" of ")
    if path.suffix.lower() != ".png":
        images.write_float_tiff(
            doubt,
            path,
            steps=found.steps,
            name="Standard deviation of the predicted colour",
            unit="sRGB of 0 to 1",
            text={**metadata(found, name), "Title": title},
        )
        return
    is_known = np.isfinite(doubt)
    grey = np.rint(255 * np.clip(np.nan_to_num(doubt) / MOST_DOUBT, 0.0, 1.0)).astype(np.uint8)
    rgba = np.stack([grey, grey, grey, np.where(is_known, 255, 0).astype(np.uint8)], axis=2)
    text = {
        **metadata(found, name),
        "Title": title,
        "Comment": f"White: a standard deviation of {MOST_DOUBT} and more, sRGB of 0 to 1.",
    }
    images.write_png(rgba, path, found.steps, text)


MOST_DOUBT = 0.25
"""Standard deviation that is white in pictures of uncertainty, sRGB of 0 to 1."""


def _stamp_text(found: Recoloured) -> str:
    card, checksum = found.card, checksum_of(found)[:_CHECKSUM_DIGITS]
    shown = f"sha256 {checksum}…" if checksum else ""
    return " · ".join(filter(None, (PREDICTED.capitalize(), card.name, card.version, shown)))


def _wrapped(text: str, width: float, font: Any) -> list[str]:
    """Lines that fit into a width; a word longer than that has its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
