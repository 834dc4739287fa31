"""Models are added, dropped and given cards."""

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.recolouring.card import OutputKind
from app.errors import AppError, ParameterError
from app.gui.dialogs.model_card import ModelCardDialog
from app.gui.docks.recolour_dock import RecolourPanel
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.recolour_shelf import ModelShelf, is_model_file
from app.gui.recolour_values import Standing
from app.gui.session import Session
from app.io.model_files import read_card


class Parts:
    def __init__(self, qtbot, models):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.jobs = JobManager()
        self.failures = []
        self.jobs.failed.connect(self.failures.append)
        self.jobs.crashed.connect(self.failures.append)
        self.panel = RecolourPanel()
        qtbot.addWidget(self.panel)
        self.shelf = ModelShelf(
            self.session, self.jobs, Preferences(), self.panel, self.window, models
        )

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()

    @property
    def rows(self):
        return {row.name: row for row in self.panel.models.rows}


@pytest.fixture
def parts(qtbot, model_folders):
    parts = Parts(qtbot, model_folders)
    parts.wait(parts.shelf.show)
    yield parts
    parts.jobs.close()


@pytest.fixture
def bare(tmp_path, make_network):
    """A network without a card, elsewhere."""
    path = tmp_path / "bare.onnx"
    path.write_bytes(make_network(opset=18))
    return path


def test_network_is_told_by_its_name(tmp_path):
    assert is_model_file(tmp_path / "a.ONNX")
    assert not is_model_file(tmp_path / "a.onnx.npz")


def test_folders_are_looked_at_once(parts):
    assert list(parts.rows) == ["Four channels"]
    assert parts.shelf.entry.name == "Four channels"
    parts.shelf.show()
    assert not parts.jobs.has_any


def test_added_network_is_copied_to_the_users_own(parts, bare, monkeypatch, model_folders):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(bare), ""))
    parts.wait(parts.panel.models.add_button.click)
    assert (model_folders.folder / "bare.onnx").read_bytes() == bare.read_bytes()
    assert parts.rows["bare"].origin == "own"
    assert parts.panel.models.selected.name == "bare"
    # a second of its name is refused, and the first stays
    parts.wait(parts.panel.models.add_button.click)
    assert isinstance(parts.failures[-1], AppError)


def test_broken_file_is_not_added(parts, tmp_path, monkeypatch, model_folders):
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"no network at all")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    parts.wait(parts.panel.models.add_button.click)
    assert isinstance(parts.failures[-1], AppError)
    assert not (model_folders.folder / "bad.onnx").exists()


def test_dropped_broken_file_is_listed_with_its_problem(parts, tmp_path):
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"no network at all")
    told = []
    parts.shelf.told.connect(lambda title, message: told.append((title, message)))
    parts.wait(lambda: parts.shelf.drop(path))
    assert parts.failures == []
    assert parts.rows["bad"].standing is Standing.BROKEN
    assert told == [("bad.onnx cannot be used.", parts.rows["bad"].sentences[0])]
    assert parts.rows["bad"].sentences[0]


def test_card_is_asked_for_and_written_beside_the_network(parts, bare, make_scan):
    parts.session.open_scan(make_scan())
    parts.wait(lambda: parts.shelf.drop(bare))
    assert parts.rows["bare"].standing is Standing.NO_CARD
    parts.wait(parts.panel.models.card_button.click)
    (dialog,) = parts.window.findChildren(ModelCardDialog)
    assert dialog.meanings["rgb"].currentText() == "colour"
    dialog.inputs["spectra"].form.editor("high_kev").setValue(8.0)
    dialog.about.editor("name").setText("Mine")
    parts.wait(dialog.accept)
    assert parts.failures == []
    card = read_card(bare)
    assert card.name == "Mine"
    assert card.main_output.kind is OutputKind.RGB
    assert card.inputs[0].energy.edges_kev[-1] == pytest.approx(8.0)
    assert parts.panel.models.selected.name == "Mine"
    assert parts.panel.models.selected.standing.can_run


def test_card_of_a_broken_file_is_not_asked_for(parts, tmp_path):
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"no network at all")
    parts.wait(lambda: parts.shelf.ask_card(str(path)))
    assert isinstance(parts.failures[-1], AppError)
    assert parts.window.findChildren(ModelCardDialog) == []


def test_removed_drop_can_be_dropped_again(parts, bare):
    parts.wait(lambda: parts.shelf.drop(bare))
    parts.panel.models.remove_button.click()
    assert "bare" not in parts.rows
    parts.wait(parts.shelf.refresh)
    assert "bare" not in parts.rows
    parts.wait(lambda: parts.shelf.drop(bare))
    assert "bare" in parts.rows


def test_model_is_chosen_by_name_or_path(parts, bare):
    parts.wait(lambda: parts.shelf.drop(bare))
    parts.shelf.choose_named("four")
    assert parts.shelf.entry.name == "Four channels"
    parts.shelf.choose_named(str(bare))
    assert parts.shelf.entry.path == bare
    with pytest.raises(ParameterError, match="Four channels, bare"):
        parts.shelf.choose_named("nothing")
