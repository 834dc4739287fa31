"""The shipped baselines: their files are what their cards and the scripts say."""

import hashlib
import json

import numpy as np
import pytest

from app.core.physics.presets import PRESETS
from app.core.recolouring.card import OutputKind
from app.core.recolouring.preparation import Preparation
from app.io.model_files import read_card
from app.io.onnx_graph import vetted
from app.io.pigment_archive import read_archive
from app.learn.paints import FREQUENCY
from models.data_sets import CONDITIONS, NEVER_SEEN, Sizes, data_sets
from models.make_models import FOLDER, LIBRARY, difference, networks, write
from models.scores import EXPLAINED, answers, readable

MOST_BYTES = 5_000_000
NAMES = ["palette_knn", "palette_ridge"]
FILES = [FOLDER / f"{name}.onnx" for name in NAMES]


@pytest.fixture(scope="module")
def pigments():
    return read_archive(LIBRARY).pigments


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_card_fits_the_file_and_the_file_is_safe(path):
    card = read_card(path)
    data = path.read_bytes()
    assert len(data) < MOST_BYTES
    assert card.sha256 == hashlib.sha256(data).hexdigest()
    found = vetted(path, card)
    assert [item.name for item in found.inputs] == ["counts"]
    assert {item.name for item in found.outputs} == {"rgb", "log_variance", "novelty"}
    energy = card.inputs[0].energy
    assert energy.edges_kev[0] == pytest.approx(0.0)
    assert energy.edges_kev[-1] == pytest.approx(40.96)
    assert {item.kind for item in card.outputs} == {
        OutputKind.RGB,
        OutputKind.LOG_VARIANCE,
        OutputKind.NOVELTY,
    }
    assert card.licence == "GPL-3.0-or-later"
    assert "left out" in card.trained_on["left_out"]
    assert "/" not in json.dumps(card.to_plain()).replace("GPL-3.0", "").replace("1/", "")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_card_s_scores_beat_a_constant_colour_in_every_condition(path):
    metrics = read_card(path).metrics
    assert list(metrics["psnr_db"]) == list(CONDITIONS)
    for name in CONDITIONS:
        assert metrics["psnr_db"][name]["network"] > metrics["psnr_db"][name]["constant"] + 0.5
        told = metrics["delta_e2000_mean"][name]
        assert told["network"] < told["constant"]
        assert metrics["doubt"][name]["spearman"] > 0.4
    assert readable(metrics).count("\n") == 2 * len(CONDITIONS) + 2


@pytest.fixture(scope="module")
def references(pigments):
    """Spectra of thick coats without ground: no stack of the training is like that."""
    found = {}
    for pigment in pigments:
        spectrum = next(item for item in pigment.spectra if item.label == "Rh 50 kV")
        found[pigment.id] = (pigment.srgb, spectrum.counts / spectrum.counts.sum() * 20_000)
    return found


def asked(path, counts):
    instrument = PRESETS["Rh 50 kV"]
    prepared = Preparation(read_card(path), instrument.axis, instrument.channels)
    return answers(path.read_bytes(), prepared.pixels(counts[None, :])["counts"])


@pytest.mark.parametrize("name", ["vermilion", "azurite", "cobalt-blue", "gold-leaf"])
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_pigments_with_an_element_of_their_own_get_their_hue(path, name, references):
    srgb, counts = references[name]
    pure = np.array(srgb) - np.mean(srgb)
    found = asked(path, counts).rgb[0]
    found = found - found.mean()
    assert pure @ found / np.sqrt((pure @ pure) * (found @ found)) > 0.5


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_xrf_cannot_tell_apart_gets_one_colour(path, references):
    azurite, malachite = (asked(path, references[name][1]).rgb for name in ("azurite", "malachite"))
    np.testing.assert_allclose(azurite, malachite, atol=0.05)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_lead_is_more_doubtful_than_mercury(path, references):
    """Lead white, red lead and massicot are one to XRF; mercury is nearly always vermilion."""
    lead, mercury = (
        asked(path, references[name][1]).log_variance for name in ("lead-white", "vermilion")
    )
    assert lead > mercury + 1


@pytest.fixture(scope="module")
def small(pigments):
    """Sets of a few pigments only: those that grounds, explanations and novelty ask for."""
    needed = {*FREQUENCY, *NEVER_SEEN, *EXPLAINED, "gypsum", "lithopone"} - {"indigo", "bole"}
    few = tuple(pigment for pigment in pigments if pigment.id in needed)
    sizes = Sizes(paints=60, instruments=2, calibrated=30, tested=30, each_new=2)
    return few, sizes, data_sets(few, sizes, 3)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_sets_are_the_same_for_the_same_seed_and_share_no_paint(small):
    few, sizes, sets = small
    again = data_sets(few, sizes, 3)
    np.testing.assert_array_equal(sets.training.counts, again.training.counts)
    np.testing.assert_array_equal(sets.tests[CONDITIONS[-1]].srgb, again.tests[CONDITIONS[-1]].srgb)
    assert len(sets.training.counts) == 60 * 2 * 2
    mixtures = {tuple(row) for row in sets.training.shares if (row < 1).all()}
    assert mixtures
    assert mixtures.isdisjoint(tuple(row) for row in sets.tests[CONDITIONS[0]].shares)
    white = [pigment.id for pigment in few].index("lead-white")
    known = sets.training.has([white])
    assert known[sets.training.grounds == white].all()
    assert not known.all()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_networks_are_written_and_compared(small, tmp_path):
    few, _, sets = small
    made = networks(sets, few, kept=120, explained=1)
    for item in made:
        assert difference(item, tmp_path, sets) == "is not there"
        write(item, tmp_path)
        assert difference(item, tmp_path, sets) == ""
        assert read_card(tmp_path / f"{item.name}.onnx").metrics == item.card.metrics
    nearest, linear = made
    (tmp_path / "palette_knn.onnx").write_bytes(linear.data)
    assert "other colours" in difference(nearest, tmp_path, sets)


@pytest.mark.parametrize("page", ["README.md", "resources/manual/06-recolouring.md"])
def test_what_users_read_of_the_scores_is_what_the_cards_say(page):
    words = " ".join((FOLDER.parent / page).read_text("utf-8").split())
    told = [read_card(FOLDER / f"palette_{name}.onnx").metrics for name in ("knn", "ridge")]
    knn, ridge = (item["delta_e2000_mean"]["3 000 counts"] for item in told)
    assert (
        f"3 000 counts is ΔE2000 {knn['network']:.0f} and {ridge['network']:.0f}, where the "
        f"constant colour has {knn['constant']:.0f}." in words
    )
