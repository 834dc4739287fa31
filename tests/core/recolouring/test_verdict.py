"""Whether a network fits a scan, judged before it runs."""

import re
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.prefix import prefix_of
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.verdict import Fit, ScanFacts, scan_facts, verdict
from app.core.scan import Scan

FACTS = ScanFacts(EnergyAxis(0.0, 0.02), 2048, 3000.0, "Rh", 50.0, 145.0)


@pytest.fixture
def card(plain_card):
    def make(*steps, **trained_on):
        plain = plain_card(trained_on={"tube_anode": ["Rh", "Mo"], **trained_on})
        energy = {"offset_kev": 0.54, "gain_kev": 0.08}
        spectra = {"name": "spectra", "channels": 400, "energy": energy}
        plain["inputs"] = [{**spectra, "preprocessing": list(steps or ["resample"])}]
        return card_from_plain(plain)

    return make


def test_a_scan_as_those_of_the_training_fits(card):
    found = verdict(card(tube_kv=[40, 50], resolution_ev=140, counts_per_pixel=[50, 5e4]), FACTS)
    assert found.level is Fit.FITS
    assert found.sentences == ("The scan covers the model's energies, 0.5 to 32.5 keV.",)


@pytest.mark.parametrize(
    ("changes", "level", "sentence"),
    [
        ({"axis": EnergyAxis(100.0, 0.02)}, Fit.UNFIT, "The scan reaches from 99.99 to"),
        ({"channels": 300}, Fit.UNFIT, "83 % of its energies would hold nothing"),
        ({"channels": 1024}, Fit.DOUBTFUL, "reaches from 0.0 to 20.5 keV, the model takes 0.5"),
        ({"axis": EnergyAxis(0.0, 0.2), "channels": 205}, Fit.DOUBTFUL, "a channel of|A channel"),
        ({"tube_anode": "W"}, Fit.DOUBTFUL, "a tube of W; the model was trained on Rh, Mo"),
        ({"tube_kv": 30.0}, Fit.DOUBTFUL, "tube voltage is 30 kV; the model was trained on 40 to"),
        ({"resolution_ev": 200.0}, Fit.DOUBTFUL, "peak width at Mn Kα is 200 eV; .* on 140 eV"),
        ({"counts_per_pixel": 20.0}, Fit.DOUBTFUL, "mean pixel has 20 counts; .* 50 to 50,000"),
        ({"counts_per_pixel": 9e4}, Fit.DOUBTFUL, "90,000 counts"),
        ({"tube_anode": None}, Fit.FITS, "does not tell its tube's anode"),
        ({"tube_kv": None, "resolution_ev": None}, Fit.FITS, "covers"),
    ],
)
def test_what_differs_is_told(changes, level, sentence, card):
    trained = {"tube_kv": [40, 50], "resolution_ev": 140, "counts_per_pixel": [50, 5e4]}
    found = verdict(card(**trained), replace(FACTS, **changes))
    assert found.level is level
    assert any(re.search(sentence, told) for told in found.sentences)


def test_a_scan_that_ends_early_fits_a_network_that_learnt_from_such(card):
    short = replace(FACTS, channels=1300)
    found = verdict(card(), short)
    assert found.level is Fit.DOUBTFUL
    learnt = card()
    learnt = replace(learnt, trained_on={**learnt.trained_on, "axis_end_kev": [26.0, 32.5]})
    # 1 300 channels of 20 eV, the first around 0 keV
    found = verdict(learnt, replace(short, channels=1301))
    assert found.level is Fit.FITS
    assert found.sentences == (
        "The scan ends at 26.0 keV, before the model's 32.5 keV; it learnt from scans that end "
        "early, too, from 26.0 keV on.",
    )
    earlier = verdict(learnt, replace(short, channels=1200))
    assert earlier.level is Fit.DOUBTFUL
    assert "would hold nothing" in earlier.sentences[0]
    # what is missing below is missed all the same
    above = verdict(learnt, replace(FACTS, axis=EnergyAxis(5.0, 0.02), channels=1200))
    assert above.level is Fit.DOUBTFUL
    assert "would hold nothing" in above.sentences[0]


def test_the_gravest_comes_first(card):
    found = verdict(card(), replace(FACTS, channels=300, tube_anode="W"))
    assert found.level is Fit.UNFIT
    assert "hold nothing" in found.sentences[0]
    assert "tube of W" in found.sentences[1]


def test_a_card_that_does_not_tell_its_tubes_is_doubted(plain_card):
    plain = plain_card()
    found = verdict(card_from_plain(plain), FACTS)
    assert found.level is Fit.DOUBTFUL
    assert found.sentences == ("The model's card does not tell which tubes it was trained on.",)


def test_channels_taken_as_they_are_must_be_the_models(card):
    taken = card("sqrt")
    same = ScanFacts(EnergyAxis(0.54, 0.08), 400, tube_anode="Rh")
    assert verdict(taken, same).level is Fit.FITS
    assert verdict(taken, replace(same, axis=EnergyAxis(0.6, 0.08))).level is Fit.DOUBTFUL
    off = verdict(taken, replace(same, axis=EnergyAxis(0.0, 0.08)))
    assert off.level is Fit.UNFIT
    assert "up to 540 eV (6.8 channels)" in off.sentences[0]
    assert verdict(taken, FACTS).level is Fit.UNFIT


def test_a_live_time_that_is_needed_must_be_known(card):
    needs = card("resample", "by_live_time")
    assert verdict(needs, FACTS).level is Fit.UNFIT
    assert verdict(needs, replace(FACTS, live_time_s=0.2)).level is Fit.FITS


def test_an_open_scan_tells_its_counts_tube_and_live_time(card):
    counts = np.full((3, 5, 2048), 2, np.uint16)
    told = Acquisition(tube_anode="W", tube_kv=45.0, live_time_s=0.5)
    cube = SpectralCube(counts, EnergyAxis(0.0, 0.02), acquisition=told)
    scan = Scan(cube, prefix_of(counts), counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1)))
    facts = scan_facts(scan)
    assert facts == ScanFacts(cube.axis, 2048, 4096.0, "W", 45.0, None, 0.5)
    by_time = card("resample", "by_live_time")
    assert verdict(by_time, facts).level is Fit.DOUBTFUL
    assert verdict(by_time, replace(facts, live_time_s=None)).level is Fit.UNFIT
    assert scan_facts(replace(scan, cube=replace(cube, axis=None))) is None
