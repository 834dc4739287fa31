"""Scores are shown with their meaning."""

from app.gui.dialogs.colour_scores import ColourScoresDialog, ScoreRow
from app.gui.views.numbers import MINUS


def test_scores_stand_beside_each_other_with_notes(qtbot):
    rows = (
        ScoreRow("SSIM", 0.51234, "", "1 for equal"),
        ScoreRow("PSNR", 19.1, "dB"),
        ScoreRow("MS-SSIM", None),
    )
    dialog = ColourScoresDialog("KNN before photo.png", rows, rows[:1], ("It was scaled.",))
    qtbot.addWidget(dialog)
    items = [dialog.table.topLevelItem(place) for place in range(3)]
    texts = [[item.text(column) for column in range(4)] for item in items]
    assert texts == [
        ["SSIM", "0.5123", "0.5123", "1 for equal"],
        ["PSNR", "19.1 dB", "", ""],
        ["MS-SSIM", "–", "", ""],
    ]
    assert dialog.notes == "It was scaled."


def test_values_beyond_numbers_are_written_out():
    assert ScoreRow("PSNR", float("inf"), "dB").text == "∞"
    assert ScoreRow("SSIM", -0.25).text == f"{MINUS}0.25"
