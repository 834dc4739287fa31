"""What of a picture is scanned."""

import numpy as np
import pytest

from app.core.region import Region
from app.core.synthesis.plan import SynthesisParameters
from app.engine.scan_picture import resized, scan_picture
from app.errors import ParameterError


def test_a_part_beyond_the_picture_is_refused():
    parameters = SynthesisParameters(crop=Region(0, 7, 0, 3))
    with pytest.raises(ParameterError, match=r"Found 0:7,0:3; the picture has 6 rows"):
        scan_picture(np.zeros((6, 10, 3), np.uint8), parameters)


def test_averaging_keeps_the_mean_colour():
    picture = np.random.default_rng(0).integers(0, 256, (8, 12, 3)).astype(np.uint8)
    small = resized(picture, 6)
    assert small.shape == (4, 6, 3)
    blocks = picture.reshape(4, 2, 6, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - blocks).max() <= 1


def test_a_scan_too_large_is_refused():
    with pytest.raises(ParameterError, match="too large"):
        resized(np.zeros((30_000, 2, 3), np.uint8), 0)
