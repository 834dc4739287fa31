"""Running commands as a user does, in the same process."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from app.startup import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def velatura(capsys):
    """Run `velatura ARGUMENTS` and give exit code and output."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def counts():
    return np.random.default_rng(4).poisson(1.5, (5, 7, 300)).astype(np.uint16)


@pytest.fixture
def npz(tmp_path, counts):
    path = tmp_path / "panel.npz"
    np.savez_compressed(path, cube=counts, kev_offset=0.0, kev_slope=0.05)
    return path


@pytest.fixture
def spectrum_file(tmp_path):
    """A measured spectrum of 100 channels as a table."""
    path = tmp_path / "mock-up.csv"
    rows = "\n".join(f"{0.1 * channel:.1f},{channel % 7}" for channel in range(100))
    path.write_text(f"energy_kev,counts\n{rows}\n", "utf-8")
    return path
