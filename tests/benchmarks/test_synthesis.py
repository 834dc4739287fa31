"""Synthetic scans: against the paper's own algorithm, and how many counts a second."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import drafted
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.mixing import MixingRule, weights
from app.core.synthesis.paints import paints
from app.core.synthesis.palette import find_palette
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.sketch import sketch
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.synthesis import synthesise

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

COUNTS, CHANNELS = 400, 1024
NUMBERS = range(8, 13)
RULE = MixingRule(threshold=0.2)
RECIPE = SynthesisRecipe(counts=COUNTS, noise=Noise.FIXED, threshold=0.2, patience=9, join=2)


def painting(rows, cols):
    """A picture as paintings are: a dozen colours that run into one another, and brushwork."""
    generator = np.random.default_rng(5)
    colours = generator.integers(20, 235, (12, 3))
    places = generator.random((60, 2)) * (rows, cols)
    belongs = generator.integers(0, 12, 60)
    row, col = np.mgrid[:rows, :cols]
    picture = np.zeros((rows, cols, 3))
    total = np.zeros((rows, cols, 1))
    for (top, left), colour in zip(places, belongs, strict=True):
        near = np.exp(-np.hypot(row - top, col - left) / (0.025 * cols))[..., None]
        picture += near * colours[colour]
        total += near
    picture = picture / total + generator.normal(0, 3, (rows, cols, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def the_nine():
    libraries = Libraries()
    return tuple(libraries.find(name).pigment for name in PAPER_PIGMENTS)


@pytest.fixture(scope="module")
def pigments():
    return the_nine()


def plain(picture, chosen, number, path):
    """The algorithms of arXiv:2304.14078 as they are described.

    1: K-Means for each number of clusters and its silhouette; 2: likeness of colours; 3: the
    distribution of each cluster; 4: for each cluster a whole picture's counts, drawn by
    `Generator.choice` and added up in two dimensions with `add.at`, as the authors' program
    does; 5: masks put them together. Saved with gzip. Of the numbers of clusters tried the
    given one is taken, so that neither way has more clusters to draw.
    """
    import h5py
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from threadpoolctl import threadpool_limits

    generator = np.random.default_rng(0)
    pixels = picture.reshape(-1, 3) / 255.0
    fits = {}
    with threadpool_limits(1):
        for tried in NUMBERS:
            fits[tried] = KMeans(tried, n_init=1, random_state=0).fit(pixels)
            sample = generator.choice(len(pixels), 1024, replace=False)
            silhouette_score(pixels[sample], fits[tried].labels_[sample])
    fit = fits[number]
    expected = weights(fit.cluster_centers_ * 255.0, chosen.srgb, RULE) @ chosen.spectra
    cube = np.zeros((len(pixels), CHANNELS))
    for label, spectrum in enumerate(expected):
        drawn = generator.choice(CHANNELS, (len(pixels), COUNTS), p=spectrum / spectrum.sum())
        pixel = np.ones_like(drawn) * np.arange(len(pixels))[:, None]
        counts = np.zeros((len(pixels), CHANNELS), np.int64)
        np.add.at(counts, (pixel, drawn), 1)
        cube += counts * (fit.labels_ == label)[:, None]
    with h5py.File(path, "w") as file:
        file.create_dataset("img", data=cube.reshape(*picture.shape[:2], -1), compression="gzip")


def cpu_seconds(function):
    start = time.process_time()
    function()
    return time.process_time() - start


def ours(picture, pigments, path, *, is_quick):
    parameters = SynthesisParameters(recipe=RECIPE, is_quick=is_quick)
    run_now(
        lambda context: synthesise(picture, pigments, parameters, path, context, overwrite=True)
    )


@pytest.mark.parametrize(("rows", "cols", "goal"), [(150, 200, 50), (300, 400, 100)])
def test_against_the_algorithm_as_the_paper_describes_it(
    rows, cols, goal, pigments, tmp_path, report
):
    picture = painting(rows, cols)
    path = tmp_path / "p.png"
    Image.fromarray(picture).save(path)
    chosen = paints(pigments, "Rh 50 kV", 2)
    assert chosen.channels == CHANNELS
    number = find_palette(picture, patience=9).count
    ours(path, pigments, tmp_path / "warm.h5", is_quick=True)
    times = {True: [], False: []}
    for _ in range(3):
        for is_quick, taken in times.items():
            out = tmp_path / f"{is_quick}.h5"
            taken.append(cpu_seconds(lambda o=out, q=is_quick: ours(path, pigments, o, is_quick=q)))
    reference = cpu_seconds(lambda: plain(picture, chosen, number, tmp_path / "plain.h5"))
    ratios = {}
    for is_quick, taken in times.items():
        took = float(np.median(taken))
        ratios[is_quick] = reference / took
        report(
            f"{cols}×{rows}×{CHANNELS} against the plain algorithm, "
            + ("working file" if is_quick else "gzip"),
            ratios[is_quick],
            "×",
            clusters=number,
            plain_s=round(reference, 2),
            ours_s=round(took, 3),
        )
    assert ratios[True] >= goal


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux tells it")
def test_counts_a_second_and_memory_of_a_large_scan(tmp_path, report):
    """In a process of its own, so that the memory is that of this work alone."""
    root = Path(__file__).parents[2]
    Image.fromarray(painting(800, 1000)).save(tmp_path / "p.png")
    made = subprocess.run(
        [sys.executable, __file__, str(tmp_path / "p.png"), str(tmp_path / "o.h5")],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    figures = json.loads(made.stdout)
    rate = 800 * 1000 * COUNTS / figures["cpu_s"] / 1e6
    report("1000×800×1024, counts a CPU second, file included", rate, "million", **figures)
    assert figures["peak_mb"] < 1500
    assert rate >= 60


def test_the_palette_of_a_large_picture(report):
    picture = painting(800, 1000)
    find_palette(picture[::8, ::8])
    took = min(cpu_seconds(lambda: find_palette(picture, patience=9)) for _ in range(3))
    report("palette of 1000×800, five numbers of colours", took, "s")
    assert took < 2


def test_edits_are_followed(pigments, report, median_ms):
    found = sketch(painting(300, 400), RECIPE, lambda first: None)
    shipped = [item for item in Libraries().shipped().pigments if item.spectra]
    for some in (pigments, shipped):
        chosen = paints(some, "Rh 50 kV", 2)
        changes = Changes(shares={0: {chosen.names[0]: 0.3}})
        took = median_ms(lambda c=chosen, g=changes: drafted(found, c, RECIPE, g))
        report(f"mixtures and eight maps after an edit, {len(some)} pigments", took, "ms")
        assert took < 100


def measured(picture, out):
    """CPU seconds and peak memory of a large scan, after a small one has loaded everything."""
    pigments = the_nine()
    small = out.with_name("small.png")
    Image.open(picture).resize((40, 30)).save(small)
    ours(small, pigments, out, is_quick=True)
    took = min(cpu_seconds(lambda: ours(picture, pigments, out, is_quick=True)) for _ in range(3))
    # what `getrusage` tells holds the memory of the process that started this one, too
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    return {
        "cpu_s": round(took, 2),
        "peak_mb": round(peak_kb / 1024),
        "file_mb": round(out.stat().st_size / 1e6),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]))))
