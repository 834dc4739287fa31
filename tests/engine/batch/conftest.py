"""Small scans in many formats, and an executor that works in threads of this process."""

import re
import threading

import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.core.cube import SpectralCube
from app.core.progress import no_progress
from app.engine import exports
from app.engine.batch.outcome import Told, ToldKind
from app.engine.batch.runner import BatchRun
from app.engine.batch.worker import Tools, do
from app.errors import Cancelled

MAPS = (BatchTask("maps", {"elements": "Fe,Ca"}),)


class ThreadExecutor:
    """Does works in threads of this process, where tests can put things in their way."""

    def __init__(self, jobs=1):
        self.jobs = jobs
        # not what it is elsewhere: nothing that comes out may tell of it
        self.tools = Tools(threads=3)
        self.most = 0
        self.done = []
        self._unwanted = set()

    def can_take(self, work, running):
        return len(running) < self.jobs

    def submit(self, work, tell):
        def check():
            if work.number in self._unwanted:
                raise Cancelled

        def run():
            outcome = do(work, self.tools, tell, check)
            self.done.append(work.number)
            tell(Told(work.number, ToldKind.END, item=outcome))

        threading.Thread(target=run, daemon=True).start()

    def cancel(self, number):
        self._unwanted.add(number)

    def close(self):
        self.tools.close()


@pytest.fixture
def executor():
    found = ThreadExecutor()
    yield found
    found.close()


@pytest.fixture
def make_scan(tmp_path):
    """Write a scan of 300 channels from 0 to 12 keV; give its path."""

    def make(name="panel.h5", seed=0, shape=(5, 7, 300)):
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        counts = np.random.default_rng(seed).poisson(1.5, shape).astype(np.uint16)
        if path.suffix == ".npz":
            np.savez_compressed(path, cube=counts, kev_offset=0.0, kev_slope=0.04)
        else:
            cube = SpectralCube(counts, EnergyAxis(0.0, 0.04, source="truth"), name=path.stem)
            exports.write_cube(cube, path, no_progress, overwrite=True)
        return path

    return make


@pytest.fixture
def make_plan(tmp_path):
    """A plan of maps, or of other tasks, for some scans."""

    def make(*paths, tasks=MAPS, **more):
        inputs = tuple(
            item if isinstance(item, BatchInput) else BatchInput(str(item)) for item in paths
        )
        return BatchPlan(inputs, tasks, str(more.pop("output", tmp_path / "out")), **more)

    return make


@pytest.fixture
def run_batch(executor):
    """Run a plan to its end; give the summary."""

    def run(plan, listener=lambda event: None, on=executor, **options):
        batch = BatchRun(plan, listener, on, **options)
        batch.start()
        return batch.wait(60)

    return run


@pytest.fixture
def files_in():
    """All files of a folder but the ledger's, by their names from there, with their bytes."""

    def look(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".velatura-batch" not in path.parts
        }

    return look


@pytest.fixture
def same_colours():
    """Whether two HDF5 files hold the same predictions, bit for bit, whatever the times."""

    def compare(one, other):
        with h5py.File(one) as first, h5py.File(other) as second:
            ours, theirs = first["entry/recoloured"], second["entry/recoloured"]
            assert set(ours) == set(theirs)
            for name, values in ours.items():
                np.testing.assert_array_equal(values[()], theirs[name][()])

    return compare


@pytest.fixture
def content_of():
    """What a result holds, without the times and speeds at which it was made.

    All else is compared bit for bit: pixels and text of pictures, all datasets and attributes
    of HDF5 files, all bytes of others.
    """

    def look(path):
        if path.suffix == ".png":
            with Image.open(path) as picture:
                pixels = np.asarray(picture)
                return {
                    "pixels": (pixels.shape, pixels.tobytes()),
                    **{key: _timeless(str(value)) for key, value in picture.info.items()},
                }
        if path.suffix == ".h5":
            with h5py.File(path) as file:
                found = {}
                file.visititems(lambda name, item: found.update({name: _plain(item)}))
                return found
        if path.suffix in (".tif", ".tiff"):
            with tifffile.TiffFile(path) as file:
                image = file.pages[0].asarray()
                text = {
                    tag.name: _timeless(str(tag.value))
                    for tag in file.pages[0].tags
                    # where things lie depends on how long the text is
                    if "Offset" not in tag.name
                }
                text["ImageDescription"] = _timeless(file.pages[0].description)
                return str(image.dtype), image.shape, image.tobytes(), text
        if path.suffix in (".csv", ".json", ".txt"):
            return _timeless(path.read_text("utf-8"))
        return path.read_bytes()

    return look


def _timeless(text):
    words = "time|pixels_per_s|network_memory_mb|batch"
    return re.sub(rf'\\?"({words})\\?": *(\\?"[^"]*"|[\d.]+)', "", text)


def _plain(item):
    attributes = {key: _timeless(str(value)) for key, value in item.attrs.items()}
    if isinstance(item, h5py.Group):
        return attributes
    value = item[()]
    if isinstance(value, bytes):
        return attributes, _timeless(value.decode())
    value = np.asarray(value)
    if value.dtype == object:
        return attributes, value.tolist()
    return attributes, str(value.dtype), value.shape, value.tobytes()
