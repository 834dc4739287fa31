"""The program starts quickly, and can draw itself without a screen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QFileOpenEvent, QImage

import app
from app import settings
from app.core.clustering.colours import cluster_colours
from app.core.region import Region
from app.errors import AppError, WriteError
from app.gui import application, theme
from app.gui.application import FileOpenFilter, create_application, create_window, render_window
from app.settings import Settings

HEAVY = ("h5py", "scipy", "sklearn", "skimage", "hdf5plugin", "tifffile", "PIL", "onnxruntime")


@pytest.fixture
def scan_file(tmp_path):
    counts = np.zeros((5, 7, 64), np.uint16)
    counts[:, :, 32] = np.arange(1, 6)[:, None]
    path = tmp_path / "hands.npz"
    np.savez(path, cube=counts, kev_slope=0.2, kev_offset=0.0)
    return path


def test_window_needs_no_heavy_package():
    code = (
        "import sys; from app.gui.application import create_application, create_window\n"
        "from app.settings import Settings\n"
        "application = create_application(['velatura'])\n"
        "window = create_window(Settings(), is_kept=False); window.show(); window.close()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    root = Path(app.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=50
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_application_is_made_once(qapp):
    assert create_application(["velatura"]) is qapp


def test_file_asked_for_by_the_desktop_is_told(qapp, qtbot):
    heard = FileOpenFilter()
    qapp.installEventFilter(heard)
    try:
        with qtbot.waitSignal(heard.file_asked) as told:
            qapp.sendEvent(qapp, QFileOpenEvent("/scans/hands.npz"))
    finally:
        qapp.removeEventFilter(heard)
    assert told.args == [Path("/scans/hands.npz")]


def test_window_starts_with_the_remembered_display(qapp):
    window = create_window(Settings(colour_map="grey", spectrum_log=False), is_kept=False)
    assert window.session.display.colour_map == "grey"
    assert window.session.spectrum_log is False
    window.close()


@pytest.mark.parametrize(("theme", "is_dark"), [("dark", True), ("light", False)])
def test_window_is_drawn_with_its_scan(dark, scan_file, tmp_path, theme, is_dark):
    out = tmp_path / "window.png"
    render_window([scan_file], out, size=(1000, 700), theme=theme, element="Fe", kept=("Fe",))
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1000, 700)
    assert (picture.pixelColor(600, 10).lightness() < 128) is is_dark
    assert not settings.settings_file().exists()


def test_picture_can_have_more_pixels(dark, scan_file, tmp_path):
    out = tmp_path / "window.png"
    render_window([scan_file], out, size=(1000, 700), scale=2.0)
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (2000, 1400)


def test_pigments_and_candidates_are_drawn_when_they_are_known(
    dark, scan_file, tmp_path, monkeypatch
):
    seen = []

    def look(window, _scale):
        parts = window.pigments
        selection = [row.pigment.name for row in parts.desk.selection]
        seen.append((selection, parts.candidates.report is not None))
        return picture_of(window, 1.0)

    picture_of = application._picture_of
    monkeypatch.setattr(application, "_picture_of", look)
    render_window([scan_file], tmp_path / "a.png", view="pigments", pigment="azurite")
    render_window([scan_file], tmp_path / "b.png", view="candidates", region=Region(0, 5, 0, 7))
    assert seen == [(["Azurite"], False), ([], True)]


def test_unreadable_scan_is_raised_and_nothing_drawn(dark, tmp_path):
    broken, out = tmp_path / "broken.npz", tmp_path / "window.png"
    broken.write_bytes(b"")
    with pytest.raises(AppError, match=r"broken\.npz"):
        render_window([broken], out)
    assert not out.exists()


def test_picture_that_cannot_be_written_is_told(dark, scan_file, tmp_path):
    with pytest.raises(WriteError, match="could not be saved"):
        render_window([scan_file], tmp_path / "absent" / "window.png")


def test_a_batch_is_shown_with_the_scan_and_its_recipe(dark, tmp_path, scan_file):
    out = tmp_path / "batch.png"
    render_window([scan_file], out, size=(1100, 700), view="batch", kept=("Fe",))
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1100, 700)
    # the row of the chosen task has the accent's colour, half-way across the right half
    accent = theme.palette(theme.Theme.DARK).highlight().color().rgb()
    rows = [picture.pixel(1000, y) == accent for y in range(70, 140)]
    assert sum(rows) > 8


def test_clusters_are_found_for_their_picture(dark, tmp_path, scan_file):
    render_window([scan_file], tmp_path / "a.png", size=(1024, 700))
    render_window([scan_file], tmp_path / "b.png", size=(1024, 700), view="clusters")
    pictures = [QImage(str(tmp_path / name)) for name in ("a.png", "b.png")]
    # the middle of the map has a colour of the clusters
    colours = [picture.pixelColor(400, 200).getRgb()[:3] for picture in pictures]
    assert colours[0] != colours[1]
    assert list(colours[1]) in cluster_colours(5).tolist()


def test_scan_is_unmixed_for_its_picture(dark, tmp_path, scan_file):
    render_window([scan_file], tmp_path / "a.png", size=(1024, 700))
    render_window([scan_file], tmp_path / "b.png", size=(1024, 700), view="unmixing")
    pictures = [QImage(str(tmp_path / name)) for name in ("a.png", "b.png")]
    # below the elements, where the list of maps was
    assert pictures[0].copy(690, 400, 330, 280) != pictures[1].copy(690, 400, 330, 280)


def test_comparison_is_drawn_in_place_of_the_window(dark, tmp_path, scan_file):
    out = tmp_path / "a.png"
    render_window([scan_file], out, size=(1024, 700), view="comparison", other=scan_file)
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1024, 700)
    # the scores on the right are no part of the window's own picture
    render_window([scan_file], tmp_path / "b.png", size=(1024, 700))
    assert picture != QImage(str(tmp_path / "b.png"))


def test_comparison_with_what_is_no_scan_is_an_error(dark, tmp_path, scan_file):
    other = tmp_path / "words.npz"
    other.write_text("no scan")
    with pytest.raises(AppError, match="words"):
        render_window([scan_file], tmp_path / "a.png", view="comparison", other=other)
    assert not (tmp_path / "a.png").exists()
