"""Each action of the window does what its name says, and tells when it cannot."""

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app import paths
from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.region import Region
from app.gui.dialogs.about import AboutDialog
from app.gui.dialogs.axis import AxisDialog, AxisParameters


@pytest.fixture
def table(window):
    """The window's actions by name."""
    return window.window_actions.table


@pytest.fixture
def asked(monkeypatch):
    """Answers to the file dialogs; each question is noted as (title, folder, filters)."""

    class Asked(list):
        file = ""
        folder = ""

        def ask_file(self, parent, title, folder, filters):
            self.append((title, folder, filters))
            return self.file, ""

        def ask_folder(self, parent, title, folder):
            self.append((title, folder, ""))
            return self.folder

    asked = Asked()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", asked.ask_file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", asked.ask_folder)
    return asked


def test_open_asks_for_a_file_and_opens_it(window, table, qtbot, scan_file, asked):
    asked.file = str(scan_file)
    with qtbot.waitSignal(window.jobs.idle):
        table["open"].trigger()
    assert window.session.scan.cube.name == "hands"
    ((title, folder, filters),) = asked
    assert title == "Open a scan"
    assert folder == str(Path.home())
    assert "*.npz" in filters
    assert window.preferences.settings.last_open_folder == str(scan_file.parent)


def test_next_question_begins_in_the_folder_of_the_last_file(table, opened, scan_file, asked):
    opened(scan_file)
    table["open"].trigger()
    table["open_folder"].trigger()
    assert [folder for _, folder, _ in asked] == [str(scan_file.parent)] * 2


@pytest.mark.parametrize("name", ["open", "open_with", "open_folder"])
def test_no_answer_opens_nothing(window, table, asked, name):
    table[name].trigger()
    assert len(asked) == 1
    assert not window.opener.is_busy
    assert window.jobs.model.rows == ()


def test_open_with_options_asks_even_where_the_file_says_all(
    window, table, qtbot, scan_file, asked
):
    asked.file = str(scan_file)
    table["open_with"].trigger()
    qtbot.waitUntil(lambda: window.opener.dialog is not None)
    assert window.session.scan is None
    window.opener.dialog.reject()
    assert not window.opener.is_busy


def test_open_folder_looks_into_the_chosen_folder(window, table, qtbot, asked, tmp_path):
    asked.folder = str(tmp_path)
    with qtbot.waitSignal(window.jobs.idle):
        table["open_folder"].trigger()
    # an empty folder is no scan, but it was looked into
    assert tmp_path.name in window.message_bar.text


def test_sample_opens(window, table, qtbot):
    with qtbot.waitSignal(window.jobs.idle):
        table["open_sample"].trigger()
    assert window.session.scan.cube.name == "sample"
    assert not window.message_bar.isVisible()


def test_missing_sample_is_told_and_nothing_is_opened(window, table, monkeypatch):
    def missing():
        raise FileNotFoundError("no resource 'sample/sample.h5'; there are: none")

    monkeypatch.setattr(paths, "sample_scan", missing)
    table["open_sample"].trigger()
    assert window.message_bar.text == (
        "The sample scan is missing. no resource 'sample/sample.h5'; there are: none\n"
        "Install the program again; your own scans open as before."
    )
    assert not window.opener.is_busy


def test_buttons_of_the_empty_picture_do_what_the_menu_does(window, qtbot, asked):
    window.map_view.open_requested.emit()
    assert [title for title, _, _ in asked] == ["Open a scan"]
    with qtbot.waitSignal(window.jobs.idle):
        window.map_view.sample_requested.emit()
    assert window.session.scan.cube.name == "sample"


def test_recent_file_is_opened_again(window, opened, qtbot, scan_file):
    opened(scan_file)
    window.session.undo_stack.undo()
    recent = window.window_actions.recent
    recent.fill()
    (action,) = recent._menu.actions()
    assert action.data() == str(scan_file)
    with qtbot.waitSignal(window.jobs.idle):
        action.trigger()
    assert window.session.scan.cube.name == "hands"


def test_recent_file_that_is_gone_is_told_and_forgotten(window, opened, scan_file):
    opened(scan_file)
    scan_file.unlink()
    recent = window.window_actions.recent
    recent.fill()
    recent._menu.actions()[0].trigger()
    assert "no longer there" in window.message_bar.text
    assert str(scan_file) in window.message_bar.text
    assert window.preferences.settings.recent_files == ()
    recent.fill()
    assert [action.text() for action in recent._menu.actions()] == ["No files yet"]


def test_axis_can_be_given_and_taken_back(window, table, opened, scan_file):
    opened(scan_file)
    table["axis"].trigger()
    (dialog,) = window.findChildren(AxisDialog)
    dialog.form.set_values(AxisParameters(0.1, 0.25))
    dialog.accept()
    assert window.session.axis == EnergyAxis(0.1, 0.25)
    table["undo"].trigger()
    assert window.session.axis == EnergyAxis(0.0, 0.2)
    table["redo"].trigger()
    assert window.session.axis == EnergyAxis(0.1, 0.25)


