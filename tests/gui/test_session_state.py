"""States made from states: another energy axis, and the whole scan where its first look was."""

from dataclasses import replace

import pytest

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.maps import window_map
from app.core.region import Region
from app.gui.session_state import CURVES, Completion, KeptMap, SessionState, with_axis

OTHER = EnergyAxis(0.1, 0.3)


def state_of(scan, *, net=False, **changes):
    """A scan with one kept map of channels 31 to 33."""
    kept = (KeptMap(1, "Iron", window_map(scan, "Iron", 31, 34, net=net)),)
    state = SessionState(scan=scan, window=(31, 34), window_name="Fe Kα", kept=kept)
    return replace(state, lines=("Fe_Ka", "Fe_Kb"), **changes)


def test_first_state_is_empty_and_shows_every_curve():
    state = SessionState()
    assert state.scan is None
    assert state.kept == ()
    assert state.display == MapDisplay()
    assert state.curves == CURVES
    assert state.spectrum_log is True


def test_states_are_compared_by_what_they_hold(make_scan):
    scan = make_scan()
    state = SessionState(scan=scan, region=Region(1, 3, 2, 6))
    assert state == SessionState(scan=scan, region=Region(1, 3, 2, 6))
    assert state != SessionState(scan=scan, region=Region(1, 3, 2, 5))


def test_state_cannot_be_changed_in_place(make_scan):
    state = SessionState()
    with pytest.raises(AttributeError):
        state.window = (3, 9)


def test_axis_of_nothing_is_no_change():
    state = SessionState()
    assert with_axis(state, OTHER) is state


def test_another_axis_keeps_channels_and_moves_energies(make_scan):
    before = state_of(make_scan(), pixel=(4, 6), region=Region(1, 3, 2, 6))
    after = with_axis(before, OTHER)
    assert after.scan.cube.axis == OTHER
    assert after.scan.cube.counts is before.scan.cube.counts
    assert after.window == (31, 34)
    kept = after.kept[0].map
    assert (kept.first, kept.stop) == (31, 34)
    assert (kept.roi.low_kev, kept.roi.high_kev) == pytest.approx((9.25, 10.15))
    assert kept.counts is before.kept[0].map.counts
    assert (after.pixel, after.region) == ((4, 6), Region(1, 3, 2, 6))


def test_another_axis_lets_go_of_the_element_placed_by_the_old_one(make_scan):
    after = with_axis(state_of(make_scan()), OTHER)
    assert after.window_name == ""
    assert after.lines == ()
    assert after.kept[0].name == "Iron"


def test_first_axis_gives_kept_channels_their_energies(make_scan):
    before = state_of(make_scan(axis=None))
    assert before.kept[0].map.roi is None
    roi = with_axis(before, OTHER).kept[0].map.roi
    assert (roi.name, roi.low_kev) == ("Iron", pytest.approx(9.25))


def test_state_before_is_as_it_was(make_scan):
    scan = make_scan()
    before = state_of(scan)
    with_axis(before, OTHER)
    assert before.scan is scan
    assert before.kept[0].map.roi.low_kev == pytest.approx(6.1)


def test_completion_puts_the_whole_scan_in_and_leaves_what_was_chosen(make_scan):
    preview, whole = make_scan(row_step=2), make_scan()
    before = state_of(preview, pixel=(4, 6), region=Region(1, 3, 2, 6))
    after = Completion(preview, whole)(before)
    assert after.scan is whole
    assert replace(after, scan=preview, kept=before.kept) == before


def test_completion_computes_kept_maps_from_all_rows(make_scan):
    preview, whole = make_scan(row_step=2), make_scan()
    before = state_of(preview)
    assert before.kept[0].map.counts[:, 0].tolist() != [1, 2, 3, 4, 5]
    after = Completion(preview, whole)(before)
    assert after.kept[0].map.counts[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert (after.kept[0].id, after.kept[0].name) == (1, "Iron")


def test_completion_keeps_net_maps_net(make_scan):
    preview, whole = make_scan(row_step=2), make_scan()
    after = Completion(preview, whole)(state_of(preview, net=True))
    expected = window_map(whole, "Iron", 31, 34, net=True)
    assert after.kept[0].map.is_net
    assert after.kept[0].map.counts.tolist() == expected.counts.tolist()


def test_completion_keeps_the_axis_given_to_the_preview(make_scan):
    preview, whole = make_scan(row_step=2), make_scan()
    after = Completion(preview, whole)(with_axis(state_of(preview), OTHER))
    assert after.scan.cube.axis == OTHER
    assert not after.scan.is_preview
    assert after.kept[0].map.roi.low_kev == pytest.approx(9.25)


@pytest.mark.parametrize("kind", ["nothing", "another scan"])
def test_completion_leaves_other_states_alone(make_scan, kind):
    state = SessionState() if kind == "nothing" else state_of(make_scan("other"))
    assert Completion(make_scan(row_step=2), make_scan())(state) is state


def test_states_that_shared_scan_and_maps_share_them_afterwards(make_scan):
    # undoing then finds the very same map, and nothing is told of a change that is none
    preview, whole = make_scan(row_step=2), make_scan()
    completed = Completion(preview, whole)
    first = with_axis(state_of(preview), OTHER)
    second = replace(first, pixel=(1, 1))
    one, other = completed(first), completed(second)
    assert one.scan is other.scan
    assert one.kept[0].map is other.kept[0].map


def test_given_axis_is_a_step_of_the_scan_and_of_its_maps(make_scan):
    scan = make_scan(axis=None)
    after = with_axis(state_of(scan), OTHER)
    given = after.scan.cube.steps[-1]
    assert given.action == "axis"
    assert given.parameters["axis"]["offset_kev"] == 0.1
    assert given.parameters["axis"]["gain_kev"] == 0.3
    assert [step.action for step in after.kept[0].map.steps] == ["axis", "map"]
    made = after.kept[0].map.steps[-1].parameters
    assert (made["low_kev"], made["high_kev"]) == pytest.approx((9.25, 10.15))
    assert (made["first_channel"], made["last_channel"]) == (31, 33)


def test_axis_given_to_a_first_look_stays_a_step_of_the_whole_scan(make_scan):
    preview, whole = make_scan(row_step=2), make_scan()
    after = Completion(preview, whole)(with_axis(state_of(preview), OTHER))
    assert after.scan.cube.counts is whole.cube.counts
    assert after.scan.cube.axis == OTHER
    assert [step.action for step in after.scan.cube.steps] == ["axis"]
    assert [step.action for step in after.kept[0].map.steps] == ["axis", "map"]
