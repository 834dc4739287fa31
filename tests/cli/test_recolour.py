"""`velatura recolour` as a user types it."""

import json
import signal
import threading

import numpy as np
import pytest
from PIL import Image

from app.cli.main import run


@pytest.fixture
def scan(tmp_path):
    counts = np.random.default_rng(1).poisson(3, (5, 8, 300)).astype(np.uint16)
    path = tmp_path / "scan.npz"
    np.savez(path, cube=counts, kev_offset=0.0, kev_slope=0.1)
    return path


def test_a_picture_and_its_doubt_are_written(scan, tmp_path, capsys):
    out, doubt = tmp_path / "p.png", tmp_path / "u.png"
    arguments = ["recolour", str(scan), "--model", "palette_ridge", "--out", str(out)]
    assert run([*arguments, "--uncertainty", str(doubt), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["outputs"] == [str(out), str(doubt)]
    assert report["model"] == "Palette, linear"
    assert report["pixels"] == 40
    assert report["provider"] == "cpu"
    assert 0 < report["network_memory_mb"] < 1000
    with Image.open(out) as picture:
        assert picture.size == (8, 5)
    assert run([*arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: Cannot write p.png.")
    assert "--force" in captured.err


def test_regions_stamps_and_remarks_are_told(scan, tmp_path, capsys):
    out = tmp_path / "p.png"
    given = ["recolour", str(scan), "--model", "palette, linear", "--out", str(out)]
    assert run([*given, "--region", "1:4,2:7", "--stamp", "--provider", "cuda"]) == 0
    text = capsys.readouterr().out
    assert "run with cpu" in text
    assert "pixels    15, " in text
    assert "note      NVIDIA graphics card (CUDA) is not available" in text
    with Image.open(out) as picture:
        assert picture.size[0] >= 320


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--model", "nobody"], "There is no model 'nobody'"),
        (["--model", "palette_ridge", "--provider", "abacus"], "“Run with” cannot be 'abacus'"),
        (["--model", "palette_ridge", "--region", "0:9,0:1"], "beyond the scan"),
        (["--model", "palette_ridge", "--seconds", "0"], "“Time limit” is out of its limits"),
    ],
)
def test_mistakes_end_with_one_line_and_a_hint(scan, tmp_path, capsys, more, told):
    out = tmp_path / "p.png"
    assert run(["recolour", str(scan), "--out", str(out), *more]) == 2
    error, hint = capsys.readouterr().err.strip().splitlines()
    assert told in error
    assert hint.startswith("hint: ")
    assert not out.exists()


def test_without_a_model_the_first_of_the_list_is_taken(scan, tmp_path, capsys):
    assert run(["models", "list", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert run(["recolour", str(scan), "--out", str(tmp_path / "p.png"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == first["name"]


def test_a_scan_is_followed_until_the_interrupt(scanner, tmp_path, capsys):
    counts = np.random.default_rng(1).poisson(3, (4, 5, 300)).astype(np.uint16)
    machine = scanner("swmr", tmp_path / "scan.h5", counts)
    for _ in range(3):
        machine.line()
    out = tmp_path / "p.png"

    def interrupt_once_there_is_a_picture():
        while not out.exists() and not over.wait(0.01):
            pass
        signal.raise_signal(signal.SIGINT)

    over = threading.Event()
    thread = threading.Thread(target=interrupt_once_there_is_a_picture)
    thread.start()
    arguments = ["recolour", str(tmp_path / "scan.h5"), "--model", "palette_ridge", "--live"]
    before = signal.getsignal(signal.SIGINT)
    try:
        assert run([*arguments, "--out", str(out), "--json"]) == 0
    finally:
        over.set()
        thread.join()
    assert signal.getsignal(signal.SIGINT) is before
    report = json.loads(capsys.readouterr().out)
    assert (report["pixels"], report["outputs"]) == (15, [str(out)])
    with Image.open(out) as picture:
        assert picture.size == (5, 3)
    # what was there before is not replaced without a word
    assert run([*arguments, "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
