"""Whatever is opened, a failure is one clear message and the session stays as it was."""

import errno
import zipfile

import h5py
import numpy as np
import pytest

from app.errors import AppError
from app.gui.application import create_window
from app.gui.opening import Ask
from app.io import store
from app.settings import Settings


@pytest.fixture
def window(qtbot, make_scan):
    """The real window with a scan open and its energy window moved."""
    window = create_window(Settings(), is_kept=False)
    qtbot.addWidget(window)
    window.session.open_scan(make_scan())
    window.session.set_window(10, 20)
    yield window
    window.close()


def poisson(shape=(6, 5, 40), dtype=np.uint16):
    return np.random.default_rng(0).poisson(3.0, shape).astype(dtype)


def h5(folder, counts, name="img"):
    path = folder / "bad.h5"
    with h5py.File(path, "w") as file:
        file[name] = counts
    return path


def cut(path, share=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def with_value(value, dtype):
    counts = poisson(dtype=dtype)
    counts[3, 2, 17] = value
    return counts


def npy(folder, array, **options):
    path = folder / "bad.npy"
    np.save(path, array, **options)
    return path


def npz(folder, **arrays):
    path = folder / "bad.npz"
    np.savez_compressed(path, **arrays)
    return path


def text(folder, name, content="This is a letter, not a scan.\n" * 30):
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def rpl(folder, counts=None, drop=(), **changes):
    counts = poisson() if counts is None else counts
    header = {
        "width": 5,
        "height": 6,
        "depth": 40,
        "offset": 0,
        "data-length": counts.dtype.itemsize,
        "data-type": {"u": "unsigned", "i": "signed", "f": "float"}[counts.dtype.kind],
        "byte-order": "little-endian",
        "record-by": "vector",
    }
    header |= {key.replace("_", "-"): value for key, value in changes.items()}
    lines = [f"{key}\t{value}" for key, value in header.items() if key not in drop]
    (folder / "bad.raw").write_bytes(counts.tobytes())
    return text(folder, "bad.rpl", "\n".join(["key\tvalue", *lines, ""]))


MCA = (
    "<<PMCA SPECTRUM>>\nREAL_TIME - 1.0\n<<CALIBRATION>>\nLABEL - Channel\n0 0.0\n100 2.0\n"
    "<<DATA>>\n{counts}\n<<END>>\n"
)


def mca(folder, changes=None, leave_out=(), size="righe 2\r\ncolonne 3\r\ndwell-time 1,000000\r\n"):
    scan = folder / "scan"
    scan.mkdir()
    good = MCA.format(counts="\n".join("3" for _ in range(20)))
    for number in range(1, 7):
        if number not in leave_out:
            content = (changes or {}).get(number, good)
            text(scan, f"None_{number}.mca", content)
    if size:
        text(scan, "colonneXrighe.txt", size)
    return scan


def external_link(folder):
    path = folder / "bad.h5"
    with h5py.File(path, "w") as file:
        file["img"] = h5py.ExternalLink("gone.h5", "/img")
    return path


def zip_of_text(folder):
    path = folder / "bad.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no arrays here")
    return path


def empty_folder(folder):
    path = folder / "nothing"
    path.mkdir()
    return path


def other_folder(folder):
    path = empty_folder(folder)
    text(path, "notes.txt")
    return path


def mca_with(counts):
    return MCA.format(counts="\n".join(counts))


