"""How good the networks are, by condition, beside a constant colour."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.recolouring.explain import elements_behind
from models.data_sets import DataSets, pure_shapes

FloatArray = NDArray[np.float64]

EXPLAINED = {"vermilion": "Hg", "azurite": "Cu", "smalt": "Co", "red-ochre": "Fe"}
"""Pigments and the element that ought to be behind their colour."""

EXPLAINED_STACKS = 30
"""Stacks of each of these."""

_EXPLAINED_COUNTS = (3000, 30_000)
_EXPLAINED_SEED = 11
_QUINTILES = 5
_NEW = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network says of some spectra: shapes (n, 3), (n,) and (n,)."""

    rgb: FloatArray
    log_variance: FloatArray
    novelty: FloatArray


def asker(data: bytes) -> Callable[[NDArray[np.float32]], Answers]:
    """A network to be asked, run as the application runs it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    names = ["rgb", "log_variance", "novelty"]

    def ask(counts: NDArray[np.float32]) -> Answers:
        parts = [
            session.run(names, {"counts": part})
            for part in np.array_split(counts, max(len(counts) // 500, 1))
        ]
        rgb, doubt, new = (
            np.concatenate(item).astype(np.float64) for item in zip(*parts, strict=True)
        )
        return Answers(rgb, doubt[:, 0], new[:, 0])

    return ask


def answers(data: bytes, counts: NDArray[np.float32]) -> Answers:
    """What a network says of spectra on its axis, shape (n, 512)."""
    return asker(data)(counts)


def scores(given: Mapping[str, Answers], sets: DataSets, constant: FloatArray) -> dict[str, Any]:
    """PSNR, ΔE2000 and how well doubt goes with error, by condition."""
    told: dict[str, Any] = {"psnr_db": {}, "delta_e2000_mean": {}, "doubt": {}}
    for name, answer in given.items():
        srgb = sets.tests[name].srgb
        even = np.broadcast_to(constant, srgb.shape)
        told["psnr_db"][name] = {
            "network": _psnr(answer.rgb, srgb),
            "constant": _psnr(even, srgb),
        }
        told["delta_e2000_mean"][name] = {
            "network": _delta_e(answer.rgb, srgb),
            "constant": _delta_e(even, srgb),
        }
        told["doubt"][name] = _doubt(answer, srgb)
    return told


def _doubt(answer: Answers, srgb: FloatArray) -> dict[str, Any]:
    """Rank correlation with the error, and both in fifths of the doubt."""
    from scipy.stats import spearmanr

    error = ((answer.rgb - srgb) ** 2).mean(axis=1)
    fifths = np.array_split(np.argsort(answer.log_variance, kind="stable"), _QUINTILES)
    return {
        "spearman": round(float(spearmanr(answer.log_variance, error).statistic), 2),
        "expected_rms": [_rms(np.exp(answer.log_variance[rows])) for rows in fifths],
        "found_rms": [_rms(error[rows]) for rows in fifths],
    }


def novelty_scores(given: Mapping[str, Answers]) -> dict[str, Any]:
    """Share of the spectra of each condition that are newer than 95 % of those learnt."""
    return {
        f"share_above_{_NEW:g}": {
            name: round(float((answer.novelty > _NEW).mean()), 3) for name, answer in given.items()
        }
    }


def auroc(known: FloatArray, new: FloatArray) -> float:
    """Probability that something new is given a higher value than something known."""
    below = (known[:, None] < new[None, :]).mean()
    even = (known[:, None] == new[None, :]).mean()
    return round(float(below + even / 2), 3)


def explanation_rates(
    data: bytes, pigments: Sequence[Pigment], number: int = EXPLAINED_STACKS
) -> dict[str, dict[str, float]]:
    """How often the right element is first, and among the first three, behind a pure paint."""
    told = {}
    ask = asker(data)

    def predict(spectra: FloatArray) -> FloatArray:
        joined = spectra.reshape(len(spectra), -1, 2).sum(axis=2)
        return ask(joined.astype(np.float32)).rgb

    for name, element in EXPLAINED.items():
        shapes, instrument = pure_shapes(pigments, name, number, _EXPLAINED_SEED)
        for counts in _EXPLAINED_COUNTS:
            drawn = np.random.default_rng(_EXPLAINED_SEED).poisson(shapes * counts)
            found = [
                [
                    effect.element
                    for effect in elements_behind(
                        row, instrument.axis, predict, instrument=instrument
                    )
                ]
                for row in drawn
            ]
            told[f"{name} ({element}), {counts} counts"] = {
                "first": round(sum(item[:1] == [element] for item in found) / len(found), 3),
                "among_three": round(sum(element in item for item in found) / len(found), 3),
            }
    return told


def readable(metrics: Mapping[str, Any]) -> str:
    """The scores as a table."""
    lines = [f"  {'':30}{'PSNR dB':>9}{'constant':>9}{'ΔE2000':>8}{'constant':>9}{'Spearman':>9}"]
    for name, psnr in metrics["psnr_db"].items():
        apart = metrics["delta_e2000_mean"][name]
        doubt = metrics["doubt"][name]["spearman"]
        lines.append(
            f"  {name:30}{psnr['network']:9.2f}{psnr['constant']:9.2f}"
            f"{apart['network']:8.1f}{apart['constant']:9.1f}{doubt:9.2f}"
        )
        expected = " ".join(f"{item:.3f}" for item in metrics["doubt"][name]["expected_rms"])
        found = " ".join(f"{item:.3f}" for item in metrics["doubt"][name]["found_rms"])
        lines.append(f"    rms of a band by fifths of doubt: expected {expected}, found {found}")
    lines.append(f"  novelty: {json_line(metrics['novelty'])}")
    lines.append(f"  right element first: {json_line(metrics['right_element_first'])}")
    return "\n".join(lines)


def json_line(value: Any) -> str:
    """A value in one line."""
    import json

    return json.dumps(value, ensure_ascii=False)


def _psnr(given: FloatArray, srgb: FloatArray) -> float:
    return round(float(-10 * np.log10(((given - srgb) ** 2).mean())), 2)


def _delta_e(given: FloatArray, srgb: FloatArray) -> float:
    from skimage.color import deltaE_ciede2000, rgb2lab

    return round(float(deltaE_ciede2000(rgb2lab(given), rgb2lab(srgb)).mean()), 2)


def _rms(squares: FloatArray) -> float:
    return round(float(np.sqrt(squares.mean())), 3)
