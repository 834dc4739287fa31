"""Maps of unmixing as HDF5: counts of each group with their errors, templates, residual."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import app
from app.core.axis import EnergyAxis
from app.core.provenance import steps_from_json, steps_to_json
from app.core.region import Region
from app.core.unmixing.abundances import Abundances
from app.core.unmixing.binning import Binning
from app.core.unmixing.templates import Group, Templates
from app.errors import ReadError
from app.io.formats import cannot_read
from app.io.hdf5_writing import created

GROUP = "/entry/abundances"
_TEMPLATES = "/entry/templates"


def write_abundances(abundances: Abundances, path: Path, *, title: str) -> None:
    """Write all maps as HDF5 with two NeXus data groups, the maps and the templates.

    Parameters
    ----------
    path
        A file that does not exist yet.
    title
        Title of the entry.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    with created(path) as (file, check):
        file.attrs.update({"NX_class": "NXroot", "default": "entry"})
        entry = _group(file, "entry", "NXentry")
        entry.attrs["default"] = "abundances"
        entry["title"] = title
        _write_maps(entry, abundances)
        check()
        _write_templates(entry, abundances.templates)
        process = _group(entry, "velatura", "NXprocess")
        process["program"] = "Velatura"
        process["version"] = app.__version__
        process["steps"] = steps_to_json(abundances.steps)


def read_abundances(path: Path) -> Abundances:
    """Maps that `write_abundances` wrote.

    Raises
    ------
    ReadError
        If the file cannot be read or holds no such maps.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return _read(file)
    except OSError as error:
        raise cannot_read(path, error) from error
    except (KeyError, ValueError, TypeError) as error:
        raise ReadError(
            "The maps cannot be read.",
            f"{path.name}: {GROUP} is missing or damaged.",
            "Choose a file that Velatura has written, or unmix the scan again.",
            path=path,
        ) from error


def _read(file: Any) -> Abundances:
    group = file[GROUP]
    groups = _groups(group["groups"].asstr()[()])
    step_mm = json.loads(group["step_mm"].asstr()[()])
    return Abundances(
        groups=groups,
        maps=group["counts"][()],
        errors=group["counts_errors"][()],
        residual=group["residual"][()],
        templates=_read_templates(file[_TEMPLATES], groups),
        region=Region.parse(group["region"].asstr()[()]),
        scan=group["scan"].asstr()[()],
        step_mm=None if step_mm is None else (float(step_mm[0]), float(step_mm[1])),
        notes=tuple(json.loads(group["notes"].asstr()[()])),
        steps=steps_from_json(file["/entry/velatura/steps"].asstr()[()]),
    )


def _read_templates(group: Any, groups: tuple[Group, ...]) -> Templates:
    axis = EnergyAxis(**json.loads(group["axis"].asstr()[()]))
    first, factor = int(group["first_channel"][()]), int(group["channels_per_bin"][()])
    binning = Binning(first, factor, group["edges_kev"][()], axis)
    owner = group["owner"][()].astype(np.intp)
    notes = tuple(json.loads(group["notes"].asstr()[()]))
    return Templates(groups, group["shapes"][()], owner, binning, notes)


def _groups(text: str) -> tuple[Group, ...]:
    return tuple(
        Group(
            item["name"],
            tuple(item["pigments"]),
            tuple(item["elements"]),
            is_rest=bool(item["is_rest"]),
        )
        for item in json.loads(text)
    )


def _write_maps(entry: Any, abundances: Abundances) -> None:
    """The group that plots by default."""
    group = _group(entry, "abundances", "NXdata")
    group.attrs["signal"] = "counts"
    group.attrs["axes"] = ["group", "y", "x"]
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    for name, long_name, values in (
        ("counts", "Counts of the group", abundances.maps),
        ("counts_errors", "Standard errors by counting noise", abundances.errors),
    ):
        data = group.create_dataset(name, data=values, chunks=(1, *values.shape[1:]), **packed)
        data.attrs.update({"long_name": long_name, "units": "counts"})
    residual = group.create_dataset("residual", data=abundances.residual, **packed)
    residual.attrs["long_name"] = "Deviance over the one expected of counting noise"
    rows, cols = abundances.residual.shape
    for name, count, step in zip(
        ("y", "x"), (rows, cols), abundances.step_mm or (1.0, 1.0), strict=True
    ):
        group[name] = np.arange(count) * float(step)
        group[name].attrs["units"] = "" if abundances.step_mm is None else "mm"
    group["group"] = np.arange(1, len(abundances.groups) + 1)
    group["names"] = [item.name for item in abundances.groups]
    group["groups"] = _json([asdict(item) for item in abundances.groups])
    group["region"] = str(abundances.region)
    group["scan"] = abundances.scan
    group["step_mm"] = _json(abundances.step_mm)
    group["notes"] = _json(abundances.notes)


def _write_templates(entry: Any, templates: Templates) -> None:
    """The shapes that were fitted, with the energies of their bins."""
    group = _group(entry, "templates", "NXdata")
    group.attrs["signal"] = "shapes"
    group.attrs["axes"] = ["template", "energy"]
    group["shapes"] = templates.shapes
    group["template"] = np.arange(1, len(templates.shapes) + 1)
    group["owner"] = templates.owner
    binning = templates.binning
    group["energy"] = (binning.edges_kev[1:] + binning.edges_kev[:-1]) / 2
    group["energy"].attrs["units"] = "keV"
    group["edges_kev"] = binning.edges_kev
    group["first_channel"] = binning.first
    group["channels_per_bin"] = binning.factor
    group["axis"] = _json(asdict(binning.axis))
    group["notes"] = _json(templates.notes)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _group(parent: Any, name: str, nx_class: str) -> Any:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nx_class
    return group
