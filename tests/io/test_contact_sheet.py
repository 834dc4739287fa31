"""Contact sheets as pictures: every scan, shared or own limits, pages where there are many."""

import numpy as np
import pytest

from app.core.batch.sheet import Digest, Scaling, Sheet, Tile
from app.core.display import MapDisplay
from app.io.contact_sheet import draw_sheet, limits_text, subtitle

TOP = MapDisplay().table[-1].tolist()
HALF = MapDisplay().table[127].tolist()


def digest(name, rows=30, cols=40, **tops):
    tiles = tuple(
        Tile(column, np.full((rows, cols), top, np.float32), (0.0, float(top)), "counts")
        for column, top in tops.items()
    )
    return Digest(name, "size", tiles=tiles)


def pixels(picture, colour):
    return int((np.abs(picture.astype(int) - colour).max(axis=2) <= 3).sum())


def test_shared_limits_show_half_the_counts_half_as_bright():
    sheet = Sheet("all", (digest("a", Fe=100), digest("b", Fe=50), digest("c", Fe=100, Cu=3)))
    (picture,) = draw_sheet(sheet)
    assert pixels(picture, TOP) >= 3 * 200 * 150
    assert pixels(picture, HALF) >= 200 * 150


def test_own_limits_show_every_map_up_to_its_last_colour():
    sheet = Sheet("all", (digest("a", Fe=100), digest("b", Fe=50)), scaling=Scaling.OWN)
    (picture,) = draw_sheet(sheet)
    assert pixels(picture, TOP) >= 2 * 200 * 150
    assert pixels(picture, HALF) < 100


def test_colours_are_shown_as_they_are():
    rgba = np.full((20, 40, 4), 255, np.uint8)
    rgba[..., :3] = (12, 200, 90)
    sheet = Sheet("all", (Digest("a", tiles=(Tile("Predicted", rgba),)),))
    (picture,) = draw_sheet(sheet)
    assert pixels(picture, [12, 200, 90]) == 200 * 100


def test_scans_without_results_make_it_longer_with_their_reasons():
    digests = (digest("a", Fe=100),)
    (short,) = draw_sheet(Sheet("all", digests))
    (longer,) = draw_sheet(Sheet("all", digests, (("聖母.h5", "It is broken. " * 40),)))
    assert longer.shape[0] > short.shape[0] + 60


def test_a_batch_without_any_result_has_a_sheet_that_says_so():
    (picture,) = draw_sheet(Sheet("all", (), (("a.h5", "It is broken."),)))
    assert picture.shape[2] == 3


def test_very_many_scans_need_several_pictures():
    digests = tuple(digest(f"scan {number}", Fe=9, Cu=9) for number in range(90))
    pictures = draw_sheet(Sheet("all", digests))
    assert len(pictures) == 2
    assert all(picture.shape[0] <= 12_000 for picture in pictures)
    assert len({picture.shape[1] for picture in pictures}) == 1


def test_more_columns_than_fit_follow_below():
    many = digest("a", **{f"E{number}": 9 for number in range(9)})
    few = digest("a", **{f"E{number}": 9 for number in range(6)})
    ((wide,), (narrow,)) = draw_sheet(Sheet("all", (many,))), draw_sheet(Sheet("all", (few,)))
    assert wide.shape[1] == narrow.shape[1]
    assert wide.shape[0] > narrow.shape[0] + 150


def test_the_same_sheet_gives_the_same_picture():
    sheet = Sheet("all", (digest("Крест", Fe=100), digest("x" * 90, Fe=50)))
    np.testing.assert_array_equal(draw_sheet(sheet)[0], draw_sheet(sheet)[0])


def test_the_subtitle_counts_scans_and_tells_the_scaling():
    done = (digest("a", Fe=1), digest("b", Fe=2))
    assert subtitle(Sheet("x", done)) == "2 scans · maps of one column share their limits"
    own = Sheet("x", done[:1], (("c", ""),), Scaling.OWN)
    assert subtitle(own) == "1 scan · 1 not done, see below · each map has its own limits"


@pytest.mark.parametrize(
    ("limits", "told"),
    [((0.0, 1693.0), "0 – 1\u00a0693"), ((0.0, 8.0), "0 – 8"), ((-0.25, 1.5), "−0.25 – 1.50")],
)
def test_limits_are_told_with_the_digits_they_need(limits, told):
    assert limits_text(limits) == told
