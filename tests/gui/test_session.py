"""Every change of the session can be taken back, and is told once."""

from random import Random

import pytest

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay, Scale
from app.core.region import Region
from app.errors import ParameterError
from app.gui.session import UNDO_LIMIT, Session

INTENTS = {
    "open": lambda session, make_scan: session.open_scan(make_scan("other")),
    "window": lambda session, make_scan: session.set_window(3, 9),
    "line": lambda session, make_scan: session.place_line("Fe_Ka"),
    "display": lambda session, make_scan: session.set_display(MapDisplay(scale=Scale.LOG)),
    "keep": lambda session, make_scan: session.keep_map(),
    "rename": lambda session, make_scan: session.rename_map(session.kept[0].id, "Iron"),
    "remove": lambda session, make_scan: session.remove_map(session.kept[0].id),
    "show": lambda session, make_scan: session.show_map(session.kept[0].id),
    "region": lambda session, make_scan: session.set_region(Region(1, 3, 2, 6)),
    "pixel": lambda session, make_scan: session.set_pixel((4, 6)),
    "log": lambda session, make_scan: session.set_spectrum_log(False),
    "curve": lambda session, make_scan: session.set_curve_shown("Pixel", False),
    "axis": lambda session, make_scan: session.set_axis(EnergyAxis(0.1, 0.3)),
}


@pytest.fixture
def session(qapp, make_scan):
    """A session with an open scan and one kept map."""
    session = Session()
    session.open_scan(make_scan())
    session.set_window(31, 34)
    session.keep_map()
    session.set_window(0, 64)
    session.finish_window()
    return session


@pytest.mark.parametrize("name", INTENTS)
def test_change_can_be_undone_and_done_again(session, make_scan, name):
    before, count = session.state, session.undo_stack.count()
    INTENTS[name](session, make_scan)
    after = session.state
    assert after != before
    assert session.undo_stack.count() == count + 1
    session.undo_stack.undo()
    assert session.state == before
    session.undo_stack.redo()
    assert session.state == after


@pytest.mark.parametrize("name", INTENTS)
def test_undo_names_the_change(session, make_scan, name):
    INTENTS[name](session, make_scan)
    assert session.undo_stack.undoText()


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_changes_can_be_walked_back_and_forth(session, make_scan, seed):
    random = Random(seed)
    states = [session.state]
    stack, begin = session.undo_stack, session.undo_stack.count()
    for name in random.choices(list(INTENTS), k=25):
        if session.kept or name not in ("rename", "remove", "show"):
            INTENTS[name](session, make_scan)
            session.finish_window()
            if stack.count() > begin + len(states) - 1:
                states.append(session.state)
    for state in reversed(states[:-1]):
        stack.undo()
        assert session.state == state
    for state in states[1:]:
        stack.redo()
        assert session.state == state


def test_same_value_again_changes_nothing(session, qtbot):
    session.set_region(Region(1, 3, 2, 6))
    count = session.undo_stack.count()
    with qtbot.assertNotEmitted(session.region_changed):
        session.set_region(Region(1, 3, 2, 6))
    assert session.undo_stack.count() == count


def test_opening_tells_each_field_that_differs_once(session, make_scan):
    session.set_pixel((1, 1))
    seen = []
    session.scan_changed.connect(lambda scan: seen.append("scan"))
    session.kept_changed.connect(lambda kept: seen.append("kept"))
    session.pixel_changed.connect(lambda pixel: seen.append("pixel"))
    session.region_changed.connect(lambda region: seen.append("region"))
    session.open_scan(make_scan("other"))
    assert sorted(seen) == ["kept", "pixel", "scan"]


def test_whole_state_is_in_place_before_anything_is_told(session, make_scan):
    seen = []
    session.scan_changed.connect(lambda scan: seen.append((session.kept, session.window)))
    session.open_scan(make_scan("other"))
    assert seen == [((), (0, 64))]


def test_drag_of_the_window_is_one_change(session):
    count = session.undo_stack.count()
    for first in range(5, 20):
        session.set_window(first, first + 4)
    session.finish_window()
    assert session.undo_stack.count() == count + 1
    session.set_window(40, 44)
    assert session.undo_stack.count() == count + 2
    session.undo_stack.undo()
    assert session.window == (19, 23)
    session.undo_stack.undo()
    assert session.window == (0, 64)


def test_drag_that_comes_back_leaves_no_change(session):
    count = session.undo_stack.count()
    session.set_window(5, 9)
    session.set_window(0, 64)
    assert session.undo_stack.count() == count


def test_window_is_kept_inside_the_axis(session):
    session.set_window(-5, 900)
    assert session.window == (0, 64)
    session.set_window(90, 80)
    assert session.window == (63, 64)


def test_element_places_and_names_the_window(session):
    session.place_line("Fe")
    first, stop = session.window
    assert first <= 32 < stop
    assert session.window_title == "Fe Kα"
    assert {line.element for line in session.lines} == {"Fe"}
    assert session.current_map().counts[:, 0].tolist() == [1, 2, 3, 4, 5]


def test_dragged_window_is_named_by_its_energies(session):
    session.set_window(31, 34)
    assert session.window_title == "6.10–6.70 keV"


def test_element_without_energy_axis_says_what_to_do(session, make_scan):
    session.open_scan(make_scan(axis=None))
    with pytest.raises(ParameterError) as caught:
        session.place_line("Fe")
    assert "Energy axis" in caught.value.hint
    session.set_window(3, 9)
    assert session.window_title == "Channels 3–8"


