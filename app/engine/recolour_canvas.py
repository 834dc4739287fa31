"""The picture while a network colours it."""

import time
from dataclasses import replace
from typing import Any

import numpy as np

from app.core.provenance import Step
from app.core.recolouring.outputs import Predicted
from app.core.recolouring.recoloured import Float32Array, Recoloured
from app.core.region import Region
from app.engine.network import Network

_MAPS = "maps"


class Rate:
    """Pixels per second since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.pixels = 0

    def add(self, pixels: int) -> None:
        """Count pixels that are done."""
        self.pixels += pixels

    @property
    def per_s(self) -> float:
        """Pixels per second."""
        return self.pixels / max(time.monotonic() - self._started, 1e-9)


class Canvas:
    """Collects what a network says of the pixels of a region.

    Parameters
    ----------
    region
        Of the scan; rows and columns here are counted from its corner.
    steps
        How the result is made.
    """

    def __init__(self, network: Network, region: Region, steps: tuple[Step, ...]) -> None:
        self.region = region
        self.size = (region.row_stop - region.row_start, region.col_stop - region.col_start)
        self._network = network
        self._steps = steps
        self._values: dict[str, Float32Array] = {}
        self._details: dict[str, Any] = {}
        self._notes = list(network.remarks)

    def put(self, rows: Any, cols: Any, found: Predicted) -> None:
        """Keep what is said of the pixels at these places, two arrays or two slices."""
        for name in ("rgb", "log_variance", "novelty", "neighbours", _MAPS):
            values = getattr(found, name)
            if values is None:
                continue
            if name not in self._values:
                more = values.shape[-1:] if name in ("rgb", _MAPS) else ()
                self._values[name] = np.full((*self.size, *more), np.nan, np.float32)
            self._values[name][rows, cols] = values

    def note(self, sentence: str) -> None:
        """Tell the user something about the result."""
        self._notes.append(sentence)

    def detail(self, **details: Any) -> None:
        """Keep a value with which the result was made in its step."""
        self._details.update(details)

    def result(self, grid_step: int = 1) -> Recoloured:
        """The picture as it is now, a copy; `grid_step` as in `Recoloured`."""
        values = {name: value.copy() for name, value in self._values.items()}
        maps = values.get(_MAPS)
        rgb = values.get("rgb")
        step = self._steps[-1]
        last = replace(step, parameters={**step.parameters, **self._details})
        return Recoloured(
            rgb=np.full((*self.size, 3), np.nan, np.float32) if rgb is None else rgb,
            log_variance=values.get("log_variance"),
            novelty=values.get("novelty"),
            maps=None if maps is None else np.ascontiguousarray(maps.transpose(2, 0, 1)),
            card=self._network.card,
            provider=self._network.provider,
            region=self.region,
            steps=(*self._steps[:-1], last),
            notes=tuple(self._notes),
            neighbours=values.get("neighbours"),
            grid_step=grid_step,
        )
