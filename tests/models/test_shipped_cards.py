"""Cards of shipped networks have titles for users and the scores of the files themselves."""

from dataclasses import replace

import pytest

from app.core.recolouring.card import card_from_plain
from models.shipped_cards import described, shipped_card, summary, title, what, with_scores

_SPECTRA = ". Spectra: fundamental parameters. Colours: P. Kubelka and F. Munk (1931)."
AIRES = "Architecture: A. Bombini et al., Computers 2023" + _SPECTRA
POSTER = "Architecture: Gerodimos et al., EXRS 2022" + _SPECTRA
OWN = "Architecture: the Velatura authors" + _SPECTRA


@pytest.fixture
def card(plain_card):
    def make(citation=OWN, **changes):
        return card_from_plain(
            plain_card(name="Dense", citation=citation, notes="An estimate.", **changes)
        )

    return make


@pytest.mark.parametrize(
    ("name", "citation", "expected"),
    [
        ("velatura_pixel", OWN, "Velatura, single spectra"),
        ("velatura_image", OWN, "Velatura, pictures"),
        ("element_mlp", POSTER, "Velatura, maps of elements"),
        ("dense", AIRES, "Dense, after AIRES-CH"),
        ("autoencoder", POSTER, "Dense, after Gerodimos et al."),
        ("other", OWN, "Dense"),
    ],
)
def test_titles_tell_whose_design_it_is(name, citation, expected, card):
    assert title(name, card(citation)) == expected


def test_a_design_of_others_says_that_it_was_taught_anew(card):
    told = what("dense", card(AIRES))
    assert "For comparison: a design of AIRES-CH, taught anew" in told
    assert what("other", card()) == ""


def test_the_card_says_how_weights_are_kept_and_what_novelty_means(card):
    outputs = [{"name": "rgb", "kind": "rgb"}, {"name": "novelty", "kind": "novelty"}]
    kept = {"weights": "int8", "float32": {"many": {"psnr_db": 14.5}}}
    found = shipped_card("velatura_pixel", card(outputs=outputs, metrics={"parameters": 7}), kept)
    assert found.metrics == {"parameters": 7, "kept_as": kept}
    assert "above 0.95 be careful" in found.in_distribution["novelty"]
    assert found.notes.startswith("Takes each spectrum by itself")
    assert found.notes.endswith("An estimate.")
    without = shipped_card("dense", card(AIRES), kept)
    assert without.in_distribution["novelty"].startswith("not told")


def test_scores_are_those_of_all_pictures_with_what_they_were_measured_on(card):
    several = {"mean": 14.12348, "sd": 1.0}
    judged = {
        "groups": {
            "painting": {"many": {"n": 2, "psnr_db": {"mean": 1.0, "sd": 0.0}}},
            "all": {"many": {"n": 4, "psnr_db": several, "r_Fe": several, "other": several}},
        }
    }
    about = {"pictures": {"test": ["lady", "night"]}, "shorter_side": 176, "seed": 1}
    found = with_scores(card(metrics={"parameters": 7}), judged, about).metrics
    assert found["parameters"] == 7
    assert found["held_out"]["many"] == {"scans": 4, "psnr_db": 14.1235, "r_Fe": 14.1235}
    assert (
        "of lady, night and of made-up pictures, shorter side 176 points, seed 1"
        in (found["held_out"]["measured_on"])
    )
    assert found["summary"] == (
        "On synthetic scans of pictures that it did not learn from. "
        "3\N{NO-BREAK SPACE}000 counts per point: PSNR 14.1 dB."
    )
    only = with_scores(card(), {"groups": {"made up": {"few": {"n": 1}}}}, {}).metrics
    assert only["held_out"]["few"] == {"scans": 1}
    assert only["summary"] == ""


def test_a_card_is_described_by_its_title_and_first_sentence(card):
    assert described(card()) == "*Dense*. An estimate."
    assert described(replace(card(), notes="One. Two.")) == "*Dense*. One."
    assert described(replace(card(), notes="")) == "*Dense*"


def test_scores_are_told_in_sentences():
    held_out = {
        "many": {"psnr_db": 14.57, "ssim": 0.5, "delta_e2000": 19.8, "within_90": 0.903, "r_Fe": 1},
        "tungsten": {"psnr_db": 13.77},
        "glass": {"psnr_db": 13.0},
        "measured_on": "synthetic scans",
    }
    assert summary(held_out) == (
        "On synthetic scans of pictures that it did not learn from. "
        "3\N{NO-BREAK SPACE}000 counts per point: PSNR 14.6 dB, SSIM 0.50, mean ΔE2000 20, "
        "90 % of the errors within what it tells for 90 %. "
        "A tungsten tube, which it has never seen: PSNR 13.8 dB."
    )
    # one for maps has no colours to score
    assert summary({"few": {"scans": 2, "r_Fe": 0.987, "r_Pb": 0.9}}).endswith(
        "300 counts: r of Fe 0.99, r of Pb 0.90."
    )
