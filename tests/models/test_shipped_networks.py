"""Every shipped network is safe, has a whole card, and warns of scanners it never learnt from."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.recolouring.card import OutputKind, TaskKind
from app.core.recolouring.verdict import Fit, ScanFacts, verdict
from app.engine.model_library import BASELINES, OWN_FIRST, Models, Origin
from app.io.model_files import model_files, read_card
from app.io.onnx_graph import vetted
from models.ship import FOLDER, MOST_BYTES

FILES = model_files(FOLDER)
EACH = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
AXIS = EnergyAxis(0.01, 0.02)
OURS = ScanFacts(AXIS, 2048, 3000.0, "Rh", 40.0, 140.0)


def test_all_together_are_small_enough():
    assert 0 < sum(path.stat().st_size for path in FILES) <= MOST_BYTES


def test_the_folder_tells_of_each():
    text = (FOLDER / "README.md").read_text("utf-8")
    assert [path.stem for path in FILES if f"`{path.stem}`" not in text] == []


def test_our_own_are_listed_first_and_baselines_last(tmp_path):
    entries = Models(tmp_path / "none").entries()
    stems = [entry.path.stem for entry in entries if entry.origin is Origin.SHIPPED]
    own = [stem for stem in OWN_FIRST if stem in stems]
    assert stems[: len(own)] == own
    baselines = [stem.startswith(BASELINES) for stem in stems]
    assert baselines == sorted(baselines)
    assert Models(tmp_path / "none").find("").path.stem == stems[0]


@EACH
def test_the_file_is_safe_and_the_one_its_card_was_written_for(path):
    card = read_card(path)
    data = path.read_bytes()
    assert card.sha256 == hashlib.sha256(data).hexdigest()
    found = vetted(path, card)
    assert {item.name for item in card.outputs} <= {item.name for item in found.outputs}
    assert found.opset >= 13


@EACH
def test_the_card_tells_whose_it_is_what_it_learnt_from_and_how_well_it_does(path):
    card = read_card(path)
    assert card.licence == "GPL-3.0-or-later"
    assert card.authors
    assert card.citation
    assert card.notes
    assert card.version
    assert card.metrics
    assert set(card.trained_on["tube_anode"]) == {"Rh", "Mo", "Ag", "Cr"}
    assert card.trained_on["left_out"]
    assert len(card.trained_on["counts_per_pixel"]) == 2
    assert "novelty" in card.in_distribution
    if card.task is TaskKind.RGB:
        assert "estimate" in card.notes
    # nothing of the machine that it was taught on
    text = json.dumps(card.to_plain())
    assert not [word for word in ("/tmp", "/home", "/work", "\\\\") if word in text]


@EACH
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tube_anode": "W"}, "The scan was made with a tube of W; the model was trained on Rh"),
        ({"tube_kv": 60.0}, "tube voltage is 60 kV; the model was trained on"),
        ({"resolution_ev": 220.0}, "is 220 eV; the model was trained on"),
        ({"counts_per_pixel": 9.0}, "mean pixel has 9 counts; the model was trained on"),
    ],
)
def test_scanners_it_never_learnt_from_are_warned_of(path, changes, told):
    card = read_card(path)
    assert verdict(card, OURS).level is Fit.FITS
    found = verdict(card, replace(OURS, **changes))
    assert found.level is Fit.DOUBTFUL
    assert any(told in sentence for sentence in found.sentences)


@EACH
@pytest.mark.parametrize("counts", [0.0, 1.0, 1e6])
def test_any_counts_give_finite_answers_within_their_limits(path, counts):
    import onnxruntime

    card = read_card(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    side = 2 * card.multiple_px
    shape = (1, 512, side, side + card.multiple_px) if card.is_image else (3, 512)
    given = np.full(shape, counts, np.float32)
    names = [item.name for item in card.outputs]
    for item, values in zip(card.outputs, session.run(names, {"counts": given}), strict=True):
        assert np.isfinite(values).all()
        if item.kind in (OutputKind.RGB, OutputKind.NOVELTY):
            assert values.min() >= -1e-5
            assert values.max() <= 1 + 1e-5
        if item.kind is OutputKind.MAPS:
            assert values.shape[1] == len(item.elements)
            assert values.min() >= 0
