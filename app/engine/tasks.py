"""The task catalogue: what the window, the command line and a batch can do with a scan.

A task is a function of a source, its frozen parameters, an output path and a job context; it
returns the files it wrote. Each stands in a module of its own and has one row here. What works
on a scan that is open already stands in `exports`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.engine.clustering import ClusterParameters, cluster
from app.engine.conversion import ConvertParameters, convert
from app.engine.mapping import MapsParameters, maps
from app.engine.recolouring import RecolourParameters, recolour_task
from app.engine.scan_info import ScanReport, info
from app.engine.source import Source, open_scan, peek
from app.engine.spectra import SpectrumParameters, spectrum
from app.engine.unmixing import UnmixParameters, unmix_task

__all__ = [
    "TASKS",
    "ClusterParameters",
    "ConvertParameters",
    "MapsParameters",
    "RecolourParameters",
    "ScanReport",
    "Source",
    "SpectrumParameters",
    "Task",
    "UnmixParameters",
    "cluster",
    "convert",
    "info",
    "maps",
    "open_scan",
    "peek",
    "recolour_task",
    "spectrum",
    "unmix_task",
]


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the catalogue."""

    name: str
    title: str
    parameters: type[Any]
    run: Callable[..., tuple[Path, ...]]


TASKS: tuple[Task, ...] = (
    Task("convert", "Convert to another format", ConvertParameters, convert),
    Task("maps", "Elemental maps", MapsParameters, maps),
    Task("spectrum", "Spectra", SpectrumParameters, spectrum),
    Task("cluster", "Clusters of spectra", ClusterParameters, cluster),
    Task("unmix", "Unmixing into pigments", UnmixParameters, unmix_task),
    Task("recolour", "Predicted colours", RecolourParameters, recolour_task),
)
