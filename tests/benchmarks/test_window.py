"""Dragging the energy window: map, colours and painting, frame by frame."""

import time

import numpy as np
import pytest

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.timeout(900),
    pytest.mark.qt_log_ignore("does not support propagateSizeHints"),
]

FRAMES = 240


@pytest.fixture
def window(qtbot, cube, tmp_path, monkeypatch):
    from app.gui.application import create_application, create_window
    from app.settings import Settings

    np.save(tmp_path / "cube.npy", cube)
    create_application(["velatura"])
    window = create_window(Settings(), is_kept=False)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    from app.core.axis import EnergyAxis
    from app.io import store
    from app.io.formats import OpenOptions

    options = OpenOptions(axis=EnergyAxis(0.0, 0.02, source="benchmark"))
    window.session.open_scan(store.open_scan(tmp_path / "cube.npy", options))
    qtbot.wait(300)
    yield window
    window.close()


@pytest.mark.parametrize("width", [10, 300])
def test_the_map_follows_the_energy_window_at_60_frames_a_second(window, report, qapp, width):
    times = []
    for frame in range(FRAMES):
        first = 200 + frame % 1000
        start = time.perf_counter()
        window.session.set_window(first, first + width)
        # all that is due is painted now, as the screen's next frame would
        qapp.sendPostedEvents()
        qapp.processEvents()
        times.append(time.perf_counter() - start)
    median, late = np.percentile(times, [50, 95]) * 1e3
    report(f"frame with a window of {width} channels", median, "ms", p95_ms=round(late, 2))
    assert median < 1000 / 60
