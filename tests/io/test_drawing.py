import pytest

from app import paths
from app.io import drawing


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0.0, 10.0, 6, [0, 2, 4, 6, 8, 10]),
        (0.0, 10.0, 11, list(range(11))),
        (273.0, 2022.0, 7, [500, 1000, 1500, 2000]),
        (-0.956, 40.0, 12, [0, 5, 10, 15, 20, 25, 30, 35, 40]),
        (0.0, 0.3, 4, [0, 0.1, 0.2, 0.3]),
        (-3.0, -1.0, 3, [-3, -2, -1]),
        (7.0, 7.0, 5, [7]),
    ],
)
def test_ticks_are_round_and_not_too_many(low, high, most, ticks):
    assert drawing.round_ticks(low, high, most)[0] == pytest.approx(ticks)


def test_log_ticks_are_powers_with_their_multiples():
    powers, minor = drawing.log_ticks(0.5, 200.0)
    assert powers == [1, 10, 100]
    assert minor == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, *range(2, 10), *range(20, 91, 10), 200])


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(0.0, 5.0, "0"), (12500.0, 500.0, "12\u00a0500"), (-0.25, 0.05, "−0.25"), (0.3, 0.1, "0.3")],
)
def test_ticks_have_the_decimals_of_their_step(value, step, text):
    assert drawing.tick_text(value, step) == text


def test_powers_are_numbers_or_superscripts():
    assert drawing.power_text(1000.0, is_plain=True) == "1\u00a0000"
    assert drawing.power_text(0.01, is_plain=True) == "0.01"
    assert drawing.power_text(1e6, is_plain=False) == "10⁶"
    assert drawing.power_text(1e-12, is_plain=False) == "10⁻¹²"


def test_the_typeface_is_the_bundled_one():
    assert drawing.typeface(20).getname()[0].startswith("Inter")
    assert drawing.typeface(20, is_bold=True).getname() != drawing.typeface(20).getname()


def test_without_the_bundled_typeface_another_draws(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "bundle_root", lambda: tmp_path)
    assert drawing.typeface(20).getlength("counts") > 10


def test_turned_text_is_higher_than_wide():
    picture = drawing.turned_text("Counts", drawing.typeface(20), drawing.TEXT)
    assert picture.height > 2 * picture.width
    assert picture.getchannel("A").getextrema()[1] == 255
