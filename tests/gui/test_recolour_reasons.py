"""What made a colour is asked of the chosen pixel or region."""

import pytest

from app.core.physics.presets import PRESETS
from app.core.region import Region
from app.engine.model_library import Origin, entry_of
from app.errors import AppError
from app.gui.docks.recolour_picture import PicturePage
from app.gui.job_manager import JobManager
from app.gui.recolour_live import Chosen
from app.gui.recolour_reasons import ReasonsAsking
from app.gui.session import Session


class Parts:
    def __init__(self, qtbot, keeper, path, pigments):
        self.qtbot = qtbot
        self.session = Session()
        self.jobs = JobManager()
        self.page = PicturePage()
        qtbot.addWidget(self.page)
        self.chosen = Chosen(entry_of(path, Origin.OWN), "auto")
        self.reasons = ReasonsAsking(
            self.session,
            self.jobs,
            keeper,
            self.page,
            lambda: self.chosen,
            lambda: pigments,
            self.instrument,
        )

    def instrument(self, _scan):
        return PRESETS["Rh 50 kV"]

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=30_000):
            act()


@pytest.fixture
def parts(qtbot, network_keeper, model_folders, make_scan, make_pigment):
    pigments = (make_pigment("Red ochre"), make_pigment("Hematite", srgb=(120, 40, 30)))
    parts = Parts(qtbot, network_keeper, model_folders._shipped / "four.onnx", pigments)
    parts.session.open_scan(make_scan())
    yield parts
    parts.jobs.close()


def test_without_a_place_or_model_there_is_nothing_to_ask(parts):
    button = parts.page.reasons_button
    assert not button.isEnabled()
    parts.session.set_pixel((1, 2))
    assert button.isEnabled()
    parts.chosen = None
    parts.reasons.refresh()
    assert not button.isEnabled()
    parts.reasons.ask()
    assert not parts.jobs.has_any


def test_chosen_last_is_asked_about(parts):
    parts.session.set_pixel((1, 2))
    parts.session.set_region(Region(0, 2, 0, 3))
    assert parts.reasons.where == Region(0, 2, 0, 3)
    parts.session.set_pixel((2, 2))
    assert parts.reasons.where == (2, 2)
    parts.session.set_pixel(None)
    assert parts.reasons.where == Region(0, 2, 0, 3)


def test_answer_has_colour_doubt_and_a_sentence(parts):
    parts.session.set_region(Region(0, 5, 0, 7))
    parts.wait(parts.page.reasons_button.click)
    told = parts.page.reasons.reasons
    assert told.place == "whole scan (35 pixels)"
    assert told.srgb[0] == 51
    assert told.srgb[2] == 153
    assert told.facts == ("± 25 of 255", "novelty 0.30")
    assert "colour estimate from chemistry" in told.sentence


def test_answer_goes_with_its_place(parts):
    parts.session.set_region(Region(0, 5, 0, 7))
    parts.wait(parts.page.reasons_button.click)
    parts.session.set_pixel((1, 1))
    assert parts.page.reasons.reasons is None
    assert parts.page.reasons.isHidden()


def test_failure_is_told_in_its_place(parts, made_networks):
    parts.session.set_pixel((1, 1))
    parts.wait(parts.page.reasons_button.click)
    made_networks[0].error = AppError("The network broke.", "It did.")
    parts.wait(parts.page.reasons_button.click)
    assert parts.page.reasons.texts == ("The network broke. It did.",)


def test_instrument_that_cannot_be_read_does_not_keep_from_asking(parts, monkeypatch):
    def broken(_scan):
        raise AppError("No instrument.", "Its file is damaged.")

    monkeypatch.setattr(parts.reasons, "_instrument", broken)
    parts.session.set_pixel((1, 1))
    parts.wait(parts.page.reasons_button.click)
    assert parts.page.reasons.reasons is not None
