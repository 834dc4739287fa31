"""The answer as text has all that the panel shows."""

from app.core.candidates import CandidateReport
from app.gui.candidate_text import report_text, twins


def names(groups):
    return [[item.pigment.name for item in group] for group in groups]


def test_twins_stand_together_where_the_best_of_them_is(report):
    assert names(twins(report.candidates)) == [["Haematite", "Goethite"], ["Vermilion"]]


def test_only_who_names_the_other_back_is_a_twin(make_candidate):
    first = make_candidate("Bole", 0.5, same_as=("Umber",))
    second = make_candidate("Umber", 0.4)
    assert names(twins((first, second))) == [["Bole"], ["Umber"]]


def test_nobody_has_no_twins():
    assert twins(()) == ()


def test_text_has_the_subject_all_candidates_and_what_stays_open(report):
    assert report_text(report, "hands: row 3, column 5 (1 pixel)") == (
        "hands: row 3, column 5 (1 pixel)\n"
        "\n"
        "Candidates, the best first (score 0 to 1, no verdict):\n"
        "- Haematite (0.80)\n"
        "  for it: Fe Kα, Fe Kβ\n"
        "  same to XRF: Goethite\n"
        "- Vermilion (0.20)\n"
        "  for it: Hg Lα\n"
        "  missing: Hg Lβ\n"
        "  Sulfur is hidden.\n"
        "- Goethite (0.10)\n"
        "  for it: Fe Kα\n"
        "  same to XRF: Haematite\n"
        "\n"
        "Not excluded, as no line of theirs could be told here: Madder lake\n"
        "\n"
        "Left open:\n"
        "- Fe alone cannot say which it is.\n"
    )


def test_empty_answer_says_so():
    text = report_text(CandidateReport((), (), (), ()), "hands")
    assert text.splitlines()[-1] == "- none"
