"""Boards hold samples that have nothing in common but the scanner."""

from dataclasses import replace

import numpy as np
import pytest

from app.learn.boards import make_board
from app.learn.config import DataRecipe
from app.learn.instruments import draw_instrument
from app.learn.jitter import AxisError, Measuring
from app.learn.store import SceneStore
from app.learn.stream import Batching, Stream


@pytest.fixture(scope="module")
def instrument():
    return draw_instrument("Rh", np.random.default_rng(1))


@pytest.fixture(scope="module")
def board(pigments, instrument):
    return make_board(pigments, instrument, np.random.default_rng(2), samples=64)


def test_each_sample_is_a_stack_of_its_own(board):
    assert board.shape == (1, 64)
    assert len(board.argon) == 64
    assert len(np.unique(board.srgb.reshape(-1, 3), axis=0)) > 40
    expected = board.expected(AxisError())
    assert expected.shape == (64, 512)
    assert expected.sum(axis=1).mean() == pytest.approx(1.0, rel=0.01)
    # half of the samples have another ground, thickness or varnish than the next one
    apart = np.abs(np.diff(expected / expected.sum(axis=1, keepdims=True), axis=0)).sum(axis=1)
    assert (apart > 0.01).mean() > 0.9


def test_the_seed_decides_a_board(pigments, instrument, board):
    same = make_board(pigments, instrument, np.random.default_rng(2), samples=64)
    np.testing.assert_array_equal(same.roots, board.roots)
    np.testing.assert_array_equal(same.srgb, board.srgb)


def test_pictures_lend_their_colours(pigments, instrument):
    red = np.full((8, 8, 3), (190, 60, 40), np.uint8)
    board = make_board(pigments, instrument, np.random.default_rng(3), pictures=[red], samples=64)
    aimed = board.srgb.reshape(-1, 3)[32:].astype(float)
    assert np.median(aimed[:, 0] - aimed[:, 2]) > 60


def test_boards_are_kept_in_files_and_streamed(tmp_path):
    recipe = DataRecipe(scenes=1, boards=2, rows=8, cols=8, paints=(2, 3), levels=2)
    store = SceneStore(recipe, tmp_path)
    boards = store.boards()
    assert len(boards) == 2
    assert SceneStore(replace(recipe, boards=0), tmp_path).folder == store.folder
    again = SceneStore(recipe, tmp_path).board(1)
    np.testing.assert_array_equal(again.roots, boards[1].roots)
    batching = Batching("pixel", 4, points=6, elements=True, varied=1.0, beside=1.0)
    batch = Stream(boards, batching, Measuring((900.0, 900.0)), 1).batch(0)
    assert batch.counts.shape == (24, 512)
    assert np.isfinite(batch.elements).all()


def test_a_board_can_do_without_a_ground_s_pigments():
    recipe = DataRecipe(scenes=1, boards=1, without_elements=("Ti", "Zn", "Ba"))
    assert len(SceneStore(recipe).board(0).argon) == 384
