"""What a report says of a network: what it predicted, who it is, whether it fits."""

import numpy as np

from app.core.batch.document import Facts, Plates, Sentences
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.batch.report_colours import colour_section, made_colours
from app.engine.batch.report_parts import TaskResult
from app.io import recoloured_files, store


def predicted(card, **maps):
    shape = (6, 9)
    rgb = np.full((*shape, 3), 0.5, np.float32)
    rgb[0, 0] = np.nan
    return Recoloured(
        rgb,
        **{"log_variance": None, "novelty": None, "maps": None, **maps},
        card=card,
        provider="cpu",
        region=Region(0, 6, 0, 9),
        notes=("Beware.",),
    )


def parts(found, kind):
    return [part for part in found.parts if isinstance(part, kind)]


def test_uncertainty_and_novelty_stand_beside_the_colours(npz, saved_network):
    _, card = saved_network()
    doubt = np.full((6, 9), 2 * np.log(0.1), np.float32)
    novelty = np.zeros((6, 9), np.float32)
    novelty[:3], novelty[3:] = 0.995, 0.98
    found = predicted(card, log_variance=doubt, novelty=novelty)
    section = colour_section(store.open_scan(npz), TaskResult("recolour", {}, (), "", found))
    (plates,) = parts(section, Plates)
    assert [plate.title for plate in plates.plates] == [
        "Predicted colour",
        "Uncertainty",
        "Novelty",
    ]
    assert "Grey: not computed." in plates.plates[0].caption[0]
    assert "median 0.100" in plates.plates[1].caption[0]
    assert "50.0 % of the pixels" in plates.plates[2].caption[0]
    warnings = [part.texts for part in parts(section, Sentences) if part.is_warning]
    assert ("Beware.",) in warnings


def test_a_verdict_that_is_told_already_is_not_repeated(npz, saved_network):
    from app.core.recolouring.verdict import scan_facts, verdict

    _, card = saved_network()
    scan = store.open_scan(npz)
    found = predicted(card)
    told = dict(
        parts(colour_section(scan, TaskResult("recolour", {}, (), "", found)), Facts)[0].rows
    )
    sentences = verdict(card, scan_facts(scan)).sentences
    assert all(sentence in told["Verdict"] for sentence in sentences)
    from dataclasses import replace

    found = replace(found, notes=sentences)
    told = dict(
        parts(colour_section(scan, TaskResult("recolour", {}, (), "", found)), Facts)[0].rows
    )
    assert told["Verdict"].endswith("See the remarks above.")
    assert sentences[0] not in told["Verdict"]


def test_a_network_for_maps_has_plates_of_elements_and_no_colours(npz, saved_network):
    outputs = [{"name": "rgb", "kind": "maps", "elements": ["Fe", "Cu", "Pb"]}]
    _, card = saved_network(task="maps", outputs=outputs)
    maps = np.arange(162, dtype=np.float32).reshape(3, 6, 9)
    result = TaskResult("recolour", {}, (), "", predicted(card, maps=maps))
    assert made_colours(result) is None
    section = colour_section(store.open_scan(npz), result)
    assert section.heading == "Predicted maps"
    (plates,) = parts(section, Plates)
    assert [plate.title for plate in plates.plates] == ["Fe", "Cu", "Pb"]
    words = " ".join(text for part in parts(section, Sentences) for text in part.texts)
    assert recoloured_files.DISCLAIMER not in words


def test_a_network_that_is_gone_is_named_by_its_file(npz, tmp_path):
    from app.io import images

    target = tmp_path / "p.png"
    text = {"velatura:model": "Gone", "velatura:model-sha256": "ab" * 32}
    images.write_png(np.full((6, 9, 4), 255, np.uint8), target, (), text)
    result = TaskResult("recolour", {"model": "gone"}, (target,))
    told = dict(parts(colour_section(store.open_scan(npz), result), Facts)[0].rows)
    assert told["Network"] == "Gone"
    assert told["Checksum"] == "SHA-256 " + "ab" * 32
    assert told["Verdict"] == "not known"
