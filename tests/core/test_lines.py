"""Windows, look-alikes and the lines present in a spectrum."""

import math

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import (
    confused_with,
    confusions,
    line,
    lines_of,
    roi_for,
    strongest_lines,
)
from app.core.peaks import NetSpectrum
from app.core.spectra import fwhm_kev
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.02)


def test_window_of_a_line_holds_95_per_cent_of_its_peak():
    emission = line("Fe_Ka")
    roi = roi_for(emission, AXIS, channels=1024)
    sigma = fwhm_kev(emission.energy_kev) / 2.35482
    half = (roi.high_kev - roi.low_kev) / 2
    assert math.erf(half / sigma / math.sqrt(2)) == pytest.approx(0.95, abs=1e-4)
    assert (roi.high_kev + roi.low_kev) / 2 == pytest.approx(emission.energy_kev)
    assert roi.name == "Fe Kα"


def test_window_is_wider_for_a_poorer_detector():
    good, poor = (roi_for(line("Fe"), AXIS, resolution) for resolution in (125.0, 160.0))
    assert good.low_kev > poor.low_kev
    assert good.high_kev < poor.high_kev


def test_window_is_cut_at_the_end_of_the_axis():
    roi = roi_for(line("Fe"), AXIS, channels=322)
    assert roi.high_kev == pytest.approx(6.43)


@pytest.mark.parametrize(("key", "channels"), [("Fe", 200), ("Sn_Ka", 1024)])
def test_line_outside_the_axis_names_the_limits(key, channels):
    with pytest.raises(ParameterError) as caught:
        roi_for(line(key), AXIS, channels=channels)
    assert f"{line(key).energy_kev:.3f} keV" in caught.value.message
    assert f"from -0.010 keV to {channels * 0.02 - 0.01:.3f} keV" in caught.value.message


def test_line_below_the_axis_is_refused_without_knowing_its_end():
    with pytest.raises(ParameterError, match=r"from 4\.990 keV\."):
        roi_for(line("Ca"), EnergyAxis(5.0, 0.02))


def test_lead_and_arsenic_are_named_as_look_alikes_of_each_other():
    assert any("As Kα at 10.53 keV" in text for text in confusions(line("Pb_La")))
    assert any("Pb Lα at 10.54 keV" in text for text in confusions(line("As_Ka")))
    assert any("Pb Lβ" in text for text in confusions(line("Pb_La")))


def test_nearest_look_alike_comes_first():
    assert confusions(line("S_Ka"))[0].startswith("Mo Lα")


def test_look_alikes_are_less_than_half_a_kev_apart():
    for element in ("S", "Ti", "Fe", "Cu", "As", "Hg", "Pb"):
        for emission in lines_of(element):
            for other in confused_with(emission):
                assert abs(other.energy_kev - emission.energy_kev) < 0.5
                assert emission in confused_with(other)


def test_clean_line_has_no_look_alike():
    assert confusions(line("Pb_Lb")) == ()


def spectrum_of(elements, channels=1400, background=200.0):
    """Expected counts of whole series of lines on a level ground."""
    energies = AXIS.energies_kev(channels)
    total = np.full(channels, background)
    for key, counts in elements.items():
        main = line(key)
        for emission in lines_of(main.element):
            if emission.name[0] == main.name[0]:
                sigma = fwhm_kev(emission.energy_kev) / 2.35482
                shape = np.exp(-0.5 * ((energies - emission.energy_kev) / sigma) ** 2)
                peak = counts * emission.weight / main.weight
                total += peak * shape / (sigma / 0.02 * math.sqrt(2 * math.pi))
    return np.random.default_rng(5).poisson(total)


def keys(found):
    return [entry.line.key for entry in found]


def test_elements_of_a_mixture_are_found_in_order_of_their_counts():
    counts = spectrum_of({"Pb": 400_000, "Ca": 150_000, "Fe": 80_000, "Hg": 40_000, "Cu": 20_000})
    found = strongest_lines(counts, AXIS)
    assert keys(found) == ["Pb_La", "Ca_Ka", "Fe_Ka", "Hg_La", "Cu_Ka"]
    assert found[1].counts == pytest.approx(0.842 * 150_000, rel=0.05)
    assert found[1].energy_kev == pytest.approx(3.69, abs=0.02)


def test_arsenic_without_lead_is_called_arsenic():
    found = strongest_lines(spectrum_of({"As": 100_000}), AXIS)
    assert keys(found) == ["As_Ka"]
    assert found[0].note == "or Pb Lα"


