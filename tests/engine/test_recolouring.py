"""Scans are coloured by networks: real ones, in the right orientation, and within limits."""

import json
import multiprocessing
import threading
import time
from dataclasses import replace

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.axis import EnergyAxis
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.preparation import Preparation
from app.engine import recolouring
from app.engine.jobs import EventKind, JobRunner, run_now
from app.engine.model_library import Models
from app.engine.network import Limits, Network, NetworkError
from app.engine.recolouring import (
    RecolourParameters,
    limits_for,
    recolour_files,
    recolour_scan,
    recolour_spectra,
    recolour_task,
)
from app.engine.source import Source, open_scan
from app.errors import AppError, ParameterError, ReadError, WriteError
from app.io.formats import OpenOptions
from app.io.images import read_png_steps
from app.io.model_files import write_card

RIDGE = "palette_ridge"


@pytest.fixture
def scan(npz):
    return run_now(lambda context: open_scan(npz, OpenOptions(), context))


def ridge():
    entry = Models().find(RIDGE)
    return entry.path, entry.card


def test_a_scan_becomes_a_picture_that_says_what_it_is(npz, tmp_path):
    out, doubt = tmp_path / "p.png", tmp_path / "u.png"
    found, written = run_now(
        lambda context: recolour_files(
            Source(npz), RecolourParameters(RIDGE), out, context, uncertainty=doubt
        )
    )
    assert written == (out, doubt)
    with Image.open(out) as picture:
        assert picture.size == (9, 6)
        assert picture.text["velatura:content"] == "predicted colour"
        assert picture.text["velatura:model"] == "Palette, linear"
        pixels = np.asarray(picture)
    np.testing.assert_array_equal(pixels[..., :3], np.rint(found.rgb * 255))
    assert (pixels[..., 3] == 255).all()
    # iron at the left, lead at the right: two colours
    assert np.abs(found.rgb[:, :5].mean((0, 1)) - found.rgb[:, 5:].mean((0, 1))).max() > 0.05
    step = read_png_steps(out)[-1]
    assert step.action == "recolour"
    assert step.parameters["model"] == "Palette, linear"
    assert len(step.parameters["sha256"]) == 64
    assert [item.name for item in step.inputs] == ["panel.npz", "palette_ridge.onnx"]
    assert step.inputs[1].checksum == f"sha256:{step.parameters['sha256']}"
    with Image.open(doubt) as picture:
        assert picture.size == (9, 6)
    assert multiprocessing.active_children() == []


def test_a_network_for_colours_that_tells_maps_gives_both(npz, tmp_path, make_network, plain_card):
    weights = {
        "weights": np.linspace(-0.02, 0.02, 12, dtype=np.float32).reshape(4, 3),
        "shares": np.eye(4, 2, dtype=np.float32),
    }
    model = tmp_path / "both.onnx"
    model.write_bytes(
        make_network(
            nodes=(
                ("MatMul", ("spectra", "weights"), ("mixed",)),
                ("Sigmoid", ("mixed",), ("rgb",)),
                ("MatMul", ("spectra", "shares"), ("elements",)),
            ),
            outputs={"rgb": ("N", 3), "elements": ("N", 2)},
            weights=weights,
        )
    )
    outputs = [
        {"name": "rgb", "kind": "rgb"},
        {"name": "elements", "kind": "maps", "elements": ["Fe", "Pb"]},
    ]
    card = card_from_plain(plain_card(outputs=outputs))
    write_card(card, model)
    out, whole = tmp_path / "p.png", tmp_path / "p.h5"
    for target in (out, whole):
        found, _ = run_now(
            lambda context, to=target: recolour_files(
                Source(npz), RecolourParameters(str(model)), to, context
            )
        )
    assert found.has_colours
    assert found.elements == ("Fe", "Pb")
    assert found.maps.shape == (2, 6, 9)
    with Image.open(out) as picture:
        np.testing.assert_array_equal(np.asarray(picture)[..., :3], np.rint(found.rgb * 255))
    with h5py.File(whole) as file:
        group = file["entry/recoloured"]
        assert group.attrs["signal"] == "rgb"
        np.testing.assert_array_equal(group["maps"], found.maps)
        assert [name.decode() for name in group["elements"]] == ["Fe", "Pb"]


