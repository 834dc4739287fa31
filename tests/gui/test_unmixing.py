"""The open scan is unmixed in the background, and each group's map shown in the picture."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.prefix import prefix_of
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import rebin, rebin_axis
from app.engine.instruments import Instruments
from app.engine.pigment_libraries import Libraries
from app.gui import unmixing
from app.gui.clustering import Clustering
from app.gui.dialogs.clusters import ClusterChoice
from app.gui.dialogs.unmixing import Into, Part, Scatter, UnmixChoice, UnmixDetails, UnmixDialog
from app.gui.job_manager import JobManager
from app.gui.picture import Picture
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.unmixing import Unmixing, parameters_of
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView

NAMES = ("Haematite", "Azurite")
CHOICE = UnmixChoice(
    library="Velatura", names=NAMES, details=UnmixDetails(scatter=Scatter.OWN, refine=False)
)
ROWS, COLS = 4, 6


@pytest.fixture(scope="module")
def libraries():
    return Libraries()


@pytest.fixture(scope="module")
def pigments(libraries):
    return tuple(libraries.find(name).pigment for name in NAMES)


@pytest.fixture(scope="module")
def scan_of(pigments):
    """Haematite on the left, in columns 0 to 3, azurite on the right; 2000 counts a pixel."""
    spectra = [pigment.spectra[0] for pigment in pigments]
    axis = rebin_axis(spectra[0].axis, 4)
    shapes = rebin(np.stack([item.counts for item in spectra]), 4)
    shapes = shapes / shapes.sum(axis=1, keepdims=True)

    def make(name="panel", axis=axis, seed=3):
        expected = np.empty((ROWS, COLS, shapes.shape[1]))
        expected[:, :4], expected[:, 4:] = 2000 * shapes[0], 2000 * shapes[1]
        counts = np.random.default_rng(seed).poisson(expected).astype(np.uint16)
        cube = SpectralCube(counts, axis, name=name, format="test")
        sums = counts.sum((0, 1), dtype=np.uint64), counts.max((0, 1))
        return Scan(cube, prefix_of(counts), *sums)

    return make


class Parts:
    """The controller with all it drives, and clusters beside it."""

    def __init__(self, qtbot, libraries, instruments):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.jobs = JobManager()
        self.map = MapView(self.window)
        self.spectrum = SpectrumView(self.window)
        self.picture = Picture(self.session, self.jobs, self.map, self.spectrum)
        preferences = Preferences()
        known = libraries, instruments
        shared = self.session, self.jobs, preferences
        self.unmixing = Unmixing(*shared, known, self.map, self.window)
        self.clusters = Clustering(*shared, (self.map, self.spectrum), self.window)
        self.panel = self.unmixing.panel
        self.steps = []
        self.unmixing.step_changed.connect(self.steps.append)
        self.failed = []
        self.unmixing.failed.connect(self.failed.append)

    def open(self, scan):
        self.session.open_scan(scan)
        if self.jobs.has_any:
            self.wait(lambda: None)

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()


@pytest.fixture
def parts(qtbot, libraries, tmp_path):
    parts = Parts(qtbot, libraries, Instruments(tmp_path / "instruments.json"))
    yield parts
    parts.picture.stop()
    assert parts.jobs.close()


@pytest.fixture
def found(parts, scan_of, pigments):
    """Two pigments of a scan, the stronger one shown."""
    parts.open(scan_of())
    parts.wait(lambda: parts.unmixing.run(CHOICE, pigments))
    return parts


def test_groups_are_listed_and_the_strongest_is_in_the_picture(parts, scan_of, pigments, qtbot):
    parts.open(scan_of())
    with qtbot.waitSignal(parts.unmixing.found, timeout=20_000):
        parts.unmixing.run(CHOICE, pigments)
    assert parts.jobs.model.rows[0].title == "Unmix panel"
    assert parts.jobs.model.rows[0].state == "done"
    names = [row.name for row in parts.panel.rows]
    assert names[:2] == ["Haematite", "Azurite"]
    assert names[-1] == "Residual"
    assert parts.panel.rows[0].share == pytest.approx(2 / 3, abs=0.05)
    assert parts.panel.rows[0].colours == (pigments[0].srgb,)
    assert parts.panel.note == "Chosen pigments, references “Rh 50 kV”."
    assert parts.panel.warning.startswith("Median residual")
    overlay = parts.map.overlay
    assert overlay.title == "Haematite · unmixed"
    assert overlay.values.shape == (ROWS, COLS)
    assert overlay.values[:, :4].min() > 1500 > 200 > overlay.values[:, 4:].max()
    assert "±" in overlay.name_at((0, 0))
    assert parts.panel.picture_box.isChecked()
    assert parts.steps[-1].action == "unmix"


def test_chosen_group_and_the_residual_have_maps_of_their_own(found):
    found.panel.choose(1)
    assert found.map.overlay.title == "Azurite · unmixed"
    assert found.map.overlay.values[:, 4:].min() > 1500
    found.panel.choose(len(found.panel.rows) - 1)
    assert found.map.overlay.title.startswith("Residual")
    residual = found.unmixing.shown.found.residual
    np.testing.assert_array_equal(found.map.overlay.values, residual)
    assert found.map.overlay.scale.unit == "× noise"


def test_another_display_keeps_the_group_in_its_colours(found):
    display = replace(found.session.display, colour_map="viridis")
    found.session.set_display(display)
    assert found.map.overlay.title == "Haematite · unmixed"
    assert found.map.overlay.scale.display == display
    assert found.panel.picture_box.isChecked()


@pytest.mark.parametrize("way", ["window", "back", "box"])
def test_map_comes_back_when_it_is_asked_for(found, way):
    if way == "window":
        found.session.set_window(40, 60)
    elif way == "back":
        found.map.back_button.click()
    else:
        found.panel.picture_box.click()
    assert found.map.overlay is None
    assert not found.unmixing.is_in_picture
    assert not found.panel.picture_box.isChecked()
    found.panel.picture_box.click()
    assert found.map.overlay.title == "Haematite · unmixed"


def test_clusters_and_groups_take_each_others_place(found):
    found.wait(lambda: found.clusters.run(ClusterChoice(numbers="2")))
    assert found.map.overlay.title == "2 clusters of spectra"
    assert not found.panel.picture_box.isChecked()
    found.panel.choose(1)
    assert found.map.overlay.title == "Azurite · unmixed"
    assert not found.clusters.panel.picture_box.isChecked()
    # what is not in the picture does not take the other out of it
    found.clusters.panel.choose(None)
    found.clusters.set_in_picture(False)
    assert found.map.overlay.title == "Azurite · unmixed"


def test_another_scan_puts_groups_away_and_going_back_brings_them_again(found, scan_of):
    found.open(scan_of("other", seed=4))
    assert found.unmixing.shown is None
    assert found.panel.rows == ()
    assert found.map.overlay is None
    assert found.steps[-1] is None
    found.wait(found.session.undo_stack.undo)
    assert found.panel.rows[0].name == "Haematite"
    assert found.steps[-1].action == "unmix"


def test_groups_of_another_axis_would_be_others(found):
    found.wait(lambda: found.session.set_axis(EnergyAxis(0.0, 0.05)))
    assert found.panel.rows == ()
    assert found.map.overlay is None
    found.wait(found.session.undo_stack.undo)
    assert found.panel.rows[0].name == "Haematite"


def test_unmixing_is_no_edit(found):
    assert found.session.undo_stack.count() == 1


def test_scan_without_axis_is_not_unmixed_and_why(parts, scan_of):
    parts.open(scan_of(axis=None))
    parts.unmixing.ask()
    assert parts.window.findChild(UnmixDialog) is None
    assert not parts.panel.unmix_button.isEnabled()
    assert "no energy axis" in parts.panel.note


def test_first_look_is_not_unmixed(parts, scan_of, pigments):
    parts.open(replace(scan_of(), row_step=2))
    parts.unmixing.ask()
    parts.unmixing.run(CHOICE, pigments)
    assert parts.window.findChild(UnmixDialog) is None
    assert parts.jobs.model.rows == ()


def test_job_that_is_cancelled_leaves_what_was_found_before(found, pigments, monkeypatch):
    before = found.unmixing.shown

    def waiting(scan, parameters, context, pigments):
        while True:
            context.check()

    monkeypatch.setattr(unmixing.unmixing, "unmix_scan", waiting)
    found.unmixing.run(CHOICE, pigments)
    found.wait(found.unmixing.cancel)
    assert found.jobs.model.rows[0].state == "cancelled"
    assert found.unmixing.shown is before
    assert found.session.undo_stack.count() == 1


def test_job_that_fails_leaves_what_was_found_before(found, make_pigment):
    before = found.unmixing.shown
    errors = []
    found.jobs.failed.connect(errors.append)
    found.wait(lambda: found.unmixing.run(CHOICE, (make_pigment(),)))
    assert "has a spectrum “Rh 50 kV”" in errors[0].title
    assert found.unmixing.shown is before
    assert found.map.overlay.title == "Haematite · unmixed"


def test_groups_of_a_scan_closed_meanwhile_wait_for_it(parts, scan_of, pigments):
    parts.open(scan_of())

    def act():
        parts.unmixing.run(CHOICE, pigments)
        parts.session.open_scan(scan_of("other", seed=4))

    parts.wait(act)
    assert parts.panel.rows == ()
    assert parts.map.overlay is None
    parts.wait(parts.session.undo_stack.undo)
    assert parts.panel.rows[0].name == "Haematite"


def test_region_alone_is_unmixed_and_the_rest_left_blank(parts, scan_of, pigments):
    parts.open(scan_of())
    parts.wait(lambda: parts.session.set_region(Region(1, 3, 2, 6)))
    details = replace(CHOICE.details, part=Part.REGION)
    parts.wait(lambda: parts.unmixing.run(replace(CHOICE, details=details), pigments))
    assert parts.panel.note.endswith("rows 1–2, columns 2–5.")
    # azurite has as many pixels of it as haematite: either may come first
    overlay = parts.map.overlay
    assert np.isnan(overlay.values[0]).all()
    assert np.isfinite(overlay.values[1:3, 2:6]).all()
    assert overlay.name_at((0, 0)) == "not unmixed"
    assert overlay.picture[0, 0, 3] == 0


def test_components_of_the_scan_itself_are_found(parts, scan_of):
    parts.open(scan_of())
    details = UnmixDetails(components=2, refine=False)
    parts.wait(lambda: parts.unmixing.run(UnmixChoice(Into.COMPONENTS, details=details), ()))
    rows = parts.panel.rows
    assert len([row for row in rows if row.name.startswith("Component")]) == 2
    assert all(len(row.colours) == 1 for row in rows[:2])
    assert parts.panel.note == "2 components of the scan itself, seed 0."


def test_dialog_offers_libraries_and_remembers_what_was_chosen(parts, scan_of):
    parts.open(scan_of())
    parts.unmixing.ask()
    dialog = parts.window.findChild(UnmixDialog)
    assert dialog.library.itemText(0) == "Velatura"
    assert dialog.spectra.currentText() == "References “Rh 50 kV”"
    dialog.into.setCurrentText(Into.COMPONENTS.value)
    dialog.form.editor("components").setValue(2)
    parts.wait(dialog.accept)
    parts.unmixing.ask()
    again = parts.window.findChildren(UnmixDialog)[-1]
    assert again.values().into is Into.COMPONENTS
    assert again.values().details.components == 2
    again.reject()


def test_choice_becomes_the_task_of_the_command_line():
    details = UnmixDetails(5, 7, Part.REGION, Scatter.FREE, True, 12.5, False)
    choice = UnmixChoice(Into.PIGMENTS, "Mine", ("A", "B"), "Mo 40 kV", "ELIO", details)
    made = parameters_of(choice, Region(1, 3, 2, 6))
    assert (made.pigments, made.method, made.instrument) == ("A, B", "nnls", "ELIO")
    assert (made.region, made.scatter, made.spectrum) == ("1:3,2:6", "free", "Mo 40 kV")
    assert (made.keep_mixtures, made.varnish_um, made.refine) == (True, 12.5, False)
    assert parameters_of(replace(choice, names=()), None).pigments == "Mine"
    made = parameters_of(replace(choice, into=Into.COMPONENTS), None)
    assert (made.method, made.components, made.seed) == ("nmf", 5, 7)
    assert (made.pigments, made.instrument, made.region) == ("", "", "")


def test_all_files_are_written_into_a_folder_and_replaced_when_agreed(
    found, qtbot, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    with qtbot.waitSignal(found.unmixing.written, timeout=20_000) as told:
        found.panel.export_button.click()
    assert told.args == [out / "panel_unmixed_01_Haematite.png"]
    names = {path.name for path in out.iterdir()}
    assert {"panel_unmixed.h5", "panel_unmixed.csv", "panel_unmixed.json"} <= names
    assert "panel_unmixed_residual.png" in names
    asked, answers = [], [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]

    def answer(_parent, _title, text):
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "question", answer)
    before = (out / "panel_unmixed.json").stat().st_mtime_ns
    found.unmixing.export()
    assert asked[0].startswith(f"{len(names)} files exist already")
    assert not found.jobs.has_any
    with qtbot.waitSignal(found.unmixing.written, timeout=20_000):
        found.unmixing.export()
    assert (out / "panel_unmixed.json").stat().st_mtime_ns > before
    assert {path.name for path in out.iterdir()} == names


def test_nothing_is_exported_without_maps_or_folder(found, scan_of, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    found.unmixing.export()
    found.open(scan_of("other", seed=4))
    found.unmixing.export()
    assert not found.jobs.has_any
