"""Clusters of the open scan are found in the background and shown wherever one looks."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.core.clustering.colours import cluster_colours
from app.core.clustering.features import Transform
from app.core.cube import SpectralCube
from app.core.prefix import prefix_of
from app.core.region import Region
from app.core.scan import Scan
from app.gui import clustering
from app.gui.clustering import Clustering, parameters_of
from app.gui.dialogs.clusters import ClusterChoice, ClusterDialog, Compared, Part
from app.gui.job_manager import JobManager
from app.gui.picture import Picture
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView

AXIS = EnergyAxis(0.0, 0.04)
# puts Cu Kα where Fe Kα was
CU_AXIS = EnergyAxis(0.0, 0.04 * 8.04 / 6.40)
ROWS, COLS, CHANNELS = 6, 9, 400
TWO = ClusterChoice(numbers="2")


def scan_of(name="panel", axis=AXIS, seed=3):
    """Iron on the left, in columns 0 to 4, lead on the right; Fe Kα is channel 160."""
    generator = np.random.default_rng(seed)
    energies = 0.04 * np.arange(CHANNELS)
    expected = np.full((ROWS, COLS, CHANNELS), 0.3)
    left, right = expected[:, :5], expected[:, 5:]
    for part, energy, height in (
        (left, 6.40, 60),
        (left, 7.06, 8),
        (right, 10.55, 60),
        (right, 12.61, 45),
    ):
        part += height * np.exp(-(((energies - energy) / 0.075) ** 2) / 2)
    counts = generator.poisson(expected).astype(np.uint16)
    cube = SpectralCube(counts, axis, name=name, format="test")
    return Scan(cube, prefix_of(counts), counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1)))


class Parts:
    """The controller with all it drives."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.jobs = JobManager()
        self.map = MapView(self.window)
        self.spectrum = SpectrumView(self.window)
        self.picture = Picture(self.session, self.jobs, self.map, self.spectrum)
        views = self.map, self.spectrum
        preferences = Preferences()
        self.clusters = Clustering(self.session, self.jobs, preferences, views, self.window)
        self.panel = self.clusters.panel
        self.measured = []
        self.clusters.spectrum_chosen.connect(self.measured.append)
        self.steps = []
        self.clusters.step_changed.connect(self.steps.append)

    def open(self, scan):
        self.session.open_scan(scan)
        if self.jobs.has_any:
            self.wait(lambda: None)

    def find(self, choice=TWO):
        self.wait(lambda: self.clusters.run(choice))

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()


@pytest.fixture
def parts(qtbot):
    parts = Parts(qtbot)
    yield parts
    parts.picture.stop()
    assert parts.jobs.close()


@pytest.fixture
def found(parts):
    """Two clusters of a scan, none of them chosen."""
    parts.open(scan_of())
    parts.find()
    return parts


def test_clusters_are_found_as_a_listed_job_and_put_into_the_picture(parts, qtbot):
    parts.open(scan_of())
    with qtbot.waitSignal(parts.clusters.found, timeout=20_000):
        parts.clusters.run(ClusterChoice(numbers="2..4"))
    assert parts.jobs.model.rows[0].title == "Cluster panel"
    assert parts.jobs.model.rows[0].state == "done"
    assert [row.pixels for row in parts.panel.rows] == [30, 24]
    assert parts.panel.rows[0].elements[0] == "Fe"
    assert parts.panel.rows[1].elements[0] == "Pb"
    assert parts.panel.plot.best == 2
    assert parts.panel.note == "Whole spectra, anscombe, seed 0."
    overlay = parts.map.overlay
    assert overlay.title == "2 clusters of spectra"
    colours = cluster_colours(2)
    np.testing.assert_array_equal(overlay.picture[2, 4, :3], colours[0])
    np.testing.assert_array_equal(overlay.picture[2, 5, :3], colours[1])
    assert overlay.name_at((2, 5)) == "cluster 2"
    assert parts.panel.picture_box.isChecked()
    assert parts.steps[-1].action == "cluster"


