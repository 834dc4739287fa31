"""Networks are tried on inputs as their cards tell, in the shapes they take."""

import numpy as np
import pytest

from app.core.recolouring.card import card_from_plain
from app.engine.network_shapes import (
    NetworkFacts,
    even_size,
    fixed_batch,
    fixed_size,
    trial,
)


def facts(**inputs):
    return NetworkFacts(inputs, {}, "")


@pytest.fixture
def card_of(plain_card):
    return lambda **changes: card_from_plain(plain_card(**changes))


def test_sizes_that_are_fixed_are_found(card_of):
    assert fixed_batch(facts(spectra=(None, 4))) is None
    assert fixed_batch(facts(spectra=("N", 4))) is None
    assert fixed_batch(facts(spectra=(16, 4))) == 16
    assert fixed_batch(facts(spectra=())) is None
    first = card_of(layout="image_channels_first", receptive_field_px=2, multiple_px=12)
    assert fixed_size(first, facts(spectra=(1, 4, None, None))) == (None, None)
    assert even_size(first, facts(spectra=(1, 4, None, None))) == (36, 36)
    last = card_of(layout="image_channels_last", receptive_field_px=2)
    assert fixed_size(last, facts(spectra=(1, 38, 28, 4))) == (38, 28)
    assert even_size(last, facts(spectra=(1, 38, None, 4))) == (38, 32)
    assert fixed_size(last, facts(spectra=())) == (None, None)


def test_a_trial_has_the_shape_of_the_layout(card_of):
    inputs, shape = trial(card_of(), facts(spectra=(None, 4)))
    assert inputs["spectra"].shape == (4, 4)
    assert shape == (4,)
    totals = inputs["spectra"].sum(axis=1)
    assert totals[0] == 0
    assert 10 < totals[1] < 60
    assert 2700 < totals[2] < 3300
    assert trial(card_of(), facts(spectra=(7, 4)))[0]["spectra"].shape == (7, 4)
    card = card_of(layout="image_channels_first", receptive_field_px=2)
    inputs, shape = trial(card, facts(spectra=(1, 4, None, 20)))
    assert inputs["spectra"].shape == (1, 4, 32, 20)
    assert shape == (32, 20)
    card = card_of(layout="image_channels_last", receptive_field_px=2)
    inputs, _ = trial(card, facts(spectra=(1, None, None, 4)))
    assert inputs["spectra"].shape == (1, 32, 32, 4)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        ["resample", "standardise_image"],
        ["resample", "by_live_time", "sqrt"],
        [{"kind": "standardise_pixel", "add": 1.0}],
    ],
)
def test_a_trial_goes_through_any_steps_of_a_card(card_of, steps):
    energy = {"centres": [1.0, 2.0, 4.0, 8.0]}
    card = card_of(
        inputs=[{"name": "spectra", "channels": 4, "energy": energy, "preprocessing": steps}]
    )
    inputs, _ = trial(card, facts(spectra=(None, 4)))
    assert inputs["spectra"].dtype == np.float32
    assert np.isfinite(inputs["spectra"]).all()
    again, _ = trial(card, facts(spectra=(None, 4)))
    np.testing.assert_array_equal(again["spectra"], inputs["spectra"])
