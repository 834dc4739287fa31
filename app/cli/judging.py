"""`velatura evaluate`: networks and their rivals, judged by the same synthetic scans."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import AsJson, print_json, progress_bar, say_written, whole_path
from app.errors import ParameterError, ReadError

if TYPE_CHECKING:
    from app.core.progress import Progress
    from app.learn.config import DataRecipe
    from app.learn.judgement import Judged
    from app.learn.predictors import NetworkFile, Predictor
    from app.learn.store import SceneStore

_RIVALS_SCENES = 400

Models = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Networks (.onnx with a card) or folders of them; without any those "
        "that come with Velatura."
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="For the tables.")]
DataOf = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE.toml",
        help="A training whose data are taken; without it what the shipped ones learn from.",
    ),
]
Pictures = Annotated[
    Path | None,
    typer.Option(
        "--pictures",
        metavar="FOLDER",
        help="Photographs of paintings; those that no training learns from are taken.",
    ),
]
Scenes = Annotated[
    Path | None,
    typer.Option("--scenes", metavar="FOLDER", help="Keep scenes here, not in the cache."),
]
Repeats = Annotated[int, typer.Option("--repeats", min=1, help="Palettes and scanners for each.")]
MadeUp = Annotated[int, typer.Option("--made-up", min=0, help="Pictures made of nothing beside.")]
Side = Annotated[
    int, typer.Option("--side", min=16, help="Shorter side, points; MS-SSIM needs 161.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Decides all trials.")]
Conditions = Annotated[
    str,
    typer.Option("--conditions", help="Some of many, few, axis, random, tungsten, glass, small."),
]
Small = Annotated[
    int, typer.Option("--small", min=0, help="Small scans, each with its own paints and scanner.")
]
Rivals = Annotated[
    bool,
    typer.Option("--rivals/--no-rivals", help="With regressions that need no network."),
]
Parts = Annotated[
    str,
    typer.Option(
        "--parts",
        help="Some of pictures, paints (pure paints and new materials), maps (of elements).",
    ),
]
Beside = Annotated[
    Path | None,
    typer.Option(
        "--beside",
        metavar="evaluation.json",
        help="An earlier evaluation by the same trials, whose networks stand in the tables, too.",
    ),
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="For each network.")]


def evaluate(
    models: Models = None,
    out: Out = Path("evaluation"),
    config: DataOf = None,
    pictures: Pictures = None,
    scenes: Scenes = None,
    repeats: Repeats = 1,
    made_up: MadeUp = 2,
    small: Small = 100,
    side: Side = 176,
    seed: Seed = 1,
    conditions: Conditions = "many,few,axis,random,tungsten,glass,small",
    parts: Parts = "pictures,paints,maps",
    rivals: Rivals = True,
    beside: Beside = None,
    threads: Threads = 1,
    as_json: AsJson = False,
) -> None:
    """Judge networks by pictures and scanners that none has learnt from, and write the tables."""
    from app import paths
    from app.learn.evaluation_files import joined, plain_about, plain_findings, write_evaluation
    from app.learn.judgement import PARTS, Judged, judge
    from app.learn.predictors import NetworkFile
    from app.learn.store import SceneStore
    from app.learn.trials import CONDITIONS, TrialPlan

    known = {condition.key: condition for condition in CONDITIONS}
    chosen = tuple(known[key] for key in _some_of(conditions, tuple(known), "--conditions"))
    plan = TrialPlan(side, repeats, made_up, seed, small=small)
    asked = Judged(_some_of(parts, PARTS, "--parts"), plan, chosen)
    networks = [NetworkFile(path, threads) for path in _files(models)]
    kept = whole_path(scenes) if scenes is not None else paths.cache_dir() / "scenes"
    store = SceneStore(_recipe(config, pictures), kept)
    _check(asked, store, networks)
    about = plain_about(asked, store)
    earlier = _earlier(beside, about)
    with progress_bar(hidden=as_json) as progress:
        judged: list[Predictor] = [*(_rivals(store, progress) if rivals else ()), *networks]
        found = judge(judged, store, asked, progress)
    out.mkdir(parents=True, exist_ok=True)
    facts = {network.name: network.facts() for network in networks}
    written = write_evaluation(found, out, facts, about, earlier)
    if as_json:
        plain = plain_findings(found, facts, about)
        told: dict[str, Any] = {"outputs": [str(path) for path in written]}
        print_json({**told, **(plain if earlier is None else joined(earlier, plain))})
        return
    say_written(written, as_json=False)


def _earlier(path: Path | None, about: dict[str, Any]) -> dict[str, Any] | None:
    """An earlier evaluation by the same trials, which is known before the long work begins."""
    if path is None:
        return None
    from app.io.json_file import read_json
    from app.learn.evaluation_files import check_same_trials

    earlier = read_json(whole_path(path))
    if earlier is None:
        raise ReadError(
            "The earlier evaluation is not there.",
            f"There is no file {path}.",
            "Correct --beside, or leave it out.",
        )
    check_same_trials(earlier, about)
    return dict(earlier)


def _check(asked: "Judged", store: "SceneStore", networks: "Sequence[NetworkFile]") -> None:
    """Raise ParameterError if there is nothing to judge by, or a network has seen it."""
    from app.learn.leaks import check_unseen
    from app.learn.split import Role
    from app.learn.trials import number_of_trials

    if "pictures" not in asked.parts:
        return
    if not number_of_trials(store, asked.trials, asked.conditions):
        raise ParameterError(
            "There is nothing to judge by.",
            "Found neither pictures that are kept for tests nor any to be made up.",
            "Give a folder of photographs with --pictures, or more with --made-up or --small.",
        )
    check_unseen(store.roles[Role.TEST], [network.card for network in networks])


def _some_of(told: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    """What a list with commas names, in the order in which it is known."""
    names = told.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ParameterError(
            f"What {option} names is not known.",
            f"Found “{unknown[0]}”; expected some of {', '.join(known)}.",
            f"Correct {option}.",
        )
    return tuple(name for name in known if name in names)


def _files(models: list[Path] | None) -> list[Path]:
    """The networks that are meant; raises ParameterError for a folder without any."""
    from app.io.model_files import model_files
    from app.paths import bundle_root

    found: list[Path] = []
    for path in models or [bundle_root() / "models"]:
        files = model_files(path) if path.is_dir() else [path]
        if not files:
            raise ParameterError(
                "There is no network to judge.",
                f"{path} holds no .onnx file.",
                "Give a network, or a folder that holds some.",
            )
        found += files
    return found


def _recipe(config: Path | None, pictures: Path | None) -> "DataRecipe":
    from app.learn.config import DataRecipe, read_config
    from app.paths import bundle_root

    shipped = bundle_root() / "models" / "configs" / "common.toml"
    if config is None and shipped.is_file():
        config = shipped
    recipe = DataRecipe() if config is None else read_config(config).data
    return recipe if pictures is None else replace(recipe, pictures=str(whole_path(pictures)))


def _rivals(store: "SceneStore", progress: "Progress") -> "tuple[Predictor, ...]":
    """Regressions learnt from the first scenes, as many as they have any use for."""
    from app.learn.anchors import anchors
    from app.learn.split import Role

    number = min(store.number_of(Role.TRAINING), _RIVALS_SCENES)
    scenes = []
    for place in range(number):
        progress(None, f"Painting scene {place + 1} of {number} for the rivals")
        scenes.append(store.scene(Role.TRAINING, place))
    return anchors(scenes, store.recipe)
