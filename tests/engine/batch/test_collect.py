"""Scans found in files and folders, and looked into."""

import os

import numpy as np
import pytest

from app.core.batch.plan import BatchInput
from app.engine.batch.collect import chosen_dataset, collected, found, looked_at
from app.io.batch_ledger import Ledger


@pytest.fixture
def tree(tmp_path):
    """A folder with scans, other things, and folders within."""
    root = tmp_path / "Крест 1"
    for name in ("b.h5", "A.npz", "notes.txt", "sub/c.H5", "sub/deeper/d.npy", ".hidden/e.h5"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def names(paths, root):
    return [path.relative_to(root).as_posix() for path in paths]


def test_scans_come_by_name_and_hidden_folders_are_left_alone(tree):
    assert names(found([tree]), tree) == ["A.npz", "b.h5", "sub/c.H5", "sub/deeper/d.npy"]


def test_folders_within_can_be_left_out(tree):
    assert names(found([tree], recursive=False), tree) == ["A.npz", "b.h5"]


def test_patterns_choose_names_whatever_their_capitals(tree):
    assert names(found([tree], ["*.h5", "a.*"]), tree) == ["A.npz", "b.h5", "sub/c.H5"]


def test_what_is_named_itself_is_taken_as_it_is_and_once(tree):
    text = tree / "notes.txt"
    absent = tree / "absent.h5"
    paths = found([text, absent, tree / "b.h5", tree], ["*.npz"])
    assert names(paths, tree) == ["notes.txt", "absent.h5", "b.h5", "A.npz"]


def test_both_halves_of_a_ripple_cube_are_one_scan(tmp_path):
    for name in ("a.rpl", "a.raw", "alone.raw"):
        (tmp_path / name).write_bytes(b"x")
    assert names(found([tmp_path]), tmp_path) == ["a.rpl", "alone.raw"]
    assert names(found([tmp_path / "a.raw", tmp_path / "a.rpl"]), tmp_path) == ["a.rpl"]


def test_a_folder_of_mca_files_is_one_scan(tmp_path):
    folder = tmp_path / "scans" / "panel"
    folder.mkdir(parents=True)
    for number in (1, 2):
        (folder / f"None_{number}.mca").write_text("x")
    assert names(found([tmp_path / "scans" / "panel"]), tmp_path) == ["scans/panel"]
    (tmp_path / "more").mkdir()
    (tmp_path / "scans").rename(tmp_path / "more" / "scans")
    assert names(found([tmp_path / "more"]), tmp_path) == ["more/scans"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_a_folder_above_leads_nowhere(tree):
    (tree / "sub" / "up").symlink_to(tree, target_is_directory=True)
    assert len(found([tree])) == 4


def test_headers_are_looked_into(make_scan, tmp_path):
    make_scan("a.h5")
    (tmp_path / "scans/b.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    good, bad = collected([tmp_path / "scans"])
    assert good.peek.best.shape == (5, 7, 300)
    assert not good.problem
    assert bad.peek is None
    assert "b.h5" in bad.problem


def test_a_flat_list_of_spectra_asks_for_its_size(tmp_path):
    path = tmp_path / "flat.npy"
    np.save(path, np.ones((12, 40), np.uint16))
    assert "rows and columns" in looked_at(BatchInput(str(path))).problem
    assert not looked_at(BatchInput(str(path), rows=3, cols=4)).problem
    assert looked_at(BatchInput(str(path), rows=5, cols=5)).problem


def test_the_chosen_cube_is_the_one_named(tmp_path):
    path = tmp_path / "two.npz"
    np.savez(path, first=np.ones((2, 3, 40), np.uint16), second=np.ones((3, 4, 50), np.uint16))
    looked = looked_at(BatchInput(str(path), dataset="first"))
    assert chosen_dataset(looked.peek, looked.input).shape == (2, 3, 40)


def test_a_folder_of_scans_that_are_folders_can_be_looked_into_only(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "None_1.mca").touch()
    assert found([tmp_path]) == (tmp_path,)
    assert found([tmp_path], only_inside=True) == (tmp_path / "one", tmp_path / "two")


def test_a_link_to_itself_is_told_and_the_others_are_found(tree):
    loop = tree / "loop.h5"
    loop.symlink_to(loop.name)
    assert names(found([tree]), tree) == [
        "A.npz",
        "b.h5",
        "loop.h5",
        "sub/c.H5",
        "sub/deeper/d.npy",
    ]
    assert looked_at(BatchInput(str(loop))).problem


def test_results_of_a_batch_are_no_scans_of_it(tree):
    with Ledger(tree) as ledger:
        ledger.begin(["b.h5", "sub/deeper"])
    assert names(found([tree]), tree) == ["A.npz", "sub/c.H5"]
    # from whichever folder one looks, but for files that are named themselves
    assert names(found([tree / "sub"]), tree) == ["sub/c.H5"]
    assert names(found([tree.parent]), tree) == ["A.npz", "sub/c.H5"]
    assert names(found([tree / "b.h5"]), tree) == ["b.h5"]