def test_two_inputs_are_prepared_each_by_itself_and_summaries_are_not_asked_for(
    scan, tmp_path, make_network, plain_card
):
    model = tmp_path / "two.onnx"
    model.write_bytes(
        make_network(
            nodes=(
                ("Sub", ("standardised", "counted"), ("apart",)),
                ("MatMul", ("apart", "weights"), ("mixed",)),
                ("Sigmoid", ("mixed",), ("rgb",)),
                ("Identity", ("apart",), ("summary",)),
            ),
            inputs={"standardised": ("N", 4), "counted": ("N", 4)},
            outputs={"rgb": ("N", 3), "summary": ("N", 4)},
        )
    )
    (first,) = plain_card()["inputs"]
    steps = ["resample", {"kind": "standardise_pixel", "add": 1}]
    second = {**first, "name": "standardised", "preprocessing": steps}
    inputs = [second, {**first, "name": "counted"}]
    outputs = [{"name": "rgb", "kind": "rgb"}, {"name": "summary", "kind": "latent"}]
    card = card_from_plain(plain_card(inputs=inputs, outputs=outputs))
    parameters = RecolourParameters(str(model))
    with Network(model, card, "cpu") as network:
        found = run_now(lambda context: recolour_scan(scan, network, parameters, context))
    counts = np.asarray(scan.cube.counts[:]).reshape(-1, scan.cube.channels)
    given = Preparation(card, scan.cube.axis, scan.cube.channels).pixels(counts)
    weights = np.linspace(-0.02, 0.02, 12, dtype=np.float32).reshape(4, 3)
    mixed = (given["standardised"] - given["counted"]) @ weights
    np.testing.assert_allclose(
        found.rgb.reshape(-1, 3), 1 / (1 + np.exp(-mixed.astype(float))), atol=1e-5
    )


def test_a_region_is_the_same_part_of_the_whole(scan):
    path, card = ridge()
    with Network(path, card) as network:
        whole = run_now(lambda context: recolour_scan(scan, network, RecolourParameters(), context))
        part = run_now(
            lambda context: recolour_scan(
                scan, network, RecolourParameters(region="1:4,2:8"), context
            )
        )
        single = recolour_spectra(scan.cube.counts[1:3, 2], scan.cube.axis, network)
    np.testing.assert_allclose(part.rgb, whole.rgb[1:4, 2:8], atol=1e-6)
    assert str(part.region) == "1:4,2:8"
    np.testing.assert_allclose(single.rgb, whole.rgb[1:3, 2], atol=1e-6)
    np.testing.assert_allclose(single.novelty, whole.novelty[1:3, 2], atol=1e-5)
    assert whole.uncertainty.shape == (6, 9)


def test_everything_goes_into_hdf5(npz, tmp_path):
    out = tmp_path / "all.h5"
    (written,) = run_now(
        lambda context: recolour_task(Source(npz), RecolourParameters(RIDGE), out, context)
    )
    with h5py.File(written) as file:
        group = file["entry/recoloured"]
        assert group["rgb"].shape == (6, 9, 3)
        assert group["novelty"].shape == group["uncertainty"].shape == (6, 9)
        assert group.attrs["content"] == "predicted colour"
        card = json.loads(file["entry/velatura/model_card"].asstr()[()])
    assert card_from_plain(card).name == "Palette, linear"


def test_statistics_of_the_whole_scan_are_found_first(saved_network, scan):
    energy = {"offset_kev": 1.0, "gain_kev": 4.0}
    steps = ["resample", "standardise_image"]
    path, card = saved_network(
        inputs=[{"name": "spectra", "channels": 4, "energy": energy, "preprocessing": steps}]
    )
    with Network(path, card) as network:
        found = run_now(lambda context: recolour_scan(scan, network, RecolourParameters(), context))
        cube = scan.cube
        plain = Preparation(card, cube.axis, cube.channels)
        preparation = plain.with_statistics(plain.statistics([cube.counts[:]]))
        one = recolour_spectra(cube.counts[2, 3:5], cube.axis, network, preparation=preparation)
        with pytest.raises(ParameterError, match="needs the whole scan first"):
            recolour_spectra(cube.counts[2, 3:5], cube.axis, network)
    np.testing.assert_allclose(one.rgb, found.rgb[2, 3:5], atol=1e-6)


