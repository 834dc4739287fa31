"""Fifty scans of all formats, five of them broken: processes, memory, power cuts."""

import json
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.core.batch.states import RowState
from app.core.cube import SpectralCube
from app.core.progress import no_progress
from app.engine import exports, tasks
from app.engine.batch.local import LocalExecutor
from app.engine.batch.outcome import source_of
from app.engine.batch.planner import facts_of, need_mb, processors
from app.engine.batch.recipes import full
from app.engine.batch.runner import BatchRun
from app.engine.batch.worker import Tools
from app.engine.jobs import run_now
from app.engine.recolouring import recolour_files
from app.io.batch_files import write_plan

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

AXIS = EnergyAxis(0.0, 0.04, source="truth")
MAPS = BatchTask("maps", {"elements": "Fe,Ca"}, ("png", "h5"))
COLOURS = BatchTask("recolour", {"model": "palette_ridge"}, ("png", "h5"))
SCANS = 50
BROKEN = (0, 11, 22, 34, 40)


def write_scan(folder, number):
    """A scan in one of five formats; its name in one of four scripts."""
    word = ("Крест", "Maestà", "聖母", "panel")[number % 4]
    shape = (4 + number % 5, 6 + number % 7, 300)
    counts = np.random.default_rng(number).poisson(1.5, shape).astype(np.uint16)
    path = folder / f"{word} {number:02d}"
    kind = number % 5
    if kind == 0:
        np.savez_compressed(path.with_suffix(".npz"), cube=counts, kev_offset=0.0, kev_slope=0.04)
        return BatchInput(str(path.with_suffix(".npz")))
    if kind == 1:
        np.save(path.with_suffix(".npy"), counts)
        return BatchInput(str(path.with_suffix(".npy")), axis=AXIS)
    if kind == 2:
        with h5py.File(path.with_suffix(".nxs"), "w") as file:
            file["spectra"] = counts
        return BatchInput(str(path.with_suffix(".nxs")), axis=AXIS)
    target = path.with_suffix((".h5", ".rpl")[kind - 3])
    exports.write_cube(SpectralCube(counts, AXIS, name=path.name), target, no_progress)
    return BatchInput(str(target))


def break_one(item, how):
    """Break a scan in one of five ways."""
    path = Path(item.path)
    if how == 0:
        path.write_bytes(b"")
    elif how == 1:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif how == 2:
        path.write_bytes(b"What the scanner said.\n" * 9)
    elif how == 3:
        path.with_suffix(".raw").unlink()
    else:
        np.savez_compressed(path, cube=-np.ones((4, 5, 300)), kev_offset=0.0, kev_slope=0.04)


@pytest.fixture
def fifty(tmp_path):
    """A plan for fifty scans; some are broken."""
    folder = tmp_path / "scans Крест"
    folder.mkdir()
    inputs = [write_scan(folder, number) for number in range(SCANS)]
    # each of them a file of the format that can be broken so
    for how, number in enumerate(BROKEN):
        break_one(inputs[number], how)
    return BatchPlan(
        tuple(inputs), (MAPS, COLOURS), str(tmp_path / "out 聖母"), jobs=2, memory_mb=3000.0
    )


def memory_of_children(pid):
    """Resident memory of all processes below one, MB; 0 where the system does not tell."""
    children = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(
            (int(entry.parent.name), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20)
        )
    total, below = 0.0, [pid]
    while below:
        for child, used in children.get(below.pop(), ()):
            total += used
            below.append(child)
    return total


