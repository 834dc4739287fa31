"""MS-SSIM agrees with a published implementation."""

import json

import pytest

from app.core.comparison.pictures import picture_scores
from tests.validation.make_ms_ssim_reference import TARGET, pairs

pytestmark = pytest.mark.validation


def test_ms_ssim_agrees_with_pytorch_msssim_to_a_thousandth():
    """pytorch-msssim 1.0.0; the numbers are recorded by `make_ms_ssim_reference.py`."""
    expected = json.loads(TARGET.read_text("utf-8"))
    found = [(name, first.shape, picture_scores(first, second)) for name, first, second in pairs()]
    assert [(item["pair"], tuple(item["shape"])) for item in expected] == [
        (name, shape) for name, shape, _ in found
    ]
    # scores that differ, so that agreement says something
    assert len({round(item["ms_ssim"], 2) for item in expected}) > 4
    for item, (name, _, scores) in zip(expected, found, strict=True):
        assert scores.ms_ssim == pytest.approx(item["ms_ssim"], abs=1e-3), name
