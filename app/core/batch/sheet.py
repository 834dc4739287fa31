"""A contact sheet before it is drawn: a row for each scan, a column for each result."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.core.display import MapDisplay, to_rgb


class Scaling(StrEnum):
    """Over which counts the colours of a map spread."""

    SHARED = "shared"
    OWN = "own"
