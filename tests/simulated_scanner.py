"""A scanner for tests: writes one line of a scan after another, in a process of its own.

`python simulated_scanner.py KIND TARGET COUNTS.npy [PACE_S]`; COUNTS has the shape (rows, cols,
channels). Without a pace it writes a line for each line that it reads. For each one written it
prints its number and the monotonic time, and at last "closed".
"""

import sys
import time
from pathlib import Path

import numpy as np


def swmr(target, counts):
    """HDF5 whose dataset grows, readable meanwhile."""
    yield from _hdf5(target, counts, is_laid_out=False)


def laid_out(target, counts):
    """HDF5 whose dataset has its whole size from the start, readable meanwhile."""
    yield from _hdf5(target, counts, is_laid_out=True)


def _hdf5(target, counts, *, is_laid_out):
    import h5py

    rows, cols, channels = counts.shape
    with h5py.File(target, "w", libver="latest") as file:
        entry = file.create_group("entry/instrument/detector")
        data = entry.create_dataset(
            "data",
            (rows if is_laid_out else 0, cols, channels),
            counts.dtype,
            maxshape=(rows if is_laid_out else None, cols, channels),
            chunks=(1, cols, channels),
        )
        entry["calibration"] = [0.0, 0.04]
        file.swmr_mode = True
        for row, line in enumerate(counts):
            if not is_laid_out:
                data.resize(row + 1, axis=0)
            data[row] = line
            data.flush()
            yield row


def raw(target, counts):
    """Ripple: the text first, then the counts."""
    rows, cols, channels = counts.shape
    Path(target).with_suffix(".rpl").write_text(
        f"key\tvalue\nwidth\t{cols}\nheight\t{rows}\ndepth\t{channels}\noffset\t0\n"
        f"data-length\t{counts.dtype.itemsize}\ndata-type\tunsigned\nbyte-order\tlittle-endian\n"
        "record-by\tvector\nev-per-chan\t40\n",
        "ascii",
    )
    with Path(target).open("wb", buffering=0) as stream:
        for row, line in enumerate(counts):
            content = line.tobytes()
            # a system may cut anywhere
            stream.write(content[: len(content) // 3])
            stream.write(content[len(content) // 3 :])
            yield row


def events(target, counts):
    """List mode; the stage goes forth and back and counts its places from (100, 49)."""
    with Path(target).open("wb", buffering=0) as stream:
        for row, line in enumerate(counts):
            places = list(enumerate(line))
            for col, spectrum in places if row % 2 == 0 else reversed(places):
                channels = np.repeat(np.arange(len(spectrum)), spectrum)
                text = f"X= {49 + col}\nY= {100 + row}\n" + "".join(f"{c}\n" for c in channels)
                stream.write(text.encode())
            yield row


def mca(target, counts):
    """A folder with one file per pixel, the size file first."""
    rows, cols, _ = counts.shape
    folder = Path(target)
    folder.mkdir()
    (folder / "colonneXrighe.txt").write_text(f"colonne\t{cols}\nrighe\t{rows}\n", "ascii")
    for row, line in enumerate(counts):
        for col, spectrum in enumerate(line):
            text = (
                "<<PMCA SPECTRUM>>\nLIVE_TIME - 1.0\nREAL_TIME - 1.0\n<<CALIBRATION>>\n"
                "LABEL - Channel\n0 0.0\n100 4.0\n<<DATA>>\n"
                + "".join(f"{count}\n" for count in spectrum)
                + "<<END>>\n"
            )
            (folder / f"None_{row * cols + col + 1}.mca").write_text(text, "ascii")
        yield row


def main(kind, target, counts, pace_s=None):
    """Write line by line, each on request or at its time."""
    lines = {"swmr": swmr, "laid_out": laid_out, "raw": raw, "events": events, "mca": mca}[kind](
        target, np.load(counts)
    )
    start, number = time.monotonic(), 0
    while True:
        if pace_s is None:
            if not sys.stdin.readline():
                break
        else:
            time.sleep(max(start + number * float(pace_s) - time.monotonic(), 0))
        row = next(lines, None)
        if row is None:
            break
        number += 1
        sys.stdout.write(f"{row} {time.monotonic()}\n")
        sys.stdout.flush()
    lines.close()
    sys.stdout.write("closed\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
