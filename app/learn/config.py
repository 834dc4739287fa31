"""What a training is: one TOML file, read into values that are checked.

Nothing here needs torch.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from app.core.elements import ELEMENTS
from app.core.parameters import check, parameter
from app.errors import ParameterError, ReadError
from app.learn.jitter import COUNTS, Measuring

LOSSES = ("cross-entropy", "squares", "likelihood")
SCHEDULES = ("constant", "cosine")
DEVICES = ("auto", "cpu", "cuda")

_TITLE = "This training cannot be read."


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Which network, and how it is built.

    Parameters
    ----------
    name
        In the catalogue.
    options
        As its class has them.
    weights
        Files of weights to begin with, by the part of the network that gets them ("" is all).
    """

    name: str = parameter("dense", label="Network")
    options: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """What a network learns from.

    Parameters
    ----------
    seed
        Decides all scenes.
    pictures
        Folder of pictures to paint; empty for none.
    validation_pictures, test_pictures
        Names without suffix of those that no training scene is painted after. Where both are
        empty, some are chosen by their names.
    painted_share
        Share of the scenes that are painted after pictures, where there are some.
    mixed_share
        Of the others, the share that are random paints in a random field; the rest are painted
        after pictures made of nothing.
    scenes, validation_scenes
        How many.
    boards
        How many boards networks of single points learn from beside the scenes.
    rows, cols, paints, levels, hidden_share
        See `scenes.SceneSize`.
    without_elements, without_pigments
        Pigments with one of these elements, and those of these ids, are left out of all scenes,
        and so are tubes with an anode of one of these elements.
    counts, gain_error, offset_error_ev, backlash_share, short_share
        See `jitter.Measuring`; eV here.
    varied_share, mixed_beam_share
        Of what is learnt from, how often surroundings are drawn anew, and how often a single
        point has another one beside it; see `stream.Batching`.
    """

    seed: int = parameter(1, label="Seed of the data", minimum=0, maximum=2**31)
    pictures: str = parameter("", label="Folder of pictures")
    validation_pictures: tuple[str, ...] = ()
    test_pictures: tuple[str, ...] = ()
    painted_share: float = parameter(0.4, label="Painted after pictures", minimum=0, maximum=1)
    mixed_share: float = parameter(0.5, label="Random paints", minimum=0, maximum=1)
    scenes: int = parameter(1500, label="Scenes", minimum=1, maximum=100_000)
    validation_scenes: int = parameter(24, label="Scenes to validate", minimum=1, maximum=10_000)
    boards: int = parameter(0, label="Boards", minimum=0, maximum=100_000)
    rows: int = parameter(96, label="Rows of a scene", minimum=4, maximum=2048)
    cols: int = parameter(96, label="Columns of a scene", minimum=4, maximum=2048)
    paints: tuple[int, int] = (12, 48)
    levels: int = parameter(3, label="Thicknesses", minimum=2, maximum=8)
    hidden_share: float = parameter(0.25, label="With hidden pictures", minimum=0, maximum=1)
    without_elements: tuple[str, ...] = ()
    without_pigments: tuple[str, ...] = ()
    counts: tuple[float, float] = COUNTS
    gain_error: float = parameter(0.01, label="Error of the gain", minimum=0, maximum=0.1)
    offset_error_ev: float = parameter(30.0, label="Error of the offset", minimum=0, maximum=500)
    backlash_share: float = parameter(0.2, label="Rows displaced", minimum=0, maximum=1)
    short_share: float = parameter(0.4, label="Axes that end early", minimum=0, maximum=1)
    varied_share: float = parameter(0.9, label="Other surroundings", minimum=0, maximum=1)
    mixed_beam_share: float = parameter(0.5, label="Two points in a beam", minimum=0, maximum=1)

    def __post_init__(self) -> None:
        check(self)
        _rising(self.paints, "paints", 1, 500)
        _rising(self.counts, "counts", 1, 1e8)
        unknown = [symbol for symbol in self.without_elements if symbol not in ELEMENTS]
        if unknown:
            raise ParameterError(
                _TITLE,
                f"“without_elements” has “{unknown[0]}”, which is no element's symbol.",
                "Correct it.",
            )

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them; `without_pigments` only where it leaves some out.

        So trainings and scenes keep their names that are older than it.
        """
        plain = asdict(self)
        if not self.without_pigments:
            del plain["without_pigments"]
        return plain

    def measuring(self) -> Measuring:
        """How the scenes are counted."""
        return Measuring(
            self.counts,
            self.gain_error,
            self.offset_error_ev / 1000,
            backlash_share=self.backlash_share,
            short_share=self.short_share,
        )


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How a network learns.

    Parameters
    ----------
    seed
        Decides first weights, batches and dropout.
    steps
        How many at most.
    minutes
        Of processor time at most; 0 for no limit.
    batch_scenes
        Scenes in a batch.
    points
        Of each scene, for networks of single points.
    spread
        Over how many batches these are spread; see `stream.Batching`.
    side
        Rows and columns of the part of each scene, for networks of pictures.
    loss
        Of the colour: "cross-entropy", "squares", or "likelihood" of a Gaussian whose variance
        the network gives itself.
    element_weight, reconstruction_weight
        What errors of elements and of the reconstructed spectrum count beside the colour's.
    colour_weight
        What the colour's count; 0 for networks that give none.
    learning_rate, schedule, weight_decay, warm_up
        Of the AdamW optimiser; the rate rises over the first `warm_up` steps, then stays or
        falls to a hundredth along a cosine over the steps or the minutes, whichever end first.
    average
        The network that is judged and kept is the running mean of the weights with this memory;
        0 for the weights as they are.
    validate_every, patience
        Steps between looks at the validation scenes, and how many looks without a gain end the
        training; 0 for never.
    validation_points
        Of each validation scene, for networks of single points.
    save_every_s
        Seconds between checkpoints.
    threads, device
        What it runs on.
    """

    seed: int = parameter(1, label="Seed of the training", minimum=0, maximum=2**31)
    steps: int = parameter(20_000, label="Steps", minimum=1, maximum=10**9)
    minutes: float = parameter(0.0, label="Processor minutes", minimum=0, maximum=10**6)
    batch_scenes: int = parameter(32, label="Scenes in a batch", minimum=1, maximum=4096)
    points: int = parameter(128, label="Points of a scene", minimum=1, maximum=10**6)
    spread: int = parameter(1, label="Batches for them", minimum=1, maximum=1024)
    side: int = parameter(48, label="Side of a part", minimum=4, maximum=1024)
    loss: str = parameter("cross-entropy", label="Loss", choices=LOSSES)
    colour_weight: float = parameter(1.0, label="Weight of the colour", minimum=0, maximum=1e3)
    element_weight: float = parameter(0.0, label="Weight of elements", minimum=0, maximum=1e3)
    reconstruction_weight: float = parameter(0.0, label="… of spectra", minimum=0, maximum=1e3)
    learning_rate: float = parameter(1e-3, label="Learning rate", minimum=1e-8, maximum=1)
    schedule: str = parameter("cosine", label="Schedule", choices=SCHEDULES)
    weight_decay: float = parameter(1e-4, label="Weight decay", minimum=0, maximum=1)
    warm_up: int = parameter(100, label="Steps of warming up", minimum=0, maximum=10**6)
    average: float = parameter(0.998, label="Memory of the mean", minimum=0, maximum=0.99999)
    validate_every: int = parameter(250, label="Steps between looks", minimum=1, maximum=10**6)
    patience: int = parameter(0, label="Looks without a gain", minimum=0, maximum=10**6)
    validation_points: int = parameter(512, label="Points to validate", minimum=1, maximum=10**6)
    save_every_s: float = parameter(60.0, label="Seconds between checkpoints", minimum=0)
    threads: int = parameter(2, label="Threads", minimum=1, maximum=256)
    device: str = parameter("auto", label="Device", choices=DEVICES)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Config:
    """A whole training.

    Parameters
    ----------
    name
        Of the network that comes out, and of its files.
    title
        For people; the name where it is empty.
    network, data, training
        Its parts.
    """

    name: str = "network"
    title: str = ""
    network: NetworkChoice = field(default_factory=NetworkChoice)
    data: DataRecipe = field(default_factory=DataRecipe)
    training: TrainingPlan = field(default_factory=TrainingPlan)

    def __post_init__(self) -> None:
        is_odd = set(self.name) & set('/\\:*?"<>|') or not self.name.strip(". ")
        if is_odd or self.name != self.name.strip():
            raise ParameterError(
                _TITLE,
                f"“name” is “{self.name}”; files are called so.",
                "Take a word without signs that file names cannot have.",
            )
        for part, path in self.network.weights.items():
            if not isinstance(path, str):
                _refused(path, f"network.weights.{part}")

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them."""
        return {**asdict(self), "data": self.data.to_plain()}


def read_config(path: Path) -> Config:
    """Read a training; what its file does not say is taken from the file that it calls `base`.

    Raises
    ------
    ReadError
        If the file cannot be read or is no TOML.
    ParameterError
        If it has an unknown key or a value that makes no sense.
    """
    return config_from_plain({"name": path.stem, **_table(path, ())})


def _table(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    """What a file holds, upon what the file holds that it names as its base."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(_TITLE, f"{path}: {error.strerror or error}.", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(_TITLE, f"{path.name}: {error}.", "Correct it.", path=path) from error
    base = table.pop("base", None)
    if base is None:
        return table
    if not isinstance(base, str):
        _refused(base, "base")
    below = (path.parent / base).resolve()
    above = (*above, path.resolve())
    if below in above:
        raise ReadError(_TITLE, f"{below.name} is its own base.", "Correct it.", path=path)
    return _upon(_table(below, above), table)


