"""The scan of layers of paint."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.emission import line
from app.core.physics.forward import ForwardModel
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, Mixing, PhysicsRecipe, Support
from app.core.synthesis.physical import PhysicalPlan, nodes_of, paint_physically
from app.core.synthesis.physical_layers import joined, layers, miscalibrated
from app.errors import ParameterError

INSTRUMENT = Instrument(gain_kev=0.04, channels=512)


def pigment(name, srgb, formula, density):
    return Pigment(name, name, ColourGroup.RED, (Component(formula),), density, srgb)


WHITE = pigment("lead white", (245, 243, 235), "Pb3(CO3)2(OH)2", 6.8)
RED = pigment("vermilion", (146, 57, 56), "HgS", 8.1)
BLUE = pigment("azurite", (37, 49, 91), "Cu3(CO3)2(OH)2", 3.8)
INDIGO = pigment("indigo", (37, 35, 56), "C16H10N2O2", 1.4)
EVEN = PhysicsRecipe(spread=0.0, materials=4, hidden_materials=4)


def plan(physics=EVEN, instrument=INSTRUMENT, changes=None, **recipe):
    return PhysicalPlan(instrument, SynthesisRecipe(**recipe), physics, changes or Changes())


def halves(left, right, rows=8, cols=30):
    picture = np.empty((rows, cols, 3), np.uint8)
    picture[:, : cols // 3], picture[:, cols // 3 :] = left.srgb, right.srgb
    return picture


def even(one, rows=8, cols=30):
    return np.full((rows, cols, 3), one.srgb, np.uint8)


def window(counts, key, half_kev=0.12, axis=INSTRUMENT.axis):
    """Counts in the last axis within ± half_kev of a line."""
    energies = axis.energies_kev(counts.shape[-1])
    return counts[..., np.abs(energies - line(key).energy_kev) <= half_kev].sum(axis=-1)


def made(picture, pigments=(WHITE, RED, BLUE), wanted=None, **more):
    return paint_physically(picture, pigments, wanted or plan(), **more)


def read(scan):
    return scan.cube.counts[0 : scan.cube.rows]


def test_the_spectra_of_the_stacks_are_the_forward_model_s():
    physics = replace(EVEN, spread=0.3, spread_px=3)
    wanted = plan(physics, noise=Noise.DWELL, dwell_s=2.0)
    scan = made(halves(RED, BLUE), wanted=wanted, hidden=even(WHITE))
    truth = scan.truth
    stack = layers((WHITE, RED, BLUE), physics)
    nodes = truth.nodes
    assert truth.hidden is not None
    stacks = stack.stacks(
        truth.paint.shares[nodes.numbers[:, 0]],
        nodes.levels_um[nodes.numbers[:, 1]],
        truth.hidden.shares[nodes.numbers[:, 2]],
    )
    model = ForwardModel(replace(INSTRUMENT, live_time_s=2.0), stack.materials)
    assert truth.expected == pytest.approx(model.expected(stacks), rel=1e-6, abs=1e-6)
    key = truth.lines.index("Hg_La")
    known = [item.key for item in model.lines].index("Hg_La")
    assert truth.line_counts[:, key] == pytest.approx(model.line_counts(stacks)[:, known])


def test_a_point_between_two_thicknesses_expects_what_lies_linearly_between_them():
    physics = replace(EVEN, spread=0.5, spread_px=2)
    truth = made(even(RED), wanted=plan(physics, noise=Noise.DWELL)).truth
    nodes, row, col = truth.nodes, 3, 11
    low, high, above = (item[row, col] for item in (nodes.low, nodes.high, nodes.above))
    thin, thick = (nodes.levels_um[nodes.numbers[number, 1]] for number in (low, high))
    assert thin < truth.thickness_um[row, col] < thick
    assert (1 - above) * thin + above * thick == pytest.approx(truth.thickness_um[row, col])
    spectra = truth.expected[[low, high]].sum(axis=1, dtype=float)
    expected = nodes.at_points(truth.expected.sum(axis=1, dtype=float))[row, col]
    assert expected == pytest.approx((1 - above) * spectra[0] + above * spectra[1])


@pytest.mark.parametrize("noise", [Noise.POISSON, Noise.DWELL])
@pytest.mark.parametrize("dwell_s", [0.02, 1.0])
def test_counts_are_poisson_about_what_is_expected(noise, dwell_s):
    physics = replace(EVEN, spread=0.4, spread_px=4)
    counts = round(dwell_s * 20_000)
    wanted = plan(physics, noise=noise, dwell_s=dwell_s, counts=counts, seed=3)
    scan = made(halves(RED, BLUE, 60, 90), wanted=wanted)
    truth, found = scan.truth, read(scan).astype(float)
    nodes, above = truth.nodes, truth.nodes.above[..., None].astype(float)
    expected = (1 - above) * truth.expected[nodes.low] + above * truth.expected[nodes.high]
    strong = expected > 1.0
    dispersion = ((found - expected) ** 2)[strong] / expected[strong]
    assert strong.sum() > 50_000
    assert dispersion.mean() == pytest.approx(1.0, abs=0.02)
    totals, means = found.sum(axis=2), expected.sum(axis=2)
    assert ((totals - means) ** 2 / means).mean() == pytest.approx(1.0, abs=0.06)
    # no channel is favoured
    pulls = (found - expected).sum(axis=(0, 1)) / np.sqrt(expected.sum(axis=(0, 1)) + 1e-9)
    assert np.abs(pulls).max() < 5


def test_poisson_counts_have_the_mean_asked_for_and_the_physics_brightness():
    scan = made(halves(RED, BLUE), wanted=plan(counts=700))
    truth = scan.truth
    totals = truth.nodes.at_points(truth.expected.sum(axis=1, dtype=float))
    assert totals.mean() == pytest.approx(700)
    rates = truth.nodes.at_points(truth.rates_per_s)
    assert totals / totals.mean() == pytest.approx(rates / rates.mean())
    assert rates.std() > 0.02 * rates.mean()


def test_fixed_counts_are_the_same_everywhere():
    physics = replace(EVEN, spread=0.3)
    wanted = plan(physics, noise=Noise.FIXED, counts=333)
    assert (read(made(halves(RED, BLUE), wanted=wanted)).sum(axis=2) == 333).all()


def test_the_same_seed_gives_the_same_counts_whatever_part_is_read():
    wanted = plan(replace(EVEN, spread=0.3, backlash_px=2), seed=8)
    whole = read(made(halves(RED, BLUE), wanted=wanted))
    again = made(halves(RED, BLUE), wanted=wanted).cube.counts
    for row in (7, 0, 3):
        np.testing.assert_array_equal(again[row], whole[row])
    np.testing.assert_array_equal(again[2:5, 4:9, 10:20], whole[2:5, 4:9, 10:20])
    np.testing.assert_array_equal(again[6, 3], whole[6, 3])
    other = made(halves(RED, BLUE), wanted=replace(wanted, recipe=SynthesisRecipe(seed=9)))
    assert not np.array_equal(read(other), whole)


@pytest.mark.parametrize("backlash", [3, -3])
def test_backlash_displaces_odd_rows(backlash):
    wanted = plan(replace(EVEN, backlash_px=backlash), counts=4000)
    scan = made(halves(RED, BLUE), wanted=wanted)
    mercury = window(read(scan), "Hg_La") > 0.5 * window(read(scan), "Hg_La").max()
    assert (mercury[0::2].sum(axis=1) == 10).all()
    assert (mercury[1::2].sum(axis=1) == 10 + backlash).all()
    # the truth is the painting, which has no backlash
    assert (np.argmax(scan.truth.abundances(), axis=0)[:, :10] == 1).all()


def test_a_miscalibrated_scan_has_its_lines_elsewhere_and_the_nominal_axis():
    physics = replace(EVEN, gain_percent=1.5, offset_ev=60.0)
    straight = made(even(RED), wanted=plan(noise=Noise.DWELL, dwell_s=1.0))
    askew = made(even(RED), wanted=plan(physics, noise=Noise.DWELL, dwell_s=1.0))
    assert askew.cube.axis is not None
    assert (askew.cube.axis.offset_kev, askew.cube.axis.gain_kev) == (0.0, 0.04)
    real = askew.truth.real_instrument
    assert (real.offset_kev, real.gain_kev) == pytest.approx((0.06, 0.0406))
    energy = line("Hg_La").energy_kev
    for scan, place in ((straight, energy / 0.04), (askew, (energy - 0.06) / 0.0406)):
        spectrum = scan.truth.expected[0].astype(float)
        near = np.arange(int(place) - 4, int(place) + 6)
        # a straight line under the peak
        base = np.interp(near, near[[0, -1]], spectrum[near[[0, -1]]])
        peak = spectrum[near] - base
        assert (peak * near).sum() / peak.sum() == pytest.approx(place, abs=0.3)


def test_joined_channels_have_the_energies_of_those_in_them_and_their_counts():
    fine = made(even(RED), wanted=plan(noise=Noise.DWELL)).truth.expected[0]
    scan = made(even(RED), wanted=plan(noise=Noise.DWELL, join=4))
    assert scan.cube.axis is not None
    assert scan.cube.axis.energy_kev(0) == pytest.approx(INSTRUMENT.axis.energy_kev(1.5))
    coarse = fine.reshape(-1, 4).sum(axis=1)
    assert scan.truth.expected[0][5:] == pytest.approx(coarse[5:], rel=0.02, abs=0.5)


def test_hidden_vermilion_shows_mercury_through_lead_white_where_it_lies():
    hidden = halves(RED, BLUE)
    scan = made(even(WHITE), wanted=plan(counts=20_000), hidden=hidden)
    truth, mercury = scan.truth, window(read(scan), "Hg_La", 0.06)
    copper = window(read(scan), "Cu_Ka")
    assert mercury[:, :10].mean() > 1.5 * mercury[:, 10:].mean()
    assert copper[:, 10:].mean() > 3 * copper[:, :10].mean()
    assert truth.line_map("Hg_La")[:, 10:].max() == 0
    assert truth.hidden is not None
    assert (truth.hidden.abundances()[1, :, :10] == 1).all()
    plain = made(even(WHITE), wanted=plan(counts=20_000)).truth
    assert plain.line_map("Hg_La").max() == 0
    thick = made(even(WHITE), wanted=plan(replace(EVEN, paint_um=60)), hidden=hidden).truth
    ratio = {
        thickness: item.line_map("Hg_La")[0, 0] / item.line_map("Pb_La")[0, 0]
        for thickness, item in ((30, truth), (60, thick))
    }
    assert ratio[60] < 0.5 * ratio[30]


def test_elemental_maps_follow_the_truth():
    generator = np.random.default_rng(2)
    picture = generator.choice([WHITE.srgb, RED.srgb, BLUE.srgb], (40, 50)).astype(np.uint8)
    physics = replace(EVEN, spread=0.4, spread_px=4)
    scan = made(picture, wanted=plan(physics, noise=Noise.DWELL, dwell_s=1.0))
    found = read(scan)
    tested = 0
    for key in scan.truth.lines:
        if scan.truth.line_map(key).mean() < 100 or key[:2] not in ("Cu", "Hg", "Pb"):
            continue
        r = np.corrcoef(window(found, key).ravel(), scan.truth.line_map(key).ravel())[0, 1]
        assert r > 0.95, key
        tested += 1
    assert tested == 3


def test_the_toggles_take_scatter_escape_and_enhancement_away():
    def spectrum(**changes):
        wanted = plan(replace(EVEN, **changes), noise=Noise.DWELL)
        return made(even(BLUE), wanted=wanted).truth.expected[0].astype(float)

    full = spectrum()
    energies = INSTRUMENT.axis.energies_kev(512)
    rayleigh = np.abs(energies - line("Rh_Ka").energy_kev) < 0.3
    if INSTRUMENT.tube_kv > 30 and rayleigh.any():
        assert spectrum(has_scatter=False)[rayleigh].sum() < 0.1 * full[rayleigh].sum()
    escape = np.abs(energies - (line("Cu_Ka").energy_kev - 1.74)) < 0.06
    assert spectrum(has_escape=False)[escape].sum() < full[escape].sum()
    assert (spectrum(has_secondary=False) <= full * (1 + 1e-9) + 1e-9).all()


def test_pile_up_makes_sum_peaks_and_takes_counts():
    bright = replace(INSTRUMENT, beam_photons_per_s=5e8)
    wanted = plan(replace(EVEN, resolving_us=1.0), bright, noise=Noise.DWELL)
    piled = made(even(BLUE), wanted=wanted).truth
    plain = made(even(BLUE), wanted=plan(EVEN, bright, noise=Noise.DWELL)).truth
    busy = piled.rates_per_s[0] * 1e-6
    assert busy > 0.05
    assert piled.expected[0].sum() == pytest.approx(plain.expected[0].sum() / (1 + busy), rel=0.04)
    energies = INSTRUMENT.axis.energies_kev(512)
    sums = np.abs(energies - 2 * line("Cu_Ka").energy_kev) < 0.1
    assert piled.expected[0][sums].sum() > 3 * plain.expected[0][sums].sum()


def test_dead_time_takes_live_time_from_the_dwell():
    wanted = plan(noise=Noise.DWELL, dwell_s=2.0, dead_time_us=5.0)
    scan = made(even(BLUE), wanted=wanted)
    truth = scan.truth
    rate = truth.rates_per_s[0]
    assert truth.live_s[0] == pytest.approx(2.0 / (1 + rate * 5e-6))
    assert truth.expected[0].sum() == pytest.approx(rate * truth.live_s[0], rel=1e-5)
    assert scan.cube.acquisition.dwell_s == 2.0
    assert scan.cube.acquisition.live_time_s == pytest.approx(truth.live_s[0])


@pytest.mark.parametrize("mixing", list(Mixing))
@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((5, 7, 3), np.uint8),
        np.full((4, 3, 3), 255, np.uint8),
        halves(RED, BLUE, 2, 3),
        halves(RED, BLUE, 1, 9),
    ],
)
def test_flat_black_and_tiny_pictures_become_scans(mixing, picture):
    wanted = plan(replace(EVEN, mixing=mixing, spread=0.3, materials=512), counts=50)
    counts = read(made(picture, wanted=wanted))
    assert counts.shape == (*picture.shape[:2], 512)
    assert counts.sum() > 0


@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("support", list(Support))
def test_every_ground_and_support_can_be_computed(ground, support):
    physics = replace(EVEN, ground=ground, support=support, varnish_um=0.0)
    truth = made(even(BLUE, 1, 2), wanted=plan(physics, noise=Noise.DWELL)).truth
    calcium = "Ca_Ka" in truth.lines and truth.line_map("Ca_Ka").max() > 0
    assert calcium == (ground in (Ground.CHALK, Ground.GYPSUM))


def test_changes_by_hand_are_kept():
    changes = Changes({}, {0: {"azurite": 0.25, "lead white": 0.75}})
    truth = made(even(RED), wanted=plan(changes=changes)).truth
    assert truth.paint.shares[0] == pytest.approx([0.75, 0, 0.25])


def test_more_stacks_than_can_be_computed_are_refused_with_their_number():
    generator = np.random.default_rng(0)
    labels, below = (generator.integers(0, 512, (300, 300)).astype(np.uint16) for _ in range(2))
    with pytest.raises(ParameterError, match="at most 4096"):
        nodes_of(np.full((300, 300), 20.0, np.float32), labels, below)


def test_many_stacks_get_fewer_levels_of_thickness():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 512, (200, 300)).astype(np.uint16)
    thickness = generator.uniform(10, 40, (200, 300)).astype(np.float32)
    nodes = nodes_of(thickness, labels, None)
    assert len(nodes.levels_um) == 4
    assert len(nodes.numbers) == 2048
    assert nodes.at_points(nodes.levels_um[nodes.numbers[:, 1]]) == pytest.approx(
        thickness, rel=1e-5
    )
    assert (nodes.numbers[nodes.low, 0] == labels).all()


def test_pigments_that_xrf_does_not_see_are_refused_alone():
    with pytest.raises(ParameterError, match="sees none of these"):
        made(even(INDIGO), (INDIGO,))
    made(even(INDIGO, 1, 2), (INDIGO, WHITE))


def test_pigments_without_composition_are_named():
    dye = replace(INDIGO, name="some dye", components=())
    with pytest.raises(ParameterError, match="some dye"):
        made(even(RED), (RED, dye))


def test_two_pigments_of_one_name_and_none_at_all_are_refused():
    with pytest.raises(ParameterError, match="same name"):
        made(even(RED), (RED, RED))
    with pytest.raises(ParameterError, match="nothing to paint with"):
        made(even(RED), ())


def test_paint_without_any_counts_is_refused_unless_time_decides():
    physics = replace(
        EVEN, has_scatter=False, ground=Ground.NONE, support=Support.NONE, varnish_um=0
    )
    dark = replace(INSTRUMENT, path="vacuum")
    picture = halves(INDIGO, RED)
    with pytest.raises(ParameterError, match="no counts at all"):
        made(picture, (INDIGO, RED), plan(physics, dark, noise=Noise.FIXED))
    counts = read(made(picture, (INDIGO, RED), plan(physics, dark, noise=Noise.DWELL)))
    assert counts[:, :10].sum() == 0
    assert counts[:, 10:].sum() > 0


def test_the_real_instrument_is_joined_after_it_was_miscalibrated():
    real = joined(miscalibrated(INSTRUMENT, replace(EVEN, gain_percent=2.0)), 2)
    assert real.axis.energy_kev(10) == pytest.approx(1.02 * INSTRUMENT.axis.energy_kev(20.5))