def test_barium_and_titanium_are_told_apart_by_their_other_lines():
    assert keys(strongest_lines(spectrum_of({"Ba": 100_000}), AXIS)) == ["Ba_La"]
    titanium = strongest_lines(spectrum_of({"Ti": 100_000}), AXIS)
    assert keys(titanium) == ["Ti_Ka"]
    assert titanium[0].note == "or Ba Lα"


def test_lead_m_line_is_not_called_when_there_is_no_lead():
    assert keys(strongest_lines(spectrum_of({"S": 100_000}), AXIS)) == ["S_Ka"]


def test_heavy_element_is_known_by_its_m_line_where_the_axis_ends_below_its_l_lines():
    assert keys(strongest_lines(spectrum_of({"Hg_Ma": 100_000}, channels=400), AXIS)) == ["Hg_Ma"]


@pytest.mark.parametrize("offset_kev", [-0.05, 0.05])
def test_axis_that_is_a_little_off_does_not_hide_the_elements(offset_kev):
    counts = spectrum_of({"Pb": 400_000, "Ca": 150_000, "Fe": 80_000, "Cu": 40_000})
    found = strongest_lines(counts, EnergyAxis(offset_kev, 0.02))
    assert keys(found) == ["Pb_La", "Ca_Ka", "Fe_Ka", "Cu_Ka"]


def test_argon_is_put_down_to_the_air():
    assert "argon of the air" in strongest_lines(spectrum_of({"Ar": 50_000}), AXIS)[0].note


def test_line_of_the_tube_is_named_as_such():
    found = strongest_lines(spectrum_of({"Rh": 50_000}), AXIS)
    assert keys(found) == ["Rh_Ka"]
    assert found[0].note == "may be the tube's anode"


def test_no_more_lines_than_asked_for():
    counts = spectrum_of({"Pb": 400_000, "Ca": 150_000, "Fe": 80_000})
    assert keys(strongest_lines(counts, AXIS, 2)) == ["Pb_La", "Ca_Ka"]


def test_reference_pulse_at_zero_is_no_line():
    counts = spectrum_of({"Fe": 80_000})
    counts[:8] += 200_000
    assert keys(strongest_lines(counts, AXIS)) == ["Fe_Ka"]


@pytest.mark.parametrize("channels", [0, 1, 2, 1024])
def test_empty_spectrum_has_no_lines(channels):
    assert strongest_lines(np.zeros(channels, np.uint64), AXIS) == ()


def test_flat_spectra_have_no_lines():
    assert strongest_lines(np.full(1024, 40), AXIS) == ()
    assert strongest_lines(np.random.default_rng(8).poisson(900, 1024), AXIS) == ()
    assert strongest_lines(np.random.default_rng(8).poisson(2, 4096), AXIS) == ()


@pytest.mark.validation
@pytest.mark.parametrize("axis", [None, EnergyAxis(-0.0155, 0.029221)])
def test_elements_of_a_real_painting_are_found(shared_data, axis):
    with np.load(shared_data("painted_hands/detector_10264.npz")) as file:
        counts = file["cube"].sum((0, 1), dtype=np.uint64)
        axis = axis or EnergyAxis(float(file["kev_offset"]), float(file["kev_slope"]))
    found = {entry.line.key: entry for entry in strongest_lines(counts, axis)}
    assert {"Pb_La", "Ca_Ka", "Fe_Ka", "Hg_La", "Cu_Ka", "Zn_Ka"} <= set(found)
    assert found["Pb_La"].note == "or As Kα"
    assert "argon of the air" in found["Ar_Ka"].note


@pytest.mark.validation
def test_series_of_a_real_painting_have_the_ratios_of_the_tables(shared_data):
    with np.load(shared_data("painted_hands/detector_10264.npz")) as file:
        counts = file["cube"].sum((0, 1), dtype=np.float64)
    spectrum = NetSpectrum(counts, EnergyAxis(-0.0155, 0.029221))
    for alpha, beta, tolerance in (("Fe_Ka", "Fe_Kb", 0.2), ("Pb_La", "Pb_Lb", 0.3)):
        measured = [spectrum.net_counts(line(key).energy_kev)[0] for key in (alpha, beta)]
        expected = line(beta).weight / line(alpha).weight
        assert measured[1] / measured[0] == pytest.approx(expected, rel=tolerance)
