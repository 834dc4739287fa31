"""The truth of a synthetic scan in its file: `/entry/velatura/truth`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import SynthesisRecipe, Truth
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.paints import Paints
from app.core.synthesis.palette import Palette
from app.errors import ParameterError, ReadError
from app.io.checked_parts import numbers, picture, table, whole_numbers
from app.io.hdf5_file import open_hdf5

GROUP = "/entry/velatura/truth"

# as many as a pixel's counts can be
_MOST_COUNTS = 2**32 - 1


def write_truth(velatura: Any, truth: Truth, recipe: SynthesisRecipe) -> None:
    """Write labels, palette, pigments and their shares beside the counts.

    Parameters
    ----------
    velatura
        The HDF5 group `/entry/velatura`.
    truth, recipe
        Of the scan in the same file.
    """
    group = velatura.create_group("truth")
    group.attrs["NX_class"] = "NXcollection"
    group.attrs["recipe"] = json.dumps(asdict(recipe))
    group.attrs["changes"] = json.dumps(truth.changes.to_plain(), ensure_ascii=False)
    palette = truth.palette
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    group.create_dataset("labels", data=palette.labels, **packed)
    shown = group.create_dataset("picture", data=truth.picture, **packed)
    shown.attrs.update({"interpretation": "rgba-image", "colour_space": "sRGB"})
    group.create_dataset("counts_of_pixels", data=truth.numbers, **packed)
    group.create_dataset("colours", data=palette.colours)
    group.create_dataset("sizes", data=palette.sizes)
    group.create_dataset("silhouettes", data=np.array(palette.silhouettes).reshape(-1, 2))
    group.create_dataset("shares", data=truth.shares)
    group.create_dataset("expected", data=truth.expected, **packed)
    group["inertia"] = palette.inertia
    paints = truth.paints
    group["pigments"] = json.dumps(paints.names, ensure_ascii=False)
    group.create_dataset("pigment_colours", data=paints.srgb)
    spectra = group.create_dataset("references", data=paints.spectra, **packed)
    spectra.attrs["axis_kev"] = [
        paints.axis.offset_kev,
        paints.axis.gain_kev,
        paints.axis.quadratic,
    ]
    spectra.attrs["axis_source"] = paints.axis.source
    if paints.rates is not None:
        rates = group.create_dataset("rates", data=paints.rates)
        rates.attrs["units"] = "counts/s"


def read_truth(path: Path) -> tuple[Truth, SynthesisRecipe] | None:
    """The truth of a synthetic scan; None where the file has none.

    Raises
    ------
    ReadError
        If the file cannot be read or its truth is damaged.
    """
    try:
        with open_hdf5(path) as file:
            if GROUP not in file:
                return None
            return _read(file[GROUP])
    except (KeyError, ValueError, TypeError, OSError, ParameterError) as error:
        raise ReadError(
            "The truth of this synthetic scan cannot be read.",
            f"{path.name}: {GROUP} is damaged: {error}.",
            "Generate the scan again.",
            path=path,
        ) from error


def _read(group: Any) -> tuple[Truth, SynthesisRecipe]:
    from app.core.synthesis.generate import Noise

    values = table(group.attrs["recipe"], "recipe")
    values["similarity"] = Similarity(values["similarity"])
    values["noise"] = Noise(values["noise"])
    colours = numbers(group, "colours", (None, 3))
    palette = Palette(
        labels=whole_numbers(group, "labels", (None, None), lowest=0, highest=len(colours) - 1),
        colours=colours,
        sizes=whole_numbers(group, "sizes", (len(colours),)),
        silhouettes=tuple(
            (int(k), float(score)) for k, score in numbers(group, "silhouettes", (None, 2))
        ),
        inertia=float(numbers(group, "inertia", ())),
    )
    size = palette.labels.shape
    names = tuple(str(name) for name in json.loads(group["pigments"][()]))
    expected = numbers(group, "expected", (len(colours), None), lowest=0)
    channels = expected.shape[1]
    offset, gain, quadratic = (float(value) for value in group["references"].attrs["axis_kev"])
    source = str(group["references"].attrs["axis_source"])
    paints = Paints(
        names,
        numbers(group, "pigment_colours", (len(names), 3)),
        numbers(group, "references", (len(names), channels), lowest=0),
        EnergyAxis(offset, gain, quadratic, source),
        _rates(group, len(names)) if "rates" in group else None,
    )
    truth = Truth(
        picture=picture(group, "picture", size),
        palette=palette,
        paints=paints,
        shares=numbers(group, "shares", (len(colours), len(names))),
        expected=expected,
        numbers=whole_numbers(group, "counts_of_pixels", size, lowest=0, highest=_MOST_COUNTS),
        changes=Changes.from_plain(json.loads(group.attrs["changes"])),
    )
    return truth, SynthesisRecipe(**values)


def _rates(group: Any, pigments: int) -> NDArray[np.float64]:
    """Counts per second of the pigments; NaN where a spectrum has no live time."""
    return numbers(group, "rates", (pigments,), lowest=0, may_lack=True)
