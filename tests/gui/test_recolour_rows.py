"""Models, processors and results are told in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.provenance import Step
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.model_library import ModelEntry, Origin
from app.engine.providers import ProviderInfo
from app.gui.recolour_rows import (
    WARNING,
    card_facts,
    in_words,
    model_row,
    processor_rows,
    result_note,
    scan_facts,
)
from app.gui.recolour_values import ProcessorRow, Standing

PATH = Path("models/four.onnx")


@pytest.fixture
def entry(recolour_card):
    return ModelEntry(PATH, recolour_card(), "", Origin.SHIPPED)


def test_verdict_depends_on_the_scan(entry, make_scan):
    row = model_row(entry, make_scan())
    assert (row.key, row.name, row.task, row.origin) == (
        str(PATH),
        "Four channels",
        "colour",
        "shipped",
    )
    assert row.standing in (Standing.FITS, Standing.DOUBTFUL)
    assert row.sentences
    assert model_row(entry, None).standing is Standing.OPEN
    bare = model_row(entry, make_scan(axis=None))
    assert bare.standing is Standing.UNFIT
    assert "Energy axis" in bare.sentences[0]


def test_model_without_a_card_or_with_a_problem_says_so(entry, make_scan):
    assert model_row(replace(entry, card=None), make_scan()).standing is Standing.NO_CARD
    broken = model_row(replace(entry, card=None, problem="It is cut off."), make_scan())
    assert broken.standing is Standing.BROKEN
    assert broken.sentences == ("It is cut off.",)
    assert broken.facts == (("File", str(PATH)),)


def test_mean_counts_of_a_first_look_are_of_the_rows_it_has(make_scan):
    whole = scan_facts(make_scan())
    # (1 + … + 5) · 7 of iron and (0 + … + 6) · 5 of the other over 35 pixels
    assert whole.counts_per_pixel == pytest.approx((15 * 7 + 21 * 5) / 35)
    assert scan_facts(make_scan(axis=None)) is None


def test_card_is_told_fact_by_fact(recolour_card):
    facts = dict(card_facts(recolour_card(licence="MIT", metrics={"psnr_db": 19.25, "n": 12000})))
    assert facts["Energies"] == "4 bins, 0.00–8.00 keV"
    assert facts["Counts"] == "brought onto its energies"
    assert facts["Gives"] == "rgb, log variance, novelty"
    assert facts["Looks at"] == "each pixel by itself"
    assert facts["Licence"] == "MIT"
    assert facts["Scores"] == "psnr db: 19.25; n: 12\N{NARROW NO-BREAK SPACE}000"
    assert "Authors" not in facts


def test_what_is_empty_is_passed_over():
    assert in_words({"left_out": [], "title": "", "more": {}, "scenes": 4}) == "scenes: 4"


def test_a_card_s_own_summary_of_its_scores_is_what_is_read(recolour_card):
    metrics = {"psnr_db": 19.25, "summary": "Mean ΔE2000 20 on synthetic scans."}
    assert dict(card_facts(recolour_card(metrics=metrics)))["Scores"] == metrics["summary"]
    without = dict(card_facts(recolour_card(metrics={**metrics, "summary": ""})))
    assert without["Scores"].startswith("psnr db: 19.25")


def test_free_values_are_told_whatever_they_hold():
    values = {
        "tube_kv": [40, 50],
        "anodes": ["Rh", "Mo", "W"],
        "held_out": {"mse": 0.01},
        "x": True,
    }
    assert in_words(values) == "tube kv: 40–50; anodes: Rh, Mo, W; held out: (mse: 0.01); x: True"


def test_processors_that_are_missing_say_why():
    infos = (ProviderInfo("cpu", "Processor", True), ProviderInfo("cuda", "CUDA", False, "no card"))
    assert processor_rows(infos) == (
        ProcessorRow("cpu", "Processor"),
        ProcessorRow("cuda", "CUDA", "no card"),
    )


def test_note_says_what_the_picture_is_and_of_which_part(recolour_card, make_scan):
    found = Recoloured(
        rgb=np.zeros((2, 3, 3), np.float32),
        log_variance=None,
        novelty=None,
        maps=None,
        card=recolour_card(),
        provider="cpu",
        region=Region(1, 3, 2, 5),
        steps=(Step("recolour"),),
        notes=("CUDA was not there.",),
    )
    new = np.ones((2, 3), np.float32)
    new[0] = 0.5
    assert "50 % of the pixels are unlike what the model learnt from" in result_note(
        replace(found, novelty=new), make_scan()
    )
    assert result_note(found, make_scan()) == (
        f"{WARNING} Rows 1–2, columns 2–4 only. Computed by: Processor. CUDA was not there."
    )
