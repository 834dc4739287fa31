"""Networks in a process of their own: whatever they do there, the program lives."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.core.recolouring.outputs import PredictionError
from app.engine.network import Limits, Network, NetworkError
from app.errors import AppError, Cancelled
from app.io.model_files import file_sha256, known_card

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

SIX = np.arange(24, dtype=np.float32).reshape(6, 4)


def children():
    """Processes that run networks; the system's own helpers are not among them."""
    return multiprocessing.active_children()


def pid_of(network):
    (child,) = children()
    assert child.name == "velatura-network"
    return child.pid


def is_gone(pid):
    """Whether a process is neither there nor a zombie."""
    try:
        os.kill(pid, 0)
    except OSError:
        return True
    return False


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    gc.collect()
    assert children() == []


def slow_graph(rounds):
    """Matrices multiplied again and again, whose result depends on what goes in."""
    nodes = [
        ("ReduceSum", ("spectra", "axes"), ("total",)),
        ("Expand", ("total", "size"), ("m0",)),
        *(("MatMul", (f"m{n}", f"m{n}"), (f"m{n + 1}",)) for n in range(rounds)),
        ("Slice", (f"m{rounds}", "from", "to"), ("part",)),
        ("Mul", ("part", "nothing"), ("zeros",)),
        ("MatMul", ("spectra", "weights"), ("mixed",)),
        ("Add", ("mixed", "zeros"), ("sum",)),
        ("Sigmoid", ("sum",), ("rgb",)),
    ]
    weights = {
        "weights": np.zeros((4, 3), np.float32),
        "axes": np.array([0, 1], np.int64),
        "size": np.array([1500, 1500], np.int64),
        "from": np.array([0, 0], np.int64),
        "to": np.array([1, 3], np.int64),
        "nothing": np.zeros((1, 3), np.float32),
    }
    return {"nodes": nodes, "weights": weights}


def test_a_network_answers_as_it_is_computed_by_hand(saved_network):
    path, card = saved_network()
    with Network(path, card) as network:
        assert network.provider == "cpu"
        assert network.remarks == ()
        assert network.facts.inputs == {"spectra": (None, 4)}
        assert network.facts.outputs == {"rgb": (None, 3)}
        assert network.facts.sha256 == file_sha256(path)
        assert 20 < network.base_memory_mb <= network.memory_mb < 1000
        weights = np.linspace(-0.02, 0.02, 12, dtype=np.float32).reshape(4, 3)
        for part in (SIX, SIX[:1], SIX[:0]):
            found = network.run({"spectra": part})
            np.testing.assert_allclose(found["rgb"], 1 / (1 + np.exp(-part @ weights)), atol=1e-6)


def test_the_published_network_gives_its_reference_outputs(shared_data):
    path = shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")
    truth = np.load(shared_data("aires_ch/reference_outputs.npz"))
    card = known_card(file_sha256(path))
    with Network(path, card) as network:
        parts = [
            network.run({"spectra": truth["standardised"][start : start + 32]})["rgb"]
            for start in range(0, 200, 32)
        ]
    assert np.abs(np.concatenate(parts) - truth["rgb"]).max() < 1e-5


@posix
def test_one_run_too_long_ends_the_child_and_the_next_begins_anew(saved_network):
    path, card = saved_network(graph=slow_graph(400))
    start = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        Network(path, card, limits=Limits(seconds_per_run=0.5))
    assert time.monotonic() - start < 20
    assert "no answer within 0.5 s" in caught.value.message
    assert caught.value.hint
    quick, card = saved_network("quick")
    with Network(quick, card, limits=Limits(seconds_per_run=5)) as network:
        first = pid_of(network)
        os.kill(first, signal.SIGSTOP)
        network._limits = Limits(seconds_per_run=0.2)
        with pytest.raises(NetworkError, match="took too long"):
            network.run({"spectra": SIX})
        assert is_gone(first)
        network._limits = Limits(seconds_per_run=5)
        assert network.run({"spectra": SIX})["rgb"].shape == (6, 3)
        assert pid_of(network) != first


def test_loading_too_long_is_told(saved_network):
    path, card = saved_network()
    with pytest.raises(NetworkError, match="the limit for loading it"):
        Network(path, card, limits=Limits(seconds_to_start=0.05))


@posix
def test_cancelling_ends_the_child_within_the_time_promised(saved_network):
    path, card = saved_network()
    asked = []

    def check():
        if stopped.is_set():
            asked.append(time.monotonic())
            raise Cancelled

    stopped = threading.Event()
    with Network(path, card) as network:
        pid = pid_of(network)
        os.kill(pid, signal.SIGSTOP)
        # a message larger than what a pipe holds: the program is stuck while sending it
        large = np.zeros((200_000, 4), np.float32)
        threading.Timer(0.1, stopped.set).start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            network.run({"spectra": large}, check=check)
        assert time.monotonic() - start < 0.1 + 0.3
        assert time.monotonic() - asked[0] < 0.3
        assert is_gone(pid)


