import math

import pytest

from app.gui.views.numbers import (
    counts_text,
    grouped,
    in_bytes,
    length_text,
    nice_step,
    short_counts,
)

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234, 0, f"1{THIN}234"),
        (-1234567.25, 2, f"−1{THIN}234{THIN}567.25"),
        (-0.04, 1, "0.0"),
        (math.nan, 0, "no value"),
    ],
)
def test_thousands_are_grouped_by_thin_spaces(value, decimals, text):
    assert grouped(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1 count"),
        (0, "0 counts"),
        (1234, f"1{THIN}234 counts"),
        (-2.25, "−2.2 counts"),
        (math.inf, "no value counts"),
    ],
)
def test_counts_carry_their_unit(value, text):
    assert counts_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (-20, "−20"),
        (200000, f"200{THIN}000"),
        (1e6, "10⁶"),
        (2.5e6, "2.5×10⁶"),
        (-3e7, "−3×10⁷"),
        (1e12, "10¹²"),
    ],
)
def test_ticks_stay_short(value, text):
    assert short_counts(value) == text


@pytest.mark.parametrize(
    ("length", "text"), [(20.0, "20 mm"), (0.5, "0.5 mm"), (0.05, "50 µm"), (0.1, "0.1 mm")]
)
def test_small_lengths_are_in_micrometres(length, text):
    assert length_text(length) == text


@pytest.mark.parametrize(
    ("span", "parts", "step"), [(10, 5, 2), (10, 10, 1), (9, 4, 5), (0.3, 3, 0.1), (1000, 1, 1000)]
)
def test_steps_are_round(span, parts, step):
    assert nice_step(span, parts) == pytest.approx(step)


def test_sizes_of_files_have_two_or_three_figures():
    assert [in_bytes(size) for size in (5, 41_000, 33_400_000, 2_230_000_000)] == [
        "1 kB",
        "41 kB",
        "33 MB",
        "2.2 GB",
    ]
