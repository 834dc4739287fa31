"""What could this be: ranked, with reasons, and never an exception for a poor spectrum."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.candidates import candidates
from app.core.line_shapes import families_of, family_shape
from app.core.physics.counting import draw_counts
from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.02)
CHANNELS = 2048


def pigment(name, *formulas, srgb=(0, 0, 0), group=ColourGroup.RED, density=4.0):
    parts = tuple(Component(formula) for formula in formulas)
    return Pigment(name.replace(" ", "-"), name, group, parts, density, srgb)


LIBRARY = (
    pigment("lead white", "Pb3C2O8H2", density=6.8),
    pigment("red lead", "Pb3O4", density=8.9),
    pigment("chalk", "CaCO3"),
    pigment("haematite", "Fe2O3", srgb=(130, 50, 40)),
    pigment("goethite", "FeO2H", srgb=(200, 150, 60)),
    pigment("azurite", "Cu3C2O8H2", srgb=(45, 60, 120)),
    pigment("malachite", "Cu2CO5H2", srgb=(76, 123, 92)),
    pigment("emerald green", "C4H6As6Cu4O16"),
    pigment("orpiment", "As2S3"),
    pigment("vermilion", "HgS", density=8.1),
    pigment("silver", "Ag", density=10.5),
    pigment("carbon black", "C"),
    pigment("madder"),
)


def spectrum(axis=AXIS, channels=CHANNELS, seed=4, level=10.0, **counts):
    """Poisson counts of elements' lines: Fe=20000 has so many in its strongest series."""
    edges = axis.energies_kev(channels + 1) - axis.gain_kev / 2
    expected = np.full(channels, level)
    for element, total in counts.items():
        lines = [item for item in families_of(element, 50.0) if item.line.energy_kev > 2.6]
        lines = [item for item in lines if item.shell == lines[0].shell]
        strength = sum(item.strength for item in lines)
        for item in lines:
            share = total * item.strength / strength
            expected = expected + share * family_shape(item, edges, 145.0)
    return np.random.default_rng(seed).poisson(expected)


def names(report, rank=1):
    return {item.pigment.name for item in report.candidates if item.rank == rank}


def candidate(report, name):
    return next(item for item in report.candidates if item.pigment.name == name)


def test_iron_is_an_iron_pigment_and_which_one_is_left_open():
    report = candidates(spectrum(Fe=20000), AXIS, LIBRARY)
    assert names(report) == {"haematite", "goethite"}
    best = report.candidates[0]
    assert best.score == report.candidates[1].score > 0.9
    assert [item.line.label for item in best.supporting] == ["Fe Kα", "Fe Kβ"]
    assert best.same_as == ("haematite",)
    assert "Fe alone cannot say which it is: goethite or haematite." in report.undecided
    assert report.elements[0].element == "Fe"


def test_pigments_without_lines_are_named_as_not_excluded():
    report = candidates(spectrum(Fe=20000), AXIS, LIBRARY)
    left = {item.name for item in report.not_excluded}
    assert {"carbon black", "madder"} <= left
    assert not left & {"azurite", "vermilion", "lead white"}


def test_a_ground_of_lead_and_chalk_does_not_outrank_the_colour():
    report = candidates(spectrum(Pb=40000, Ca=4000, Cu=8000), AXIS, LIBRARY)
    assert names(report) == {"azurite", "malachite"}
    assert candidate(report, "lead white").same_as == ("red lead",)
    assert "Pb: in grounds" in candidate(report, "lead white").remark
    assert candidate(report, "azurite").shared == ()


def test_a_missing_line_is_named_and_counts_against():
    report = candidates(spectrum(Cu=20000), AXIS, LIBRARY)
    poor = candidate(report, "emerald green")
    assert [item.line.label for item in poor.missing] == ["As Kα"]
    assert poor.score < 0.2 < candidate(report, "azurite").score
    assert poor.same_as == ()


def test_arsenic_under_much_lead_and_mercury_is_left_open():
    report = candidates(spectrum(Pb=400000, Hg=100000, Cu=8000), AXIS, LIBRARY)
    assert candidate(report, "emerald green").missing == ()
    assert "As: neither shown nor excluded" in candidate(report, "emerald green").remark