def test_chosen_cluster_is_set_off_and_drawn_as_its_mean(found):
    found.panel.choose(1)
    overlay = found.map.overlay
    assert overlay.title == "Cluster 2 of 2"
    np.testing.assert_array_equal(overlay.picture[2, 5, :3], cluster_colours(2)[1])
    assert not np.array_equal(overlay.picture[2, 4, :3], cluster_colours(2)[0])
    counts = found.session.scan.cube.counts
    np.testing.assert_allclose(
        found.spectrum.plot.values("Cluster"), counts[:, 5:].mean((0, 1)), rtol=1e-12
    )
    assert found.spectrum.curve_buttons["Cluster"].text() == "Cluster 2 (mean)"
    measured = found.measured[-1]
    assert measured.pixels == 24
    np.testing.assert_allclose(measured.counts, counts[:, 5:].sum((0, 1)), rtol=1e-12)
    found.panel.choose(None)
    assert found.spectrum.plot.values("Cluster") is None
    assert found.measured[-1] is None
    assert found.map.overlay.title == "2 clusters of spectra"


def test_asking_and_making_mean_the_cluster_also_after_another_place_was_chosen(found, qtbot):
    found.panel.choose(0)
    for button, signal in (
        (found.panel.ask_button, found.clusters.ask_requested),
        (found.panel.make_button, found.clusters.make_requested),
    ):
        found.measured.clear()
        with qtbot.waitSignal(signal):
            button.click()
        assert [item.pixels for item in found.measured] == [30]


@pytest.mark.parametrize("way", ["window", "display", "back", "box"])
def test_map_comes_back_when_it_is_asked_for(found, way):
    session = found.session
    if way == "window":
        session.set_window(157, 164)
    elif way == "display":
        session.set_display(replace(session.display, inverted=not session.display.inverted))
    elif way == "back":
        found.map.back_button.click()
    else:
        found.panel.picture_box.click()
    assert found.map.overlay is None
    assert not found.clusters.is_in_picture
    assert not found.panel.picture_box.isChecked()
    found.panel.choose(0)
    assert found.map.overlay is not None
    assert found.panel.picture_box.isChecked()


def test_another_scan_puts_clusters_away_and_going_back_brings_them_again(found):
    found.panel.choose(0)
    found.open(scan_of("other", seed=4))
    assert found.clusters.shown is None
    assert found.panel.rows == ()
    assert found.map.overlay is None
    assert found.spectrum.plot.values("Cluster") is None
    assert found.steps[-1] is None
    assert found.measured[-1] is None
    found.wait(found.session.undo_stack.undo)
    assert [row.pixels for row in found.panel.rows] == [30, 24]
    assert found.steps[-1].action == "cluster"


def test_another_axis_keeps_clusters_and_names_their_lines_anew(found):
    found.panel.choose(0)
    assert found.panel.rows[0].elements[0] == "Fe"
    found.wait(lambda: found.session.set_axis(CU_AXIS))
    assert found.panel.rows[0].elements[0] == "Cu"
    assert [row.pixels for row in found.panel.rows] == [30, 24]
    assert "energy axis has changed since" in found.panel.note
    assert found.panel.selected == 0
    assert found.measured[-1].axis.gain_kev == CU_AXIS.gain_kev
    found.wait(found.session.undo_stack.undo)
    assert found.panel.rows[0].elements[0] == "Fe"
    assert "axis" not in found.panel.note


def test_scan_without_axis_is_clustered_but_not_asked_about(parts):
    parts.open(scan_of(axis=None))
    parts.find()
    assert [row.pixels for row in parts.panel.rows] == [30, 24]
    parts.panel.choose(0)
    assert parts.panel.rows[0].lines == ()
    assert parts.measured[-1] is None
    assert parts.spectrum.plot.values("Cluster") is not None


def test_finding_clusters_is_no_edit(found):
    assert found.session.undo_stack.count() == 1


