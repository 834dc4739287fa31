"""Commands around the window, without one."""

import sys
from pathlib import Path

import pytest

from app import paths
from app.core.axis import EnergyAxis
from app.core.region import Region


@pytest.fixture
def window(monkeypatch):
    """What the window is asked to do."""
    asked = []
    application = pytest.importorskip("app.gui.application")

    def run_window(files, options=None):
        asked.append(files if options is None else (files, options))
        return 0

    def render_window(files, out, **options):
        asked.append((files, out, options))
        Path(out).write_bytes(b"picture")

    monkeypatch.setattr(application, "run_window", run_window)
    monkeypatch.setattr(application, "render_window", render_window)
    return asked


def test_files_are_handed_over_from_the_root_on(velatura, window, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert velatura("scan 1.h5", "Maestà.rpl").code == 0
    assert window == [[tmp_path / "scan 1.h5", tmp_path / "Maestà.rpl"]]


def test_no_file_opens_an_empty_window_and_demo_the_sample(velatura, window):
    assert velatura().code == 0
    assert velatura("demo").code == 0
    assert window == [[], [paths.sample_scan()]]


def test_options_of_opening_are_handed_over_too(velatura, window, tmp_path):
    arguments = ("--axis=-0.1,0.02", "--detector", "1", "--rows", "3", "--cols", "4")
    assert velatura(tmp_path / "scan.npy", *arguments).code == 0
    out = tmp_path / "view.png"
    assert velatura("screenshot", tmp_path / "scan.npy", "--out", out, *arguments).code == 0
    (_, opened), (_, _, drawn) = window
    assert opened == drawn["options"]
    assert (opened.detector, opened.rows, opened.cols) == ("1", 3, 4)
    assert opened.axis == EnergyAxis(-0.1, 0.02)


def test_the_exit_code_is_the_window_s(velatura, monkeypatch, window):
    monkeypatch.setattr("app.gui.application.run_window", lambda files, options=None: 3)
    assert velatura("scan.h5").code == 3


def test_a_screenshot_is_asked_for_as_given(velatura, window, tmp_path):
    out = tmp_path / "view.png"
    ran = velatura(
        *("screenshot", tmp_path / "scan.h5", "--out", out, "--size", "640X480"),
        *("--theme", "light", "--scale", "2", "--element", "Fe", "--keep", "Fe, Cu,"),
    )
    assert (ran.code, ran.out) == (0, f"{out}\n")
    ((files, target, options),) = window
    assert (files, target) == ([tmp_path / "scan.h5"], out)
    assert (options["size"], options["scale"]) == ((640, 480), 2.0)
    assert (options["theme"], options["view"]) == ("light", "maps")
    assert (options["element"], options["kept"]) == ("Fe", ["Fe", "Cu"])


def test_a_screenshot_of_pigments_and_candidates_is_asked_for_as_given(velatura, window, tmp_path):
    arguments = ("--view", "candidates", "--region", "1:3,2:6", "--pigment", "azurite")
    assert velatura("screenshot", "--out", tmp_path / "view.png", *arguments).code == 0
    ((_, _, options),) = window
    assert options["view"] == "candidates"
    assert options["region"] == Region(1, 3, 2, 6)
    assert options["pigment"] == "azurite"


def test_a_screenshot_of_a_comparison_needs_the_other_scan(velatura, window, tmp_path):
    out, other = tmp_path / "view.png", tmp_path / "other.h5"
    arguments = ("screenshot", "--out", out, "--view", "comparison")
    ran = velatura(*arguments)
    assert (ran.code, window) == (2, [])
    assert "--other" in ran.err
    assert velatura("screenshot", "--out", out, "--other", other).code == 2
    assert velatura(*arguments, "--other", other).code == 0
    ((_, _, options),) = window
    assert (options["view"], options["other"]) == ("comparison", other)


def test_a_screenshot_shows_the_sample_by_default(velatura, window, tmp_path):
    assert velatura("screenshot", "--out", tmp_path / "view.png").code == 0
    assert window[0][0] == [paths.sample_scan()]


def test_a_screenshot_is_not_overwritten_without_force(velatura, window, tmp_path):
    out = tmp_path / "view.png"
    out.write_bytes(b"mine")
    ran = velatura("screenshot", "--out", out)
    assert ran.code == 2
    assert "--force" in ran.err
    assert (out.read_bytes(), window) == (b"mine", [])
    assert velatura("screenshot", "--out", out, "--force").code == 0
    assert out.read_bytes() == b"picture"


@pytest.mark.parametrize("size", ["640", "640x", "x480", "319x240", "320x239", "8001x600", "axb"])
def test_sizes_out_of_reason_are_refused(velatura, window, tmp_path, size):
    ran = velatura("screenshot", "--out", tmp_path / "view.png", "--size", size)
    assert ran.code == 2
    assert repr(size) in ran.err
    assert window == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a desktop")
@pytest.mark.parametrize("arguments", [[], ["demo"], ["scan.h5"]])
def test_without_a_display_the_window_is_refused_in_words(velatura, monkeypatch, arguments):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ran = velatura(*arguments)
    assert ran.code == 2
    assert "There is no display here" in ran.err
    assert "velatura screenshot" in ran.err
