"""Clusters are listed with size, elements and silhouette; one can be chosen."""

import pytest

from app.gui.docks.clusters_dock import EMPTY, ClusterRow, ClustersPanel
from app.gui.views.numbers import MINUS, THIN_SPACE

ROWS = (
    ClusterRow(1, (0, 114, 178), 4024, 0.559, ("Pb", "Ca"), ("Pb Lα", "Ca Kα"), 0.51, 21947.0),
    ClusterRow(2, (230, 159, 0), 30, 0.004, ("Hg",), ("Hg Lα",), -0.02, 9.4),
    ClusterRow(3, (0, 158, 115), 3, 0.0004, (), (), None, 1.0),
)
TRIED = ((2, 0.2), (3, 0.4), (4, 0.3))


@pytest.fixture
def panel(qtbot):
    panel = ClustersPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 500)
    panel.show()
    return panel


@pytest.fixture
def filled(panel):
    panel.set_rows(ROWS, "Whole spectra, anscombe, seed 0.", TRIED)
    return panel


def texts(panel, place):
    item = panel.list.topLevelItem(place)
    return [item.text(column) for column in range(5)]


def test_without_clusters_it_says_what_they_are_and_offers_to_find_them(panel, qtbot):
    assert panel.title == EMPTY
    for widget in (panel.list, panel.ask_button, panel.export_button, panel.plot):
        assert widget.isHidden()
    assert panel.cluster_button.isVisible()
    panel.set_can_cluster(True)
    with qtbot.waitSignal(panel.cluster_requested):
        panel.cluster_button.click()
    panel.set_can_cluster(False)
    assert not panel.cluster_button.isEnabled()


def test_each_cluster_has_a_row(filled):
    assert filled.title == f"3 clusters · 4{THIN_SPACE}057 pixels"
    assert filled.note == "Whole spectra, anscombe, seed 0."
    assert texts(filled, 0) == ["1", f"4{THIN_SPACE}024", "55.9 %", "0.51", "Pb, Ca"]
    assert texts(filled, 1) == ["2", "30", "0.4 %", f"{MINUS}0.02", "Hg"]
    assert texts(filled, 2) == ["3", "3", "0.0 %", "–", ""]


def test_swatch_keeps_its_colour_in_a_chosen_row(filled):
    from PySide6.QtGui import QIcon

    icon = filled.list.topLevelItem(1).icon(0)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        middle = icon.pixmap(14, 14, mode).toImage().pixelColor(7, 7)
        assert middle.getRgb()[:3] == (230, 159, 0)


def test_chosen_cluster_is_told_and_described(filled, qtbot):
    assert filled.details.startswith("Choose a cluster")
    assert not filled.ask_button.isEnabled()
    with qtbot.waitSignal(filled.chosen) as told:
        filled.choose(0)
    assert told.args == [0]
    assert filled.selected == 0
    assert filled.details == (
        f"Cluster 1: Pb Lα, Ca Kα; on average 21{THIN_SPACE}947 counts per pixel"
    )
    for button, signal in (
        (filled.ask_button, filled.ask_requested),
        (filled.make_button, filled.make_requested),
        (filled.export_button, filled.export_requested),
    ):
        with qtbot.waitSignal(signal):
            button.click()
    with qtbot.waitSignal(filled.chosen) as told:
        filled.choose(None)
    assert told.args == [None]


def test_cluster_without_named_lines_is_described_by_its_counts(filled):
    filled.choose(2)
    assert filled.details == "Cluster 3: on average 1 counts per pixel"


def test_rows_named_anew_keep_the_choice_and_tell_nothing(filled, qtbot):
    filled.choose(1)
    with qtbot.assertNotEmitted(filled.chosen):
        filled.set_rows(ROWS, "")
    assert filled.selected == 1
    filled.set_rows(ROWS[:1], "")
    assert filled.selected is None


def test_best_number_is_named_and_what_a_silhouette_is(filled):
    assert filled.silhouette_words.startswith("Best: 3. Silhouette: 1 is well apart")
    filled.set_rows(ROWS, "", TRIED[:2])
    assert filled.silhouette_words.startswith("Best: 3, at the end of the range; try")
    filled.set_rows(ROWS, "")
    assert filled.plot.isHidden()
    assert filled.silhouette_words.startswith("Silhouette: 1 is")


def test_picture_is_toggled_by_the_user_alone(filled, qtbot):
    with qtbot.assertNotEmitted(filled.picture_toggled):
        filled.set_picture_shown(True)
    with qtbot.waitSignal(filled.picture_toggled) as told:
        filled.picture_box.click()
    assert told.args == [False]


def test_clearing_goes_back_to_the_words(filled):
    filled.choose(1)
    filled.clear()
    assert filled.title == EMPTY
    assert filled.rows == ()
    assert filled.selected is None


def test_low_window_is_not_made_taller(filled):
    assert filled.minimumSizeHint().height() <= 200
    assert filled.minimumSizeHint().width() <= 280
