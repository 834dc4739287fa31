"""The colour under the pointer is told from the picture, or predicted at once."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.model_library import Origin, entry_of
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.recolour_live import (
    Chosen,
    LiveColour,
    colour_in,
    deviation_text,
    mean_in,
    place_in_words,
)
from app.gui.session import Session
from app.gui.views.map_view import MapView


@pytest.fixture
def found(recolour_card):
    rgb = np.zeros((2, 3, 3), np.float32)
    rgb[..., 0] = 0.5
    rgb[1, 2] = np.nan
    variance = np.full((2, 3), 2 * np.log(0.1), np.float32)
    novelty = np.full((2, 3), 0.25, np.float32)
    return Recoloured(rgb, variance, novelty, None, recolour_card(), "cpu", Region(1, 3, 2, 5))


def test_colour_of_the_picture_is_told_with_its_doubt(found):
    told = colour_in(found, (1, 2))
    assert told.place == "row 1, col 2"
    assert told.srgb == (128, 0, 0)
    assert told.facts == ("± 25 of 255", "novelty 0.25")


@pytest.mark.parametrize("pixel", [(0, 2), (1, 1), (3, 2), (2, 4)])
def test_where_nothing_was_predicted_there_is_no_colour(found, pixel):
    assert colour_in(found, pixel) is None


def test_colour_comes_first_where_maps_are_known_too(found):
    maps = np.ones((1, 2, 3), np.float32)
    told = colour_in(replace(found, maps=maps), (1, 2))
    assert told.srgb == (128, 0, 0)
    assert told.facts == ("± 25 of 255", "novelty 0.25")


def test_mean_of_a_region_leaves_out_what_is_not_known(found):
    told = mean_in(found, Region(0, 5, 4, 9))
    assert told.srgb == (128, 0, 0)
    assert told.note == "mean of 1 pixel"
    assert mean_in(found, Region(3, 5, 0, 2)) is None
    assert mean_in(found, Region(2, 3, 4, 5)) is None


def test_hopeless_doubt_is_not_told_as_more_than_half_of_the_range():
    assert deviation_text(0.1) == "± 26 of 255"
    assert deviation_text(1e6) == "± 128 of 255"
    assert place_in_words(Region(0, 2, 1, 4)) == "rows 0–1, columns 1–3"


class Parts:
    def __init__(self, qtbot, keeper, path):
        self.qtbot = qtbot
        self.session = Session()
        self.jobs = JobManager()
        self.map = MapView()
        qtbot.addWidget(self.map)
        self.chosen = Chosen(entry_of(path, Origin.OWN), "auto")
        self.found = None
        self.live = LiveColour(
            self.session, self.jobs, keeper, self.map, lambda: self.found, lambda: self.chosen
        )
        self.told = []
        self.live.changed.connect(self.told.append)

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()


@pytest.fixture
def parts(qtbot, network_keeper, model_folders, make_scan):
    parts = Parts(qtbot, network_keeper, model_folders._shipped / "four.onnx")
    parts.session.open_scan(make_scan())
    yield parts
    parts.jobs.close()


def test_nothing_is_predicted_while_it_is_off(parts, made_networks):
    parts.map.pixel_hovered.emit(2, 3)
    assert not parts.jobs.has_any
    assert parts.told[-1] is None


def test_pixel_pointed_at_is_predicted(parts, made_networks):
    parts.live.set_on(True)
    parts.wait(lambda: parts.map.pixel_hovered.emit(2, 3))
    told = parts.told[-1]
    assert told.place == "row 2, col 3"
    # three counts of iron and three in channel 40, of which a part is beyond the model's bins
    assert told.srgb[0] == 51
    assert told.srgb[2] == 153
    assert told.note == "predicted now"
    assert told.facts == ("± 25 of 255", "novelty 0.30")
    parts.map.pixel_left.emit()
    assert parts.told[-1] is None


def test_of_many_places_the_latest_is_predicted_and_no_process_is_ended(parts, made_networks):
    parts.live.set_on(True)
    parts.wait(lambda: parts.map.pixel_hovered.emit(0, 0))
    network = made_networks[0]
    runs = network.runs
    network.may_go.clear()

    def move():
        for col in range(6):
            parts.map.pixel_hovered.emit(1, col)
        network.may_go.set()

    parts.wait(move)
    assert network.runs == runs + 2
    assert parts.told[-1].place == "row 1, col 5"
    assert len(made_networks) == 1
    assert not network.is_closed


def test_region_is_predicted_from_its_mean_spectrum(parts):
    parts.live.set_on(True)
    parts.wait(lambda: parts.session.set_region(Region(1, 3, 2, 5)))
    assert parts.told[-1].place == "rows 1–2, columns 2–4"
    assert parts.told[-1].note == "mean spectrum"


def test_what_the_picture_has_is_not_predicted_again(parts, found, made_networks):
    parts.live.set_on(True)
    parts.found = found
    parts.map.pixel_hovered.emit(1, 2)
    assert parts.told[-1].srgb == (128, 0, 0)
    assert made_networks == []
    parts.chosen = None
    parts.map.pixel_hovered.emit(0, 0)
    assert parts.told[-1].note == "not recoloured"


def test_failure_switches_it_off_and_is_told(parts, made_networks):
    parts.live.set_on(True)
    parts.wait(lambda: parts.map.pixel_hovered.emit(0, 0))
    made_networks[0].error = AppError("The network broke.", "It did.")
    parts.wait(lambda: parts.map.pixel_hovered.emit(1, 1))
    assert parts.told[-1].note == "The network broke."
    assert not parts.live.is_on
    parts.map.pixel_hovered.emit(1, 2)
    assert not parts.jobs.has_any


def test_values_of_a_model_of_maps_are_told(parts, model_folders, plain_card):
    from app.core.recolouring.card import card_from_plain
    from app.io.model_files import write_card

    outputs = [{"name": "maps", "kind": "maps", "elements": ["Fe", "Cu"]}]
    path = model_folders._shipped / "four.onnx"
    write_card(card_from_plain(plain_card(task="maps", outputs=outputs)), path)
    parts.chosen = Chosen(entry_of(path, Origin.OWN), "auto")
    parts.live.set_on(True)
    parts.wait(lambda: parts.map.pixel_hovered.emit(2, 3))
    told = parts.told[-1]
    assert told.srgb is None
    assert [fact.split()[0] for fact in told.facts] == ["Fe", "Cu"]
