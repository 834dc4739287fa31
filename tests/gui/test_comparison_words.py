"""Every score of a comparison has a name and a definition for people."""

import pytest

from app.core.comparison.spectral import MEASURES
from app.gui.comparison_words import GROUPS, definition_of, limits_in_words, title_of


@pytest.mark.parametrize("measure", [item.key for item in MEASURES])
def test_each_spectral_measure_is_defined(measure):
    assert definition_of("spectral", measure)
    assert title_of("spectral", measure) != measure


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "spectral"])
@pytest.mark.parametrize("measure", ["ssim", "ms_ssim"])
def test_each_structural_measure_is_defined(group, measure):
    assert definition_of(group, measure)
    assert "SSIM" in title_of(group, measure)


def test_unknown_measure_keeps_its_key():
    assert title_of("spectral", "new") == title_of("structural", "new") == "new"
    assert definition_of("spectral", "new") == definition_of("structural", "new") == ""


def test_limits_say_which_end_is_which():
    assert limits_in_words("1 to -1") == "1 (equal) to −1"
    assert limits_in_words("0 to channels") == "0 (equal) to channels"
