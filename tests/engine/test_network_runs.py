"""Pixels get the same answers, to the last digit, however many there are and whoever computes."""

import numpy as np
import onnxruntime
import pytest

from app.engine.network_runs import ALIKE, Runs, shares


class Session:
    """Gives twice what it gets, one value for each pixel, or one for all."""

    def __init__(self, *, is_whole=False):
        self.lengths, self.is_whole = [], is_whole

    def run(self, wanted, inputs):
        (values,) = inputs.values()
        self.lengths.append(len(values))
        return [values.sum(keepdims=True)[0] if self.is_whole else 2 * values for _ in wanted]


@pytest.mark.parametrize(("count", "threads"), [(64, 2), (100, 3), (65, 4), (4, 4), (1, 2)])
def test_shares_are_all_pixels_in_order_in_parts_that_are_alike(count, threads):
    parts = shares(count, threads)
    assert len(parts) <= threads
    assert np.concatenate([np.arange(count)[part] for part in parts]).tolist() == list(range(count))
    assert all((part.stop - part.start) % ALIKE == 0 for part in parts[:-1])


def test_several_threads_each_get_a_share():
    session = Session()
    values = np.arange(400, dtype=np.float32).reshape(100, 4)
    found = Runs(session, ["rgb"], 3).run({"counts": values})
    assert sorted(session.lengths) == [28, 36, 36]
    np.testing.assert_array_equal(found["rgb"], 2 * values)


def test_few_pixels_are_not_worth_it():
    session = Session()
    Runs(session, ["rgb"], 3).run({"counts": np.zeros((60, 4), np.float32)})
    assert session.lengths == [60]


def test_what_is_not_for_each_pixel_is_given_as_it_is():
    session = Session(is_whole=True)
    found = Runs(session, ["rgb"], 2).run({"counts": np.ones((100, 1), np.float32)})
    assert session.lengths[-1] == 100
    assert found["rgb"].tolist() == [100.0]


def test_last_digits_depend_on_neither_threads_nor_the_number_of_pixels(make_network):
    rng = np.random.default_rng(3)
    weights = {
        "first": rng.normal(0, 0.1, (200, 96)).astype(np.float32),
        "second": rng.normal(0, 0.1, (96, 3)).astype(np.float32),
    }
    nodes = (
        ("MatMul", ("spectra", "first"), ("inner",)),
        ("Softplus", ("inner",), ("softer",)),
        ("MatMul", ("softer", "second"), ("mixed",)),
        ("Sigmoid", ("mixed",), ("rgb",)),
    )
    data = make_network(nodes, {"spectra": ["n", 200]}, {"rgb": ["n", 3]}, weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    counts = rng.poisson(3, (1000, 200)).astype(np.float32)
    expected = Runs(session, ["rgb"], 1).run({"spectra": counts})["rgb"]
    for threads in (2, 3, 5):
        runs = Runs(session, ["rgb"], threads)
        for at_once in (1000, 500, 200, 40):
            found = [
                runs.run({"spectra": counts[start : start + at_once]})["rgb"]
                for start in range(0, 1000, at_once)
            ]
            np.testing.assert_array_equal(np.concatenate(found), expected)
