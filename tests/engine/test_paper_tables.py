"""The tables of the ganX paper: each threshold beside one reference."""

import numpy as np
import pytest
from PIL import Image

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.paper_tables import TableParameters, as_markdown, paper_tables
from app.engine.pigment_libraries import Libraries
from app.engine.source import Source
from app.engine.synthesis import synthesise
from app.errors import Cancelled, ParameterError, WriteError
from app.io.images import read_png_steps
from app.io.truth import read_truth

NAMES = ("vermilion", "lead white", "azurite")


@pytest.fixture(scope="module")
def pigments():
    return tuple(Libraries().find(name).pigment for name in NAMES)


@pytest.fixture
def painting(tmp_path):
    picture = np.zeros((14, 24, 3), np.uint8)
    picture[:, :8], picture[:, 8:16], picture[9:] = (190, 40, 30), (240, 240, 230), (40, 60, 90)
    Image.fromarray(picture).save(tmp_path / "painting.png")
    return tmp_path / "painting.png"


@pytest.fixture
def measured(painting, pigments, tmp_path):
    """A scan in the paper's way with the first threshold and the tables' seed."""
    recipe = SynthesisRecipe(
        clusters=3, delta=0, counts=60, threshold=0.3, noise=Noise.FIXED, join=2, seed=5
    )
    out = tmp_path / "measured.h5"
    parameters = SynthesisParameters(recipe=recipe)
    run_now(lambda context: synthesise(painting, pigments, parameters, out, context))
    return Source(out)


PARAMETERS = TableParameters(thresholds=(0.3, 0.8), cols=0, clusters=3, delta=0, counts=60, seed=5)


def tables(painting, pigments, out, reference, **more):
    return run_now(
        lambda context: paper_tables(
            painting, pigments, PARAMETERS, out, context, reference=reference, **more
        )
    )


def test_the_scan_made_like_the_reference_is_equal_to_it(painting, pigments, measured, tmp_path):
    found = tables(painting, pigments, tmp_path / "out", measured)
    values = {(of, measure): both for of, measure, both, _ in found.rows}
    assert values["spectral", "correlation"][0] == pytest.approx(1)
    assert values["spectral", "hellinger"][0] == pytest.approx(0, abs=1e-7)
    assert values["structural", "ssim"][0] == pytest.approx(1)
    # a stricter threshold mixes other pigments
    assert values["spectral", "hellinger"][1] > 0.01
    assert values["structural", "ssim"][1] < 0.99
    assert found.is_measured


def test_all_files_are_there_and_say_how_they_were_made(painting, pigments, measured, tmp_path):
    found = tables(painting, pigments, tmp_path / "out", measured)
    names = ["threshold_0.3.h5", "threshold_0.8.h5", "tables.csv", "tables.json", "tables.md"]
    assert [path.name for path in found.files] == [*names, "maps.png"]
    assert all(path.is_file() for path in found.files)
    truth = read_truth(found.files[1])
    assert truth is not None
    assert truth[1].threshold == 0.8
    assert (truth[0].numbers == 60).all()
    (step,) = read_png_steps(found.files[-1])
    assert step.seed == 5
    assert "| hellinger |" in as_markdown(found)


def test_nothing_is_overwritten_unasked(painting, pigments, measured, tmp_path):
    (tmp_path / "tables.csv").write_text("mine")
    with pytest.raises(WriteError, match=r"tables\.csv"):
        tables(painting, pigments, tmp_path, measured)
    assert (tmp_path / "tables.csv").read_text() == "mine"
    assert not (tmp_path / "threshold_0.3.h5").exists()


def test_cancelled_half_way_nothing_is_left(painting, pigments, measured, tmp_path):
    def stop(fraction, message=""):
        if fraction is not None and fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_now(
            lambda context: paper_tables(
                painting, pigments, PARAMETERS, tmp_path / "out", context, reference=measured
            ),
            stop,
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("thresholds", [(), (0.2, 0.2), (0.2, 1.5), (float("nan"),)])
def test_thresholds_that_make_no_table_are_refused(thresholds):
    with pytest.raises(ParameterError, match="cannot be compared"):
        TableParameters(thresholds=thresholds)