def test_given_axis_is_taken_again_the_next_time(window, table, opened, scan_file):
    opened(scan_file)
    table["axis"].trigger()
    (dialog,) = window.findChildren(AxisDialog)
    dialog.form.set_values(AxisParameters(0.1, 0.25))
    dialog.accept()
    assert opened(scan_file).cube.axis == EnergyAxis(0.1, 0.25)


def test_rejected_axis_changes_nothing(window, table, opened, scan_file, qtbot):
    opened(scan_file)
    before = window.session.state
    table["axis"].trigger()
    (dialog,) = window.findChildren(AxisDialog)
    dialog.form.set_values(AxisParameters(0.1, 0.25))
    dialog.reject()
    assert window.session.state is before
    qtbot.waitUntil(lambda: window.findChildren(AxisDialog) == [])


def test_axis_is_not_asked_for_without_a_scan(window, table):
    table["axis"].setEnabled(True)
    table["axis"].trigger()
    assert window.findChildren(AxisDialog) == []


def test_element_outside_the_axis_is_told(window, opened, scan_file):
    opened(scan_file)
    window.window_actions.place_line("Sn_Ka")
    assert "keV" in window.message_bar.text
    assert window.session.window == (0, 64)


def test_map_is_kept_and_the_region_let_go(window, table, opened, scan_file):
    opened(scan_file)
    table["keep"].trigger()
    assert [item.name for item in window.session.kept] == ["All channels"]
    window.session.set_region(Region(1, 3, 2, 6))
    table["clear_region"].trigger()
    assert window.session.region is None


def test_region_tool_is_put_on_the_picture_and_off_again(window, table, opened, scan_file):
    opened(scan_file)
    box = window.map_view.canvas.box
    table["region_tool"].trigger()
    assert box.is_drawing
    table["region_tool"].trigger()
    assert not box.is_drawing


def test_fit_shows_the_whole_picture(window, table, opened, scan_file):
    opened(scan_file)
    canvas = window.map_view.canvas
    canvas.zoom(0.1)
    assert not canvas.box.viewRect().contains(0.5, 0.5)
    table["fit"].trigger()
    assert canvas.box.viewRect().contains(0.5, 0.5)


def test_display_controls_change_the_session_and_follow_it(window, table, opened, scan_file):
    opened(scan_file)
    controls = window.window_actions.display_controls
    controls.low.setValue(5.0)
    assert window.session.display == MapDisplay(low_percentile=5.0)
    table["undo"].trigger()
    assert controls.display == MapDisplay()


def test_log_is_switched_in_the_session(window, table):
    table["log"].trigger()
    assert window.session.spectrum_log is False
    table["log"].trigger()
    assert window.session.spectrum_log is True


@pytest.mark.parametrize("name", ["export_map", "keep"])
def test_what_cannot_be_done_is_told_in_the_message_bar(window, table, name):
    before = window.session.state
    table[name].setEnabled(True)
    table[name].trigger()
    assert window.message_bar.text == ("There is no map yet. No scan is open.\nOpen a scan first.")
    assert window.session.state is before


def test_panels_and_toolbar_are_hidden_and_shown_by_menu(window):
    parts = [*window.docks.values(), window.window_actions.toolbar]
    offered = window.menuBar().findChildren(QMenu)
    assert len(parts) == 11
    for part in parts:
        title = part.windowTitle()
        (action,) = [item for menu in offered for item in menu.actions() if item.text() == title]
        was_hidden = part.isHidden()
        assert action.isChecked() is not was_hidden
        action.trigger()
        assert part.isHidden() is not was_hidden
        action.trigger()
        assert part.isHidden() is was_hidden


def test_chosen_theme_is_put_on_and_remembered(window):
    menus = window.menuBar().findChildren(QMenu)
    (light,) = [item for menu in menus for item in menu.actions() if item.data() == "light"]
    light.trigger()
    assert window.preferences.settings.theme == "light"
    assert QApplication.palette().window().color().lightness() > 128


def test_about_opens_without_blocking_and_goes_when_closed(window, table, qtbot):
    table["about"].trigger()
    (dialog,) = window.findChildren(AboutDialog)
    assert dialog.isVisible()
    dialog.close()
    qtbot.waitUntil(lambda: window.findChildren(AboutDialog) == [])


def test_log_folder_is_shown_by_the_system(window, table, monkeypatch):
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    table["log_folder"].trigger()
    assert [Path(url.toLocalFile()) for url in shown] == [paths.log_dir()]


def test_quit_closes_the_window(window, table):
    table["quit"].trigger()
    assert not window.isVisible()


def test_batch_opens_its_window_beside_the_main_one(window, table):
    table["batch"].trigger()
    dialog = window.batch.dialog
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert dialog.problem.text() == "No scans were added yet."
    dialog.close()
    assert dialog.isHidden()
