"""Tables say what the numbers are, whose they are, and which are no comparison."""

import pytest

from app.learn.evaluation import PUBLISHED
from app.learn.evaluation_tables import tables


def statistics(mean, sd=0.0):
    return {"mean": mean, "sd": sd}


@pytest.fixture
def found():
    paints = {
        "delta_e2000": {"vermilion": 8.04, "smalt": 12.0},
        "delta_e2000_mean": 10.0,
        "red_blue": 0.79,
        "luminance": None,
        "mse": 0.0477,
    }
    group = {"colours_apart": 27.4, "answers_apart": 0.6, "to_mean": 5.6, "covered": 0.97}
    return {
        "about": {"paint_outs": {"counts": 3000}, "points_of_slow": 500},
        "slow": [],
        "titles": {"a": "Net A", "b": "Net B", "windows": "Energy windows"},
        "networks": {
            name: {
                "title": f"Net {name.upper()}",
                "groups": {
                    "painting": {"many": {"n": 4, "psnr_db": statistics(psnr, 0.5), **more}}
                },
            }
            for name, psnr, more in (
                ("a", 17.0, {}),
                ("b", 19.0, {"r_Fe": statistics(0.9), "pixels_per_s": statistics(1500.0)}),
            )
        },
        "losses_db": {"a": {"tungsten": {"n": 4, **statistics(0.93, 1.37)}}},
        "doubt": {
            "a": {
                "many": {
                    "n": 9,
                    "within_90": 0.887,
                    "spearman": 0.4,
                    "spearman_if_right": 0.5,
                    "told_rms": [0.127, 0.17, 0.19, 0.21, 0.23],
                    "found_rms": [0.136, 0.2, 0.21, 0.22, None],
                }
            }
        },
        "paints": {"a": {"lead-white": paints}},
        "groups": {"a": {"chalk": {"copper": group, "lead": {**group, "covered": None}}}},
        "novelty": {"a": {"gold-leaf": 0.991}},
        "maps": {"windows": {"counts_100": {"K": 0.436}}},
        "facts": {"a": {"megabytes": 6.07}, "b": {"megabytes": 1}},
    }


def test_each_part_has_its_table(found):
    lines = list(tables(found))
    assert "## Painting: 3 000 counts (n = 4)\n" in lines
    shown = [line for line in lines if line.startswith("| Net")]
    # the better one first
    assert shown[0].startswith("| Net B | – | – | 19.00 ± 0.50 |")
    assert shown[1].startswith("| Net A | – | – | 17.00 ± 0.50 |")
    assert "| Net A | 0.930 ± 1.370 |" in lines
    assert any("| 88.7 % | 0.40 | 0.50 | 0.127 → 0.136 |" in line for line in lines)
    assert any(line.endswith("| 0.230 → – |") for line in lines)
    assert "## Pure paints on lead white, 3\N{NO-BREAK SPACE}000 counts\n" in lines
    assert "| Net A | 0.79 | – | 0.048 | 10.0 | 8.0 | – | 12.0 | – | – | – |" in lines
    assert "| Net A | chalk | copper | 27.4 | 0.6 | 5.6 | 97 % |" in lines
    assert "| Net A | chalk | lead | 27.4 | 0.6 | 5.6 | – |" in lines
    assert "| Energy windows | 0.436 |" in lines
    assert "| Net A | gold leaf | 0.991 |" in lines
    assert "| a | 6.07 | – |" in lines
    assert "| b | 1 | 1500 |" in lines


def test_published_scores_are_told_to_be_no_comparison(found):
    text = "\n".join(tables(found))
    assert "measured on other data: no comparison" in text
    assert f"| VGG | {PUBLISHED['VGG']['ssim']:g} |" in text


def test_parts_that_were_not_asked_for_have_none(found):
    for key in ("networks", "losses_db", "doubt", "paints", "groups", "novelty", "maps"):
        found[key] = {}
    headings = [line for line in tables(found) if "## " in line]
    assert [heading.strip() for heading in headings] == [
        "## Published by AIRES-CH, measured on other data: no comparison",
        "## The networks",
    ]


def test_who_was_judged_by_some_points_is_told(found):
    assert not any("Too slow" in line for line in tables(found))
    (line,) = [line for line in tables({**found, "slow": ["b"]}) if "Too slow" in line]
    assert "Net B. Judged by 500 points" in line
