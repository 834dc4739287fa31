"""What the tests of learning share: the shipped pigments and paints drawn from them."""

from pathlib import Path

import numpy as np
import pytest

from app.io.pigment_archive import read_archive
from app.learn.paints import draw_shares

LIBRARY = Path(__file__).resolve().parents[2] / "resources" / "pigments" / "velatura.pigments.zip"


@pytest.fixture(scope="session")
def pigments():
    return read_archive(LIBRARY).pigments


@pytest.fixture(scope="session")
def shares(pigments):
    return draw_shares(pigments, 400, np.random.default_rng(1))
