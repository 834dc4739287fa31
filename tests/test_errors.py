"""The error family: what a user reads."""

import pickle
from pathlib import Path

import pytest

from app.errors import AppError, Cancelled, ParameterError, ReadError, WriteError


def test_an_error_keeps_title_message_hint_and_path():
    path = Path("scan.h5")
    error = AppError("Cannot open this cube.", "Found 2 axes.", "Choose another.", path=path)
    assert (error.title, error.message, error.hint) == (
        "Cannot open this cube.",
        "Found 2 axes.",
        "Choose another.",
    )
    assert error.path == path


def test_an_error_without_hint_and_path_has_none():
    error = AppError("Cannot open this cube.", "Found 2 axes.")
    assert (error.hint, error.path) == ("", None)


def test_the_text_of_an_error_is_title_and_message():
    error = AppError("Cannot open this cube.", "Found 2 axes.", "Choose another.")
    assert str(error) == "Cannot open this cube. Found 2 axes."


@pytest.mark.parametrize("kind", [ReadError, WriteError, ParameterError])
def test_every_kind_is_one_family(kind):
    with pytest.raises(AppError, match="Found 2 axes") as raised:
        raise kind("Cannot.", "Found 2 axes.")
    assert raised.type is kind


def test_an_error_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(ReadError("Cannot.", "Found.", "Do.", path=Path("a.h5"))))
    assert isinstance(error, ReadError)
    assert (error.title, error.message, error.hint) == ("Cannot.", "Found.", "Do.")
    assert error.path == Path("a.h5")


def test_cancelled_is_no_failure():
    assert not issubclass(Cancelled, AppError)
