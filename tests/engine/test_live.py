"""A scan is coloured while it is measured: in step with the scanner, as it would be afterwards."""

import queue
import threading

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.engine.jobs import EventKind, JobRunner, Lane, run_now
from app.engine.live import LiveKind, LiveOptions, LiveRecolouring
from app.engine.recolouring import RecolourParameters, recolour_files
from app.engine.source import Source
from app.errors import ParameterError, ReadError
from app.io.formats import OpenOptions

RIDGE = RecolourParameters("palette_ridge")
QUICK = LiveOptions(look_every_s=0.01, quiet_s=30.0)
WAIT_S = 60.0


@pytest.fixture
def follow():
    """Follow a scan in a thread; its events, and what it gave."""
    started = []

    def start(source, parameters=RIDGE, options=QUICK):
        told, result = queue.Queue(), queue.Queue()
        live = LiveRecolouring(source, parameters, options, told.put)

        def run():
            try:
                result.put(run_now(live.run))
            except BaseException as error:  # noqa: BLE001 - told to the test
                result.put(error)

        thread = threading.Thread(target=run)
        thread.start()
        started.append((live, thread))
        return live, told, result

    yield start
    for live, thread in started:
        live.stop()
        thread.join(WAIT_S)


def until(told, lines):
    """The first event that tells of so many lines."""
    while True:
        event = told.get(timeout=WAIT_S)
        if event.coloured >= lines:
            return event


@pytest.mark.parametrize("kind", ["swmr", "raw", "laid_out"])
def test_each_line_is_coloured_before_the_next_is_written(kind, scanner, follow, counts, tmp_path):
    path = tmp_path / ("scan.raw" if kind == "raw" else "scan.h5")
    machine = scanner(kind, path, counts)
    live, told, result = follow(Source(path))
    for row in range(len(counts)):
        machine.line()
        event = until(told, row + 1)
        assert (event.kind, event.begun, event.lag) == (LiveKind.LINES, row + 1, 0)
        assert np.isfinite(event.found.rgb[: row + 1]).all()
        assert np.isnan(event.found.rgb[row + 1 :]).all()
    machine.close()
    live.stop()
    found = result.get(timeout=WAIT_S)
    whole, _ = run_now(
        lambda context: recolour_files(Source(path), RIDGE, tmp_path / "whole.png", context)
    )
    np.testing.assert_allclose(found.rgb, whole.rgb, atol=1e-6)
    np.testing.assert_allclose(found.novelty, whole.novelty, atol=1e-5)
    assert [step.action for step in found.steps] == ["open", "recolour"]
    assert found.steps[-1].parameters["lines"] == 6
    assert found.steps[-1].parameters["model"] == "Palette, linear"


def test_list_mode_is_one_line_behind(scanner, follow, counts, tmp_path):
    path = tmp_path / "list.txt"
    machine = scanner("events", path, counts)
    axis = EnergyAxis(0.0, 0.04)
    live, told, result = follow(Source(path, OpenOptions(axis=axis)))
    machine.line()
    for row in range(1, len(counts)):
        machine.line()
        event = until(told, row)
        assert event.lag <= 1
    live.stop()
    found = result.get(timeout=WAIT_S)
    assert found.rgb.shape == (6, 9, 3)
    assert np.isfinite(found.rgb).all()
    assert found.steps[-1].parameters["origin"] == [100, 49]


def test_a_scan_that_is_whole_is_over_at_once(npz, counts, follow, tmp_path):
    import h5py

    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["img"] = counts
    source = Source(tmp_path / "scan.h5", OpenOptions(axis=EnergyAxis(0.0, 0.04)))
    _, told, result = follow(source)
    assert np.isfinite(result.get(timeout=WAIT_S).rgb).all()
    assert [told.get().kind for _ in range(2)] == [LiveKind.LINES, LiveKind.ENDED]


def test_a_scan_may_begin_later(scanner, follow, counts, tmp_path):
    path = tmp_path / "scan.h5"
    _, told, _ = follow(Source(path))
    event = told.get(timeout=WAIT_S)
    assert (event.kind, event.found, event.coloured) == (LiveKind.WAITING, None, 0)
    assert "No such file" in event.message
    scanner("swmr", path, counts).line()
    assert until(told, 1).kind is LiveKind.LINES


def test_a_scan_that_never_begins_is_an_error(follow, tmp_path):
    options = LiveOptions(look_every_s=0.01, quiet_s=0.05)
    _, _, result = follow(Source(tmp_path / "scan.h5"), options=options)
    assert isinstance(result.get(timeout=WAIT_S), ReadError)


def test_a_scan_that_was_broken_off_ends_after_a_silence(scanner, follow, counts, tmp_path):
    path = tmp_path / "scan.h5"
    machine = scanner("swmr", path, counts)
    machine.line()
    options = LiveOptions(look_every_s=0.01, quiet_s=0.3)
    _, told, result = follow(Source(path), options=options)
    machine.line()
    machine.kill()
    found = result.get(timeout=WAIT_S)
    assert np.isfinite(found.rgb).all()
    assert found.rgb.shape[0] == 2
    assert until(told, 2).kind is LiveKind.LINES


def test_a_job_gets_every_event_as_an_intermediate_result(scanner, counts, tmp_path):
    path = tmp_path / "scan.raw"
    scanner("raw", path, counts).line()
    events = queue.Queue()
    runner = JobRunner(events.put)
    live = LiveRecolouring(Source(path), RIDGE, QUICK)
    job = runner.submit("Live", live.run, Lane.COLOUR)
    while (event := events.get(timeout=WAIT_S)).kind is not EventKind.PARTIAL:
        pass
    assert (event.value.kind, event.value.coloured, event.value.expected) == ("lines", 1, 6)
    runner.cancel(job)
    assert events.get(timeout=WAIT_S).kind in (EventKind.PROGRESS, EventKind.CANCELLED)
    assert runner.close(WAIT_S)


def test_a_scan_without_energies_is_refused(scanner, follow, counts, tmp_path):
    machine = scanner("events", tmp_path / "list.txt", counts)
    machine.line()
    _, _, result = follow(Source(tmp_path / "list.txt"))
    assert "energy axis" in str(result.get(timeout=WAIT_S))


@pytest.mark.parametrize(
    ("card", "found"),
    [
        (
            {"layout": "image_channels_first", "receptive_field_px": 2},
            "it looks at the neighbourhood",
        ),
        ({"steps": ["resample", "standardise_image"]}, "the mean of the whole scan"),
    ],
)
def test_a_network_that_needs_more_than_a_line_is_refused(card, found, saved_network, tmp_path):
    energy = {"offset_kev": 1.0, "gain_kev": 4.0}
    steps = card.pop("steps", ["resample"])
    path, _ = saved_network(
        inputs=[{"name": "spectra", "channels": 4, "energy": energy, "preprocessing": steps}],
        **card,
    )
    live = LiveRecolouring(Source(tmp_path / "scan.h5"), RecolourParameters(str(path)))
    with pytest.raises(ParameterError, match=found):
        run_now(live.run)


def test_a_region_is_refused(tmp_path):
    parameters = RecolourParameters("palette_ridge", region="0:2,0:2")
    live = LiveRecolouring(Source(tmp_path / "scan.h5"), parameters)
    with pytest.raises(ParameterError, match="followed as a whole"):
        run_now(live.run)
