"""Shared by all tests: isolated user folders and where the real scans are."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


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