def test_the_published_network_colours_a_real_painting_within_its_memory(shared_data):
    entry = Models().find(shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx"))
    source = Source(shared_data("painted_hands/detector_10264.npz"))
    scan = run_now(lambda context: open_scan(source.path, source.options, context))
    with Network(entry.path, entry.card) as network:
        found = run_now(
            lambda context: recolour_scan(
                scan, network, RecolourParameters(region="20:26,30:50"), context
            )
        )
        memory_mb = network.memory_mb
        counts = np.asarray(scan.cube.counts[20:26, 30:50]).reshape(-1, 1024)
        inputs = Preparation(entry.card, scan.cube.axis, 1024).pixels(counts)
        truth = network.run(inputs)["rgb"].reshape(6, 20, 3)
    np.testing.assert_allclose(found.rgb, truth, atol=1e-5)
    assert memory_mb < 1000


def test_a_real_scan_is_coloured_as_it_lies(shared_data):
    """Rows stay rows: the picture is that of the counts taken straight from the file."""
    source = Source(
        shared_data("labec_logo/cube.npz"), OpenOptions(axis=EnergyAxis(0.268, 0.003871))
    )
    scan = run_now(lambda context: open_scan(source.path, source.options, context))
    path, card = ridge()
    with Network(path, card) as network:
        found = run_now(lambda context: recolour_scan(scan, network, RecolourParameters(), context))
        counts = np.load(source.path)["cube"].reshape(-1, 4096)
        inputs = Preparation(card, scan.cube.axis, 4096).pixels(counts)
        truth = network.run(inputs)["rgb"].reshape(61, 52, 3)
    assert found.rgb.shape == (61, 52, 3)
    np.testing.assert_allclose(found.rgb, truth, atol=1e-5)


def test_titanium_shows_the_logo_in_the_picture(shared_data, saved_network):
    """A network that is bright where titanium is: its picture is the map of Ti K, as it lies."""
    axis = EnergyAxis(0.268, 0.003871)
    energy = {"centres": [4.31, 4.51, 4.71]}
    weights = {"weights": np.array([[0.0] * 3, [0.02] * 3, [0.0] * 3], np.float32)}
    path, card = saved_network(
        graph={"inputs": {"spectra": ("N", 3)}, "weights": weights},
        inputs=[
            {"name": "spectra", "channels": 3, "energy": energy, "preprocessing": ["resample"]}
        ],
    )
    options = OpenOptions(axis=axis)
    scan = run_now(lambda context: open_scan(shared_data("labec_logo/cube.npz"), options, context))
    with Network(path, card) as network:
        found = run_now(lambda context: recolour_scan(scan, network, RecolourParameters(), context))
    edges = card.inputs[0].energy.edges_kev
    first, stop = axis.channel_range(float(edges[1]), float(edges[2]), 4096)
    titanium = scan.window_counts(first, stop).astype(float)
    brightness = np.log(found.rgb[..., 0] / (1 - found.rgb[..., 0])) / 0.02
    assert np.corrcoef(brightness.ravel(), titanium.ravel())[0, 1] > 0.99
    turned = (titanium[::-1], titanium[:, ::-1], titanium[::-1, ::-1])
    for other in turned:
        assert np.corrcoef(brightness.ravel(), other.ravel())[0, 1] < 0.9


@pytest.mark.parametrize(
    ("parameters", "out", "error", "told"),
    [
        ({"model": "none"}, "p.png", ParameterError, "There is no model"),
        ({"model": "other.onnx"}, "p.png", ParameterError, "There is no model"),
        ({"region": "0:99,0:2"}, "p.png", ParameterError, "beyond the scan"),
        ({"region": "x"}, "p.png", ParameterError, "cannot be read"),
        ({"provider": "abacus"}, "p.png", ParameterError, "Run with"),
        ({"memory_mb": 1.0}, "p.png", ParameterError, "out of its limits"),
        ({}, "p.jpg", WriteError, "expected .png"),
        ({}, "panel.npz", WriteError, "expected .png"),
    ],
)
def test_what_cannot_work_is_told_before_anything_runs(npz, tmp_path, parameters, out, error, told):
    values = RecolourParameters(**{"model": RIDGE, **parameters})
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error) as caught:
        run_now(lambda context: recolour_files(Source(npz), values, tmp_path / out, context))
    assert told in str(caught.value)
    assert caught.value.hint
    assert sorted(tmp_path.iterdir()) == before
    assert multiprocessing.active_children() == []


def test_scans_without_an_axis_and_networks_without_a_card_are_told(
    npz, counts, tmp_path, make_network
):
    bare = tmp_path / "bare.npz"
    np.savez_compressed(bare, cube=counts)
    with pytest.raises(AppError, match="axis"):
        run_now(
            lambda c: recolour_files(Source(bare), RecolourParameters(RIDGE), tmp_path / "p.png", c)
        )
    path = tmp_path / "own.onnx"
    path.write_bytes(make_network())
    with pytest.raises(ReadError, match="has no card"):
        run_now(
            lambda c: recolour_files(
                Source(npz), RecolourParameters(str(path)), tmp_path / "p.png", c
            )
        )


