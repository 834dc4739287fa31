"""The recoloured picture keeps in step with the map and the panel."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.recolouring.card import card_from_plain
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.gui.docks.recolour_picture import PicturePage
from app.gui.job_manager import JobManager
from app.gui.picture import Picture
from app.gui.recolour_showing import RecolourShowing
from app.gui.recolour_values import Look, Place
from app.gui.session import Session
from app.gui.views.map_overlay import MapOverlay
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView


@pytest.fixture
def parts(qtbot, make_scan):
    class Parts:
        session = Session()
        jobs = JobManager()
        map = MapView()
        spectrum = SpectrumView()
        page = PicturePage()

    Parts.picture = Picture(Parts.session, Parts.jobs, Parts.map, Parts.spectrum)
    Parts.showing = RecolourShowing(Parts.session, Parts.jobs, Parts.map, Parts.page)
    for widget in (Parts.showing.splitter, Parts.page, Parts.spectrum):
        qtbot.addWidget(widget)
    Parts.showing.splitter.resize(800, 400)
    Parts.showing.splitter.show()
    with qtbot.waitSignal(Parts.jobs.idle):
        Parts.session.open_scan(make_scan())
    yield Parts
    Parts.picture.stop()
    Parts.jobs.close()


@pytest.fixture
def found(recolour_card):
    rgb = np.full((5, 7, 3), 0.5, np.float32)
    return Recoloured(rgb, None, None, None, recolour_card(), "cpu", Region(0, 5, 0, 7))


def test_both_pictures_are_as_wide_as_each_other(parts, found, qtbot):
    parts.showing.set_result(found, is_final=True)
    qtbot.waitUntil(lambda: parts.showing.view.canvas.width() > 200)
    assert abs(parts.showing.view.canvas.width() - parts.map.canvas.width()) <= 12


def test_without_a_result_the_map_is_alone(parts, found):
    parts.showing.set_result(found, is_final=True)
    parts.showing.set_result(None, is_final=True)
    assert parts.showing.view.isHidden()
    assert parts.showing.view.is_empty
    assert parts.map.isVisible()


def test_hidden_picture_comes_back_when_there_is_a_new_one(parts, found):
    parts.showing.set_result(found, is_final=True)
    parts.showing.view.closed.emit()
    assert parts.showing.place is Place.HIDDEN
    assert parts.page.place is Place.HIDDEN
    parts.showing.bring()
    assert parts.showing.place is Place.BESIDE
    assert parts.showing.view.isVisible()


def test_what_takes_the_place_of_the_map_brings_the_map_back(parts, found):
    parts.showing.set_result(found, is_final=True)
    parts.page.place_box.setCurrentText(Place.INSTEAD.value)
    assert parts.map.isHidden()
    picture = np.zeros((5, 7, 4), np.uint8)
    labels = np.zeros((5, 7), int)
    parts.map.set_overlay(MapOverlay(picture, "Clusters", labels, ("one",), "none"))
    assert parts.map.isVisible()
    assert parts.showing.view.isVisible()


def test_pointer_in_the_picture_is_told_as_by_the_map(parts, found, qtbot):
    parts.showing.set_result(found, is_final=True)
    with qtbot.waitSignal(parts.map.pixel_hovered) as told:
        parts.showing.view.pixel_hovered.emit(2, 3)
    assert told.args == [2, 3]
    assert parts.map.readout.startswith("row 2, col 3")
    parts.showing.view.pixel_left.emit()
    parts.showing.view.pixel_clicked.emit(1, 4)
    assert parts.session.pixel == (1, 4)


def test_maps_beside_colours_are_compared_with_measured_ones_when_looked_at(
    parts, found, plain_card, qtbot
):
    outputs = [
        {"name": "rgb", "kind": "rgb"},
        {"name": "maps", "kind": "maps", "elements": ["Fe"]},
    ]
    maps = np.arange(35, dtype=np.float32).reshape(1, 5, 7)
    card = card_from_plain(plain_card(outputs=outputs))
    window = parts.session.window
    parts.showing.set_result(replace(found, card=card, maps=maps), is_final=True)
    assert parts.showing.view.title.text().startswith("Colour")
    assert not parts.jobs.is_busy
    assert parts.session.window == window
    with qtbot.waitSignal(parts.jobs.idle):
        parts.page.look_box.setCurrentText(Look.MAP.value)
    assert parts.showing.view.title.text().startswith("Fe Kα · r = ")
    parts.page.look_box.setCurrentText(Look.COLOUR.value)
    assert parts.showing.view.title.text().startswith("Colour")
