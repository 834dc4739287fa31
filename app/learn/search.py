"""Looks for good values of a training by trying many short ones, and gives up bad ones early."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from app.core.progress import Progress, no_progress
from app.errors import ParameterError, ReadError
from app.io.atomic import written
from app.learn.config import Config, config_from_plain, read_config
from app.learn.leaks import check_apart
from app.learn.networks.catalogue import NetworkRow
from app.learn.requirements import check_possible
from app.learn.scenes import Scene
from app.learn.split import Role
from app.learn.store import SceneStore
from app.learn.teaching import built, known_network, make_folder, prepared, stream_of
from app.learn.toml_text import toml_text
from app.learn.training import CHECKPOINT, DivergedError, Training, chosen_device
from app.learn.validation import Validation, judged_by

_ASKED = "asked"
STORAGE, BEST, TRIED = "search.db", "best.toml", "tried.csv"

_TITLE = "This search cannot be read."
# what decides no score
_FREE = ("name", "title", "pictures", "save_every_s", "threads", "device")
_KEYS = ("training", "trials", "seed", "first_random", "looks_before_pruning", "changes", "space")


@dataclass(frozen=True, slots=True)
class Span:
    """What a value may be.

    Parameters
    ----------
    name
        Where it stands: "training.learning_rate", "network.options.width".
    choices
        One of these; or, where empty,
    low, high
        from one number to another, both included, whole numbers where both are,
    step
        in steps of this (0 for any), or
    log
        evenly on a logarithmic scale.
    """

    name: str
    choices: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    log: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """A search.

    Parameters
    ----------
    base
        The training that is varied.
    space
        In what.
    trials
        How many trainings are tried.
    seed
        Decides which.
    first_random
        How many of them are drawn evenly before those that look promising are.
    looks_before_pruning
        Looks at the validation scenes before a training may be given up.
    """

    base: Config
    space: tuple[Span, ...]
    trials: int = 30
    seed: int = 1
    first_random: int = 8
    looks_before_pruning: int = 2


@dataclass(frozen=True, slots=True)
class Tried:
    """One training of a search: its number, what became of it, its score and its values."""

    number: int
    state: str
    score: float | None
    values: Mapping[str, Any]


def read_search(path: Path) -> Search:
    """Read a search from a TOML file beside the training that it varies.

    Raises
    ------
    ReadError
        If a file cannot be read or is no TOML.
    ParameterError
        If a key or a value makes no sense.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(_TITLE, f"{path}: {error.strerror or error}.", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(_TITLE, f"{path.name}: {error}.", "Correct it.", path=path) from error
    for key in table:
        if key not in _KEYS:
            raise ParameterError(_TITLE, f"“{key}” is not known; expected {', '.join(_KEYS)}.")
    if not isinstance(table.get("training"), str) or not isinstance(table.get("space"), dict):
        raise ParameterError(
            _TITLE,
            "It needs “training”, the file of a training beside it, and a table “space”.",
            "Add them.",
        )
    if not isinstance(table.get("changes", {}), dict):
        raise ParameterError(_TITLE, "“changes” is no table.", "Write [changes.training] or so.")
    base = read_config(path.parent / table["training"])
    base = with_values(base, _flat(table.get("changes", {})))
    space = tuple(_span(name, item) for name, item in table["space"].items())
    numbers = {
        key: _whole(table[key], key)
        for key in ("trials", "seed", "first_random", "looks_before_pruning")
        if key in table
    }
    search = Search(base, space, **numbers)
    for span in space:
        # a wrong name is told before anything is tried
        with_values(base, {span.name: span.choices[0] if span.choices else _number(span, span.low)})
    return search


def run_search(
    search: Search,
    folder: Path,
    scenes_folder: Path | None = None,
    progress: Progress = no_progress,
) -> list[Tried]:
    """Try trainings until there are as many as asked for, going on where it was interrupted.

    Parameters
    ----------
    search
        What is tried.
    folder
        For the storage, the table of what was tried, and the best training.
    scenes_folder
        Where scenes are kept.

    Raises
    ------
    ParameterError, ReadError
        As of the trainings, or if the folder's search is of another training or space. Trainings
        that go astray count as given up.

    Notes
    -----
    Tree-structured Parzen estimators (J. Bergstra et al., NIPS 2011) by Optuna (T. Akiba et al.,
    KDD 2019); a training that is worse than the median of the others at the same look is given
    up.
    """
    import optuna

    # tables and warnings of its own would only puzzle
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    row = known_network(search.base.network.name)
    check_possible(search.base, row)
    for place in (folder, scenes_folder):
        make_folder(place)
    torch.set_num_threads(search.base.training.threads)
    study = _study(search, folder)
    _check_same(study, search, folder)
    _give_back_interrupted(study)
    store = SceneStore(search.base.data, scenes_folder)
    check_apart(store.pictures, store.roles)
    scenes = store.scenes(Role.TRAINING, progress), store.scenes(Role.VALIDATION, progress)
    ended = _ended(study)
    while ended < search.trials:
        study.sampler = optuna.samplers.TPESampler(
            n_startup_trials=search.first_random, seed=search.seed + ended
        )
        trial = study.ask()
        progress(ended / search.trials, f"Training {ended + 1} of {search.trials}")
        _try(study, trial, search, row, scenes, folder)
        ended = _ended(study)
        _write(study, search, folder)
    return tried(study)


def _try(
    study: Any,
    trial: Any,
    search: Search,
    row: NetworkRow,
    scenes: tuple[list[Scene], list[Scene]],
    folder: Path,
) -> None:
    """Train with the values that a trial suggests, and tell how good it became."""
    from optuna import TrialPruned
    from optuna.trial import TrialState

    config = with_values(search.base, {span.name: _suggested(trial, span) for span in search.space})
    plan = config.training
    place = folder / f"trial-{trial.number:04}"
    place.mkdir(exist_ok=True)
    # a trial that was interrupted is begun anew
    (place / CHECKPOINT).unlink(missing_ok=True)
    looks = 0

    def looked(step: int, score: float) -> None:
        nonlocal looks
        looks += 1
        trial.report(score, looks)
        if trial.should_prune():
            raise TrialPruned

    try:
        network = built(config)
        prepared(network, config, scenes[0], place)
        validation = Validation(scenes[1], config, row.layout, row.multiple_px)
        device = chosen_device(plan)
        training = Training(
            config, network, stream_of(config, row, scenes[0]), validation, place, device
        )
        done = training.run(looked=looked)
        best = min(judged_by(item) for item in done.history)
        study.tell(trial, best)
    except (TrialPruned, DivergedError):
        study.tell(trial, state=TrialState.PRUNED)
    (place / CHECKPOINT).unlink(missing_ok=True)


def _suggested(trial: Any, span: Span) -> Any:
    if span.choices:
        return trial.suggest_categorical(span.name, list(span.choices))
    low, high = _number(span, span.low), _number(span, span.high)
    if isinstance(low, int):
        return trial.suggest_int(span.name, low, high, step=int(span.step) or 1, log=span.log)
    return trial.suggest_float(span.name, low, high, step=span.step or None, log=span.log)


def _study(search: Search, folder: Path) -> Any:
    """What was tried so far, from the folder's storage, or nothing yet; raises ReadError."""
    import optuna
    from sqlalchemy.exc import DatabaseError

    path = folder / STORAGE
    try:
        return optuna.create_study(
            storage=f"sqlite:///{path}",
            study_name="search",
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(search.first_random, search.looks_before_pruning),
        )
    except (DatabaseError, optuna.exceptions.StorageInternalError) as error:
        raise ReadError(
            _TITLE,
            f"{path}: it is broken, or no storage of a search.",
            "Remove it to begin anew, or give another folder with --out.",
            path=path,
        ) from error


def _check_same(study: Any, search: Search, folder: Path) -> None:
    """Note what is searched; raise ParameterError where the folder's search is another one."""
    asked = {
        f"{key}.{name}": list(item) if isinstance(item, tuple) else item
        for key, table in search.base.to_plain().items()
        if isinstance(table, Mapping)
        for name, item in table.items()
        if name not in _FREE
    }
    asked["space"] = {
        span.name: [list(span.choices), span.low, span.high, span.step, span.log]
        for span in search.space
    }
    # as the storage gives them back
    asked = json.loads(json.dumps(asked))
    known = study.user_attrs.get(_ASKED)
    if known is None:
        study.set_user_attr(_ASKED, asked)
        return
    for key in sorted({*asked, *known}):
        if asked.get(key) != known.get(key):
            raise ParameterError(
                "This folder belongs to another search.",
                f"{folder}: it has {key} = {known.get(key)!r}; asked for is {asked.get(key)!r}.",
                "Give another folder with --out: scores of the two cannot be compared.",
            )


def _give_back_interrupted(study: Any) -> None:
    """Try those again that a killed search left unfinished."""
    from optuna.trial import TrialState

    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.enqueue_trial(trial.params)
        study.tell(trial.number, state=TrialState.FAIL)


def _ended(study: Any) -> int:
    from optuna.trial import TrialState

    states = (TrialState.COMPLETE, TrialState.PRUNED)
    return len(study.get_trials(deepcopy=False, states=states))


def tried(study: Any) -> list[Tried]:
    """All that was tried, in order."""
    return [
        Tried(item.number, item.state.name.lower(), item.value, dict(item.params))
        for item in study.get_trials(deepcopy=False)
    ]


def _write(study: Any, search: Search, folder: Path) -> None:
    """The table of what was tried, and the best training as a file of its own."""
    import csv

    rows = tried(study)
    with (
        written(folder / TRIED, overwrite=True) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        names = [span.name for span in search.space]
        writer.writerow(["trial", "state", "score", *names])
        for row in rows:
            values = [row.values.get(name, "") for name in names]
            writer.writerow([row.number, row.state, row.score, *values])
    done = [row for row in rows if row.state == "complete" and row.score is not None]
    if done:
        best = min(done, key=lambda row: row.score or 0.0)
        text = toml_text(with_values(search.base, best.values).to_plain())
        with written(folder / BEST, overwrite=True) as beside:
            beside.write_text(text, encoding="utf-8")


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """The training with some values changed, each by where it stands; raises ParameterError."""
    plain = config.to_plain()
    for name, value in values.items():
        *tables, last = name.split(".")
        table = plain
        for part in tables:
            table = table.get(part, {})
            if not isinstance(table, dict):
                raise ParameterError(_TITLE, f"“{name}” is nothing that a training has.")
        table[last] = value
    return config_from_plain(plain)


def _flat(table: Mapping[str, Any], at: Sequence[str] = ()) -> dict[str, Any]:
    """Values of tables within tables by where they stand."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, (*at, key))
        else:
            found[".".join((*at, key))] = value
    return found


def _span(name: str, item: Any) -> Span:
    """What a value may be, of a table; raises ParameterError."""
    if isinstance(item, dict) and item.keys() == {"choices"} and item["choices"]:
        return Span(name, tuple(item["choices"]))
    known = {"low", "high", "step", "log"}
    is_span = isinstance(item, dict) and {"low", "high"} <= item.keys() <= known
    if is_span and all(isinstance(value, int | float) for value in item.values()):
        span = Span(name, **item)
        if span.low < span.high and not (span.log and span.low <= 0):
            return span
    raise ParameterError(
        _TITLE,
        f"“space.{name}” is {item!r}; expected choices = […], or low and high, with step or log "
        "= true.",
        "Correct it.",
    )


def _number(span: Span, value: float) -> float | int:
    """Whole where both ends are."""
    is_whole = isinstance(span.low, int) and isinstance(span.high, int)
    return int(value) if is_whole else float(value)


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParameterError(_TITLE, f"“{name}” is {value!r}; expected a whole number.")
    return value
