"""`velatura train`: teach networks, from data to a file that colours scans."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import AsJson, print_json, progress_bar, say_written, whole_path
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.learn.config import Config

SearchFile = Annotated[Path, typer.Argument(help="A search: a TOML file beside its training.")]
ConfigFile = Annotated[Path, typer.Argument(help="A training: a TOML file.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="For all that comes out; runs/NAME without it."),
]
Pictures = Annotated[
    Path | None,
    typer.Option("--pictures", metavar="FOLDER", help="Photographs of paintings to learn from."),
]
Scenes = Annotated[
    Path | None,
    typer.Option("--scenes", metavar="FOLDER", help="Keep scenes here, not in the cache."),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Begin anew, even where an interrupted training is.")
]
DataOnly = Annotated[
    bool, typer.Option("--data-only", help="Make the scenes and their manifest, learn nothing.")
]


def train(
    config: ConfigFile,
    out: Out = None,
    pictures: Pictures = None,
    scenes: Scenes = None,
    fresh: Fresh = False,
    data_only: DataOnly = False,
    as_json: AsJson = False,
) -> None:
    """Teach a network; a training that was interrupted goes on when this is run again."""
    from app import paths

    asked = _config(config, pictures)
    folder = whole_path(out or Path("runs") / asked.name)
    kept = whole_path(scenes) if scenes is not None else paths.cache_dir() / "scenes"
    if data_only:
        _make_data(asked, folder, kept, as_json=as_json)
        return
    _require_torch()
    from app.learn.teaching import teach
    from app.learn.training import CHECKPOINT

    if fresh:
        (folder / CHECKPOINT).unlink(missing_ok=True)
    with progress_bar(hidden=as_json) as progress:
        taught = teach(asked, folder, kept, progress)
    trained = taught.trained
    told: dict[str, Any] = {
        "network": str(taught.exported.path),
        "folder": str(folder),
        "steps": trained.steps,
        "best_step": trained.best_step,
        "seconds": round(trained.seconds, 1),
        "why": trained.why,
        "validation": dict(taught.exported.card.metrics["validation"]),
    }
    if as_json:
        print_json(told)
        return
    typer.echo(taught.exported.card.trained_on["training"])
    shown = ", ".join(f"{key} {value:.4g}" for key, value in told["validation"].items())
    typer.echo(f"Best after {trained.best_step} steps, on scenes for validation: {shown}")
    say_written((taught.exported.path,), as_json=False)


def search(
    file: SearchFile,
    out: Out = None,
    pictures: Pictures = None,
    scenes: Scenes = None,
    as_json: AsJson = False,
) -> None:
    """Look for good values of a training by trying many; goes on where it was interrupted."""
    from app import paths

    _require_torch("optuna")
    from app.learn.search import BEST, TRIED, read_search, run_search

    asked = read_search(file)
    if pictures is not None:
        data = replace(asked.base.data, pictures=str(whole_path(pictures)))
        asked = replace(asked, base=replace(asked.base, data=data))
    folder = whole_path(out or Path("runs") / f"search-{asked.base.name}")
    kept = whole_path(scenes) if scenes is not None else paths.cache_dir() / "scenes"
    with progress_bar(hidden=as_json) as progress:
        rows = run_search(asked, folder, kept, progress)
    if as_json:
        print_json({"folder": str(folder), "trials": [asdict(row) for row in rows]})
        return
    for row in rows:
        score = "" if row.score is None else f"{row.score:.5f}"
        values = ", ".join(f"{key} {value}" for key, value in row.values.items())
        typer.echo(f"{row.number:<5}{row.state:<10}{score:<9}{values}")
    written = tuple(folder / name for name in (TRIED, BEST) if (folder / name).is_file())
    say_written(written, as_json=False)


def _config(path: Path, pictures: Path | None) -> "Config":
    """The training of a file, with another folder of pictures where one is given."""
    from app.learn.config import read_config

    asked = read_config(path)
    if pictures is None:
        return asked
    return replace(asked, data=replace(asked.data, pictures=str(whole_path(pictures))))


def _make_data(asked: "Config", folder: Path, kept: Path, *, as_json: bool) -> None:
    from app.learn.manifest import write_manifest
    from app.learn.store import SceneStore

    folder.mkdir(parents=True, exist_ok=True)
    store = SceneStore(asked.data, kept)
    with progress_bar(hidden=as_json) as progress:
        path = write_manifest(store, folder / "manifest.json", progress)
    if as_json:
        print_json({"manifest": str(path), "scenes": str(store.folder)})
    else:
        say_written((path,), as_json=False)


def _require_torch(*others: str) -> None:
    """Raise ParameterError where what learning needs is not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("torch", "onnxscript", *others) if find_spec(name) is None]
    if missing:
        raise ParameterError(
            "Networks cannot be taught here.",
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed.",
            "In Velatura's folder type: python3 installer/bootstrap.py setup train",
        )