def test_fifty_scans_of_which_five_are_broken(fifty, content_of, same_colours, tmp_path):
    used = [0.0]

    def listen(_):
        used[0] = max(used[0], memory_of_children(os.getpid()))

    executor = LocalExecutor(fifty.jobs, fifty.memory_mb)
    run = BatchRun(fifty, listen, executor)
    run.start()
    summary = run.wait(800)
    executor.close()
    assert summary.message == ""
    failed = tuple(row.item for row in summary.rows if row.state is RowState.FAILED)
    assert failed == BROKEN, [row.message for row in summary.rows if row.message]
    assert summary.count(RowState.DONE) == SCANS - len(BROKEN)
    words = [summary.rows[number].message for number in failed]
    assert "empty (0 bytes)" in words[0]
    assert "no format that Velatura knows" in words[2]
    assert ".raw" in words[3]
    assert "negative" in words[4]
    assert len(set(words)) == len(BROKEN)
    assert used[0] <= fifty.memory_mb
    needs = [need_mb(facts_of(item), [full(task) for task in fifty.tasks]) for item in fifty.inputs]
    assert summary.memory_mb <= max(needs)
    assert summary.networks_loaded == 1
    # one of each format
    for number in (1, 2, 3, 24, 45):
        alone = tmp_path / f"alone {number}"
        compare(fifty, number, summary.rows[number], content_of, same_colours, alone)


def compare(plan, number, row, content_of, same_colours, alone):
    """Whether results are what the tasks give by themselves, but for times and speeds."""
    source = source_of(plan.inputs[number])
    alone.mkdir()
    made = []
    for kind in MAPS.formats:
        parameters = tasks.MapsParameters(elements="Fe,Ca", format=kind)
        made += run_now(partial(tasks.maps, source, parameters, alone))
    stem = source.path.stem
    for kind in COLOURS.formats:
        parameters = tasks.RecolourParameters(model="palette_ridge")
        target = alone / f"{stem}_recolour.{kind}"
        # with as many threads as each of the two processes has
        tools = Tools(threads=max(processors() // 2, 1))
        recolour = partial(recolour_files, source, parameters, target)
        made += run_now(partial(recolour, network_for=tools.network_for))[1]
        tools.close()
    assert [Path(path).name for path in row.outputs] == [path.name for path in made]
    for path, expected in zip(row.outputs, made, strict=True):
        if path.endswith("_recolour.h5"):
            same_colours(path, expected)
        else:
            assert content_of(Path(path)) == content_of(expected), expected.name


def made_lines(output):
    """Entries of the ledger of what was made."""
    ledger = output / ".velatura-batch" / "ledger.jsonl"
    if not ledger.exists():
        return []
    texts = (line.partition(b" ")[2] for line in ledger.read_bytes().splitlines())
    return [entry for entry in map(json.loads, filter(None, texts)) if entry["kind"] == "made"]


def check_whole(path):
    """Reopen a result and read all of it."""
    if path.suffix == ".png":
        with Image.open(path) as picture:
            picture.load()
    else:
        with h5py.File(path) as file:
            file.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_after_a_power_cut_nothing_is_done_twice_and_no_half_file_stays(fifty, tmp_path):
    plan = tmp_path / "fifty.velatura-batch.json"
    write_plan(fifty, plan)
    output = Path(fifty.output)
    arguments = [sys.executable, "-m", "app", "batch", str(plan), "--json"]
    killed = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, start_new_session=True)
    pause = threading.Event()
    while len(made_lines(output)) < 9:
        assert killed.poll() is None
        pause.wait(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(60)
    before = made_lines(output)
    # somebody pulls the plug while a file is written, too
    (output / ".panel 03_recolour.0123abcd.part.png").write_bytes(b"half")
    ran = subprocess.run(arguments, capture_output=True, check=False, timeout=600)
    assert ran.returncode == 1
    states = [item["state"] for item in json.loads(ran.stdout)["items"]]
    assert states.count("failed") == len(BROKEN)
    assert states.count("done") + states.count("up to date") == SCANS - len(BROKEN)
    assert states.count("up to date") >= 1
    after = made_lines(output)
    assert after[: len(before)] == before
    targets = [tuple(entry["targets"]) for entry in after]
    assert len(set(targets)) == len(targets) == 2 * (SCANS - len(BROKEN))
    files = [path for path in output.rglob("*") if path.is_file() and path.parent != output]
    files = [path for path in files if ".velatura-batch" not in path.parts]
    files += [path for path in output.iterdir() if path.is_file()]
    assert not [path for path in output.rglob("*") if ".part" in path.name]
    assert {path.relative_to(output).as_posix() for path in files} == {
        file["path"] for entry in after for file in entry["outputs"]
    }
    for path in files:
        check_whole(path)
