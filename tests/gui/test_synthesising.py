"""From a picture to an open scan: the dialog gets its palette, the file is written and opened."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.resynthesis import synthesise_again
from app.gui.synthesising import Synthesising
from app.io.physical_truth import read_physical_truth
from app.io.truth import read_truth


@pytest.fixture
def painting(tmp_path):
    """Four areas of 40 × 60 pixels, in colours of pigments, with some brushwork."""
    picture = np.empty((40, 60, 3), np.float64)
    picture[:20, :30], picture[:20, 30:] = (190, 40, 30), (240, 240, 230)
    picture[20:, :30], picture[20:, 30:] = (40, 60, 120), (60, 120, 80)
    picture += np.random.default_rng(0).normal(0, 3, picture.shape)
    path = tmp_path / "картина.png"
    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def synthesis(window):
    return window.synthesis


@pytest.fixture
def dialog(synthesis, painting, qtbot):
    dialog = synthesis.open(painting)
    qtbot.waitUntil(lambda: dialog.draft is not None and dialog.draft.sketch.is_final)
    return dialog


def test_the_dialog_opens_with_the_paper_s_pigments_and_gets_its_palette(dialog):
    assert len(dialog.pigments) == 9
    assert dialog.draft.sketch.palette.labels.shape == (40, 60)
    assert dialog.widgets.palette.table.rowCount() == dialog.draft.sketch.palette.count
    assert dialog.widgets.generate.isEnabled()
    assert not dialog.isModal()


def test_a_scan_is_generated_with_what_was_changed_by_hand_and_opens(
    dialog, window, qtbot, monkeypatch, tmp_path
):
    fields = dialog.widgets.fields
    fields["counts"].setValue(60)
    fields["join"].setValue(16)
    fields["cols"].setValue(30)
    qtbot.waitUntil(lambda: dialog.draft is not None and dialog.draft.sketch.cols == 30)
    dialog.widgets.mixture.table.share_given.emit("Azurite", 0.5)
    chosen = (str(tmp_path / "made"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    dialog.widgets.generate.click()
    assert not dialog.widgets.generate.isEnabled()
    qtbot.waitUntil(lambda: window.session.scan is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.scan.is_preview)
    cube = window.session.scan.cube
    assert (cube.rows, cube.cols, cube.channels) == (20, 30, 128)
    assert cube.steps[0].action == "synthesise"
    truth, recipe = read_truth(tmp_path / "made.h5")
    assert (recipe.counts, recipe.join) == (60, 16)
    assert truth.shares[0, truth.pigments.index("Azurite")] == pytest.approx(0.5)
    np.testing.assert_array_equal(truth.palette.labels, dialog.draft.sketch.palette.labels)
    assert dialog.widgets.generate.isEnabled()


def test_what_the_window_made_can_be_made_again_bit_for_bit(
    dialog, synthesis, window, qtbot, tmp_path
):
    dialog.widgets.fields["join"].setValue(16)
    with qtbot.waitSignal(synthesis.written):
        synthesis.generate(tmp_path / "one.h5", dialog.values(), dialog.pigments)
    made = run_now(
        lambda context: synthesise_again(tmp_path / "one.h5", tmp_path / "two.h5", context)
    )
    assert made.is_same
    qtbot.waitUntil(lambda: not window.opener.is_busy)


def test_a_newer_palette_takes_the_place_of_the_one_being_looked_for(dialog, qtbot):
    spin = dialog.widgets.fields["clusters"]
    for number in (6, 5, 4):
        spin.setValue(number)
        dialog._ask()
    dialog.widgets.fields["delta"].setValue(0)
    dialog._ask()
    qtbot.waitUntil(lambda: dialog.widgets.palette.table.rowCount() == 4)


def test_what_is_no_picture_is_said_in_the_dialog(synthesis, tmp_path, qtbot):
    path = tmp_path / "broken.png"
    path.write_bytes(b"nothing")
    dialog = synthesis.open(path)
    qtbot.waitUntil(lambda: "no picture" in dialog.widgets.problem.text())
    assert not dialog.widgets.generate.isEnabled()


def test_a_name_in_a_folder_that_is_gone_is_said_in_the_dialog(dialog, synthesis, qtbot, tmp_path):
    synthesis.generate(tmp_path / "gone" / "a.h5", dialog.values(), dialog.pigments)
    qtbot.waitUntil(lambda: "a.h5" in dialog.widgets.problem.text())
    assert dialog.widgets.generate.isEnabled()


def test_cancelling_leaves_no_file_and_the_dialog_goes_on(dialog, synthesis, qtbot, tmp_path):
    dialog.widgets.fields["counts"].setValue(1_000_000)
    job = synthesis.generate(tmp_path / "a.h5", dialog.values(), dialog.pigments)
    assert not dialog.widgets.generate.isEnabled()
    synthesis._jobs.cancel(job)
    assert dialog.widgets.generate.isEnabled()
    # the worker ends at its next word; what it wrote is gone then
    synthesis._jobs.close()
    assert not list(tmp_path.glob("*.h5"))


def test_no_name_no_scan(dialog, monkeypatch, window):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    dialog.widgets.generate.click()
    assert not window.jobs.is_busy


def test_another_file_of_the_longer_name_is_not_replaced_unasked(
    dialog, monkeypatch, window, tmp_path
):
    (tmp_path / "made.h5").write_bytes(b"precious")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "made"), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    dialog.widgets.generate.click()
    assert not window.jobs.is_busy
    assert (tmp_path / "made.h5").read_bytes() == b"precious"


def test_another_picture_takes_the_place_of_the_first(dialog, synthesis, painting, qtbot):
    other = synthesis.open(painting)
    assert synthesis.dialog is other
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: other.draft is not None)


def test_closing_while_a_palette_is_looked_for_delivers_nothing(synthesis, painting, qtbot):
    dialog = synthesis.open(painting)
    synthesis.close()
    assert synthesis.dialog is None
    qtbot.waitUntil(lambda: not synthesis._jobs.has_any)
    assert dialog.draft is None


def test_pigments_that_cannot_be_read_are_told(window, painting, qtbot, monkeypatch):
    from app.errors import ReadError

    def refuse(self):
        raise ReadError("Cannot read this library.", "It is damaged.")

    monkeypatch.setattr(Libraries, "all_pigments", refuse)
    with qtbot.waitSignal(window.synthesis.failed) as told:
        assert window.synthesis.open(painting) is None
    assert "damaged" in str(told.args[0])


def test_the_menu_asks_for_a_picture(window, painting, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(painting), ""))
    window.window_actions.table["synthesise"].trigger()
    assert window.synthesis.dialog is not None
    qtbot.waitUntil(lambda: window.synthesis.dialog.draft is not None)


def test_a_dropped_picture_offers_to_make_a_scan(window, painting, qtbot):
    window.open_files([painting])
    box = window.findChild(QMessageBox)
    assert "картина.png is a picture" in box.text()
    assert not window.opener.is_busy
    next(item for item in box.buttons() if "Generate" in item.text()).click()
    qtbot.waitUntil(lambda: window.synthesis.dialog is not None)
    qtbot.waitUntil(lambda: window.synthesis.dialog.draft is not None)


def test_without_a_dialog_a_failure_is_left_to_the_window(window, qtbot, tmp_path):
    synthesis: Synthesising = window.synthesis
    from app.core.synthesis.plan import SynthesisParameters

    with qtbot.waitSignal(window.jobs.failed):
        synthesis.generate(tmp_path / "a.h5", SynthesisParameters(), ())
    qtbot.waitUntil(lambda: not window.message_bar.isHidden())


def use_layers(dialog, qtbot):
    """Compute layers with few paints, and wait for the whole preview."""
    dialog.widgets.fields["materials"].setValue(4)
    dialog.widgets.mode.box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(dialog.draft and dialog.draft.maps), timeout=20_000)
    qtbot.waitUntil(lambda: not dialog._states[True].is_looking, timeout=20_000)


def test_layers_are_looked_at_generated_and_opened(dialog, window, qtbot, tmp_path):
    use_layers(dialog, qtbot)
    assert len(dialog.pigments) == 11
    assert "Preview with 4 paints" in dialog.widgets.look.text()
    dialog.widgets.fields["varnish_um"].setValue(0)
    dialog.widgets.fields["join"].setValue(8)
    qtbot.waitUntil(lambda: dialog._states[True].is_looking)
    qtbot.waitUntil(lambda: not dialog._states[True].is_looking, timeout=20_000)
    window.synthesis.generate(tmp_path / "deep.h5", dialog.values(), dialog.pigments)
    qtbot.waitUntil(lambda: window.session.scan is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.scan.is_preview)
    assert window.session.scan.cube.channels == 256
    truth = read_physical_truth(tmp_path / "deep.h5")
    assert (truth.physics.varnish_um, truth.physics.materials) == (0, 4)
    np.testing.assert_array_equal(truth.paint.colours, dialog.draft.sketch.palette.colours)


def test_a_hidden_picture_is_read_shown_and_left_out(
    dialog, painting, qtbot, monkeypatch, tmp_path
):
    use_layers(dialog, qtbot)
    hidden = dialog.widgets.layers.hidden
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(painting), ""))
    hidden.choose.click()
    qtbot.waitUntil(lambda: not hidden.picture.pixmap().isNull(), timeout=20_000)
    assert dialog.values().hidden == painting
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(broken), ""))
    hidden.choose.click()
    qtbot.waitUntil(lambda: "no picture" in dialog.widgets.problem.text(), timeout=20_000)
    assert hidden.path is None
    assert dialog.widgets.generate.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    hidden.choose.click()
    assert hidden.path is None


def test_going_to_and_fro_between_the_modes_ends_well(dialog, qtbot):
    for mode in (1, 0, 1, 0, 1):
        dialog.widgets.mode.box.setCurrentIndex(mode)
        dialog._ask()
    dialog.widgets.fields["materials"].setValue(3)
    qtbot.waitUntil(lambda: dialog.widgets.palette.table.rowCount() == 3, timeout=20_000)
    qtbot.waitUntil(lambda: bool(dialog.draft and dialog.draft.maps), timeout=20_000)
    dialog.widgets.mode.box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: dialog.draft is not None and dialog.draft.sketch.is_final)
    assert dialog.widgets.generate.isEnabled()


def test_closing_while_layers_are_computed_delivers_nothing(dialog, synthesis, qtbot):
    dialog.widgets.mode.box.setCurrentIndex(1)
    dialog._ask()
    synthesis.close()
    qtbot.waitUntil(lambda: not synthesis._jobs.has_any, timeout=20_000)
    assert synthesis.dialog is None


def test_a_set_is_opened_from_the_dialog_and_closes_with_the_window(dialog, synthesis, qtbot):
    dialog.widgets.several.click()
    opened = synthesis.sets.dialog
    assert opened.isVisible()
    synthesis.close()
    assert synthesis.sets.dialog is None
