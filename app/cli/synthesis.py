"""`velatura synthesise`: a synthetic scan from a picture."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.idle_options import given, refuse
from app.cli.options import AsJson, Force, print_json, progress_bar, say_written
from app.cli.synthesis_set import make_set
from app.errors import ParameterError, ReadError

if TYPE_CHECKING:
    from app.core.region import Region
    from app.core.synthesis.changes import Changes
    from app.core.synthesis.generate import SynthesisRecipe
    from app.core.synthesis.plan import SynthesisParameters

Image = Annotated[
    Path | None,
    typer.Argument(help="A picture: PNG, JPEG or TIFF; with --variations a folder of them."),
]
Recipe = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar="FILE.h5",
        help="Make this synthetic scan again from its own record, and compare the counts.",
    ),
]
Crop = Annotated[
    str | None,
    typer.Option("--crop", metavar="R0:R1,C0:C1", help="Scan this part of the picture only."),
]
ChangesFile = Annotated[
    Path | None,
    typer.Option(
        "--changes",
        metavar="FILE.json",
        help="Colours and shares of pigments given by hand, by the number of the colour.",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="The new scan, .h5; with --variations a folder.")]
Pigments = Annotated[
    str,
    typer.Option(
        "--pigments",
        help="A library by NAME or PATH, or names: azurite,chalk. Without it those of the ganX "
        "paper; with physics those of an oil painter.",
    ),
]
Spectrum = Annotated[
    str, typer.Option("--spectrum", help="Reference spectra to use, by their label.")
]
Counts = Annotated[
    int, typer.Option("--counts", help="Counts per pixel; --dwell decides them instead.")
]
Threshold = Annotated[
    float, typer.Option("--threshold", help="Least similarity of a pigment, 0 to 1.")
]
AtMost = Annotated[int, typer.Option("--at-most", help="Pigments per colour; 0 for no limit.")]
Similarity = Annotated[
    str, typer.Option("--similarity", help="ciede2000, ciede94, cie76 or cosine.")
]
Clusters = Annotated[int, typer.Option("--clusters", help="Colours of the palette.")]
Delta = Annotated[int, typer.Option("--delta", help="Try so many more and fewer.")]
Patience = Annotated[int, typer.Option("--patience", help="Tries without gain.")]
Noise = Annotated[
    str,
    typer.Option("--noise", help="fixed counts per pixel, poisson, or dwell: by --dwell, --dead."),
]
Dwell = Annotated[float, typer.Option("--dwell", help="Dwell time, s, for --noise dwell.")]
Dead = Annotated[float, typer.Option("--dead", help="Dead time, µs, for --noise dwell.")]
ByLuminosity = Annotated[
    bool, typer.Option("--by-luminosity", help="Brighter pixels have more counts.")
]
Cols = Annotated[int, typer.Option("--cols", help="Columns of the scan; 0 keeps the picture's.")]
Bin = Annotated[int, typer.Option("--bin", help="Channels summed into one.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Pack with LZ4: quicker, but others need its plug-in.")
]
StepMm = Annotated[float, typer.Option("--step", help="Step of the scan, mm.")]
Physics = Annotated[
    str,
    typer.Option("--physics", metavar="on|off", help="Compute layers of paint, on or off."),
]
Instrument = Annotated[
    str | None, typer.Option("--instrument", help="With physics: a preset, or one of your own.")
]
Hidden = Annotated[
    Path | None,
    typer.Option("--hidden", metavar="PICTURE", help="With physics: a picture under the paint."),
]
Variations = Annotated[
    Path | None,
    typer.Option(
        "--variations",
        metavar="FILE.toml",
        help="IMAGE is a folder: a scan of every picture for every variation in the file, in "
        "the folder --out with a manifest; what is there and unchanged is not made again.",
    ),
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Any other parameter by name, such as paint_um=20, ground=gypsum, "
        "has_scatter=off, backlash_px=1; once for each.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed, the same counts.")]

# what holds for a scan that is made again, too
_FOR_ALL = frozenset(("out", "recipe", "quick", "force", "as_json"))


def synthesise(
    context: typer.Context,
    out: Out,
    image: Image = None,
    recipe: Recipe = None,
    pigments: Pigments = "",
    spectrum: Spectrum = "Rh 50 kV",
    counts: Counts = 400,
    threshold: Threshold = 0.8,
    at_most: AtMost = 0,
    similarity: Similarity = "ciede2000",
    clusters: Clusters = 10,
    delta: Delta = 2,
    patience: Patience = 3,
    noise: Noise = "poisson",
    dwell: Dwell = 1.0,
    dead: Dead = 0.0,
    by_luminosity: ByLuminosity = False,
    cols: Cols = 0,
    bin_: Bin = 1,
    step_mm: StepMm = 0.5,
    seed: Seed = 0,
    crop: Crop = None,
    changes: ChangesFile = None,
    physics: Physics = "off",
    instrument: Instrument = None,
    hidden: Hidden = None,
    set_: Values = None,
    variations: Variations = None,
    quick: Quick = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic scan of a picture, with its truth in the file.

    Reference spectra are mixed (the ganX method) or, with --physics on, layers of paint
    computed.
    """
    from app.core.synthesis.plan import SynthesisParameters

    if image is None or recipe is not None:
        if image is None and recipe is not None:
            refuse(context, given(context) - _FOR_ALL, "All else is as the scan's record says.")
        _again(image, recipe, out, quick=quick, force=force, as_json=as_json)
        return
    colours = {"clusters": clusters, "delta": delta, "patience": patience, "seed": seed}
    rule = {"similarity": similarity, "threshold": threshold, "at_most": at_most}
    numbers = {"counts": counts, "noise": noise, "by_luminosity": by_luminosity, "join": bin_}
    chosen = _recipe({**colours, **rule, **numbers, "dwell_s": dwell, "dead_time_us": dead})
    part, by_hand = _crop(crop), _changes(changes)
    parameters = SynthesisParameters(chosen, spectrum, cols, step_mm, quick, part, by_hand)
    parameters = _with_layers(parameters, physics, instrument, hidden, set_ or [])
    if variations is not None:
        refuse(context, ("force",), "A set makes anew what has changed, and keeps the rest.")
        make_set(image, variations, parameters, pigments, out, as_json=as_json)
        return
    _refuse_idle(context, parameters)
    _make(image, pigments, parameters, out, force=force, as_json=as_json)


