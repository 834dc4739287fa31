"""Areas over a map say what each pixel is in."""

import numpy as np

from app.core.clustering.picture import label_picture
from app.gui.views.map_overlay import MapOverlay

LABELS = np.array([[0, 1, 1], [1, 0, -1]], np.int16)


def test_each_pixel_has_the_name_of_its_area():
    names = ("Cluster 1", "Cluster 2")
    overlay = MapOverlay(label_picture(LABELS), "2 clusters", LABELS, names, "not clustered")
    assert overlay.name_at((0, 2)) == "Cluster 2"
    assert overlay.name_at((1, 1)) == "Cluster 1"
    assert overlay.name_at((1, 2)) == "not clustered"