CASES = {
    "HDF5 cut short": (lambda f: cut(h5(f, poisson())), "bad.h5"),
    "HDF5 without a cube": (lambda f: h5(f, poisson()[0]), "bad.h5"),
    "HDF5 of no pixels": (lambda f: h5(f, poisson((0, 5, 40))), "bad.h5"),
    "HDF5 of one channel": (lambda f: h5(f, poisson((6, 5, 1))), "channel"),
    "HDF5 of complex numbers": (lambda f: h5(f, poisson().astype(complex)), "bad.h5"),
    "HDF5 with a link to nowhere": (external_link, "bad.h5"),
    "HDF5 with negative counts": (lambda f: h5(f, with_value(-4, np.int32)), "negative"),
    "HDF5 with counts that are none": (
        lambda f: h5(f, with_value(np.nan, np.float64)),
        "row 3, column 2, channel 17",
    ),
    "HDF5 with endless counts": (
        lambda f: h5(f, with_value(np.inf, np.float32)),
        "not a finite number",
    ),
    "text named HDF5": (lambda f: text(f, "bad.h5"), "bad.h5"),
    "empty HDF5": (lambda f: text(f, "bad.h5", ""), "0 bytes"),
    "npz cut short": (lambda f: cut(npz(f, cube=poisson())), "bad.npz"),
    "npz without arrays": (zip_of_text, "bad.npz"),
    "npz without a cube": (lambda f: npz(f, line=np.arange(9)), "bad.npz"),
    "npz of pickles": (
        lambda f: npz(f, cube=np.full((2, 3, 4), {}, dtype=object)),
        "bad.npz",
    ),
    "npz with negative counts": (lambda f: npz(f, cube=with_value(-1, np.int16)), "negative"),
    "npy cut short": (lambda f: cut(npy(f, poisson())), "bad.npy"),
    "npy of pickles": (
        lambda f: npy(f, np.full((2, 3, 4), {}, dtype=object), allow_pickle=True),
        "bad.npy",
    ),
    "npy of unknown picture size": (lambda f: npy(f, poisson((30, 40, 1))[:, :, 0]), "row"),
    "npy of one spectrum": (lambda f: npy(f, np.arange(40)), "bad.npy"),
    "npy of no pixels": (lambda f: npy(f, poisson((6, 0, 40))), "bad.npy"),
    "npy of one channel": (lambda f: npy(f, poisson((6, 5, 1))), "channel"),
    "text named npy": (lambda f: text(f, "bad.npy"), "bad.npy"),
    "ripple whose raw is too short": (
        lambda f: cut(rpl(f).with_suffix(".raw")).with_suffix(".rpl"),
        "bytes",
    ),
    "ripple without raw": (
        lambda f: [rpl(f), (f / "bad.raw").unlink()][0],
        "bad",
    ),
    "ripple without depth": (lambda f: rpl(f, drop=("depth",)), "depth"),
    "ripple of negative width": (lambda f: rpl(f, width=-5), "-5"),
    "ripple of no channels": (lambda f: rpl(f, depth=0), "depth"),
    "ripple of unknown type": (lambda f: rpl(f, data_type="decimal"), "decimal"),
    "ripple of three bytes": (lambda f: rpl(f, data_length=3), "3"),
    "ripple in unknown order": (lambda f: rpl(f, record_by="spiral"), "spiral"),
    "ripple beginning behind its end": (lambda f: rpl(f, offset=10**9), "bytes"),
    "ripple with counts that are none": (
        lambda f: rpl(f, with_value(np.nan, np.float32)),
        "not a finite number",
    ),
    "ripple with negative counts": (lambda f: rpl(f, with_value(-2, np.int16)), "negative"),
    "empty ripple": (lambda f: text(f, "bad.rpl", ""), "0 bytes"),
    "folder of nothing": (empty_folder, "nothing"),
    "folder of other things": (other_folder, "nothing"),
    "mca folder with missing pixels": (lambda f: mca(f, leave_out=(2, 5)), "2"),
    "mca folder of unknown size": (lambda f: mca(f, size=""), "row"),
    "mca without data": (lambda f: mca(f, {3: "<<PMCA SPECTRUM>>\n<<END>>\n"}), "None_3"),
    "mca cut short": (
        lambda f: mca(f, {4: mca_with(["3"] * 20).partition("<<END>>")[0]}),
        "None_4",
    ),
    "mca with letters": (lambda f: mca(f, {2: mca_with(["3"] * 9 + ["x"])}), "None_2"),
    "mca with negative counts": (lambda f: mca(f, {5: mca_with(["3"] * 19 + ["-3"])}), "None_5"),
    "mca of another length": (lambda f: mca(f, {6: mca_with(["3"] * 21)}), "None_6"),
    "nothing there": (lambda f: f / "gone.h5", "gone.h5"),
    "a picture": (lambda f: text(f, "photo.png", "\x89PNG\r\n"), "photo.png"),
}


def test_there_are_at_least_forty_bad_inputs():
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda name: name.replace(" ", "_"))
def test_a_bad_input_is_one_message_and_the_session_unchanged(case, window, qtbot, tmp_path):
    make, words = CASES[case]
    path = make(tmp_path)
    fail(window, qtbot, path, words)


def fail(window, qtbot, path, words):
    """Open a path and see it fail: one message, nothing changed, nothing left behind."""
    before, steps = window.session.state, window.session.undo_stack.count()
    errors = []
    window.jobs.failed.connect(errors.append)
    window.opener.failed.connect(errors.append)
    window.open_files([path], Ask.NEVER)
    qtbot.waitUntil(lambda: bool(errors), timeout=10_000)
    qtbot.waitUntil(lambda: not window.opener.is_busy)
    (error,) = errors
    assert isinstance(error, AppError), repr(error)
    assert words in error.message
    assert error.title
    assert window.session.state is before
    assert window.session.undo_stack.count() == steps
    assert not window.message_bar.isHidden()
    assert window.preferences.settings.recent_files == ()
    assert not [item for item in store.store_dir().iterdir() if item.is_dir()]


def test_a_full_disk_while_the_store_is_built(window, qtbot, tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "build_planes", full)
    fail(window, qtbot, npz(tmp_path, cube=poisson()), "No space left on device")


def test_a_file_that_vanishes_between_peek_and_reading(window, qtbot, tmp_path, monkeypatch):
    path = npy(tmp_path, poisson())
    real = store.open_scan

    def vanish(*arguments, **options):
        path.unlink()
        return real(*arguments, **options)

    monkeypatch.setattr(store, "open_scan", vanish)
    fail(window, qtbot, path, "bad.npy")


def test_a_file_cut_short_while_it_is_read(window, qtbot, tmp_path, monkeypatch):
    path = npy(tmp_path, poisson())
    real = store.build_planes

    def shrink(*arguments, **options):
        cut(path, 0.3)
        return real(*arguments, **options)

    monkeypatch.setattr(store, "build_planes", shrink)
    fail(window, qtbot, path, "bad.npy")


def test_one_pixel_is_a_scan_too(window, qtbot, tmp_path):
    window.open_files([npy(tmp_path, poisson((1, 1, 40)))], Ask.NEVER)
    qtbot.waitUntil(lambda: window.session.scan.cube.rows == 1)
    assert window.session.scan.cube.cols == 1


def test_a_file_cut_short_after_opening_leaves_the_map(window, qtbot, tmp_path):
    path = npy(tmp_path, poisson())
    window.open_files([path], Ask.NEVER)
    qtbot.waitUntil(lambda: window.session.scan.cube.name == "bad")
    cut(path, 0.2)
    scan = window.session.scan
    window.session.set_pixel((5, 4))
    qtbot.wait(50)
    assert window.session.scan is scan
    assert scan.window_counts(0, 40).sum() == poisson().sum()
