"""Pictures × variations."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.synthesis_pigments import palette_named
from app.engine.synthesis_set import MANIFEST, SetState, pictures_in, planned_set, synthesise_set
from app.errors import AppError, ParameterError
from app.io.formats import OpenOptions, open_cube
from app.io.physical_truth import read_physical_truth
from app.io.truth import read_truth
from app.io.variations import Variation

START = SynthesisParameters(recipe=SynthesisRecipe(clusters=2, delta=0, counts=20, join=8))
VARIATIONS = """
[common]
pigments = ["lead white", "azurite", "vermilion"]

[[variation]]
name = "mixed"

[[variation]]
name = "layers"
physics = true
materials = 3
paint_um = 12.5
hidden = "under.png"
seed = 7
"""


@pytest.fixture
def folder(tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    generator = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        picture = generator.choice([40, 220], (4, 5, 3)).astype(np.uint8)
        Image.fromarray(picture).save(pictures / name)
    (pictures / "notes.txt").write_text("no picture")
    Image.new("RGB", (8, 8), (150, 50, 50)).save(tmp_path / "under.png")
    (tmp_path / "v.toml").write_text(VARIATIONS, "utf-8")
    return tmp_path


def run(folder, start=START, progress=None, pictures="pictures"):
    def job(context):
        return synthesise_set(
            folder / pictures, folder / "v.toml", start, "", folder / "out", context
        )

    return run_now(job) if progress is None else run_now(job, progress)


def test_every_picture_is_made_in_every_variation_with_its_row(folder):
    report = run(folder)
    files = ("a.mixed.h5", "a.layers.h5", "b.mixed.h5", "b.layers.h5")
    assert report.made == files
    assert (report.kept, report.failed) == ((), ())
    plain, layers = read_truth(folder / "out/a.mixed.h5"), folder / "out/a.layers.h5"
    assert plain is not None
    assert plain[0].pigments == ("Lead white", "Azurite", "Vermilion")
    truth = read_physical_truth(layers)
    assert truth is not None
    assert truth.hidden is not None
    assert (truth.physics.paint_um, truth.recipe.seed, truth.recipe.counts) == (12.5, 7, 20)
    rows = json.loads((folder / "out" / MANIFEST).read_text("utf-8"))["scans"]
    assert [row["file"] for row in rows] == list(files)
    row = rows[1]
    assert row["state"] == "made"
    counts = np.asarray(open_cube(layers, OpenOptions()).counts[0:4])
    assert row["counts_checksum"] == f"sha256:{hashlib.sha256(counts.tobytes()).hexdigest()}"
    picture = (folder / "pictures/a.png").read_bytes()
    assert row["picture_checksum"] == f"sha256:{hashlib.sha256(picture).hexdigest()}"


def test_scans_without_a_seed_of_their_own_have_different_ones(folder):
    seeds = {row.file: row.seed for row in run(folder).rows}
    assert seeds["a.mixed.h5"] != seeds["b.mixed.h5"]
    assert seeds["a.layers.h5"] == seeds["b.layers.h5"] == 7


def test_what_is_there_and_unchanged_is_not_made_again(folder):
    first = run(folder)
    times = {name: (folder / "out" / name).stat().st_mtime_ns for name in first.made}
    again = run(folder)
    assert again.kept == first.made
    assert again.rows == first.rows
    assert {name: (folder / "out" / name).stat().st_mtime_ns for name in times} == times


def test_what_was_changed_is_made_again(folder):
    first = run(folder)
    Image.new("RGB", (5, 4), (9, 90, 200)).save(folder / "pictures/b.png")
    (folder / "out/a.mixed.h5").write_bytes(b"damaged")
    (folder / "out/a.layers.h5").unlink()
    again = run(folder)
    assert again.made == first.made
    Image.new("RGB", (8, 8), (10, 50, 50)).save(folder / "under.png")
    assert run(folder).made == ("a.layers.h5", "b.layers.h5")
    assert run(folder, replace(START, cols=3)).made == first.made
    before, after = (
        {row.file: row.counts_checksum for row in report.rows} for report in (first, again)
    )
    assert before["a.mixed.h5"] == after["a.mixed.h5"]


def test_one_failure_is_a_row_and_is_tried_again(folder):
    (folder / "pictures/a.png").write_bytes(b"broken")
    report = run(folder)
    assert report.failed == ("a.mixed.h5", "a.layers.h5")
    assert report.made == ("b.mixed.h5", "b.layers.h5")
    row = next(row for row in report.rows if row.file == "a.mixed.h5")
    assert (row.state, row.counts_checksum) == ("failed", "")
    assert "a.png" in row.error
    Image.new("RGB", (5, 4), (9, 90, 200)).save(folder / "pictures/a.png")
    again = run(folder)
    assert (again.made, again.kept) == (report.failed, report.made)


def test_a_set_that_was_stopped_goes_on_where_it_was(folder):
    class StopError(Exception):
        pass

    def progress(fraction, message=""):
        if message.startswith("b.mixed"):
            raise StopError

    with pytest.raises(StopError):
        run(folder, progress=progress)
    again = run(folder)
    assert again.kept == ("a.mixed.h5", "a.layers.h5")
    assert again.made == ("b.mixed.h5", "b.layers.h5")


def test_a_scan_whose_row_was_only_begun_is_made_again(folder):
    first = run(folder)
    manifest = folder / "out" / MANIFEST
    document = json.loads(manifest.read_text("utf-8"))
    document["scans"][0]["state"] = "begun"
    manifest.write_text(json.dumps(document), "utf-8")
    assert run(folder).made == first.made[:1]


def test_the_seed_of_a_set_decides_those_of_its_scans(folder):
    (folder / "w.toml").write_text('[[variation]]\nname = "few"\n', "utf-8")

    def seeds(seed):
        start = SynthesisParameters(SynthesisRecipe(seed=seed))
        return [
            scan.parameters.recipe.seed
            for scan in planned_set(folder / "pictures", folder / "w.toml", start, "")
        ]

    assert seeds(4) == seeds(4)
    assert len({*seeds(0), *seeds(4), *seeds(5)}) == 3 * len(seeds(0))


def test_somebody_else_s_file_is_not_overwritten(folder):
    (folder / "out").mkdir()
    (folder / "out/a.mixed.h5").write_bytes(b"precious")
    for _ in range(2):
        assert run(folder).failed == ("a.mixed.h5",)
        assert (folder / "out/a.mixed.h5").read_bytes() == b"precious"


def test_pictures_of_one_name_keep_their_suffix(folder):
    Image.new("RGB", (5, 4), (9, 90, 200)).save(folder / "pictures/a.jpg")
    names = run(folder).made
    assert "a.png.mixed.h5" in names
    assert "a.jpg.mixed.h5" in names
    assert len(set(names)) == 6


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("thickness = 3", "no parameter “thickness”"),
        ("paint_um = 3", "is a parameter of layers"),
        ("physics = 3", "true or false"),
        ("counts = 0", "out of its limits"),
        ('pigments = "kryptonite"', "kryptonite"),
        ('physics = true\ninstrument = "Hubble"', "Hubble"),
        ('hidden = "under.png"', "hidden picture needs layers"),
        ('physics = true\nhidden = "absent.png"', "hidden picture cannot be opened"),
        ('crop = "all"', "cannot be read"),
    ],
)
def test_a_variation_that_makes_no_sense_is_named_before_anything_is_made(folder, line, message):
    text = f'[[variation]]\nname = "good"\n[[variation]]\nname = "odd"\n{line}\n'
    (folder / "v.toml").write_text(text, "utf-8")
    with pytest.raises(ParameterError, match=message) as caught:
        run(folder)
    assert "“odd”" in caught.value.title
    assert not (folder / "out").exists()


def test_a_folder_without_pictures_is_refused(folder):
    (folder / "empty").mkdir()
    for name in ("empty", "absent"):
        with pytest.raises(AppError, match="no PNG"):
            run(folder, pictures=name)


class Told:
    """A job's context that keeps what is told in between."""

    def __init__(self):
        self.states = []

    def progress(self, fraction, message=""):
        pass

    def check(self):
        pass

    def partial(self, value):
        self.states.append(value)


