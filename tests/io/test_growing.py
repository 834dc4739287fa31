"""Only formats that are written while a scan is measured can be followed."""

import numpy as np
import pytest

from app.errors import ParameterError, ReadError
from app.io.formats import OpenOptions
from app.io.growing import open_growing, without_size


def test_a_format_that_is_written_at_the_end_is_refused(tmp_path):
    path = tmp_path / "scan.npz"
    np.savez(path, cube=np.ones((2, 3, 16), np.uint16))
    with pytest.raises(ParameterError, match="is written when all is measured"):
        open_growing(path)


def test_what_is_not_there_yet_may_come(tmp_path):
    with pytest.raises(ReadError, match="No such file"):
        open_growing(tmp_path / "scan.h5")
    (tmp_path / "scan.h5").touch()
    with pytest.raises(ReadError, match="the file is empty"):
        open_growing(tmp_path / "scan.h5")


def test_only_the_size_is_taken_out_of_the_options():
    options = OpenOptions(dataset="a", rows=3, cols=4)
    assert without_size(options) == OpenOptions(dataset="a")
