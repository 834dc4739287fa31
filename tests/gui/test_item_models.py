"""The lists follow what they show, row by row."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.display import MapDisplay
from app.gui.item_models import FractionRole, IdRole, JobsModel, KeptMapsModel, StateRole, thumbnail
from app.gui.session import Session


@pytest.fixture
def session(qapp, make_scan):
    session = Session()
    session.open_scan(make_scan())
    for first in (31, 39):
        session.set_window(first, first + 3)
        session.finish_window()
        session.keep_map()
    return session


def names(model):
    return [model.index(row).data() for row in range(model.rowCount())]


def test_jobs_model_keeps_qts_contract(qtmodeltester):
    model = JobsModel()
    for number in range(3):
        model.add(number, f"job {number}")
    model.update(1, state="running", fraction=0.5)
    qtmodeltester.check(model, force_py=True)


def test_latest_job_is_on_top_and_follows_its_state(qtbot):
    model = JobsModel()
    model.add(1, "first")
    model.add(2, "second")
    with qtbot.waitSignal(model.dataChanged):
        model.update(1, state="running", fraction=0.25, message="Reading")
    assert names(model) == ["second", "first"]
    index = model.index(1)
    assert (index.data(IdRole), index.data(StateRole), index.data(FractionRole)) == (
        1,
        "running",
        0.25,
    )
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Reading"


def test_ended_jobs_can_be_cleared_and_old_ones_go(qapp):
    model = JobsModel()
    for number in range(60):
        model.add(number, str(number))
        if number != 58:
            model.update(number, state="done")
    assert model.rowCount() == 50
    model.clear_ended()
    assert names(model) == ["58"]
    model.update(1234, state="done")
    model.remove(58)
    assert model.rowCount() == 0


def test_kept_maps_model_keeps_qts_contract(session, qtmodeltester):
    model = KeptMapsModel(session)
    qtmodeltester.check(model, force_py=True)


def test_kept_maps_follow_the_session(session):
    model = KeptMapsModel(session)
    assert names(model) == ["6.10–6.70 keV", "7.70–8.30 keV"]
    session.remove_map(session.kept[0].id)
    assert names(model) == ["7.70–8.30 keV"]
    session.undo_stack.undo()
    assert names(model) == ["6.10–6.70 keV", "7.70–8.30 keV"]
    session.rename_map(session.kept[1].id, "Copper")
    assert names(model) == ["6.10–6.70 keV", "Copper"]


def test_name_edited_in_place_reaches_the_session(session):
    model = KeptMapsModel(session)
    assert model.setData(model.index(0), "Iron")
    assert session.kept[0].name == session.kept[0].map.name == "Iron"
    assert not model.setData(model.index(0), "  ")
    assert names(model)[0] == "Iron"


def test_thumbnail_is_made_anew_only_for_another_display(session):
    model = KeptMapsModel(session)
    icon = model.index(0).data(Qt.ItemDataRole.DecorationRole)
    again = model.index(0).data(Qt.ItemDataRole.DecorationRole)
    assert icon.cacheKey() == again.cacheKey()
    session.set_display(MapDisplay("grey"))
    other = model.index(0).data(Qt.ItemDataRole.DecorationRole)
    assert other.cacheKey() != icon.cacheKey()


def test_tool_tip_names_energies_and_channels(session):
    model = KeptMapsModel(session)
    text = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert text == "6.10–6.70 keV: 6.100–6.700 keV, channels 31–33"


def test_thumbnail_keeps_the_proportions(qapp):
    picture = thumbnail(np.arange(35).reshape(5, 7), MapDisplay())
    assert (picture.width(), picture.height()) == (96, 68)
    large = thumbnail(np.zeros((1000, 2000), np.uint16), MapDisplay())
    assert (large.width(), large.height()) == (96, 48)
