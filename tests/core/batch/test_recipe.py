"""Steps of a scan become tasks; what cannot be repeated is said."""

from dataclasses import asdict

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchTask
from app.core.batch.recipe import recipe_of, recorded
from app.core.cube import SpectralCube
from app.core.maps import Roi, window_map
from app.core.prefix import prefix_of
from app.core.provenance import Step
from app.core.scan import Scan

AXIS = EnergyAxis(-0.96, 0.0137)


@pytest.fixture
def scan():
    counts = np.arange(3 * 4 * 800, dtype=np.uint16).reshape(3, 4, 800)
    cube = SpectralCube(counts, AXIS, name="hands", format="test")
    spectra = counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1))
    return Scan(cube, prefix_of(counts), *spectra)


def test_what_made_the_file_is_left_alone():
    steps = (Step("synthesise", {"seed": 1}), Step("convert", {"bin": 2}), Step("open", {}))
    assert recipe_of(steps) == ()
    assert recorded(steps).notes == ()


def test_without_an_opening_all_steps_count():
    assert recipe_of((Step("convert", {"bin": 2}),)) == (BatchTask("convert", {"bin": 2}),)


@pytest.mark.parametrize(("first", "stop"), [(100, 101), (71, 512), (517, 540), (0, 800)])
def test_a_map_repeated_by_its_window_is_of_the_same_channels(scan, first, stop):
    made = window_map(scan, "Fe, mine: α", first, stop)
    (task,) = recipe_of(made.steps)
    assert task.task == "maps"
    assert task.parameters["net"] is False
    roi = Roi.parse(task.parameters["windows"])
    assert roi.name == "Fe  mine: α"
    found = AXIS.channel_range(roi.low_kev, roi.high_kev, 800)
    # channels below 0 keV have no window that can be written
    assert found == (max(first, 70), stop)


def test_a_map_that_begins_below_zero_says_where_it_begins(scan):
    notes = recorded(window_map(scan, "all", 0, 800).steps).notes
    assert notes == ("The map “all” begins at 0 keV for all scans.",)


def test_maps_gather_by_background_where_the_first_of_them_was_made(scan):
    steps = (
        *window_map(scan, "Fe", 100, 110).steps,
        *window_map(scan, "Cu", 200, 210, net=True).steps,
        Step("convert", {"bin": 1}),
        *window_map(scan, "Pb", 300, 310).steps,
        *window_map(scan, "Fe", 100, 110).steps,
    )
    tasks = recipe_of(steps)
    assert [task.task for task in tasks] == ["maps", "maps", "convert"]
    assert [task.parameters.get("net") for task in tasks] == [False, True, None]
    names = [part.partition(":")[0] for part in tasks[0].parameters["windows"].split(",")]
    assert names == ["Fe", "Pb"]


def test_a_map_of_channels_is_left_out_and_told():
    step = Step("map", {"name": "40–50", "low_kev": None, "high_kev": None, "net": False})
    found = recorded((step,))
    assert found.tasks == ()
    assert "“40–50” is of channels" in found.notes[0]


def test_the_axis_given_last_is_found():
    given = EnergyAxis(0.01, 0.02, 1e-7, "given by the user")
    steps = (
        Step("open", {}),
        Step("axis", {"axis": asdict(EnergyAxis(0, 1))}),
        Step("axis", {"axis": asdict(given)}),
    )
    assert recorded(steps).axis == given
    assert recorded(steps[:1]).axis is None


@pytest.mark.parametrize("axis", [None, {}, {"offset_kev": 0.0, "gain_kev": -1.0}, {"gain": 1}])
def test_an_axis_that_is_none_is_told(axis):
    found = recorded((Step("axis", {"axis": axis}),))
    assert found.axis is None
    assert found.notes == ("The energy axis that was given is not understood and is left out.",)


@pytest.mark.parametrize(("numbers", "text"), [([4, 5, 6], "4..6"), ([8], "8")])
def test_clusters_are_found_in_the_same_way(numbers, text):
    details = {"numbers": numbers, "transform": "shares", "patience": 2, "windows": 64}
    step = Step("cluster", {"on": "maps", "elements": "Fe,Cu", **details, "region": None}, seed=7)
    assert recipe_of((step,)) == (
        BatchTask(
            "cluster",
            {
                "numbers": text,
                "on": "maps",
                "elements": "Fe,Cu",
                "region": "",
                "transform": "shares",
                "patience": 2,
                "seed": 7,
            },
        ),
    )


def test_a_region_is_repeated_and_told():
    found = recorded((Step("unmix", {"method": "nmf", "region": "1:3,2:5"}, seed=1),))
    assert found.tasks == (BatchTask("unmix", {"method": "nmf", "region": "1:3,2:5"}),)
    assert found.notes == (
        "The maps of pigments are of the pixels 1:3,2:5 of every scan; smaller scans fail.",
    )


def test_a_network_is_known_by_its_name():
    details = {"model": "Four", "provider": "cpu", "region": "", "version": "1", "sha256": "ab"}
    (task,) = recipe_of((Step("recolour", details),))
    assert task == BatchTask("recolour", {"model": "Four", "provider": "cpu", "region": ""})


def test_what_no_task_does_is_told_once():
    steps = (Step("open", {}), Step("compare", {}), Step("compare", {}))
    found = recorded(steps)
    assert found.tasks == ()
    assert found.notes == ("“compare” cannot be done to other scans and is left out.",)
