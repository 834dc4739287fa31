from app.core.lines import line
from app.gui.views.line_readout import line_text, nearest_line, usual_lines


def test_a_marked_line_is_named_and_a_usual_one_is_only_near():
    marked = (line("Hg_La"), line("Hg_Lb"))
    assert line_text(marked, 9.99) == "Hg Lα"
    assert line_text(marked, 6.41) == "near Fe Kα"
    assert line_text(marked, 38.0) == ""


def test_a_line_farther_than_half_a_peak_is_not_meant():
    assert nearest_line((line("Fe_Ka"),), 6.50) is None
    assert nearest_line((line("Fe_Ka"),), 6.45) == line("Fe_Ka")
    assert nearest_line((), 6.4) is None


def test_usual_lines_are_those_a_detector_sees():
    assert min(item.energy_kev for item in usual_lines()) > 0.9
