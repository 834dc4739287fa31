"""Maps of an energy window: the store against the plain sum and PyMca's stack."""

import numpy as np
import pytest

from app.core.display import MapDisplay, to_rgb
from app.engine.jobs import run_now
from app.engine.tasks import open_scan
from app.io.formats import OpenOptions

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def scan(cube, tmp_path_factory):
    import os

    home = tmp_path_factory.mktemp("benchmark_home")
    path = home / "cube.npy"
    np.save(path, cube)
    before = os.environ.get("VELATURA_HOME")
    os.environ["VELATURA_HOME"] = str(home)
    yield run_now(lambda context: open_scan(path, OpenOptions(), context))
    os.environ["VELATURA_HOME"] = before or ""


def pymca_stack(cube):
    from PyMca5.PyMcaCore.StackBase import StackBase

    stack = StackBase()
    stack.setStack(cube, mcaindex=2)
    return stack


@pytest.mark.parametrize(("width", "target"), [(5, 1.0), (20, 200.0), (100, 200.0), (500, 1.0)])
def test_map_from_store_against_plain_sum(scan, cube, report, median_ms, width, target):
    first = 400
    np.testing.assert_array_equal(
        scan.window_counts(first, first + width), cube[:, :, first : first + width].sum(-1)
    )
    ours = median_ms(lambda: scan.window_counts(first, first + width), 51)
    plain = median_ms(lambda: cube[:, :, first : first + width].sum(-1), 7)
    report(f"map of {width} channels", plain / ours, "× plain sum", ours_ms=ours, plain_ms=plain)
    assert plain / ours >= target


@pytest.mark.parametrize("width", [20, 500])
def test_map_from_store_against_pymca(scan, cube, report, median_ms, width):
    stack = pymca_stack(cube)
    first = 400

    def theirs():
        return stack.calculateROIImages(first, first + width)["ROI"]

    np.testing.assert_allclose(theirs(), scan.window_counts(first, first + width))
    ours = median_ms(lambda: scan.window_counts(first, first + width), 51)
    pymca = median_ms(theirs, 7)
    report(f"map of {width} channels", pymca / ours, "× PyMca", ours_ms=ours, pymca_ms=pymca)
    assert pymca / ours >= (200 if width == 20 else 1)


def test_map_with_colours_takes_less_than_a_millisecond(scan, report, median_ms):
    display = MapDisplay()
    positions = iter(range(10, 10_000))

    def draw():
        first = next(positions)
        return to_rgb(scan.window_counts(first, first + 20), display)

    ours = median_ms(draw, 101)
    narrow = median_ms(lambda: scan.window_counts(400, 420), 101)
    wide = median_ms(lambda: scan.window_counts(400, 900), 101)
    report("map with colours", ours, "ms")
    report("500 channels against 20", wide / narrow, "×")
    assert ours < 1.0
    assert wide / narrow < 2.0
