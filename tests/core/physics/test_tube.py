"""What leaves the tube and reaches the sample."""

import numpy as np
import pytest
import xraylib

from app.core.physics.instrument import ANODES, Instrument
from app.core.physics.tube import LOWEST_KEV, beam, continuum, tube_lines


def in_band(source, low_kev, high_kev):
    return source.cells(np.array([low_kev, high_kev]))[1][0]


@pytest.mark.parametrize("anode", ANODES)
@pytest.mark.parametrize("tube_kv", [10.0, 31.5, 60.0])
def test_all_photons_asked_for_arrive(anode, tube_kv):
    instrument = Instrument(anode=anode, tube_kv=tube_kv, beam_photons_per_s=3e7)
    made = beam(instrument)
    assert made.photons.sum() == pytest.approx(3e7, rel=1e-9)
    assert (made.photons > 0).all()
    assert (np.diff(made.energies_kev) > 0).all()
    assert made.energies_kev[0] >= LOWEST_KEV
    assert made.energies_kev[-1] < tube_kv
    assert 45 <= len(made.energies_kev) <= 120


def test_lines_are_those_of_the_anode():
    """Rh K lines, keV: X-ray Data Booklet, table 1-2."""
    energies, photons = tube_lines(Instrument(anode="Rh", tube_kv=50.0))
    strongest = energies[energies > 10][np.argsort(-photons[energies > 10])][:2]
    assert strongest == pytest.approx([20.216, 20.074], abs=0.002)
    made = beam(Instrument(anode="Rh", tube_kv=50.0))
    np.testing.assert_array_equal(made.energies_kev[made.is_line], energies)
    np.testing.assert_array_equal(made.photons[made.is_line], photons)


@pytest.mark.parametrize(("tube_kv", "has_lines"), [(23.0, False), (24.0, True)])
def test_k_lines_need_the_voltage_of_their_edge(tube_kv, has_lines):
    """The K edge of rhodium is at 23.22 keV."""
    energies, _ = tube_lines(Instrument(anode="Rh", tube_kv=tube_kv))
    assert (energies > 10).any() == has_lines


def test_cells_of_any_width_hold_the_same_photons():
    source = continuum(Instrument())
    fine = source.cells(np.linspace(2.0, 40.0, 777))
    coarse = source.cells(np.array([2.0, 5.0, 17.3, 40.0]))
    assert fine[1].sum() == pytest.approx(coarse[1].sum(), rel=1e-12)
    assert (fine[0] * fine[1]).sum() == pytest.approx((coarse[0] * coarse[1]).sum(), rel=1e-12)


def test_a_cell_beyond_the_voltage_is_empty_and_keeps_its_middle():
    energies, photons = continuum(Instrument(tube_kv=30.0)).cells(np.array([40.0, 44.0]))
    assert photons.tolist() == [0.0]
    assert energies.tolist() == [42.0]


def test_continuum_fades_towards_its_end_point():
    source = continuum(Instrument(tube_kv=40.0))
    last = [in_band(source, low, low + 1) for low in (30.0, 37.0, 38.0, 39.0)]
    assert last == sorted(last, reverse=True)
    assert last[-1] < 0.12 * last[0]


def test_filter_absorbs_as_its_metal_does():
    """Ratios of narrow bands, so that the normalisation falls out: Beer's law for 100 µm Al."""
    bare, filtered = (
        continuum(Instrument(filter_element="Al", filter_um=um)) for um in (0.0, 100.0)
    )
    found = np.divide(
        *(in_band(filtered, e, e + 0.02) / in_band(bare, e, e + 0.02) for e in (8, 20))
    )
    density = xraylib.ElementDensity(13)
    expected = [np.exp(-xraylib.CS_Total(13, e + 0.01) * density * 0.01) for e in (8.0, 20.0)]
    assert found == pytest.approx(expected[0] / expected[1], rel=1e-9)


def test_optic_fades_above_its_energy():
    bare, focused = (continuum(Instrument(optic_cutoff_kev=kev)) for kev in (0.0, 15.0))
    ratio = [in_band(focused, e, e + 0.02) / in_band(bare, e, e + 0.02) for e in (15.0, 30.0)]
    passed = [1 / (1 + (e / 15) ** 4) for e in (15.01, 30.01)]
    assert ratio[0] / ratio[1] == pytest.approx(passed[0] / passed[1], rel=1e-9)


def test_helium_lets_the_soft_lines_to_the_sample():
    """Rh L at 2.7 keV, against the K lines of the same tube."""

    def soft_share(path):
        energies, photons = tube_lines(Instrument(path=path))
        return photons[energies < 4].sum() / photons[energies > 10].sum()

    assert soft_share("helium") > 2 * soft_share("air")


def test_thicker_window_hardens_the_beam():
    means = []
    for window in (0.0, 125.0, 500.0):
        made = beam(Instrument(tube_window_um=window))
        means.append(np.average(made.energies_kev, weights=made.photons))
    assert means == sorted(means)


def test_what_does_not_change_the_beam_finds_it_again():
    first = beam(Instrument(live_time_s=1.0, resolution_ev=130.0, exit_degrees=45.0))
    second = beam(Instrument(live_time_s=9.0, resolution_ev=150.0, exit_degrees=60.0))
    assert first is second
    with pytest.raises(ValueError, match="read-only"):
        first.photons[0] = 0.0


def test_no_cell_reaches_across_the_iron_edge():
    """7.112 keV: photons below it excite no iron."""
    made = beam(Instrument())
    source = continuum(Instrument())
    cells = ~made.is_line
    below = cells & (made.energies_kev < xraylib.EdgeEnergy(26, xraylib.K_SHELL))
    assert made.photons[below].sum() == pytest.approx(in_band(source, LOWEST_KEV, 7.112), rel=2e-3)
