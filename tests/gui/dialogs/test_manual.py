"""The manual is read page by page, and its pages lead to each other."""

import re

import pytest

from app import paths
from app.gui.dialogs.manual import ManualDialog, pages, title_of


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "02-maps.md").write_text("# Maps\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "utf-8")
    (tmp_path / "01-start.md").write_text("# Start\n\nRead on: [maps](02-maps.md)\n", "utf-8")
    (tmp_path / "picture.png").write_bytes(b"")
    return tmp_path


def test_pages_come_in_the_order_of_their_names(folder):
    assert [title_of(page) for page in pages(folder)] == ["Start", "Maps"]


def test_a_page_without_a_heading_is_refused(tmp_path):
    page = tmp_path / "01.md"
    page.write_text("words\n", "utf-8")
    with pytest.raises(ValueError, match="does not begin with a heading"):
        title_of(page)


def test_the_first_page_is_shown_and_links_lead_to_others(qtbot, folder):
    dialog = ManualDialog(folder)
    qtbot.addWidget(dialog)
    assert dialog.shown == "Start"
    assert "Read on" in dialog.text.toPlainText()
    dialog.text.anchorClicked.emit("02-maps.md")
    assert dialog.shown == "Maps"
    assert "1" in dialog.text.toPlainText()


def test_an_unknown_page_changes_nothing(qtbot, folder):
    dialog = ManualDialog(folder)
    qtbot.addWidget(dialog)
    assert not dialog.show_page("03-none.md")
    assert dialog.shown == "Start"


def test_every_link_and_picture_of_the_shipped_manual_is_there():
    folder = paths.resource("manual")
    assert len(pages(folder)) >= 3
    for page in pages(folder):
        assert title_of(page)
        for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            assert (folder / target).is_file(), f"{page.name} points to {target}"
