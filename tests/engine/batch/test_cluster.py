"""The same plan gives the same files through a Dask scheduler, also when a worker is lost."""

import os
import signal
import socket
import sys

import pytest

from app.core.batch.plan import BatchTask
from app.core.batch.states import RowState
from app.engine.batch.cluster import ClusterError, DaskExecutor

distributed = pytest.importorskip("distributed", reason="the package distributed is absent")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    # its own sockets and threads are its own matter
    pytest.mark.filterwarnings("default"),
]

TASKS = (
    BatchTask("recolour", {"model": "palette_ridge"}, ("png", "h5")),
    BatchTask("maps", {"elements": "Fe,Ca"}),
)
DONE, FAILED = RowState.DONE, RowState.FAILED


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, processes of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VELATURA_HOME", str(tmp_path_factory.mktemp("workers")))
        found = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        )
        yield found
        found.close()


@pytest.fixture
def executor(cluster):
    found = DaskExecutor(cluster.scheduler_address)
    yield found
    found.close()


def states(summary):
    return [row.state for row in summary.rows]


@pytest.fixture
def same_files(content_of, same_colours):
    """Whether two folders hold the same; how many files.

    All of it bit for bit, but for the times in it.
    """

    def look(one, other):
        folders = [
            sorted(
                path.relative_to(folder)
                for path in folder.rglob("*")
                if path.is_file() and ".velatura-batch" not in path.parts
            )
            for folder in (one, other)
        ]
        assert folders[0] == folders[1]
        for name in folders[0]:
            if name.match("*_recolour.h5"):
                same_colours(one / name, other / name)
            else:
                assert content_of(one / name) == content_of(other / name), name
        return len(folders[0])

    return look


def test_two_workers_give_the_files_of_one_machine(
    cluster, executor, make_scan, make_plan, run_batch, same_files, tmp_path
):
    scans = [make_scan(f"聖母 {n}.{kind}", n) for n, kind in enumerate(("h5", "npz", "rpl"))]
    broken = tmp_path / "scans" / "broken.h5"
    broken.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    events = []
    far = run_batch(make_plan(*scans, broken, tasks=TASKS), events.append, executor)
    assert states(far) == [DONE, DONE, DONE, FAILED], [row.message for row in far.rows]
    assert "broken.h5" in far.rows[3].message
    assert {event.state for event in events if event.item == 0} >= {RowState.RUNNING, DONE}
    near = run_batch(make_plan(*scans, tasks=TASKS, output=tmp_path / "near"), on=None)
    assert states(near) == [DONE] * 3
    assert same_files(tmp_path / "out", tmp_path / "near") == 3 * 4
    # each worker has loaded the network once at most
    assert far.networks_loaded == 1
    again = run_batch(make_plan(*scans, tasks=TASKS), on=executor)
    assert states(again) == [RowState.UP_TO_DATE] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_scans_of_a_killed_worker_are_done_elsewhere(
    cluster, executor, make_scan, make_plan, run_batch, same_files, tmp_path
):
    scans = [make_scan(f"panel {n}.h5", n, (40, 50, 300)) for n in range(4)]
    client = distributed.Client(cluster.scheduler_address, set_as_default=False)
    killed = []

    def kill_one(event):
        # a message comes from a worker that is at work
        if event.message and not killed:
            pids = client.run(os.getpid)
            busy = [name for name, keys in client.processing().items() if keys]
            killed.append(pids[busy[0]])
            os.kill(killed[0], signal.SIGKILL)

    summary = run_batch(make_plan(*scans, tasks=TASKS), kill_one, executor)
    assert states(summary) == [DONE] * 4, [row.message for row in summary.rows]
    assert killed
    client.close()
    run_batch(make_plan(*scans, tasks=TASKS, output=tmp_path / "near"), on=None)
    assert same_files(tmp_path / "out", tmp_path / "near") == 4 * 4
    assert not [name for name in os.listdir(tmp_path / "out") if ".part" in name]


def test_what_waits_and_what_runs_can_be_cancelled(executor, make_scan, make_plan, tmp_path):
    from app.engine.batch.runner import BatchRun

    scans = [make_scan(f"panel {n}.h5", n, (40, 50, 300)) for n in range(6)]
    batch = None

    def cancel(event):
        if event.state is RowState.RUNNING:
            batch.cancel()

    batch = BatchRun(make_plan(*scans, tasks=TASKS), cancel, executor)
    batch.start()
    summary = batch.wait(60)
    assert set(states(summary)) <= {DONE, RowState.CANCELLED}
    assert states(summary).count(RowState.CANCELLED) >= 4


def test_a_machine_that_would_do_something_else_is_told(
    executor, make_scan, make_plan, run_batch, monkeypatch
):
    monkeypatch.setattr("app.engine.batch.planner.hash_of", lambda *given: "0" * 64)
    summary = run_batch(make_plan(make_scan(), tasks=TASKS), on=executor)
    assert states(summary) == [FAILED]
    assert "would not do what was planned" in summary.rows[0].message
    assert "000000000000… expected" in summary.rows[0].message


def test_a_scheduler_that_leaves_takes_nothing_along(make_scan, make_plan, tmp_path):
    from app.engine.batch.runner import BatchRun

    lonely = distributed.LocalCluster(n_workers=0, dashboard_address=None)
    far = DaskExecutor(lonely.scheduler_address)

    def leave(event):
        if event.state is RowState.RUNNING:
            lonely.close()

    batch = BatchRun(make_plan(make_scan(), tasks=TASKS), leave, far)
    batch.start()
    summary = batch.wait(60)
    far.close()
    assert states(summary) == [FAILED]
    assert "does not answer any more" in summary.rows[0].message


def test_an_address_where_nothing_answers_is_told(monkeypatch):
    monkeypatch.setattr("app.engine.batch.cluster._CONNECT_S", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ClusterError, match=f"tcp://127.0.0.1:{port}"):
        DaskExecutor(f"tcp://127.0.0.1:{port}")
    with pytest.raises(ClusterError, match="expected an address"):
        DaskExecutor("nowhere at all")


def test_a_missing_package_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="not installed"):
        DaskExecutor("tcp://127.0.0.1:1")
