"""Free memory as systems tell it."""

import pytest

from app.engine.batch import memory
from app.engine.batch.memory import free_mb

MEMINFO = "MemTotal:  2048 kB\nMemFree: 512 kB\nMemAvailable:   1024 kB\nHuge: 0\n"


@pytest.fixture
def system(tmp_path):
    """Write what the system says; give the two paths."""

    def write(meminfo, **group):
        (tmp_path / "meminfo").write_text(meminfo)
        for name, text in group.items():
            (tmp_path / f"memory.{name}").write_text(text)
        return tmp_path / "meminfo", tmp_path

    return write


def test_what_is_available_counts(system):
    assert free_mb(*system(MEMINFO)) == 1.0


def test_old_systems_tell_what_is_free(system):
    assert free_mb(*system("MemFree: 512 kB\n")) == 0.5


def test_a_container_binds_further(system):
    assert free_mb(*system(MEMINFO, max=f"{2**20}\n", current=f"{3 * 2**18}\n")) == 0.25
    assert free_mb(*system(MEMINFO, max="max\n", current="5\n")) == 1.0
    assert free_mb(*system(MEMINFO, max="5", current="7")) == 0.0


def test_nothing_told_is_assumed(system, tmp_path, monkeypatch):
    assert free_mb(*system("")) == 2048.0
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    pages = {"SC_PHYS_PAGES": 1024, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(memory.os, "sysconf", pages.__getitem__, raising=False)
    assert free_mb(tmp_path / "absent", tmp_path) == 2.0


def test_this_machine_has_some():
    assert 10 < free_mb() < 10_000_000