def _upon(base: dict[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the values of another one in place of its own; options are taken whole."""
    found = dict(base)
    for key, value in table.items():
        is_table = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _upon(found[key], value) if is_table and key != "options" else value
    return found


def config_from_plain(table: Mapping[str, Any]) -> Config:
    """A training of plain values; raises ParameterError as `read_config`."""
    made: Config = _made(Config, table, "")
    return made


def _made(kind: type, table: Mapping[str, Any], at: str) -> Any:
    """A dataclass of a table."""
    hints = get_type_hints(kind)
    known = [item.name for item in fields(kind)]
    for key in table:
        if key not in known:
            raise ParameterError(
                _TITLE,
                f"“{at}{key}” is not known; expected one of {', '.join(known)}.",
                "Correct the key.",
            )
    return kind(**{key: _value(hints[key], item, f"{at}{key}") for key, item in table.items()})


def _value(kind: Any, value: Any, at: str) -> Any:
    """A value of a type, or ParameterError."""
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, Mapping):
        return _made(kind, value, f"{at}.")
    if get_origin(kind) is tuple and isinstance(value, list | tuple):
        inner = get_args(kind)
        if inner[-1] is Ellipsis or len(inner) == len(value):
            return tuple(_value(inner[0], item, at) for item in value)
    if isinstance(kind, type) and not isinstance(value, bool):
        if kind is float and isinstance(value, int | float):
            return float(value)
        if kind in (int, str) and isinstance(value, kind):
            return value
    if kind is bool and isinstance(value, bool):
        return value
    if get_origin(kind) is not None and not isinstance(value, str | list):
        # options of a network: its own class checks them
        return dict(value) if isinstance(value, Mapping) else _refused(value, at)
    return _refused(value, at)


def _refused(value: Any, at: str) -> Any:
    raise ParameterError(
        _TITLE, f"“{at}” is {value!r}, which is of another kind than expected.", "Correct it."
    )


def _rising(pair: tuple[float, float], name: str, low: float, high: float) -> None:
    if not low <= pair[0] <= pair[1] <= high:
        raise ParameterError(
            _TITLE,
            f"“{name}” is {pair[0]:g} to {pair[1]:g}; expected two numbers from {low:g} to "
            f"{high:g}, the second not below the first.",
            "Correct it.",
        )