def test_channels_without_energy_axis_can_be_kept_and_get_their_energies_later(session, make_scan):
    session.open_scan(make_scan(axis=None))
    session.set_window(30, 35)
    session.keep_map()
    assert session.kept[0].map.roi is None
    assert session.kept[0].map.counts.sum() == 7 * (1 + 2 + 3 + 4 + 5)
    session.set_axis(EnergyAxis(0.0, 0.2))
    assert session.kept[0].map.roi.low_kev == pytest.approx(5.9)
    session.undo_stack.undo()
    assert session.kept[0].map.roi is None


def test_region_beyond_the_scan_is_refused_and_nothing_changed(session):
    before = session.state
    with pytest.raises(ParameterError, match="7 columns"):
        session.set_region(Region(0, 5, 0, 8))
    assert session.state is before


def test_kept_map_shows_the_lines_of_its_own_element_again(session):
    session.place_line("Fe")
    session.keep_map()
    marked = session.lines
    session.place_line("Ca")
    session.show_map(session.kept[-1].id)
    assert session.window_title == "Fe Kα"
    assert session.lines == marked
    session.set_axis(EnergyAxis(0.1, 0.25))
    session.show_map(session.kept[-1].id)
    assert session.lines == ()


def test_kept_map_keeps_its_window_and_shows_it_again(session):
    kept = session.kept[0]
    assert kept.map.counts.tolist() == [[row] * 7 for row in range(1, 6)]
    session.show_map(kept.id)
    assert session.window == (31, 34)
    assert session.window_title == kept.name


def test_whole_scan_takes_the_previews_place_without_a_change(qapp, make_scan, qtbot):
    session = Session()
    preview, whole = make_scan(row_step=2), make_scan()
    session.open_scan(preview)
    session.set_window(31, 34)
    session.keep_map()
    session.set_pixel((4, 6))
    count = session.undo_stack.count()
    with qtbot.waitSignal(session.scan_changed):
        session.complete_scan(preview, whole)
    assert session.scan is whole
    assert session.undo_stack.count() == count
    assert (session.window, session.pixel) == ((31, 34), (4, 6))
    # rows 1 and 3 were only guessed before
    assert session.kept[0].map.counts[:, 0].tolist() == [1, 2, 3, 4, 5]
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.scan is None
    while session.undo_stack.canRedo():
        session.undo_stack.redo()
        assert session.scan is whole


def test_axis_given_during_the_preview_holds_for_the_whole_scan(qapp, make_scan):
    session = Session()
    preview, whole = make_scan(row_step=2), make_scan()
    session.open_scan(preview)
    session.set_axis(EnergyAxis(0.1, 0.3))
    session.complete_scan(preview, whole)
    assert session.axis == EnergyAxis(0.1, 0.3)
    assert not session.scan.is_preview
    session.undo_stack.undo()
    assert session.scan is whole


def test_failed_opening_leaves_nothing_of_its_preview(session, make_scan):
    before, count = session.state, session.undo_stack.count()
    preview = make_scan("broken", row_step=2)
    session.open_scan(preview)
    session.set_window(3, 9)
    session.drop_preview(preview)
    assert session.state == before
    assert session.undo_stack.count() == count
    assert not session.undo_stack.canRedo()


def test_failed_opening_that_was_undone_cannot_be_redone(session, make_scan):
    before = session.state
    preview = make_scan("broken", row_step=2)
    session.open_scan(preview)
    session.set_window(3, 9)
    session.undo_stack.undo()
    session.undo_stack.undo()
    session.drop_preview(preview)
    assert session.state == before
    assert not session.undo_stack.canRedo()


def test_steps_of_a_percentile_are_one_change(session):
    before, steps = session.display, session.undo_stack.count()
    for low in (1.5, 2.0, 2.5):
        session.set_display(MapDisplay(low_percentile=low))
    assert session.undo_stack.count() == steps + 1
    session.set_display(MapDisplay("grey", low_percentile=2.5))
    session.set_display(MapDisplay("grey", low_percentile=2.5, high_percentile=98.0))
    assert session.undo_stack.count() == steps + 3
    for _ in range(3):
        session.undo_stack.undo()
    assert session.display == before


def test_pixels_chosen_one_after_the_other_are_one_change(session):
    steps = session.undo_stack.count()
    for pixel in ((0, 0), (1, 2), (3, 4)):
        session.set_pixel(pixel)
    assert session.undo_stack.count() == steps + 1
    session.set_pixel(None)
    assert session.undo_stack.count() == steps + 2
    session.undo_stack.undo()
    assert session.pixel == (3, 4)


def test_earliest_changes_are_forgotten_beyond_the_limit(session):
    for step in range(UNDO_LIMIT + 5):
        session.set_spectrum_log(step % 2 == 0)
        session.set_curve_shown("Pixel", step % 2 == 0)
    assert session.undo_stack.count() == UNDO_LIMIT


def test_marks_that_follow_each_other_are_one_change(make_scan):
    session = Session()
    session.open_scan(make_scan())
    told = []
    session.lines_changed.connect(told.append)
    session.mark_lines("Azurite", ("Cu_Ka",))
    session.mark_lines("Vermilion", ("Hg_La", "Hg_Lb"))
    assert told == [("Cu_Ka",), ("Hg_La", "Hg_Lb")]
    assert [line.key for line in session.lines] == ["Hg_La", "Hg_Lb"]
    session.undo_stack.undo()
    assert session.lines == ()
    assert session.undo_stack.undoText() == "open hands"
