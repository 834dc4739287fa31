"""The manual's page of the networks holds the evaluation's numbers and says whose they are."""

import json
from itertools import pairwise

import pytest

from app.gui.dialogs.manual import title_of
from app.learn.evaluation import PUBLISHED
from resources.manual import make_networks_page
from resources.manual.make_networks_page import PAGE, main, page


def mean(value, sd=0.0):
    return {"mean": value, "sd": sd}


def network(title, psnr):
    many = {"n": 4, "psnr_db": mean(psnr), "ssim": mean(0.5)}
    padded = {"psnr_db_padded": mean(psnr + 2), "ssim_padded": mean(0.75)}
    conditions = {"many": many, "random": {**many, **padded}, "tungsten": {"n": 4}}
    # of several groups that of all pictures counts
    painting = {"many": {"n": 2, "psnr_db": mean(99.0)}}
    return {"title": title, "groups": {"painting": painting, "all": conditions}}


@pytest.fixture
def found():
    paints = {
        "delta_e2000": {"vermilion": 8.04, "smalt": 12.0, "azurite": 30.0},
        "delta_e2000_mean": 16.7,
        "red_blue": -0.79,
        "mse": 0.0477,
    }
    group = {"colours_apart": 27.4, "answers_apart": 0.6, "to_mean": 5.6, "covered": 0.97}
    return {
        "about": {
            "pictures": {"test": ["lady_with_ermine", "starry_night"]},
            "made_up": 2,
            "repeats": 3,
            "shorter_side": 176,
            "seed": 1,
            "points_of_slow": 500,
        },
        "slow": [],
        "titles": {"a": "Ours", "knn": "10 nearest neighbours", "windows": "Energy windows"},
        "networks": {"knn": network("10 nearest neighbours", 12.0), "a": network("Ours", 14.56)},
        "losses_db": {"a": {"tungsten": mean(0.93), "glass": mean(-0.2)}, "knn": {}},
        "doubt": {"a": {"many": {"within_90": 0.887, "spearman": None, "spearman_if_right": 0.42}}},
        "paints": {"a": {"lead-white": paints}},
        "groups": {"a": {"chalk": {"copper": group, "lead": {**group, "covered": None}}}},
        "novelty": {"a": {"gold-leaf": 0.991}},
        "maps": {"windows": {"counts_1000": {"K": 0.436}}, "a": {"counts_1000": {"K": None}}},
        "facts": {
            "a": {
                "title": "Ours",
                "megabytes": 2.2,
                "parameters": 1459017,
                "mflop_per_point": 3.677,
                "training": "976 steps in 60.0 processor minutes, best after 600; 60 are spent",
            }
        },
    }


def test_every_table_holds_the_evaluation_s_numbers(found):
    text = page(found)
    assert (
        "| Ours | no | 2.2 | 1\N{NARROW NO-BREAK SPACE}459\N{NARROW NO-BREAK SPACE}017 | 3.677 |"
        in text
    )
    assert "| 3.677 | 976 steps in 60.0 processor minutes |" in text
    words = " ".join(text.split())
    assert "scans of lady with ermine and starry night in random palettes, and of 2 made" in words
    # the better one first, and only conditions that were measured
    assert (
        "| network | 3 000 counts | random scanner |\n| --- | --- | --- |\n"
        "| Ours | 14.6 | 14.6 |\n| 10 nearest neighbours | 12.0 | 12.0 |" in text
    )
    assert "Ours: −0.9 dB without, 0.2 dB with 2 mm of glass before it." in words
    assert max(len(line) for line in text.split("\n") if not line.startswith("|")) <= 100
    # paragraphs are filled, whatever was put into them
    assert "Networks that do not come along" in words
    pairs = pairwise(text.split("\n"))
    assert not [line for line, after in pairs if after and line.isalpha()]
    assert "| Ours | 0.500 | – | 14.6 | – | – |" in text
    assert "| Ours | 0.750 | – | 16.6 | – | – |" in text
    assert "| Ours | 3 000 counts | 89 % | – | 0.42 |" in text
    assert "On lead white:" in text
    assert "| network | r of red − blue | MSE | ΔE2000, mean of 3 | vermilion | smalt |" in text
    assert "| Ours | −0.79 | 0.048 | 16.7 | 8 | 12 |" in text
    assert "| Ours | copper (azurite, malachite, verdigris) | 27 | 1 | 97 % |" in text
    assert "| Ours | gold leaf | 0.991 |" in text
    assert "| 1\N{NARROW NO-BREAK SPACE}000 counts | K |" in text
    assert "| Energy windows | 0.44 |" in text
    assert "10 nearest neighbours, energy windows." in words


def test_small_scans_are_compared_one_by_one(found):
    assert "small scans" not in page(found)
    found["about"] |= {"small": 3, "small_side": 48}
    for name, psnr in (("a", 15.5), ("knn", 15.25)):
        of_all = found["networks"][name]["groups"]["all"]
        of_all["small"] = {"n": 3, "psnr_db": mean(psnr), "ssim": mean(0.444)}
    found["networks"]["velatura_pixel"] = found["networks"].pop("a")
    found["titles"]["velatura_pixel"] = "Ours"
    found["psnr_db_of_small"] = {
        "velatura_pixel": [15.0, 15.5, 16.0],
        "knn": [15.0, 14.5, None],
    }
    text = page(found)
    words = " ".join(text.split())
    assert "Then 3 small scans of 48 × 48 points" in words
    assert "| Ours | 15.50 | 0.44 | – | – |\n" in text
    assert "| 10 nearest neighbours | 15.25 | 0.44 | – | −0.50 ± 0.50 |" in text
    assert "| network | small scans | 3 000 counts | random scanner |" in text


def test_who_comes_along_and_who_was_judged_by_some_points_is_told(found, monkeypatch, tmp_path):
    monkeypatch.setattr(make_networks_page, "MODELS", tmp_path)
    (tmp_path / "a.onnx").touch()
    assert "| Ours | yes | 2.2 |" in page(found)
    assert "too long" not in page(found)
    words = " ".join(page({**found, "slow": ["knn", "a"]}).split())
    assert "10 nearest neighbours, Ours take too long" in words
    assert "by 500 points of each, of small scans by 100, the same for all" in words


def test_published_scores_are_marked_as_measured_on_other_data(found):
    text = page(found)
    before, _, after = text.partition("| published, other data |")
    assert "**measured on other data**" in before
    assert f"| VGG | {PUBLISHED['VGG']['ssim']:.3f} |" in after


def test_what_was_not_measured_is_said_to_be_so(found):
    for key in ("losses_db", "doubt", "paints", "groups", "novelty", "maps"):
        found[key] = {}
    assert page(found).count("*Not measured.*") == 4
    assert "*Not measured here.*" in " ".join(page(found).split())
    assert "A tungsten tube was never" not in page(found)


def test_a_painting_is_described_only_by_networks_that_were_looked_at(found, monkeypatch):
    assert "On a real painting" not in page(found)
    monkeypatch.setattr(make_networks_page, "SEEN", {"a": "brown.", "other": "green."})
    text = page(found)
    assert "- **Ours**: brown." in text
    assert "green." not in text


def test_the_page_is_written_with_a_heading_the_manual_takes(found, tmp_path):
    evaluation = tmp_path / "evaluation.json"
    evaluation.write_text(json.dumps(found), "utf-8")
    assert main([str(evaluation), "--into", str(tmp_path)]) == 0
    assert title_of(tmp_path / PAGE) == "The networks"
