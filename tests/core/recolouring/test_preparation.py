"""From counts to a network's inputs: each step exactly, and the published preparation."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.preparation import ImageStatistics, Preparation
from app.errors import ParameterError

AXIS = EnergyAxis(1.0, 2.0)
COUNTS = np.array([[1, 2, 3, 2], [0, 0, 0, 0], [8, 0, 0, 0]], dtype=np.uint16)


@pytest.fixture
def prepared(plain_card):
    """What the steps make of counts on the very axis of the model."""

    def make(*steps, counts=COUNTS, statistics=None, **options):
        plain = plain_card()
        plain["inputs"][0]["preprocessing"] = list(steps)
        preparation = Preparation(card_from_plain(plain), AXIS, 4, **options)
        if statistics is not None:
            preparation = preparation.with_statistics({"spectra": statistics})
        found = preparation.pixels(counts)["spectra"]
        assert found.dtype == np.float32
        return found

    return make


def test_each_step_does_what_it_is_called(prepared):
    total = prepared("resample", "by_total")
    np.testing.assert_allclose(total, [[0.125, 0.25, 0.375, 0.25], [0] * 4, [1, 0, 0, 0]])
    np.testing.assert_allclose(prepared({"kind": "by_total", "times": 100})[2], [100, 0, 0, 0])
    np.testing.assert_allclose(prepared("by_live_time", live_time_s=4.0)[2], [2, 0, 0, 0])
    np.testing.assert_allclose(prepared("log1p"), np.log1p(COUNTS), rtol=1e-6)
    np.testing.assert_allclose(
        prepared({"kind": "log1p", "times": 3}), np.log1p(3.0 * COUNTS), rtol=1e-6
    )
    np.testing.assert_allclose(prepared("sqrt"), np.sqrt(COUNTS), rtol=1e-6)
    np.testing.assert_array_equal(prepared({"kind": "clip", "low": 1, "high": 2})[0], [1, 2, 2, 2])


def test_pixels_are_standardised_by_their_own_mean_and_deviation(prepared):
    found = prepared("resample", "standardise_pixel")
    sd = np.sqrt(0.5)
    np.testing.assert_allclose(found[0], np.array([-1, 0, 1, 0]) / (sd + 1), rtol=1e-6)
    np.testing.assert_array_equal(found[1], 0)
    without = prepared({"kind": "standardise_pixel", "add": 0})
    np.testing.assert_allclose(without[0], np.array([-1, 0, 1, 0]) / sd, rtol=1e-6)


def test_a_level_spectrum_standardises_to_nothing(prepared):
    level = np.full((1, 4), 3.3e4, dtype=np.float32)
    np.testing.assert_array_equal(
        prepared({"kind": "standardise_pixel", "add": 0}, counts=level), np.zeros((1, 4))
    )


def test_images_are_standardised_by_given_or_measured_mean_and_deviation(prepared):
    given = prepared({"kind": "standardise_image", "mean": 2, "sd": 3, "add": 1})
    np.testing.assert_allclose(given[0], [-0.25, 0, 0.25, 0])
    measured = prepared("standardise_image", statistics=ImageStatistics(1.0, 1.0))
    np.testing.assert_allclose(measured[0], [0, 0.5, 1, 0.5])


def test_steps_follow_one_another(prepared):
    found = prepared("resample", "by_total", "sqrt", {"kind": "clip", "high": 0.55})
    np.testing.assert_allclose(found[0], [np.sqrt(0.125), 0.5, 0.55, 0.5], rtol=1e-6)


def test_the_counts_given_are_not_changed(prepared):
    counts = np.ones((2, 4), dtype=np.float32)
    prepared("sqrt", "standardise_pixel", counts=counts)
    np.testing.assert_array_equal(counts, 1)


def image_card(plain_card):
    plain = plain_card()
    plain["inputs"][0]["preprocessing"] = ["resample", "sqrt", "standardise_image"]
    return card_from_plain(plain)


def test_statistics_are_those_of_the_whole_scan_however_it_is_cut(plain_card):
    counts = np.random.default_rng(4).poisson(5.0, (7, 9, 4)).astype(np.uint16)
    preparation = Preparation(image_card(plain_card), AXIS, 4)
    assert preparation.needs_image_statistics
    roots = np.sqrt(counts)
    for blocks in ([counts], [counts[:2], counts[2:2], counts[2:]], list(counts)):
        found = preparation.statistics(blocks)["spectra"]
        assert found.mean == pytest.approx(roots.mean(), rel=1e-6)
        assert found.sd == pytest.approx(roots.std(), rel=1e-6)
    ready = preparation.with_statistics(preparation.statistics([counts]))
    assert not ready.needs_image_statistics
    np.testing.assert_allclose(
        ready.pixels(counts.reshape(-1, 4))["spectra"],
        ((roots - roots.mean()) / (roots.std() + 1)).reshape(-1, 4),
        rtol=1e-4,
        atol=1e-5,
    )


def test_pixels_wait_for_the_statistics_they_need(plain_card):
    preparation = Preparation(image_card(plain_card), AXIS, 4)
    with pytest.raises(ParameterError, match="standardises over all pixels"):
        preparation.pixels(COUNTS)
    with pytest.raises(ParameterError, match="no pixels"):
        preparation.statistics([])


def test_statistics_can_be_stopped(plain_card):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Preparation(image_card(plain_card), AXIS, 4).statistics([COUNTS], check=stop)


def test_several_inputs_each_get_their_own(plain_card):
    energy = {"centres": [2.0, 6.0]}
    inputs = [
        *plain_card()["inputs"],
        {"name": "raw", "channels": 2, "energy": energy, "preprocessing": ["resample", "sqrt"]},
    ]
    found = Preparation(card_from_plain(plain_card(inputs=inputs)), AXIS, 4).pixels(COUNTS)
    np.testing.assert_allclose(found["spectra"], COUNTS, atol=1e-5)
    np.testing.assert_allclose(found["raw"][0], np.sqrt([3, 5]), rtol=1e-6)


def test_what_does_not_fit_is_told_before_a_run(plain_card, prepared):
    card = card_from_plain(plain_card())
    with pytest.raises(ParameterError, match="The scan reaches from 99"):
        Preparation(card, EnergyAxis(100.0, 2.0), 4)
    plain = plain_card()
    plain["inputs"][0]["preprocessing"] = ["sqrt"]
    taken = card_from_plain(plain)
    with pytest.raises(ParameterError, match="takes 4 channels as they are; the scan has 2,048"):
        Preparation(taken, AXIS, 2048)
    with pytest.raises(ParameterError, match="live time is not known"):
        prepared("by_live_time")
    with pytest.raises(ParameterError, match="live time is 0 s"):
        prepared("by_live_time", live_time_s=0.0)
    with pytest.raises(ParameterError, match="shape is 3 × 5; expected pixels × 4"):
        Preparation(card, AXIS, 4).pixels(np.ones((3, 5)))


@pytest.mark.validation
def test_counts_become_what_the_published_network_was_given(shared_data):
    """AIRES-CH, github.com/androbomb/AIRES_API: counts and their standardised form."""
    from app.io.model_files import file_sha256, known_card

    reference = np.load(shared_data("aires_ch/reference_outputs.npz"))
    card = known_card(file_sha256(shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")))
    axis = EnergyAxis(0.538, 0.076)
    found = Preparation(card, axis, 500).pixels(reference["counts"])["spectra"]
    np.testing.assert_allclose(found, reference["standardised"], atol=1e-5)
    # channels of half the width, whose neighbours add up to the same counts
    halves = np.repeat(reference["counts"], 2, axis=1) * 0.5
    found = Preparation(card, EnergyAxis(0.519, 0.038), 1000).pixels(halves)["spectra"]
    np.testing.assert_allclose(found, reference["standardised"], atol=1e-5)