def test_numbers_that_are_none_on_one_pixel_end_the_run_with_a_message(saved_network, scan):
    """The trial goes well, a pixel of the scan does not."""
    counts = np.asarray(scan.cube.counts[:]).copy()
    counts[4, 7] = 0
    counts[4, 7, 25] = 7
    broken = replace(scan, cube=replace(scan.cube, counts=counts))
    nodes = [
        ("ReduceSum", ("spectra", "axes"), ("total",)),
        ("Sub", ("total", "seven"), ("zero",)),
        ("Div", ("zero", "zero"), ("one",)),
        ("Mul", ("one", "third"), ("rgb",)),
    ]
    weights = {
        "axes": np.array([1], np.int64),
        "seven": np.float32(7),
        "third": np.full((1, 3), 0.3, np.float32),
    }
    energy = {"offset_kev": 1.0, "gain_kev": 2.0}
    path, card = saved_network(
        graph={"nodes": nodes, "weights": weights},
        inputs=[
            {"name": "spectra", "channels": 4, "energy": energy, "preprocessing": ["resample"]}
        ],
    )
    with Network(path, card) as network, pytest.raises(AppError) as caught:
        run_now(lambda c: recolour_scan(broken, network, RecolourParameters(), c))
    assert "3 of" in caught.value.message
    assert caught.value.title == "The network gives values that are no numbers."


def test_a_job_is_cancelled_at_once_and_its_child_ends(shared_data, tmp_path):
    model = str(shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx"))
    source = Source(shared_data("painted_hands/detector_10264.npz"))
    out = tmp_path / "p.png"
    looks, ended = threading.Event(), threading.Event()
    events = []

    def listen(event):
        events.append(event.kind)
        if event.kind is EventKind.PARTIAL:
            looks.set()
        if event.kind in (EventKind.CANCELLED, EventKind.FAILED, EventKind.DONE):
            ended.set()

    runner = JobRunner(listen)
    job = runner.submit(
        "Recolour", lambda c: recolour_task(source, RecolourParameters(model), out, c)
    )
    assert looks.wait(40)
    start = time.monotonic()
    runner.cancel(job)
    assert ended.wait(1)
    while multiprocessing.active_children() and time.monotonic() - start < 3:
        time.sleep(0.002)
    assert time.monotonic() - start < 0.3
    assert events[-1] is EventKind.CANCELLED
    assert runner.close()
    assert list(tmp_path.iterdir()) == []


def test_limits_are_well_above_what_is_aimed_at():
    limits = limits_for(RecolourParameters(memory_mb=800, seconds_per_run=5))
    assert limits == Limits(memory_mb=4096, seconds_per_run=5)
    assert limits_for(RecolourParameters(memory_mb=3000)).memory_mb == 6000
    assert recolouring.RecolourParameters().provider == "auto"
    assert issubclass(NetworkError, AppError)


def test_what_cannot_be_written_is_told_before_the_network_starts(npz, tmp_path, monkeypatch):
    monkeypatch.setattr(recolouring, "Network", None)
    out = tmp_path / "p.png"
    for target, doubt, told in (
        (out, out, "both the colours and their uncertainty"),
        (tmp_path / "absent" / "p.png", None, "No such file or directory"),
    ):
        with pytest.raises(WriteError, match=told):
            run_now(
                lambda context, target=target, doubt=doubt: recolour_files(
                    Source(npz), RecolourParameters(RIDGE), target, context, uncertainty=doubt
                )
            )
    assert not out.exists()


def test_result_says_where_the_network_does_not_suit_the_scan(saved_network, scan):
    energy = {"offset_kev": 1.0, "gain_kev": 4.0}
    inputs = [{"name": "spectra", "channels": 4, "energy": energy, "preprocessing": ["resample"]}]
    path, card = saved_network(inputs=inputs, trained_on={"tube_anode": "Rh"})
    asked = RecolourParameters(region="0:2,0:2")
    counts = float(scan.sum_spectrum.sum()) / (scan.cube.rows * scan.cube.cols)
    with Network(path, card) as network:
        quiet = run_now(lambda context: recolour_scan(scan, network, asked, context))
    trained = {"tube_anode": "Rh", "counts_per_pixel": [10 * counts, 20 * counts]}
    with Network(path, replace(card, trained_on=trained)) as network:
        told = run_now(lambda context: recolour_scan(scan, network, asked, context))
    assert not any("mean pixel" in note for note in quiet.notes)
    assert any("mean pixel has" in note for note in told.notes)