def test_job_that_is_cancelled_leaves_what_was_found_before(found, monkeypatch):
    before = found.clusters.shown

    def waiting(scan, parameters, context):
        while True:
            context.check()

    monkeypatch.setattr(clustering.clustering, "find_clusters", waiting)
    found.clusters.run(TWO)
    found.wait(found.clusters.cancel)
    assert found.jobs.model.rows[0].state == "cancelled"
    assert found.clusters.shown is before
    assert len(found.panel.rows) == 2


def test_clusters_of_a_scan_closed_meanwhile_wait_for_it(parts):
    parts.open(scan_of())

    def act():
        parts.clusters.run(TWO)
        parts.session.open_scan(scan_of("other", seed=4))

    parts.wait(act)
    assert parts.panel.rows == ()
    assert parts.map.overlay is None
    parts.wait(parts.session.undo_stack.undo)
    assert len(parts.panel.rows) == 2


def test_region_alone_is_clustered(parts):
    parts.open(scan_of())
    parts.wait(lambda: parts.session.set_region(Region(1, 4, 3, 8)))
    parts.find(replace(TWO, part=Part.REGION))
    assert [row.pixels for row in parts.panel.rows] == [9, 6]
    assert parts.map.overlay.name_at((0, 0)) == "not clustered"
    assert parts.panel.note.endswith("seed 0, rows 1–3, columns 3–7.")


def test_dialog_offers_elements_found_and_remembers_what_was_chosen(parts):
    parts.open(scan_of())
    parts.clusters.set_elements(("Fe", "Ar", "Pb"))
    parts.clusters.ask()
    dialog = parts.window.findChild(ClusterDialog)
    assert dialog.values().elements == "Fe, Pb"
    dialog.form.set_values(replace(dialog.values(), numbers="2", compared=Compared.MAPS))
    parts.wait(dialog.accept)
    assert len(parts.panel.rows) == 2
    assert parts.panel.note.startswith("Maps of Fe,Pb")
    parts.clusters.ask()
    again = parts.window.findChildren(ClusterDialog)[-1]
    assert again.values().compared is Compared.MAPS
    again.reject()


def test_first_look_is_not_clustered(parts):
    parts.open(replace(scan_of(), row_step=2))
    parts.clusters.ask()
    parts.clusters.run(TWO)
    assert parts.window.findChild(ClusterDialog) is None
    assert not parts.panel.cluster_button.isEnabled()
    assert parts.jobs.model.rows == ()


def test_choice_becomes_the_task_of_the_command_line():
    choice = ClusterChoice("3", Compared.MAPS, "Fe, Cu", Part.REGION, Transform.SHARES, 5)
    made = parameters_of(choice, Region(1, 3, 2, 6))
    assert (made.numbers, made.on, made.elements) == ("3", "maps", "Fe,Cu")
    assert (made.region, made.transform, made.seed) == ("1:3,2:6", Transform.SHARES, 5)
    made = parameters_of(replace(choice, compared=Compared.SPECTRA), None)
    assert (made.on, made.elements, made.region) == ("spectra", "", "")


NAMES = {
    *("panel_clusters.png", "panel_clusters.tif", "panel_clusters.h5", "panel_clusters.csv"),
    *("panel_clusters_spectra.csv", "panel_clusters.json"),
}


def test_all_files_are_written_into_a_folder_and_replaced_when_agreed(
    found, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(found.clusters.written, timeout=20_000) as told:
        found.panel.export_button.click()
    assert told.args == [tmp_path / "panel_clusters.png"]
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    asked = []

    def refuse(_parent, _title, text):
        asked.append(text)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", refuse)
    found.clusters.export()
    assert "panel_clusters.h5" in asked[0]
    assert not found.jobs.has_any


def test_nothing_is_exported_without_clusters_or_folder(parts, found, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    found.clusters.export()
    found.open(scan_of("other", seed=4))
    found.clusters.export()
    assert not found.jobs.has_any
