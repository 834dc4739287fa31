"""Many stacks at a time against one by one."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.formulas import mass_fractions
from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.line_shares import line_shares
from app.core.physics.materials import Layer, material, mixed
from app.core.physics.spectrum import computed_spectrum
from app.errors import Cancelled, ParameterError

INSTRUMENT = Instrument(channels=700, gain_kev=0.05, live_time_s=2.0)
OIL = material("linseed oil", mass_fractions("C57H98O6"), 0.93)
AZURITE = material("azurite", mass_fractions("2CuCO3·Cu(OH)2"), 3.77)
CHALK = material("chalk", mass_fractions("CaCO3"), 2.71)
LEAD_WHITE = material("lead white", mass_fractions("2PbCO3·Pb(OH)2"), 6.8)
VERMILION = material("vermilion", mass_fractions("HgS"), 8.1)
MATERIALS = (OIL, AZURITE, CHALK, LEAD_WHITE, VERMILION)

# three stacks of up to two layers: paint on ground, one mixed coat alone, paint under nothing
VOLUMES = np.array(
    [
        [[0.7, 0.3, 0, 0, 0], [0.3, 0, 0.7, 0, 0]],
        [[0.5, 0, 0, 0.2, 0.3], [0, 0, 0, 0, 0]],
        [[0, 0, 0, 0, 0], [0, 0.1, 0, 0.9, 0]],
    ]
)
THICKNESS = np.array([[20.0, 150.0], [45.0, 0.0], [0.0, 0.03]])


def stack_of(stacks, index):
    """One of the stacks, layer by layer, without those that are not there."""
    return tuple(
        Layer(
            f"layer {layer}",
            mixed("mixture", list(zip(MATERIALS, stacks.volumes[index, layer], strict=True))),
            float(thickness),
        )
        for layer, thickness in enumerate(stacks.thickness_um[index])
        if thickness > 0
    )


@pytest.fixture(scope="module")
def stacks():
    return LayerStacks(VOLUMES, THICKNESS)


@pytest.fixture(scope="module")
def primary():
    return ForwardModel(INSTRUMENT, MATERIALS, secondary=False)


@pytest.mark.parametrize("path", ["air", "helium"])
def test_primary_and_scatter_are_those_of_one_stack_at_a_time(stacks, path):
    instrument = replace(INSTRUMENT, path=path)
    found = ForwardModel(instrument, MATERIALS, secondary=False).expected_parts(stacks)
    for index in range(len(stacks)):
        exact = computed_spectrum(stack_of(stacks, index), instrument, secondary=False)
        for part, expected in zip(
            found, (exact.layers.sum(axis=0), exact.scatter, exact.air), strict=True
        ):
            np.testing.assert_allclose(part[index], expected, 1e-6, 1e-12 * exact.counts.max())


def test_parts_sum_to_what_is_expected(stacks):
    model = ForwardModel(INSTRUMENT, MATERIALS)
    parts = model.expected_parts(stacks)
    np.testing.assert_allclose(model.expected(stacks), sum(parts), rtol=1e-12)
    assert min(part.min() for part in parts) >= 0


def test_fluorescence_excites_further_fluorescence(stacks, primary):
    """Copper and lead the calcium of the ground; the exact method says how much."""
    full = ForwardModel(INSTRUMENT, MATERIALS).expected_parts(stacks)[0]
    exact = computed_spectrum(stack_of(stacks, 0), INSTRUMENT).layers.sum(axis=0)
    calcium = slice(72, 77)
    once = primary.expected_parts(stacks)[0][0, calcium].sum()
    assert full[0, calcium].sum() > 1.02 * once
    assert full[0, calcium].sum() == pytest.approx(exact[calcium].sum(), rel=0.005)


def test_layers_that_are_not_there_change_nothing(stacks):
    """The same layers with gaps between them, whatever the gaps are said to be made of."""
    volumes = np.zeros((3, 5, 5))
    thickness = np.zeros((3, 5))
    volumes[:, [1, 4]], thickness[:, [1, 4]] = VOLUMES, THICKNESS
    volumes[0, 2, 3] = 1.0
    model = ForwardModel(INSTRUMENT, MATERIALS)
    found = model.expected(LayerStacks(volumes, thickness))
    np.testing.assert_allclose(found, model.expected(stacks), rtol=1e-6, atol=1e-9)


def test_stacks_of_different_heights_keep_their_places(primary):
    """More stacks than are computed together, from none to two layers."""
    generator = np.random.default_rng(3)
    volumes = generator.dirichlet(np.ones(5), (300, 2))
    thickness = generator.uniform(1, 50, (300, 2)) * generator.integers(0, 2, (300, 2))
    together = primary.expected(LayerStacks(volumes, thickness))
    for place in (0, 1, 150, 298, 299):
        alone = primary.expected(LayerStacks(volumes[[place]], thickness[[place]]))[0]
        np.testing.assert_allclose(together[place], alone, rtol=1e-9, atol=1e-12)


def test_no_stacks_give_no_spectra(primary):
    none = LayerStacks(np.zeros((0, 3, 5)), np.zeros((0, 3)))
    assert primary.expected(none).shape == (0, 700)
    assert [part.shape for part in primary.expected_parts(none)] == [(0, 700)] * 3
    assert primary.line_counts(none).shape == (0, len(primary.lines))


@pytest.mark.parametrize("layers", [0, 2])
def test_nothing_shows_what_the_air_scatters(layers):
    nothing = LayerStacks(np.zeros((1, layers, 5)), np.zeros((1, layers)))
    lines, scatter, argon = ForwardModel(INSTRUMENT, MATERIALS).expected_parts(nothing)
    assert lines.max() == 0
    assert scatter.sum() > 0
    assert argon.sum() > 0
    vacuum = replace(INSTRUMENT, path="vacuum")
    assert ForwardModel(vacuum, MATERIALS).expected(nothing).max() == 0


def test_scatter_can_be_left_out(stacks, primary):
    """The argon stays: what the sample scatters lights it all the same."""
    without = ForwardModel(INSTRUMENT, MATERIALS, secondary=False, scatter=False)
    lines, scatter, argon = without.expected_parts(stacks)
    assert scatter.max() == 0
    known = primary.expected_parts(stacks)
    np.testing.assert_array_equal(lines, known[0])
    np.testing.assert_array_equal(argon, known[2])


def test_escape_peaks_can_be_left_out():
    """Those of Cu Kα lie at 6.30 keV; what is not there is in the peaks, no count is lost."""
    paint = LayerStacks(np.array([[[0.5, 0.5, 0, 0, 0]]]), np.array([[30.0]]))
    with_peaks, without = (
        ForwardModel(INSTRUMENT, MATERIALS, escape=escape).expected(paint)[0]
        for escape in (True, False)
    )
    energies = INSTRUMENT.axis.energies_kev(700)
    there = np.abs(energies - 6.30) < 0.1
    assert with_peaks[there].sum() > 2 * without[there].sum()
    assert with_peaks.sum() == pytest.approx(without.sum(), rel=1e-3)


def test_oil_alone_has_hardly_a_line():
    """Only oxygen has one from 0.5 keV on, at 0.525 keV."""
    oil = LayerStacks(np.ones((1, 1, 1)), np.array([[50.0]]))
    model = ForwardModel(INSTRUMENT, [OIL])
    lines, scatter, _ = model.expected_parts(oil)
    assert model.lines == ()
    assert lines.sum() < 1e-3 * scatter.sum()


def test_materials_without_any_line_scatter_alone():
    paraffin = material("paraffin", mass_fractions("C25H52"), 0.9)
    model = ForwardModel(INSTRUMENT, [paraffin])
    layer = LayerStacks(np.ones((1, 1, 1)), np.array([[50.0]]))
    exact = computed_spectrum((Layer("wax", paraffin, 50.0),), INSTRUMENT)
    np.testing.assert_allclose(model.expected(layer)[0], exact.counts, rtol=1e-6, atol=1e-9)
    assert model.line_counts(layer).shape == (1, 0)


def test_endless_layers_are_possible(primary):
    deep = LayerStacks(np.eye(5)[None, None, 2], np.array([[1e5]]))
    exact = computed_spectrum(stack_of(deep, 0), INSTRUMENT)
    np.testing.assert_allclose(
        primary.expected_parts(deep)[1][0], exact.scatter, rtol=1e-6, atol=1e-9
    )
    full = ForwardModel(INSTRUMENT, MATERIALS).expected(deep)[0]
    strong = exact.counts > 1e-3 * exact.counts.max()
    np.testing.assert_allclose(full[strong], exact.counts[strong], rtol=0.01)


def test_counts_of_lines_are_those_of_the_exact_spectrum(stacks, primary):
    exact = computed_spectrum(stack_of(stacks, 1), INSTRUMENT, secondary=False)
    shares = {item.line: item.counts for item in line_shares(exact, at_least=0.0)}
    found = dict(zip(primary.lines, primary.line_counts(stacks)[1], strict=True))
    assert len(shares) > 8
    for line, counts in shares.items():
        assert found[line] == pytest.approx(counts, rel=1e-6)
    assert all(found[line] == 0 for line in found if line not in shares)


def test_counts_grow_with_time_beam_and_solid_angle(stacks, primary):
    more = replace(INSTRUMENT, live_time_s=4.0, beam_photons_per_s=3e8, detector_sr=0.05)
    found = ForwardModel(more, MATERIALS, secondary=False).expected(stacks)
    np.testing.assert_allclose(found, 3 * primary.expected(stacks), rtol=1e-9)


def test_it_can_be_stopped_between_blocks(primary):
    calls = []

    def stop():
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled

    many = LayerStacks(np.repeat(VOLUMES[:1], 1000, axis=0), np.repeat(THICKNESS[:1], 1000, axis=0))
    with pytest.raises(Cancelled):
        primary.expected(many, check=stop)
    assert len(calls) == 3


def changed(values, place, value):
    copy = values.copy()
    copy[place] = value
    return copy


@pytest.mark.parametrize(
    ("volumes", "thickness", "what"),
    [
        (VOLUMES, THICKNESS[:2], "shape"),
        (VOLUMES[0], THICKNESS, "shape"),
        (VOLUMES, THICKNESS[..., None], "shape"),
        (VOLUMES, changed(THICKNESS, (0, 0), -1.0), "-1 µm"),
        (VOLUMES, changed(THICKNESS, (0, 0), np.inf), "inf µm"),
        (VOLUMES, changed(THICKNESS, (0, 0), np.nan), "nan µm"),
        (changed(VOLUMES, (0, 0, 0), np.nan), THICKNESS, "nan"),
        (changed(VOLUMES, (0, 0, 2), -0.1), THICKNESS, "-0.1"),
        (changed(VOLUMES, (0, 1, 0), 0.4), THICKNESS, "layer 2 of stack 1 sum to 1.1"),
        (changed(VOLUMES, (1, 0), 0.0), THICKNESS, "layer 1 of stack 2 sum to 0"),
    ],
)
def test_stacks_that_make_no_sense_are_refused(volumes, thickness, what):
    with pytest.raises(ParameterError, match=what):
        LayerStacks(volumes, thickness)


def test_stacks_of_other_materials_are_refused(primary):
    with pytest.raises(ParameterError, match="shares of 2 materials; expected 5"):
        primary.expected(LayerStacks(np.full((1, 1, 2), 0.5), np.ones((1, 1))))


def test_a_model_needs_a_material():
    with pytest.raises(ParameterError, match="no material"):
        ForwardModel(INSTRUMENT, ())


def test_several_threads_can_use_a_model(stacks, primary):
    from concurrent.futures import ThreadPoolExecutor

    known = primary.expected(stacks)
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(lambda _: primary.expected(stacks), range(6)):
            np.testing.assert_allclose(found, known, rtol=1e-12)
