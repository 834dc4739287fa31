"""Clusters as files: HDF5 with labels and mean spectra, an integer TIFF, a table.

In files clusters are numbered from 1, as the plate's legend does, and 0 means outside, so that
every program shows what is in no cluster as such.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import app
from app.core.axis import EnergyAxis
from app.core.clustering.clusters import Clusters
from app.core.provenance import steps_from_json, steps_to_json
from app.errors import ReadError
from app.io.formats import cannot_read
from app.io.hdf5_writing import created

GROUP = "/entry/clusters"


def write_clusters(
    clusters: Clusters,
    path: Path,
    *,
    title: str,
    axis: EnergyAxis | None,
    step_mm: tuple[float, float] | None,
) -> None:
    """Write labels, mean spectra, sizes and silhouettes as HDF5 with two NeXus data groups.

    Parameters
    ----------
    path
        A file that does not exist yet.
    title
        Title of the entry.
    axis
        Energy axis of the mean spectra, where known.
    step_mm
        Distance between rows and between columns, mm, where known.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    with created(path) as (file, _):
        file.attrs.update({"NX_class": "NXroot", "default": "entry"})
        entry = _group(file, "entry", "NXentry")
        entry.attrs["default"] = "clusters"
        entry["title"] = title
        _write_labels(entry, clusters, step_mm)
        _write_spectra(entry, clusters, axis)
        process = _group(entry, "velatura", "NXprocess")
        process["program"] = "Velatura"
        process["version"] = app.__version__
        process["steps"] = steps_to_json(clusters.steps)


def read_clusters(path: Path) -> Clusters:
    """Clusters that `write_clusters` wrote.

    Raises
    ------
    ReadError
        If the file cannot be read or holds no clusters.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            group = file[GROUP]
            return Clusters(
                labels=numbers_to_labels(group["labels"][()]),
                sizes=group["sizes"][()],
                means=file["/entry/spectra/means"][()],
                silhouettes=tuple((int(k), float(s)) for k, s in group["silhouettes"][()]),
                cluster_silhouettes=group["cluster_silhouettes"][()],
                inertia=float(group["inertia"][()]),
                total_inertia=float(group["total_inertia"][()]),
                steps=steps_from_json(file["/entry/velatura/steps"].asstr()[()]),
            )
    except OSError as error:
        raise cannot_read(path, error) from error
    except (KeyError, ValueError, TypeError) as error:
        raise ReadError(
            "The clusters cannot be read.",
            f"{path.name}: {GROUP} is missing or damaged.",
            "Choose a file that Velatura has written, or cluster the scan again.",
            path=path,
        ) from error


def write_labels_tiff(
    clusters: Clusters, path: Path, *, step_mm: tuple[float, float] | None, name: str
) -> None:
    """Write numbers of clusters as an 8-bit TIFF: 1 for the largest, 0 outside.

    Parameters
    ----------
    path
        A file that does not exist yet.
    step_mm
        Distance between rows and between columns, mm; gives the resolution in pixels per cm.
    name
        What it is of.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    import tifffile

    description = {
        "name": name,
        "units": "number of the cluster, 0 outside",
        "step_mm": step_mm,
        "steps": json.loads(steps_to_json(clusters.steps)),
    }
    resolution: dict[str, Any] = {}
    if step_mm is not None:
        resolution = {
            "resolution": (10 / step_mm[1], 10 / step_mm[0]),
            "resolutionunit": "CENTIMETER",
        }
    with path.open("xb") as stream:
        tifffile.imwrite(
            stream,
            labels_to_numbers(clusters.labels),
            photometric="minisblack",
            description=json.dumps(description),
            metadata=None,
            software=f"Velatura {app.__version__}",
            **resolution,
        )


def write_summary_csv(
    rows: Sequence[Mapping[str, str | int | float]], path: Path, *, notes: Sequence[str]
) -> None:
    """Write one line per cluster, its head the keys of the first, notes in `# ` lines above.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    with path.open("x", encoding="utf-8", newline="") as stream:
        for note in (f"Velatura {app.__version__}", *notes):
            stream.write(f"# {' '.join(note.split())}\n")
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def labels_to_numbers(labels: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Labels from 0 on, −1 outside, as files have them: from 1 on, 0 outside."""
    return (labels + 1).astype(np.uint8)


def numbers_to_labels(numbers: NDArray[Any]) -> NDArray[np.int16]:
    """What `labels_to_numbers` made, as it was."""
    return numbers.astype(np.int16) - np.int16(1)


def _group(parent: Any, name: str, nx_class: str) -> Any:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nx_class
    return group


def _write_labels(entry: Any, clusters: Clusters, step_mm: tuple[float, float] | None) -> None:
    """The group that plots by default: the map, and what is known of each cluster."""
    group = _group(entry, "clusters", "NXdata")
    group.attrs["signal"] = "labels"
    group.attrs["axes"] = ["y", "x"]
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    labels = group.create_dataset("labels", data=labels_to_numbers(clusters.labels), **packed)
    labels.attrs.update({"long_name": "Cluster, 0 outside", "interpretation": "image"})
    for name, count, step in zip(
        ("y", "x"), clusters.labels.shape, step_mm or (1.0, 1.0), strict=True
    ):
        group[name] = np.arange(count) * float(step)
        group[name].attrs["units"] = "" if step_mm is None else "mm"
    group["sizes"] = clusters.sizes
    group["silhouettes"] = np.array(clusters.silhouettes, np.float64).reshape(-1, 2)
    group["cluster_silhouettes"] = clusters.cluster_silhouettes
    group["inertia"] = clusters.inertia
    group["total_inertia"] = clusters.total_inertia


def _write_spectra(entry: Any, clusters: Clusters, axis: EnergyAxis | None) -> None:
    """Mean spectra, one line each."""
    group = _group(entry, "spectra", "NXdata")
    means = group.create_dataset("means", data=clusters.means)
    means.attrs.update(
        {"long_name": "Mean counts", "units": "counts", "interpretation": "spectrum"}
    )
    spectral = "channel" if axis is None else "energy"
    channels = clusters.means.shape[1]
    group["cluster"] = np.arange(1, clusters.count + 1)
    group[spectral] = np.arange(channels) if axis is None else axis.energies_kev(channels)
    group[spectral].attrs["units"] = "" if axis is None else "keV"
    group.attrs["signal"] = "means"
    group.attrs["axes"] = ["cluster", spectral]