def _refuse_idle(context: typer.Context, parameters: "SynthesisParameters") -> None:
    from app.core.synthesis.generate import Noise

    if parameters.physics is not None:
        reason = "With layers of paint the physics decides how bright paint counts."
        refuse(context, ("by_luminosity",), reason)
        refuse(context, ("spectrum",), "With layers of paint the spectra are computed.")
    if parameters.recipe.noise is not Noise.DWELL:
        refuse(context, ("dwell", "dead"), "It counts with --noise dwell only.")


def _recipe(values: dict[str, Any]) -> "SynthesisRecipe":
    """A recipe whose choices came as texts."""
    from app.core.synthesis.generate import Noise, SynthesisRecipe
    from app.core.synthesis.mixing import Similarity

    for name, known in (("similarity", Similarity), ("noise", Noise)):
        values[name] = known(_choice(f"--{name}", values[name], known))
    return SynthesisRecipe(**values)


def _with_layers(
    parameters: "SynthesisParameters",
    physics: str,
    instrument: str | None,
    hidden: Path | None,
    values: list[str],
) -> "SynthesisParameters":
    """Parameters with the recipe of layers, and with those given by name."""
    from dataclasses import replace

    from app.core.synthesis.layers_recipe import PhysicsRecipe
    from app.core.synthesis.named_values import with_values

    named = dict(_pair(text) for text in values)
    if physics not in ("on", "off"):
        raise ParameterError(
            f"--physics cannot be {physics!r}.", "It is on or off.", "Choose one of these."
        )
    if instrument is not None:
        named["instrument"] = instrument
    if physics == "on":
        parameters = replace(parameters, physics=PhysicsRecipe())
    return with_values(replace(parameters, hidden=hidden), named)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name.strip() and sign):
        raise ParameterError(
            f"--set cannot be {text!r}.", "Expected NAME=VALUE.", "For example paint_um=20."
        )
    return name.strip(), value.strip()


def _make(
    image: Path,
    pigments: str,
    parameters: "SynthesisParameters",
    out: Path,
    *,
    force: bool,
    as_json: bool,
) -> None:
    from app.engine.jobs import run_now
    from app.engine.synthesis import synthesise
    from app.engine.synthesis_pigments import palette_named

    palette = palette_named(pigments, has_layers=parameters.physics is not None)
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: synthesise(image, palette, parameters, out, context, overwrite=force),
            progress,
        )
    say_written(written, as_json=as_json)


def _again(
    image: Path | None, recipe: Path | None, out: Path, *, quick: bool, force: bool, as_json: bool
) -> None:
    """Make a scan again from the record in its file, and say whether it is the same."""
    from app.engine.jobs import run_now
    from app.engine.resynthesis import synthesise_again

    if image is not None or recipe is None:
        found = "neither" if recipe is None else f"{image} and --recipe {recipe}"
        raise ParameterError(
            "A synthetic scan is made from a picture or from the record of another one.",
            f"Found {found}; expected one of the two.",
            "Give a picture, or --recipe FILE.h5 to make a synthetic scan again.",
        )
    with progress_bar(hidden=as_json) as progress:
        made = run_now(
            lambda context: synthesise_again(recipe, out, context, is_quick=quick, overwrite=force),
            progress,
        )
    if as_json:
        print_json({"outputs": [str(made.path)], "same_counts": made.is_same})
        return
    say_written((made.path,), as_json=False)
    same = "the same as" if made.is_same else "not the same as"
    typer.echo(f"Its counts are {same} those of {recipe.name}, bit for bit.")


def _crop(text: str | None) -> "Region | None":
    from app.core.region import Region

    return None if text is None else Region.parse(text)


def _changes(path: Path | None) -> "Changes":
    """Changes by hand from a JSON file; none without one."""
    from app.core.synthesis.changes import Changes
    from app.io.json_file import read_json

    if path is None:
        return Changes()
    if not path.exists():
        raise ReadError(
            "Cannot read the changes by hand.", f"{path}: there is no such file.", path=path
        )
    return Changes.from_plain(read_json(path))


def _choice(option: str, value: str, known: type[StrEnum]) -> str:
    choices = [str(item) for item in known]
    if value not in choices:
        raise ParameterError(
            f"{option} cannot be {value!r}.",
            f"It is one of {', '.join(choices)}.",
            "Choose one of these.",
        )
    return value
