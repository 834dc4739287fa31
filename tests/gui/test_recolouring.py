"""The open scan is recoloured in the background; what it shows is a prediction, and says so."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.axis import EnergyAxis
from app.core.physics.presets import PRESETS
from app.core.region import Region
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.picture import Picture
from app.gui.preferences import Preferences
from app.gui.recolour_values import Look, Part, Place, Standing
from app.gui.recolouring import Recolouring
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView
from app.io.model_files import write_card


class Parts:
    """The controller with all it drives."""

    def __init__(self, qtbot, models, keeper, pigments):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.jobs = JobManager()
        self.failures = []
        self.jobs.failed.connect(self.failures.append)
        self.jobs.crashed.connect(self.failures.append)
        self.map = MapView()
        self.spectrum = SpectrumView(self.window)
        self.picture = Picture(self.session, self.jobs, self.map, self.spectrum)
        asked = (lambda: pigments), (lambda _scan: PRESETS["Rh 50 kV"])
        self.recolouring = Recolouring(
            self.session, self.jobs, Preferences(), self.map, asked, self.window, models, keeper
        )
        self.panel = self.recolouring.panel
        self.view = self.recolouring.showing.view
        qtbot.addWidget(self.recolouring.showing.splitter)
        qtbot.addWidget(self.panel)
        self.recolouring.showing.splitter.resize(700, 400)
        self.recolouring.showing.splitter.show()
        self.steps = []
        self.recolouring.step_changed.connect(self.steps.append)

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()

    def open(self, scan):
        self.wait(lambda: self.session.open_scan(scan))

    def list(self):
        self.wait(lambda: self.recolouring.set_visible(True))

    def run(self):
        self.wait(self.panel.run_button.click)


@pytest.fixture
def parts(qtbot, model_folders, network_keeper, make_pigment):
    pigments = (make_pigment("Red ochre"), make_pigment("Hematite"))
    parts = Parts(qtbot, model_folders, network_keeper, pigments)
    yield parts
    parts.picture.stop()
    parts.jobs.close()


@pytest.fixture
def ready(parts, make_scan):
    parts.open(make_scan())
    parts.list()
    return parts


def test_models_are_listed_when_the_panel_is_seen(parts, make_scan):
    assert parts.panel.models.rows == ()
    parts.list()
    (row,) = parts.panel.models.rows
    assert row.standing is Standing.OPEN
    assert parts.panel.progress_text == "Open a scan to recolour it."
    assert not parts.panel.run_button.isEnabled()
    assert parts.panel.processor_box.count() == 5
    parts.open(make_scan())
    assert parts.panel.models.selected.standing.can_run
    assert parts.panel.run_button.isEnabled()
    assert parts.panel.progress_text == ""


def test_recoloured_picture_appears_beside_the_map_with_its_badge(ready):
    assert ready.view.isHidden()
    ready.run()
    assert ready.failures == []
    assert ready.view.isVisible()
    assert ready.map.isVisible()
    assert ready.view.badge_text == "predicted colour"
    found = ready.recolouring.result
    assert found.rgb.shape == (5, 7, 3)
    assert ready.panel.pages.currentWidget() is ready.panel.picture
    assert ready.panel.picture.title == "Four channels"
    assert ready.panel.picture.note.startswith("A colour estimate from chemistry")
    assert ready.panel.progress_text.startswith("Done")
    assert ready.steps[-1].action == "recolour"
    image = ready.view.canvas.image.image
    assert tuple(image[0, 0, [0, 2, 3]]) == (51, 153, 255)


def test_network_is_used_again(ready, made_networks):
    ready.run()
    ready.run()
    assert len(made_networks) == 1
    ready.recolouring.close()
    assert made_networks[0].is_closed


def test_region_only(ready):
    ready.session.set_region(Region(1, 3, 2, 5))
    ready.panel.part_box.setCurrentText(Part.REGION.value)
    ready.run()
    assert ready.recolouring.result.rgb.shape == (2, 3, 3)
    assert ready.view.canvas.shape == (5, 7)
    assert (ready.view.canvas.image.image[..., 3] > 0).sum() == 6
    assert "columns 2–4 only" in ready.panel.picture.note


def test_stopped_run_leaves_the_picture_that_was_there(ready, made_networks):
    ready.run()
    before, step = ready.recolouring.result, ready.steps[-1]
    made_networks[0].may_go.clear()
    ready.panel.run_button.click()
    assert ready.panel.run_button.text() == "Stop"
    ready.wait(ready.panel.run_button.click)
    assert ready.recolouring.result is before
    assert ready.steps[-1] == step
    assert ready.panel.progress_text == "Stopped; nothing was changed."
    assert ready.panel.run_button.text() == "Recolour"
    assert ready.view.isVisible()


def test_other_work_goes_on_beside_a_long_run(ready, made_networks):
    ready.run()
    made_networks[0].may_go.clear()
    ready.panel.run_button.click()
    done = []
    ready.jobs.submit("Open another", lambda _context: "opened", on_done=done.append)
    ready.qtbot.waitUntil(lambda: done == ["opened"])
    assert ready.recolouring.is_running
    ready.wait(ready.panel.run_button.click)
    assert ready.panel.progress_text == "Stopped; nothing was changed."


def test_single_colours_are_asked_of_the_model_that_is_running(
    ready, made_networks, tmp_path, make_network, recolour_card
):
    ready.run()
    made_networks[0].may_go.clear()
    ready.panel.run_button.click()
    other = tmp_path / "other.onnx"
    other.write_bytes(make_network())
    write_card(replace(recolour_card(), name="Other"), other)
    ready.recolouring.drop(other)
    ready.qtbot.waitUntil(lambda: ready.panel.models.selected.name == "Other")
    assert ready.recolouring._in_use().entry.name == "Four channels"
    ready.wait(ready.panel.run_button.click)
    assert ready.recolouring._in_use().entry.name == "Other"
    assert len(made_networks) == 1


def test_failed_run_leaves_the_picture_that_was_there(ready, made_networks):
    ready.run()
    before = ready.recolouring.result
    made_networks[0].error = AppError("The network broke.", "It did.", "Choose another.")
    ready.run()
    assert [error.title for error in ready.failures] == ["The network broke."]
    assert ready.recolouring.result is before
    assert ready.panel.progress_text == "The network broke."
    assert ready.panel.run_button.isEnabled()


def test_failed_first_run_shows_the_map_alone(ready, made_networks):
    ready.panel.picture.live_box.setChecked(True)
    ready.wait(lambda: ready.session.set_pixel((0, 0)))
    made_networks[0].error = AppError("The network broke.", "It did.")
    ready.run()
    assert ready.recolouring.result is None
    assert ready.view.isHidden()
    assert ready.map.isVisible()


def test_first_look_is_marked_and_goes_with_a_stop(ready):
    ready.run()
    whole = ready.recolouring.result
    scan = ready.session.scan
    ready.recolouring._coloured = None
    ready.recolouring._on_partial(scan, replace(whole, grid_step=2))
    assert ready.panel.picture.title == "Four channels · first look"
    assert not ready.panel.picture.export_button.isEnabled()
    assert ready.view.badge_text == "predicted colour"
    ready.recolouring._on_cancelled()
    assert ready.recolouring.result is None
    assert ready.view.isHidden()


def test_another_scan_puts_the_picture_out_of_sight(ready, make_scan):
    ready.run()
    first, found = ready.session.scan, ready.recolouring.result
    ready.open(make_scan("feet"))
    assert ready.recolouring.result is None
    assert ready.view.isHidden()
    assert ready.steps[-1] is None
    ready.open(first)
    assert ready.recolouring.result is found
    assert ready.view.isVisible()
    ready.wait(lambda: ready.session.set_axis(EnergyAxis(0.1, 0.19)))
    assert ready.recolouring.result is None
    assert ready.view.isHidden()


def test_places_of_the_picture(ready):
    ready.run()
    page, showing = ready.panel.picture, ready.recolouring.showing
    page.place_box.setCurrentText(Place.INSTEAD.value)
    assert ready.map.isHidden()
    assert ready.view.isVisible()
    # a line that is chosen asks for the map
    ready.session.place_line("Fe_Ka")
    assert ready.map.isVisible()
    assert page.place is Place.BESIDE
    ready.view.close_button.click()
    assert ready.view.isHidden()
    assert showing.place is Place.HIDDEN
    ready.run()
    assert ready.view.isVisible()


def test_looks_change_the_picture_and_bring_their_legend(ready):
    ready.run()
    page = ready.panel.picture
    colour = ready.view.canvas.image.image.copy()
    assert ready.view.legend.isHidden()
    page.look_box.setCurrentText(Look.UNCERTAINTY.value)
    assert ready.view.legend.isVisible()
    assert ready.view.legend.words == ("± 0", "uncertainty", "± 64 of 255")
    page.look_box.setCurrentText(Look.FADED.value)
    faded = ready.view.canvas.image.image.copy()
    page.look_box.setCurrentText(Look.HATCHED.value)
    assert ready.view.canvas.shape == (5, 7)
    page.look_box.setCurrentText(Look.FADED.value)
    page.strength.setValue(0)
    assert np.array_equal(ready.view.canvas.image.image, colour)
    assert not np.array_equal(faded, colour)


def test_both_pictures_are_looked_at_together(ready):
    ready.run()
    ready.session.set_pixel((2, 3))
    ready.session.set_region(Region(1, 3, 2, 5))
    assert ready.view.canvas.region_box is not None
    ready.map.canvas.zoom(0.5)
    one, other = ready.map.canvas.box.viewRect(), ready.view.canvas.box.viewRect()
    assert round(one.center().x(), 2) == round(other.center().x(), 2)
    with ready.qtbot.waitSignal(ready.map.pixel_clicked):
        ready.view.pixel_clicked.emit(4, 5)
    assert ready.session.pixel == (4, 5)
    ready.recolouring.showing.set_region_tool(True)
    ready.view.region_drawn.emit(Region(0, 2, 0, 2))
    assert ready.session.region == Region(0, 2, 0, 2)


def test_dropped_network_is_listed_and_the_panel_asked_for(ready, tmp_path, make_network):
    path = tmp_path / "new.onnx"
    path.write_bytes(make_network())
    with ready.qtbot.waitSignal(ready.recolouring.shown):
        ready.wait(lambda: ready.recolouring.drop(path))
    rows = {row.name: row for row in ready.panel.models.rows}
    assert rows["new"].origin == "dropped"
    assert rows["new"].standing is Standing.NO_CARD
    assert ready.panel.models.selected.name == "new"
    assert not ready.panel.run_button.isEnabled()
    ready.panel.models.remove_button.click()
    assert "new" not in {row.name for row in ready.panel.models.rows}


def test_picture_is_exported_as_it_is(ready, tmp_path, monkeypatch):
    ready.run()
    target = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with ready.qtbot.waitSignal(ready.recolouring.written) as told:
        ready.panel.picture.export_button.click()
    assert told.args == [target]
    assert target.exists()
    assert (tmp_path / "out_uncertainty.png").exists()


def test_maps_stand_beside_the_measured_ones(parts, make_scan, plain_card, model_folders):
    from app.core.recolouring.card import card_from_plain

    outputs = [{"name": "maps", "kind": "maps", "elements": ["Fe", "Cu"]}]
    path = model_folders._shipped / "four.onnx"
    write_card(card_from_plain(plain_card(task="maps", outputs=outputs)), path)
    parts.open(make_scan())
    parts.list()
    parts.run()
    assert parts.failures == []
    assert parts.view.badge_text == "predicted map"
    assert "Fe Kα · r = " in parts.view.title.text()
    assert parts.session.window_title == "Fe Kα"
    page = parts.panel.picture
    page.element_box.setCurrentText("Cu")
    assert "Cu Kα" in parts.view.title.text()
    page.look_box.setCurrentText(Look.RESIDUAL.value)
    assert "predicted less measured" in parts.view.title.text()
    assert page.score_button.isHidden()


@pytest.mark.slow
def test_real_process_is_used_again_and_ends_with_the_window(make_window, qtbot, scan_file):
    import multiprocessing

    window = make_window()
    with qtbot.waitSignal(window.jobs.idle, timeout=30_000):
        window.open_files([scan_file])
    recolouring = window.recolouring
    with qtbot.waitSignal(window.jobs.idle, timeout=30_000):
        recolouring.show()
    for _ in range(2):
        with qtbot.waitSignal(window.jobs.idle, timeout=60_000):
            recolouring.run()
    assert recolouring.result is not None
    (child,) = [item.pid for item in multiprocessing.active_children() if "velatura" in item.name]
    window.close()
    assert child not in [item.pid for item in multiprocessing.active_children()]
