"""A batch that was begun is known until it ends."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import settings
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.core.batch.states import RowState
from app.errors import WriteError
from app.gui.batch_unfinished import UnfinishedBatch
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.io.batch_files import keep_plan, last_plan
from app.io.batch_ledger import Ledger


@dataclass
class Offers:
    """Stands for the window: the words of the offer, shown while there are any."""

    words: str = ""

    def show_offer(self, words):
        self.words = words

    @property
    def offer(self):
        return SimpleNamespace(isHidden=lambda: not self.words)


@pytest.fixture
def plan(tmp_path):
    out = tmp_path / "out"
    with Ledger(out):
        inputs = (BatchInput(str(tmp_path / "a.npz")), BatchInput(str(tmp_path / "b.npz")))
        plan = BatchPlan(inputs, (BatchTask("spectrum"),), str(out))
        keep_plan(plan)
    return plan


@pytest.fixture
def jobs(qtbot):
    jobs = JobManager()
    yield jobs
    jobs.close()


@pytest.fixture
def unfinished(jobs):
    return UnfinishedBatch(jobs, Preferences(is_kept=False), jobs)


def test_it_outlives_the_program_but_not_its_end(jobs, plan):
    unfinished = UnfinishedBatch(jobs, Preferences(), jobs)
    unfinished.remember(plan, pytest.fail)
    loaded, problem = settings.load()
    assert problem is None
    again = UnfinishedBatch(jobs, Preferences(loaded), jobs)
    assert again.plan() == plan
    assert loaded.unfinished_batch == str(last_plan(Path(plan.output)))
    again.forget()
    assert settings.load()[0].unfinished_batch == ""
    assert again.plan() is None


def test_a_plan_that_is_gone_is_not_offered(unfinished, plan, tmp_path):
    window = Offers()
    unfinished.remember(plan, pytest.fail)
    last_plan(Path(plan.output)).unlink()
    unfinished.offer(window, is_free=True)
    assert window.words == ""


def test_how_much_is_done_is_said_as_soon_as_it_is_known(
    unfinished, plan, jobs, qtbot, monkeypatch
):
    states = (RowState.UP_TO_DATE, RowState.WAITING)
    monkeypatch.setattr("app.gui.batch_unfinished.states_before", lambda _: states)
    window = Offers()
    unfinished.remember(plan, pytest.fail)
    with qtbot.waitSignal(jobs.idle):
        unfinished.offer(window, is_free=True)
        assert window.words == f"A batch of 2 scans into {plan.output} did not end."
    assert window.words == f"A batch of 2 scans into {plan.output} did not end: 1 are done."
    unfinished.offer(window, is_free=False)
    assert window.words == ""


def test_an_offer_taken_back_meanwhile_stays_away(unfinished, plan, jobs, qtbot):
    window = Offers()
    unfinished.remember(plan, pytest.fail)
    with qtbot.waitSignal(jobs.idle):
        unfinished.offer(window, is_free=True)
        window.show_offer("")
    assert window.words == ""


def test_settings_that_cannot_be_written_are_told(jobs, plan, monkeypatch):
    def fails(_):
        raise WriteError("Cannot save the settings.", "The disk is full.")

    monkeypatch.setattr(settings, "save", fails)
    told = []
    UnfinishedBatch(jobs, Preferences(), jobs).remember(plan, told.append)
    assert [error.title for error in told] == ["Cannot save the settings."]
