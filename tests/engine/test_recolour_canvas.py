"""What is collected piece by piece comes out as one picture, first looks as copies."""

from types import SimpleNamespace

import numpy as np

from app.core.provenance import Step
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.outputs import Predicted
from app.core.region import Region
from app.engine.recolour_canvas import Canvas, Rate


def canvas_for(plain_card, **card):
    network = SimpleNamespace(
        card=card_from_plain(plain_card(**card)), provider="cpu", remarks=("Remark.",)
    )
    return Canvas(network, Region(2, 5, 1, 3), (Step("open"), Step("recolour", {"model": "x"})))


def test_pieces_become_a_picture(plain_card):
    canvas = canvas_for(
        plain_card,
        outputs=[
            {"name": "rgb", "kind": "rgb"},
            {"name": "maps", "kind": "maps", "elements": ["Fe", "Pb"]},
        ],
    )
    assert canvas.size == (3, 2)
    rows, cols = np.array([0, 2]), np.array([1, 0])
    canvas.put(
        rows,
        cols,
        Predicted(
            rgb=np.array([[1, 0, 0], [0, 1, 0]], np.float32),
            novelty=np.array([0.5, 0.25], np.float32),
            maps=np.array([[1, 2], [3, 4]], np.float32),
        ),
    )
    first = canvas.result(16)
    assert first.is_preview
    assert first.rgb[0, 1].tolist() == [1, 0, 0]
    assert np.isnan(first.rgb[1]).all()
    assert first.maps[:, 2, 0].tolist() == [3, 4]
    assert first.log_variance is None
    canvas.put(slice(0, 3), slice(0, 2), Predicted(rgb=np.full((3, 2, 3), 0.5, np.float32)))
    assert first.rgb[0, 1].tolist() == [1, 0, 0]
    canvas.note("Note.")
    canvas.detail(batch=16)
    done = canvas.result()
    assert (done.rgb == 0.5).all()
    assert done.notes == ("Remark.", "Note.")
    assert dict(done.steps[-1].parameters) == {"model": "x", "batch": 16}
    assert done.region == Region(2, 5, 1, 3)


def test_a_network_of_maps_has_no_colours(plain_card):
    canvas = canvas_for(
        plain_card, task="maps", outputs=[{"name": "rgb", "kind": "maps", "elements": ["Fe"]}]
    )
    canvas.put(slice(0, 3), slice(0, 2), Predicted(maps=np.ones((3, 2, 1), np.float32)))
    done = canvas.result()
    assert np.isnan(done.rgb).all()
    assert done.maps.shape == (1, 3, 2)
    assert done.elements == ("Fe",)


def test_the_rate_counts_pixels():
    rate = Rate()
    rate.add(5)
    rate.add(7)
    assert rate.pixels == 12
    assert rate.per_s > 0
