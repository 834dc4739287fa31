"""The state of a training on disk: either the last whole one or the one before, never half."""

import pickle
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.errors import ReadError
from app.io.atomic import written

VERSION = 1
State = dict[str, Tensor]


@dataclass(slots=True)
class Best:
    """The network that has been best so far.

    Parameters
    ----------
    score
        Smaller is better.
    step
        After which.
    weights
        Its state.
    """

    score: float = float("inf")
    step: int = 0
    weights: State = field(default_factory=dict)


@dataclass(slots=True)
class Checkpoint:
    """All that a training needs to go on.

    Parameters
    ----------
    config
        The training, plain values.
    step
        Steps done.
    seconds
        Of processor time (on another device: of time) spent.
    network, average, optimiser
        Their states; batches and dropout follow from the step.
    best
        The best so far.
    history
        A row for each look at the validation scenes.
    recent
        Sum and number of the training losses since the last look.
    """

    config: dict[str, Any]
    step: int
    seconds: float
    network: State
    average: State
    optimiser: dict[str, Any]
    best: Best
    history: list[dict[str, float]]
    recent: tuple[float, float] = (0.0, 0.0)


def save(state: Checkpoint, path: Path) -> None:
    """Write a checkpoint in place of the last one; raises WriteError if the system refuses."""
    plain = {
        "version": VERSION,
        "config": state.config,
        "step": state.step,
        "seconds": state.seconds,
        "network": state.network,
        "average": state.average,
        "optimiser": state.optimiser,
        "best": [state.best.score, state.best.step, state.best.weights],
        "history": state.history,
        "recent": list(state.recent),
    }
    with written(path, overwrite=True) as beside:
        torch.save(plain, beside)


def load(path: Path) -> Checkpoint | None:
    """The checkpoint in a file; None where there is none.

    Raises
    ------
    ReadError
        If the file is none of ours or broken.
    """
    plain = read_weights(path)
    if plain is None:
        return None
    if plain.get("version") != VERSION:
        raise _broken(path, f"its version is {plain.get('version')}; expected {VERSION}")
    score, step, weights = plain["best"]
    names = ("config", "step", "seconds", "network", "average", "optimiser", "history")
    known = {name: plain[name] for name in names}
    total, number = plain["recent"]
    return Checkpoint(**known, best=Best(score, step, weights), recent=(total, number))


_TITLE, _HINT = "Cannot read the state of a training.", "Begin anew with --fresh."


def read_weights(path: Path, title: str = _TITLE, hint: str = _HINT) -> dict[str, Any] | None:
    """What torch wrote into a file, tensors and plain values alone; None where there is none.

    Parameters
    ----------
    path
        The file.
    title, hint
        Of the error where it cannot be read.

    Raises
    ------
    ReadError
        If the file is broken or holds anything else.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        return None
    except pickle.UnpicklingError as error:
        why = "it is no file of torch's, or holds more than tensors and plain values"
        raise _broken(path, why, title, hint) from error
    except (OSError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or str(error).strip() or type(error).__name__
        raise _broken(path, why.splitlines()[0][:200], title, hint) from error
    if not isinstance(content, dict):
        raise _broken(path, "it is something else", title, hint)
    return content


def write_weights(weights: State, path: Path) -> None:
    """Write a network's weights; raises WriteError if the system refuses."""
    with written(path, overwrite=True) as beside:
        torch.save(weights, beside)


def _broken(path: Path, why: str, title: str = _TITLE, hint: str = _HINT) -> ReadError:
    return ReadError(title, f"{path}: {why}.", hint, path=path)
