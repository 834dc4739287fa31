"""The part of a picture that is scanned, and how finely."""

import numpy as np
import pytest

from app.core.region import Region
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.size import ScanSize
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_picture import PicturePanel


@pytest.fixture
def fields(qapp):
    return Fields(SynthesisRecipe, SynthesisParameters)


@pytest.fixture
def panel(fields, qtbot):
    panel = PicturePanel(fields)
    qtbot.addWidget(panel)
    return panel


SMALL = np.zeros((10, 20, 3), np.uint8)


def test_without_a_picture_there_is_nothing_to_choose(panel):
    assert panel.region is None
    assert panel.crop is None
    assert panel.scan_size == (0, 0)
    assert not panel.isEnabled()


def test_all_of_the_picture_needs_no_crop(panel):
    panel.set_picture(SMALL, 100, 200, ("It was turned.",))
    assert panel.isEnabled()
    assert panel.region == Region(0, 100, 0, 200)
    assert panel.crop is None
    assert panel.scan_size == (100, 200)


def test_a_photograph_is_not_scanned_at_every_pixel(panel, fields):
    panel.set_picture(SMALL, 2000, 3000, ())
    assert fields["cols"].value() == 400
    assert panel.scan_size == (267, 400)


def test_numbers_move_the_frame_and_the_frame_the_numbers(panel, qtbot):
    panel.set_picture(SMALL, 100, 200, ())
    with qtbot.waitSignal(panel.changed):
        panel.edges[1].setValue(59)
    assert panel.view.region == Region(0, 60, 0, 200)
    with qtbot.waitSignal(panel.changed):
        panel.view.cropped.emit(Region(10, 50, 20, 120))
    assert [edge.value() for edge in panel.edges] == [10, 49, 20, 119]
    assert panel.crop == Region(10, 50, 20, 120)
    assert panel.scan_size == (40, 100)
    panel.whole.click()
    assert panel.crop is None
    assert panel.view.region == Region(0, 100, 0, 200)


def test_first_and_last_stay_in_order(panel):
    panel.set_picture(SMALL, 100, 200, ())
    panel.edges[1].setValue(59)
    panel.edges[0].setValue(99)
    assert panel.edges[0].value() == 59
    assert panel.region == Region(59, 60, 0, 200)


def test_the_size_is_said_with_units(panel):
    panel.show_size(ScanSize(251, 400, 1024, 40_160_000, 33_400_000, 368_000_000), 0.5)
    lines = panel.words.replace("\N{NARROW NO-BREAK SPACE}", " ").splitlines()
    assert lines == [
        "251 rows × 400 columns, 125.5 × 200 mm",
        "100 400 spectra of 1024 channels, 40.2 million counts",
        "File about 33 MB, memory about 368 MB",
    ]
    panel.show_size(ScanSize(1, 2, 8, 30, 2_500_000_000, 120_000_000_000), 1.0)
    assert panel.words.endswith("File about 2.5 GB, memory about 120 GB")
    panel.show_size(None, 0.5)
    assert panel.words == ""
