"""A batch against a bare loop over the same task functions, on fifty small scans.

Both do maps and colours of every scan. The loop keeps its network from scan to scan, too, and
everything is imported before it begins; the batch starts its process within the time measured.
The bound is one of processor time, which other programs at work do not change much: that of the
program and its workers, without the networks' own processes, which do the same in both.
"""

import resource
import shutil
import time

import numpy as np
import pytest

from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.engine import tasks
from app.engine.batch.runner import BatchRun
from app.engine.batch.worker import Tools
from app.engine.jobs import run_now
from app.engine.recolouring import recolour_files
from app.io import store

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

SCANS, ROUNDS = 50, 3
SHAPE = (60, 80, 1024)
MODEL = "palette_ridge"


@pytest.fixture
def scans(tmp_path):
    """Fifty scans of 60 × 80 pixels and 1 024 channels."""
    paths = []
    for number in range(SCANS):
        path = tmp_path / f"scan {number:02d}.npz"
        counts = np.random.default_rng(number).poisson(0.4, SHAPE).astype(np.uint16)
        np.savez(path, cube=counts, kev_offset=0.0, kev_slope=0.02)
        paths.append(path)
    return paths


def used_s():
    """Processor time of this program and of the processes that it has ended, s."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime


def bare_loop(scans, out):
    """Seconds for a loop over the task functions."""
    maps = tasks.MapsParameters(elements="Fe,Cu,Pb_Lb")
    colours = tasks.RecolourParameters(model=MODEL)
    started = time.perf_counter()
    tools = Tools()
    for path in scans:
        source = tasks.Source(path)
        run_now(lambda context, source=source: tasks.maps(source, maps, out / "maps", context))
        target = out / f"{path.stem}.png"
        run_now(
            lambda context, source=source, target=target: recolour_files(
                source, colours, target, context, network_for=tools.network_for
            )
        )
    tools.close()
    return time.perf_counter() - started


def batch(scans, out):
    """Seconds for the same by a batch with one process."""
    wanted = (
        BatchTask("maps", {"elements": "Fe,Cu,Pb_Lb"}),
        BatchTask("recolour", {"model": MODEL}),
    )
    plan = BatchPlan(tuple(BatchInput(str(path)) for path in scans), wanted, str(out), jobs=1)
    started = time.perf_counter()
    run = BatchRun(plan, lambda event: None)
    run.start()
    summary = run.wait()
    assert summary.is_good
    assert summary.networks_loaded == 1
    return time.perf_counter() - started


def test_a_batch_costs_at_most_a_tenth_more_than_a_bare_loop(scans, tmp_path, report):
    wall, processor = {"loop": [], "batch": []}, {"loop": [], "batch": []}
    for number in range(ROUNDS):
        for name, run in (("loop", bare_loop), ("batch", batch)):
            out = tmp_path / f"{name} {number}"
            out.mkdir()
            # neither finds what the other has read
            shutil.rmtree(store.store_dir())
            before = used_s()
            wall[name].append(round(run(scans, out), 2))
            own, ended = (now - then for now, then in zip(used_s(), before, strict=True))
            # what the loop has ended is its network; a worker's network is not counted with it
            processor[name].append(round(own + ended * (name == "batch"), 2))
    ratio = min(processor["batch"]) / min(processor["loop"])
    report("processor time of a batch over a loop", ratio, "times", processor_s=processor)
    report("batch over a loop", min(wall["batch"]) / min(wall["loop"]), "times", wall_s=wall)
    assert ratio <= 1.10
