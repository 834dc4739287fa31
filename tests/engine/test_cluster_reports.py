"""What clusters hold, in words."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.core.clustering.clusters import cluster_spectra
from app.core.clustering.features import channel_groups
from app.engine.cluster_reports import summaries
from app.engine.pigment_libraries import Libraries


@pytest.fixture
def clusters(cube):
    return cluster_spectra(cube, channel_groups(cube.channels, cube.axis), (2,))


@pytest.fixture
def told(clusters, cube):
    return summaries(clusters, cube.axis, Libraries().shipped().pigments)


def test_a_summary_counts_pixels_and_names_lines(told, counts):
    iron, lead = told
    assert (iron.number, iron.pixels, iron.share) == (1, 30, pytest.approx(30 / 54))
    assert iron.mean_counts == pytest.approx(counts[:, :5].sum() / 30)
    assert iron.elements == ("Fe",)
    assert lead.elements[0] == "Pb"
    assert "Fe" in iron.report.candidates[0].pigment.elements


def test_it_is_json_and_a_row(told):
    for item in told:
        assert json.loads(json.dumps(item.json()))["cluster"] == item.number
        assert item.row()["pixels"] == item.pixels


def test_a_cluster_the_sample_does_not_hold_has_an_empty_silhouette(told):
    unseen = replace(told[0], silhouette=np.nan)
    assert unseen.json()["silhouette"] is None
    assert unseen.row()["silhouette"] == ""


def test_the_legend_has_size_and_elements(told):
    assert told[0].details() == ("30 pixels · 55.6 %", "Fe")
    assert replace(told[0], lines=()).details() == ("30 pixels · 55.6 %",)
    assert replace(told[0], pixels=1234567).details()[0].startswith("1\u00a0234\u00a0567 pixels")


def test_without_an_axis_nothing_is_named(clusters):
    for item in summaries(clusters, None, ()):
        assert (item.lines, item.report) == ((), None)


def test_it_can_be_stopped(clusters, cube):
    def stop(fraction, message=""):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        summaries(clusters, cube.axis, (), stop)