def test_files_variations_and_pigments_themselves_make_a_set_and_each_scan_is_told(folder):
    files = [folder / "pictures/b.png", folder / "under.png"]
    variations = (Variation("few", {"counts": 5, "seed": 3}), Variation("deep", {"physics": True}))
    pigments = palette_named("lead white, azurite", has_layers=False)
    scans = planned_set(files, variations, START, pigments)
    names = ["b.few.h5", "b.deep.h5", "under.few.h5", "under.deep.h5"]
    assert [scan.file for scan in scans] == names
    assert [scan.parameters.recipe.counts for scan in scans] == [5, 20, 5, 20]
    assert scans[0].pigments == pigments
    # an oil painter's, as layers are computed there only
    assert len(scans[1].pigments) == 11
    told = Told()
    synthesise_set(files, variations[:1], START, pigments, folder / "out", told)
    (folder / "under.png").write_bytes(b"broken")
    synthesise_set(files, variations[:1], START, pigments, folder / "out", told)
    states = [(state.file, state.state) for state in told.states]
    assert states[:4] == [
        ("b.few.h5", "begun"),
        ("b.few.h5", "made"),
        ("under.few.h5", "begun"),
        ("under.few.h5", "made"),
    ]
    assert told.states[5] == SetState("b.few.h5", "kept")
    assert (told.states[7].state, bool(told.states[7].message)) == ("failed", True)


def test_pictures_of_one_name_are_refused(folder):
    files = [folder / "pictures/a.png", folder / "other/A.PNG"]
    with pytest.raises(ParameterError, match=r"same name.*more than once"):
        planned_set(files, (Variation("v"),), START, "")


def test_only_pictures_of_a_folder_are_taken(folder):
    assert [path.name for path in pictures_in(folder / "pictures")] == ["a.png", "b.png"]
    assert pictures_in(folder / "nowhere") == ()
