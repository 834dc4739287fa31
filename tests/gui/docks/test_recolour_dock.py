"""The panel starts and stops recolouring and says what can compute."""

import pytest
from PySide6.QtWidgets import QToolTip

from app.gui.docks.recolour_dock import RecolourPanel
from app.gui.recolour_values import Part, ProcessorRow

PROCESSORS = (
    ProcessorRow("auto", "Automatic"),
    ProcessorRow("cpu", "Processor"),
    ProcessorRow("cuda", "CUDA", "it needs an NVIDIA card"),
)


@pytest.fixture
def panel(qtbot):
    panel = RecolourPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 560)
    panel.show()
    return panel


def test_processors_that_are_not_there_say_why_and_cannot_be_chosen(panel, qtbot, monkeypatch):
    tips = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: tips.append(text))
    panel.set_processors(PROCESSORS)
    assert panel.processor == "auto"
    assert panel.processor_box.itemText(2) == "CUDA – not here"
    assert not panel.processor_box.model().item(2).isEnabled()
    assert panel.absent == "CUDA: it needs an NVIDIA card."
    assert panel.why_button.isVisible()
    panel.why_button.click()
    assert tips == [panel.absent]
    with qtbot.waitSignal(panel.processor_chosen) as told:
        panel.processor_box.setCurrentIndex(1)
    assert told.args == ["cpu"]
    with qtbot.assertNotEmitted(panel.processor_chosen):
        panel.set_processors(PROCESSORS)
    assert panel.processor == "cpu"
    panel.set_processors(PROCESSORS[:1])
    assert panel.processor == "auto"
    assert panel.why_button.isHidden()


def test_button_starts_and_while_it_runs_stops(panel, qtbot):
    assert not panel.run_button.isEnabled()
    panel.set_can_run(False, "Choose a model.")
    assert panel.progress_text == "Choose a model."
    panel.set_can_run(True)
    with qtbot.waitSignal(panel.run_requested):
        panel.run_button.click()
    panel.set_running(True)
    assert panel.is_running
    assert panel.run_button.text() == "Stop"
    assert not panel.processor_box.isEnabled()
    panel.set_progress(0.4, "40 % · 12 300 pixels/s")
    assert panel.bar.value() == 400
    assert panel.progress_text == "40 % · 12 300 pixels/s"
    with qtbot.waitSignal(panel.stop_requested):
        panel.run_button.click()
    panel.set_running(False)
    assert panel.run_button.text() == "Recolour"
    assert panel.progress_text == ""
    panel.set_words("Stopped.")
    assert panel.progress_text == "Stopped."


def test_why_it_cannot_run_does_not_replace_progress(panel):
    panel.set_can_run(True)
    panel.set_running(True)
    panel.set_progress(0.1, "10 %")
    panel.set_can_run(False, "Choose a model.")
    assert panel.progress_text == "10 %"
    assert panel.run_button.isEnabled()


def test_region_can_be_chosen_only_where_there_is_one(panel):
    assert panel.part is Part.SCAN
    place = list(Part).index(Part.REGION)
    assert not panel.part_box.model().item(place).isEnabled()
    panel.set_region("rows 2–4, columns 1–3")
    assert panel.part_box.model().item(place).isEnabled()
    panel.part_box.setCurrentIndex(place)
    assert panel.part is Part.REGION
    panel.set_region("")
    assert panel.part is Part.SCAN
