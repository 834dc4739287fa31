"""The error of a network that is not used."""

import pickle
from pathlib import Path

from app.io.model_errors import ModelError


def test_an_error_tells_the_file_once_it_is_known():
    bare = ModelError("It is empty.")
    assert str(bare) == "Cannot use this network. It is empty."
    told = bare.at(Path("a/four.onnx"))
    assert str(told) == "Cannot use the network four.onnx. It is empty."
    assert told.hint == bare.hint != ""
    assert bare.at(None).path is None


def test_an_error_survives_the_way_to_another_process():
    error = ModelError("It is empty.", "Copy it again.", path=Path("four.onnx"))
    found = pickle.loads(pickle.dumps(error))
    assert (found.message, found.hint, found.path) == (error.message, error.hint, error.path)
    assert str(found) == str(error)