@pytest.mark.parametrize(("shift_ev", "gain"), [(30, 0.01), (-30, -0.01), (30, -0.01)])
def test_a_small_error_of_the_axis_changes_nothing_but_is_told(shift_ev, gain):
    counts = spectrum(Pb=40000, Ca=4000, Cu=8000, Fe=500)
    wrong = EnergyAxis(shift_ev / 1000, 0.02 * (1 + gain))
    report = candidates(counts, wrong, LIBRARY)
    assert names(report) == {"azurite", "malachite"}
    assert any("energy axis was corrected" in sentence for sentence in report.undecided)
    assert report.refinement.axis.energy_kev(400) == pytest.approx(8.0, abs=0.015)


def test_refining_can_be_left_out():
    report = candidates(spectrum(Fe=20000), AXIS, LIBRARY, refine=False)
    assert report.refinement.axis is AXIS
    assert names(report) == {"haematite", "goethite"}


def test_a_colour_orders_equals_only():
    counts = spectrum(Cu=20000, Fe=300)
    blue = candidates(counts, AXIS, LIBRARY, srgb=(40, 60, 125))
    green = candidates(counts, AXIS, LIBRARY, srgb=(80, 120, 90))
    assert blue.candidates[0].pigment.name == "azurite"
    assert green.candidates[0].pigment.name == "malachite"
    assert blue.candidates[0].rank == blue.candidates[1].rank == 1
    assert "ΔE2000" in blue.candidates[0].remark


def test_silver_is_not_believed_while_the_tube_is_not_known():
    counts = spectrum(Fe=20000, Ag=8000)
    report = candidates(counts, AXIS, LIBRARY)
    assert "silver" not in {item.pigment.name for item in report.candidates}
    assert "silver" in {item.name for item in report.not_excluded}
    assert any("Ag may be the tube's anode" in sentence for sentence in report.undecided)
    known = candidates(counts, AXIS, LIBRARY, instrument=Instrument(anode="Mo"))
    assert "silver" in {item.pigment.name for item in known.candidates}


def painted(pigment, instrument, photons):
    """Counts of a pigment's paint as computed for an instrument."""
    expected = computed_spectrum(pigment_stack(pigment), instrument).counts
    return draw_counts(expected * (photons / expected.sum()), 3)


@pytest.mark.parametrize("anode", ["Rh", "W"])
def test_lines_of_another_tube_than_the_one_named_are_no_silver(anode):
    instrument = PRESETS["Rh 50 kV"]
    silver_tube = replace(instrument, anode="Ag")
    counts = painted(LIBRARY[2], silver_tube, 400_000)
    named = replace(instrument, name="Ours", anode=anode)
    report = candidates(counts, silver_tube.axis, LIBRARY, instrument=named)
    metal = {"Rh": "a rhodium", "W": "a tungsten"}[anode]
    assert report.undecided[0].startswith(
        f"The scattered lines are those of a silver tube, but “Ours” has {metal} one: "
    )
    assert names(report) == {"chalk"}
    assert "silver" not in {item.pigment.name for item in report.candidates}


@pytest.mark.parametrize("photons", [200_000, 2_000_000])
@pytest.mark.parametrize("name", ["Rh 50 kV", "Mo 40 kV", "XGLab ELIO", "Bruker M1 Mistral"])
def test_silver_of_the_painting_is_not_taken_for_another_tube(name, photons):
    silver = next(item for item in LIBRARY if item.name == "silver")
    counts = painted(silver, PRESETS[name], photons)
    report = candidates(counts, PRESETS[name].axis, LIBRARY, instrument=PRESETS[name])
    assert names(report) == {"silver"}
    assert not any("scattered" in sentence for sentence in report.undecided)


def test_a_measured_pigment_without_composition_is_said_to_be_unknown():
    measured = PigmentSpectrum("x", SpectrumKind.MEASURED, AXIS, np.ones(4, np.float32))
    sample = Pigment("s", "sample 12", ColourGroup.RED, (), 1.0, (0, 0, 0), spectra=(measured,))
    report = candidates(spectrum(Fe=20000), AXIS, (*LIBRARY, sample))
    assert any("nothing can be said of sample 12" in sentence for sentence in report.undecided)
    assert sample not in report.not_excluded