@posix
def test_closing_from_another_thread_cancels_a_run(saved_network):
    path, card = saved_network()
    network = Network(path, card)
    pid = pid_of(network)
    os.kill(pid, signal.SIGSTOP)
    raised = []

    def run():
        try:
            network.run({"spectra": SIX})
        except BaseException as error:  # noqa: BLE001
            raised.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    while not network._lock.locked():
        time.sleep(0.001)
    network.close()
    thread.join(5)
    assert raised == [Cancelled]
    assert is_gone(pid)
    with pytest.raises(Cancelled):
        network.run({"spectra": SIX})
    network.close()


@posix
def test_a_child_killed_from_outside_is_told_and_replaced(saved_network):
    path, card = saved_network()
    with Network(path, card) as network:
        pid = pid_of(network)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(NetworkError) as caught:
            network.run({"spectra": SIX})
        assert "ended by the signal 9" in caught.value.message
        assert "may have lacked memory" in caught.value.hint
        assert is_gone(pid)
        assert network.run({"spectra": SIX})["rgb"].shape == (6, 3)


def test_too_much_memory_ends_the_child_with_a_message(saved_network):
    # 800 MB of numbers made of one; looked into, it is within what one pixel may need
    nodes = [
        ("ReduceSum", ("spectra", "axes"), ("total",)),
        ("Expand", ("total", "size"), ("many",)),
        ("Exp", ("many",), ("more",)),
        ("ReduceMean", ("more",), ("mean",)),
        ("Mul", ("mean", "nothing"), ("zeros",)),
        ("MatMul", ("spectra", "weights"), ("mixed",)),
        ("Add", ("mixed", "zeros"), ("sum",)),
        ("Sigmoid", ("sum",), ("rgb",)),
    ]
    weights = {
        "weights": np.zeros((4, 3), np.float32),
        "axes": np.array([0, 1], np.int64),
        "size": np.array([20_000, 10_000], np.int64),
        "nothing": np.zeros((1, 3), np.float32),
    }
    path, card = saved_network(graph={"nodes": nodes, "weights": weights})
    with pytest.raises(NetworkError) as caught:
        Network(path, card, limits=Limits(memory_mb=300))
    assert caught.value.title == "The network needs too much memory."
    assert "300 MB" in caught.value.message


def test_what_is_no_colour_is_refused_at_the_trial(saved_network):
    nodes = [("MatMul", ("spectra", "weights"), ("mixed",)), ("Log", ("mixed",), ("rgb",))]
    path, card = saved_network(graph={"nodes": nodes})
    with pytest.raises(PredictionError, match="no numbers"):
        Network(path, card)
    nodes = [("MatMul", ("spectra", "weights"), ("mixed",)), ("Exp", ("mixed",), ("rgb",))]
    path, card = saved_network("bright", graph={"nodes": nodes})
    with pytest.raises(PredictionError, match="colours reach from 0 to 1"):
        Network(path, card)


def test_what_is_refused_in_the_child_keeps_its_words(saved_network, tmp_path):
    path, card = saved_network()
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(AppError) as caught:
        Network(path, card)
    assert caught.value.title == "Cannot use the network small.onnx."
    assert caught.value.path == path
    with pytest.raises(AppError) as caught:
        Network(tmp_path / "none.onnx", card)
    assert "none.onnx" in caught.value.message


def test_wrong_inputs_are_told_in_onnxruntimes_words(saved_network):
    path, card = saved_network()
    with Network(path, card) as network:
        with pytest.raises(NetworkError, match="onnxruntime says"):
            network.run({"spectra": np.zeros((2, 5), np.float32)})
        assert network.run({"spectra": SIX})["rgb"].shape == (6, 3)


def test_a_provider_that_is_absent_is_replaced_with_a_remark(saved_network):
    path, card = saved_network()
    with Network(path, card, "cuda") as network:
        assert network.provider == "cpu"
        (remark,) = network.remarks
        assert "NVIDIA graphics card (CUDA) is not available" in remark
        assert remark.endswith("The processor is used instead.")
    with pytest.raises(AppError, match="provider is not known"):
        Network(path, card, "abacus")


def test_a_provider_that_does_not_start_is_replaced_with_a_remark(saved_network, monkeypatch):
    monkeypatch.setattr(
        "app.engine.network.chain",
        lambda name: (("CUDAExecutionProvider", "CPUExecutionProvider"), ()),
    )
    path, card = saved_network()
    with Network(path, card) as network:
        assert network.provider == "cpu"
        (remark,) = network.remarks
        assert "NVIDIA graphics card (CUDA) could not be used" in remark
        assert network.run({"spectra": SIX})["rgb"].shape == (6, 3)


def test_a_thread_that_waits_for_another_can_be_cancelled(saved_network):
    path, card = saved_network()

    def check():
        raise Cancelled

    with Network(path, card) as network:
        pid = pid_of(network)
        with network._lock, pytest.raises(Cancelled):
            network.run({"spectra": SIX}, check=check)
        assert pid_of(network) == pid


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="shared memory is looked for there")
@posix
def test_nothing_is_left_in_shared_memory(saved_network):
    path, card = saved_network()
    before = set(os.listdir("/dev/shm"))
    with Network(path, card) as network:
        network.run({"spectra": np.zeros((50_000, 4), np.float32)})
        os.kill(pid_of(network), signal.SIGKILL)
    assert set(os.listdir("/dev/shm")) <= before
