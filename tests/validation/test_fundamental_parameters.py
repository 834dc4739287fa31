"""Intensities of layered samples against PyMca's, and atomic data against xraydb's.

Reference intensities: fisx 1.3.2, PyMca's physics library (V. A. Solé et al., Spectrochim. Acta B
62 (2007) 63, doi:10.1016/j.sab.2006.12.002), written by make_fisx_reference.py. Its secondary
intensities are first order, by lines and by coherent scattering, as ours are.

Line energies and relative intensities: xraydb (M. Newville), after W. T. Elam, B. D. Ravel,
J. R. Sieber, Radiat. Phys. Chem. 63 (2002) 121.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from app.core.physics.atoms import lines, radiative_rates
from app.core.physics.fluorescence import fluorescence
from app.core.physics.materials import Layer, material

pytestmark = pytest.mark.validation

HERE = Path(__file__).parent
REFERENCE = json.loads((HERE / "fisx_reference.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in REFERENCE["cases"]}

# Every family with more than this share of the strongest has to agree within the tolerance.
# Found: 0.72 % at most (gold M of a leaf), 0.27 % in the mean square of 99 families. Below
# the share, down to a thousandth, L lines of iron and copper differ by up to 10 %, M lines of what
# lies under lead white by 3 %, and S K of vermilion by 33 %: it is absorbed 13 eV above the M5
# edge of mercury, where tables differ by a factor of two.
SHARE = 0.01
TOLERANCE = 0.01

# transitions of L lines by peak; what is in none of them is Ll, Lη and the like
L_PEAKS = {
    "La": ("L3M5", "L3M4"),
    "Lb": ("L2M4", "L3N5", "L3N4", "L1M3", "L1M2", "L3N1", "L3O4", "L3O5", "L1M4", "L1M5"),
    "Lg": ("L2N4", "L2N1", "L2O4", "L1N2", "L1N3", "L1O2", "L1O3"),
}


def family(transition):
    """Ka, Kb, La, Lb, Lg, L or M; levels given together count as the first of them."""
    if transition[0] == "K":
        return "Ka" if transition[1] == "L" else "Kb"
    if transition[0] == "M":
        return "M"
    return next((name for name, members in L_PEAKS.items() if transition[:4] in members), "L")


def stack_of(case):
    return tuple(
        Layer(
            item["name"],
            material(item["name"], item["mass_fractions"], item["density_g_cm3"]),
            item["thickness_um"],
        )
        for item in case["layers"]
    )


def ours_of(case):
    """Element, transition, layer, primary and secondary, into all directions."""
    found = fluorescence(
        stack_of(case),
        np.array(case["energies_kev"]),
        np.array(case["photons"]),
        case["incidence_degrees"],
        case["exit_degrees"],
    )
    return [
        (
            line.element,
            line.transition,
            line.layer,
            4 * np.pi * line.primary,
            4 * np.pi * line.secondary,
        )
        for line in found
    ]


def sums(rows, key):
    """Primary, and primary with secondary, by key."""
    found = {}
    for element, transition, layer, primary, secondary in rows:
        where = key(element, transition, layer)
        before = found.get(where, (0.0, 0.0))
        found[where] = (before[0] + primary, before[1] + primary + secondary)
    return found


def by_family(element, transition, layer):
    return element, family(transition), layer


def by_line(element, transition, layer):
    return element, transition, layer


def deviations(case, key, share):
    """Relative deviation from the reference by what the key gives, as (primary, total)."""
    theirs = sums([(*row[:3], *row[4:]) for row in case["lines"]], key)
    ours = sums(ours_of(case), key)
    strongest = max(total for _, total in theirs.values())
    return {
        where: tuple(mine / other - 1 for mine, other in zip(ours[where], known, strict=True))
        for where, known in theirs.items()
        if known[1] > share * strongest
    }


@pytest.mark.parametrize("name", CASES)
def test_families_agree_with_pymca(name):
    """Primary alone, and with secondary, for each layer by itself."""
    found = deviations(CASES[name], by_family, SHARE)
    assert len(found) >= 2
    for where, both in found.items():
        assert both == pytest.approx((0, 0), abs=TOLERANCE), where


@pytest.mark.parametrize("name", CASES)
def test_strong_lines_agree_with_pymca(name):
    """Single lines with more than a tenth of the strongest."""
    for where, both in deviations(CASES[name], by_line, 0.1).items():
        assert both == pytest.approx((0, 0), abs=TOLERANCE), where


def test_secondary_intensities_agree_with_pymca():
    """By themselves, where they are more than 2 % of the line: within 3 % of themselves."""
    seen = 0
    for case in CASES.values():
        theirs = sums([(*row[:3], *row[4:]) for row in case["lines"]], by_family)
        ours = sums(ours_of(case), by_family)
        strongest = max(total for _, total in theirs.values())
        for where, (primary, total) in theirs.items():
            if total > SHARE * strongest and total - primary > 0.02 * total:
                mine = ours[where][1] - ours[where][0]
                assert mine == pytest.approx(total - primary, rel=0.03), (case["name"], where)
                seen += 1
    assert seen > 20


def test_energies_of_the_lines_are_pymcas():
    """Within 15 eV or 0.15 %: fisx takes differences of levels, xraylib tables of lines."""
    for case in CASES.values():
        for element, transition, _, energy, *_ in case["lines"]:
            known = lines(element)
            names = [name[: len(transition)] for name in known.transitions]
            if transition in names:
                mine = known.energies_kev[names.index(transition)]
                assert mine == pytest.approx(energy, abs=0.015, rel=0.0015), (element, transition)


def test_the_reference_is_what_fisx_says_here():
    """Where fisx is installed: the same numbers, made anew."""
    pytest.importorskip("fisx")
    spec = importlib.util.spec_from_file_location("reference", HERE / "make_fisx_reference.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    reference = made.Reference()
    for case in made.CASES[:4]:
        told = made.described(case, reference)
        # as it is written and read again
        assert json.loads(json.dumps(told)) == CASES[case[0]]


# of the pigments named in the library, but for those without a line above 0.9 keV
PIGMENT_ELEMENTS = (
    *("Na", "Mg", "Al", "Si", "P", "S", "Cl", "K", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Ni", "Cu"),
    *("Zn", "As", "Se", "Sr", "Ag", "Cd", "Sn", "Sb", "Ba", "Au", "Hg", "Pb"),
)


def xraydb_lines(symbol):
    """Initial level, final levels, energy in keV and share in the photons of the initial level."""
    import xraydb

    found = []
    for item in xraydb.xray_lines(symbol).values():
        # "N4,5" is both levels together, "[N4,5]" as well
        first, *more = item.final_level.strip("[]").split(",")
        finals = (first, *(first[0] + number.strip("[] ") for number in more))
        found.append((item.initial_level, finals, item.energy / 1000, item.intensity))
    return found


@pytest.mark.parametrize("symbol", PIGMENT_ELEMENTS)
def test_energies_are_those_of_xraydb(symbol):
    """Strong K and L lines (a tenth of their level's photons) above 0.9 keV.

    Within 6 eV or 0.1 %. Found: 5.3 eV for L1N3 of tin, 3.1 eV or less for the 137 others.
    """
    pytest.importorskip("xraydb")
    known = lines(symbol)
    by_name = dict(zip(known.transitions, known.energies_kev, strict=True))
    seen = 0
    for initial, finals, energy, share in xraydb_lines(symbol):
        if initial[0] in "KL" and share > 0.1 and energy > 0.9 and initial + finals[0] in by_name:
            mine = by_name[initial + finals[0]]
            assert mine == pytest.approx(energy, abs=0.006, rel=0.001), (initial, finals)
            seen += 1
    assert seen >= 2


# Largest relative difference by initial and first final level. J. H. Scofield's rates, which both
# PyMca and xraylib have, and those of xraydb agree on the strong lines; of the lines from N levels
# and of L1, some per cent of an L spectrum each, xraydb's interpolated shares differ by more.
BRANCHING = {
    "KL2": 0.02,
    "KL3": 0.02,
    "KM3": 0.02,
    "L3M5": 0.025,
    "L2M4": 0.025,
    "L2N4": 0.09,
    "L3N4": 0.22,
    "L1M2": 0.18,
    "L1M3": 0.25,
    "L1N2": 0.25,
    "L1N3": 0.30,
}


@pytest.mark.parametrize("symbol", PIGMENT_ELEMENTS[8:])
def test_branching_is_that_of_xraydb(symbol):
    """Shares in the photons of the initial level, calcium and heavier."""
    pytest.importorskip("xraydb")
    seen = 0
    for initial, finals, energy, share in xraydb_lines(symbol):
        if initial[0] in "KL" and share > 0.1 and energy > 0.9:
            rates = radiative_rates(symbol, initial)
            mine = sum(rates.get(final, 0.0) for final in finals)
            name = initial + finals[0]
            assert mine == pytest.approx(share, rel=BRANCHING[name]), name
            seen += 1
    assert seen >= 2


@pytest.mark.parametrize("symbol", PIGMENT_ELEMENTS[:8])
def test_the_alpha_doublet_of_light_elements_is_that_of_xraydb(symbol):
    """Kα₂ for one of Kα₁, sodium to potassium, within 2 %.

    Their Kβ is not compared: xraydb has 11 % of the K photons for all of them, while with fewer
    and fewer 3p electrons it falls from 10 % (potassium) to 1 % (aluminium) and none (magnesium).
    """
    pytest.importorskip("xraydb")
    shares = {finals[0]: share for level, finals, _, share in xraydb_lines(symbol) if level == "K"}
    rates = radiative_rates(symbol, "K")
    assert rates["L2"] / rates["L3"] == pytest.approx(shares["L2"] / shares["L3"], rel=0.02)
