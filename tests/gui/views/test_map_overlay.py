"""Areas over a map say what each pixel is in."""

import numpy as np

from app.core.clustering.picture import label_picture
from app.core.display import MapDisplay
from app.gui.views.map_overlay import MapOverlay, values_overlay
from app.gui.views.numbers import THIN_SPACE

LABELS = np.array([[0, 1, 1], [1, 0, -1]], np.int16)


def test_each_pixel_has_the_name_of_its_area():
    names = ("Cluster 1", "Cluster 2")
    overlay = MapOverlay(label_picture(LABELS), "2 clusters", LABELS, names, "not clustered")
    assert overlay.name_at((0, 2)) == "Cluster 2"
    assert overlay.name_at((1, 1)) == "Cluster 1"
    assert overlay.name_at((1, 2)) == "not clustered"


VALUES = np.array([[3.0, 120.0, 0.25], [np.nan, 7.5, 1200.0]], np.float32)


def test_values_are_told_with_their_errors_and_unit():
    errors = np.full_like(VALUES, 0.5)
    overlay = values_overlay(VALUES, MapDisplay(), "Vermilion", "counts", errors=errors)
    assert overlay.name_at((0, 0)) == "3.00 ± 0.50 counts"
    assert overlay.name_at((0, 1)) == "120.0 ± 0.5 counts"
    assert overlay.name_at((1, 2)) == f"1{THIN_SPACE}200.0 ± 0.5 counts"


def test_pixels_without_a_value_are_transparent_and_said_to_be_outside():
    overlay = values_overlay(VALUES, MapDisplay(), "Residual", "×", outside="not unmixed")
    assert overlay.picture[1, 0, 3] == 0
    assert (overlay.picture[0, :, 3] == 255).all()
    assert overlay.name_at((1, 0)) == "not unmixed"
    assert overlay.name_at((1, 1)) == "7.50 ×"


def test_limits_of_values_are_those_of_the_displays_percentiles():
    display = MapDisplay(low_percentile=0, high_percentile=80)
    scale = values_overlay(VALUES, display, "Vermilion", "counts").scale
    assert (scale.display, scale.limits, scale.unit) == (display, (0.25, 120.0), "counts")
    areas = MapOverlay(label_picture(LABELS), "2 clusters", LABELS, ("a", "b"), "none")
    assert areas.scale is None
