"""What lines look like on a detector."""

import numpy as np
import pytest

from app.core.line_shapes import (
    compton_kev,
    compton_shape,
    edge_kev,
    families_of,
    family_shape,
    gaussians,
)

EDGES = np.arange(2001) * 0.02


def family(element, name, highest_kev=50.0):
    return next(item for item in families_of(element, highest_kev) if item.line.name == name)


def test_a_familys_components_share_its_photons():
    for item in families_of("Pb", 50.0):
        assert sum(part.share for part in item.components) == pytest.approx(1.0)
    assert [item.line.name for item in families_of("Fe", 50.0)] == ["Ka", "Kb", "La", "Lb"]


def test_a_tube_below_the_edge_excites_no_series():
    assert edge_kev("Sn", "K") == pytest.approx(29.2, abs=0.01)
    assert "Ka" in [item.line.name for item in families_of("Sn", 30.0)]
    assert "Ka" not in [item.line.name for item in families_of("Sn", 29.0)]
    assert edge_kev("H", "M") == 0.0


def test_iron_has_its_peak_and_its_escape_peak_where_they_belong():
    shape = family_shape(family("Fe", "Ka"), EDGES, 145.0)
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    assert shape.sum() == pytest.approx(1.0, abs=1e-6)
    near_peak = abs(middles - 6.40) < 0.3
    assert (shape * middles)[near_peak].sum() / shape[near_peak].sum() == pytest.approx(
        6.399, abs=0.003
    )
    escaped = shape[abs(middles - 4.66) < 0.3].sum()
    assert 0.001 < escaped < 0.01
    assert shape[near_peak].sum() + escaped == pytest.approx(1.0, abs=1e-4)


def test_an_area_is_kept_when_a_peak_is_narrower_than_a_channel():
    counts = gaussians(np.array([5.013]), np.array([7.0]), np.array([1e-4]), EDGES)
    assert counts[250] == pytest.approx(7.0)
    assert counts.sum() == pytest.approx(7.0)


def test_a_peak_beyond_the_axis_adds_nothing():
    counts = gaussians(np.array([60.0]), np.array([7.0]), np.array([0.1]), EDGES)
    assert not counts.any()


def test_compton_energy_after_compton():
    # 511/(511/20 + 1 − cos 90°) keV
    assert compton_kev(20.0, 90.0) == pytest.approx(20 / (1 + 20 / 511))
    assert compton_kev(20.0, 0.0) == 20.0


def test_compton_peak_is_wider_than_the_line_and_lower_in_energy():
    silver = family("Ag", "Ka")
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    spreads, places = [], []
    for shape in (
        family_shape(silver, EDGES, 145.0),
        compton_shape(silver, 135.0, EDGES, 145.0),
    ):
        near = abs(middles - 21.5) < 3
        weights = shape[near] / shape[near].sum()
        place = float(weights @ middles[near])
        places.append(place)
        spreads.append(float(np.sqrt(weights @ (middles[near] - place) ** 2)))
    assert places[1] == pytest.approx(compton_kev(22.1, 135.0), abs=0.05)
    assert spreads[1] > 1.3 * spreads[0]
