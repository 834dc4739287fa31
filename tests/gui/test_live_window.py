"""In the whole window: a scan that its scanner still writes is opened and coloured as it grows."""

import numpy as np
import pytest

from app.gui.docks.recolour_dock import LIVE

WAIT_MS = 60_000
ROWS, COLS, CHANNELS = 8, 30, 1024


@pytest.fixture
def counts():
    rng = np.random.default_rng(6)
    found = rng.poisson(1.5, (ROWS, COLS, CHANNELS)).astype(np.uint16)
    # iron above, copper below
    found[: ROWS // 2, :, 158:163] += 60
    found[ROWS // 2 :, :, 199:204] += 60
    return found


@pytest.mark.parametrize("kind", ["swmr", "laid_out"])
def test_lines_are_coloured_while_they_are_written(
    window, opened, scanner, tmp_path, counts, kind, qtbot
):
    path = tmp_path / "growing.h5"
    measuring = scanner(kind, path, counts)
    for _ in range(3):
        measuring.line()
    assert opened(path) is not None
    recolouring = window.recolouring
    failures = []
    recolouring.failed.connect(failures.append)
    recolouring.show()
    panel = recolouring.panel
    qtbot.waitUntil(panel.run_button.isEnabled, timeout=WAIT_MS)
    panel.part_box.setCurrentText(LIVE)
    panel.run_button.click()

    def lines():
        found = recolouring.result
        return 0 if found is None else int(np.isfinite(found.rgb[:, 0, 0]).sum())

    qtbot.waitUntil(lambda: lines() == 3 or bool(failures), timeout=WAIT_MS)
    assert failures == []
    for number in range(4, ROWS + 1):
        measuring.line()
        qtbot.waitUntil(lambda number=number: lines() == number, timeout=WAIT_MS)
    measuring.close()
    panel.run_button.click()
    qtbot.waitUntil(lambda: not recolouring.is_running, timeout=WAIT_MS)
    assert failures == []
    assert recolouring.result.rgb.shape == (ROWS, COLS, 3)
    assert np.isfinite(recolouring.result.rgb).all()
    assert "8 lines coloured" in panel.progress_text
