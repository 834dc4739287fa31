"""Shared by all tests: isolated user folders and where the real scans are."""

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def pytest_itemcollected(item):
    """Mark all tests of modules that have torch, so that they can be run on their own."""
    if hasattr(getattr(item, "module", None), "torch"):
        item.add_marker(pytest.mark.torch)


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory, monkeypatch):
    """Settings, cache and logs of the person running the tests are never touched."""
    home = tmp_path_factory.mktemp("velatura_home")
    monkeypatch.setenv("VELATURA_HOME", str(home))
    return home


@pytest.fixture
def shared_data():
    """Give the path of a real input, or skip saying which one is absent."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"real input ../shared/data/{name} is absent")
        return path

    return find


class Scanner:
    """A simulated scanner in a process of its own, which writes a line whenever it is told to."""

    def __init__(self, kind, target, counts, pace_s=None):
        import numpy as np

        saved = target.with_name(f".{target.name}.counts.npy")
        np.save(saved, counts)
        script = Path(__file__).with_name("simulated_scanner.py")
        pace = [] if pace_s is None else [str(pace_s)]
        self._process = subprocess.Popen(
            [sys.executable, str(script), kind, str(target), str(saved), *pace],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self):
        """Write one more line; its number."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline().split()[0])

    def times(self):
        """Wait for its end; when each line was there, monotonic seconds."""
        told = self._process.communicate()[0].splitlines()
        return [float(line.split()[1]) for line in told if line != "closed"]

    def close(self):
        """End the scan and close its file."""
        if self._process.poll() is None:
            self._process.communicate()

    def kill(self):
        """End it as a power cut would."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def scanner():
    """Start simulated scanners: `scanner(kind, target, counts)`; all are ended with the test."""
    started = []

    def start(*arguments, **options):
        started.append(Scanner(*arguments, **options))
        return started[-1]

    yield start
    for item in started:
        item.close()


@pytest.fixture
def make_network():
    """Bytes of a small network that colours spectra of 4 channels, or one changed as asked.

    `change` gets onnx's model before it becomes bytes.
    """
    import numpy as np
    import onnx

    def values(shapes):
        make = onnx.helper.make_tensor_value_info
        return [make(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()]

    def make(
        nodes=(("MatMul", ("spectra", "weights"), ("mixed",)), ("Sigmoid", ("mixed",), ("rgb",))),
        inputs=None,
        outputs=None,
        weights=None,
        opset=17,
        change=None,
    ):
        if weights is None:
            weights = {"weights": np.linspace(-0.02, 0.02, 12, dtype=np.float32).reshape(4, 3)}
        graph = onnx.helper.make_graph(
            [n if not isinstance(n, tuple) else onnx.helper.make_node(*n) for n in nodes],
            "colours",
            values(inputs or {"spectra": ("N", 4)}),
            values(outputs or {"rgb": ("N", 3)}),
            [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
        )
        opsets = [onnx.helper.make_opsetid("", opset)]
        model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)
        if change is not None:
            change(model)
        return model.SerializeToString()

    return make


@pytest.fixture
def plain_card():
    """Plain values of the card of `make_network`'s network, or changed ones."""

    def make(**changes):
        energy = {"offset_kev": 1.0, "gain_kev": 2.0}
        spectra = {"name": "spectra", "channels": 4, "energy": energy}
        return {
            "name": "Four channels",
            "task": "rgb",
            "layout": "pixel",
            "inputs": [{**spectra, "preprocessing": ["resample"]}],
            "outputs": [{"name": "rgb", "kind": "rgb"}],
            **changes,
        }

    return make


@pytest.fixture
def pdf_text():
    """Give the words of a PDF that Velatura wrote, a line for each piece of text.

    In embedded subsets only ASCII letters keep their codes; of others nothing can be said.
    """

    def read(path) -> str:
        import base64
        import re
        import zlib

        pieces = []
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL):
            if not stream.strip().endswith(b"~>"):
                continue
            plain = zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
            pieces += re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", plain)
        return "\n".join(re.sub(rb"\\(.)", rb"\1", item).decode("latin-1") for item in pieces)

    return read