def test_a_sum_of_pixels_is_said_to_mix_them():
    one, many = (candidates(spectrum(Fe=9000), AXIS, LIBRARY, pixels=n) for n in (1, 700))
    assert not any("sum of" in sentence for sentence in one.undecided)
    assert any("sum of 700 pixels" in sentence for sentence in many.undecided)


def test_nothing_counted_excludes_nothing():
    report = candidates(np.zeros(CHANNELS), AXIS, LIBRARY)
    assert report.candidates == ()
    assert report.elements == ()
    assert len(report.not_excluded) == len(LIBRARY)
    assert report.undecided == ("There are no counts between 1 keV and the end of the axis.",)


def test_ten_counts_are_too_few_to_say_anything():
    counts = np.zeros(CHANNELS)
    counts[[100, 180, 230, 320, 321, 400, 527, 530, 630, 900]] = 1
    report = candidates(counts, AXIS, LIBRARY)
    assert report.candidates == ()
    assert "stands out from the noise" in report.undecided[0]


def test_few_counts_are_called_a_guess():
    report = candidates(spectrum(Fe=60, level=0.01), AXIS, LIBRARY)
    assert names(report) >= {"haematite", "goethite"}
    assert any("is a guess" in sentence for sentence in report.undecided)


def test_an_axis_that_ends_at_ten_kev_serves():
    axis = EnergyAxis(1.0, 0.02)
    report = candidates(spectrum(axis, 450, Fe=20000, Ca=3000), axis, LIBRARY)
    assert names(report) == {"haematite", "goethite"}


def test_a_zero_pulse_and_a_negative_offset_do_no_harm():
    axis = EnergyAxis(-0.9555, 0.009999)
    counts = spectrum(axis, 4096, level=5.0, Fe=20000)
    energies = axis.energies_kev(4096)
    counts = counts + np.round(1e6 * np.exp(-0.5 * (energies / 0.04) ** 2))
    report = candidates(counts, axis, LIBRARY)
    assert names(report) == {"haematite", "goethite"}


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e6])
def test_counts_may_be_any_floating_numbers(factor):
    counts = spectrum(Fe=20000).astype(np.float32) * factor
    assert "haematite" in names(candidates(counts, AXIS, LIBRARY))


def test_counts_at_the_limit_of_their_type_are_told():
    counts = np.minimum(spectrum(Fe=20000), 255).astype(np.uint8)
    report = candidates(counts, AXIS, LIBRARY)
    assert any("cut off" in sentence for sentence in report.undecided)


def test_negative_and_not_finite_counts_are_none():
    counts = spectrum(Fe=20000).astype(float)
    counts[[300, 301, 1000]] = np.nan, np.inf, -1e6
    assert names(candidates(counts, AXIS, LIBRARY)) == {"haematite", "goethite"}


@pytest.mark.parametrize(
    ("axis", "channels"),
    [(EnergyAxis(60.0, 0.02), 2048), (AXIS, 0), (AXIS, 5), (EnergyAxis(0.0, 2.0), 2048)],
)
def test_an_axis_without_lines_gives_an_empty_answer(axis, channels):
    report = candidates(np.ones(channels), axis, LIBRARY)
    assert report.candidates == ()
    assert report.undecided


def test_no_pigments_still_tell_the_elements():
    report = candidates(spectrum(Fe=20000), AXIS, ())
    assert report.candidates == ()
    assert report.elements[0].element == "Fe"


@pytest.mark.parametrize(
    ("counts", "axis", "pixels", "words"),
    [
        (np.ones((3, 4)), AXIS, 1, "cannot be asked about"),
        (np.array(["a"]), AXIS, 1, "cannot be asked about"),
        (np.ones(9), AXIS, 0, "cannot be asked about"),
        (np.ones(9), None, 1, "no energy axis"),
    ],
)
def test_what_is_no_spectrum_is_refused_in_words(counts, axis, pixels, words):
    with pytest.raises(ParameterError) as caught:
        candidates(counts, axis, LIBRARY, pixels=pixels)
    assert words in caught.value.title
    assert caught.value.hint
