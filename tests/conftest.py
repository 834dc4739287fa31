"""Shared by all tests: isolated user folders and where the real scans are."""

import os
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
