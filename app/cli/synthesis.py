"""`velatura synthesise`: a synthetic scan from a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import AsJson, Force, progress_bar, say_written
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.pigments import Pigment

GANX_NINE = (
    "lead red, vermilion, organic red dye, lead-tin yellow, ultramarine, azurite, indigo, "
    "malachite, chalk white"
)

Image = Annotated[Path, typer.Argument(help="A picture: PNG, JPEG or TIFF.")]
Out = Annotated[Path, typer.Option("--out", help="The new scan, .h5.")]
Pigments = Annotated[
    str, typer.Option("--pigments", help="A library by NAME or PATH, or names: azurite,chalk.")
]
Spectrum = Annotated[
    str, typer.Option("--spectrum", help="Reference spectra to use, by their label.")
]
Counts = Annotated[int, typer.Option("--counts", help="Counts per pixel.")]
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
Noise = Annotated[str, typer.Option("--noise", help="fixed counts per pixel, or poisson.")]
ByLuminosity = Annotated[
    bool, typer.Option("--by-luminosity", help="Brighter pixels have more counts.")
]
Cols = Annotated[int, typer.Option("--cols", help="Columns of the scan; 0 keeps the picture's.")]
Bin = Annotated[int, typer.Option("--bin", help="Channels summed into one.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Pack with LZ4: quicker, but others need its plug-in.")
]
StepMm = Annotated[float, typer.Option("--step", help="Step of the scan, mm.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed, the same counts.")]


def synthesise(
    image: Image,
    out: Out,
    pigments: Pigments = GANX_NINE,
    spectrum: Spectrum = "Rh 50 kV",
    counts: Counts = 400,
    threshold: Threshold = 0.8,
    at_most: AtMost = 0,
    similarity: Similarity = "ciede2000",
    clusters: Clusters = 10,
    delta: Delta = 2,
    patience: Patience = 3,
    noise: Noise = "poisson",
    by_luminosity: ByLuminosity = False,
    cols: Cols = 0,
    bin_: Bin = 1,
    step_mm: StepMm = 0.5,
    seed: Seed = 0,
    quick: Quick = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic scan of a picture, with its truth in the file (the ganX method)."""
    from app.core.synthesis import generate, mixing
    from app.engine import synthesis
    from app.engine.jobs import run_now

    measures, noises = list(mixing.Similarity), list(generate.Noise)
    recipe = generate.SynthesisRecipe(
        clusters=clusters,
        delta=delta,
        patience=patience,
        similarity=mixing.Similarity(_choice("--similarity", similarity, measures)),
        threshold=threshold,
        at_most=at_most,
        counts=counts,
        noise=generate.Noise(_choice("--noise", noise, noises)),
        by_luminosity=by_luminosity,
        join=bin_,
        seed=seed,
    )
    parameters = synthesis.SynthesisParameters(
        recipe=recipe, spectrum=spectrum, cols=cols, step_mm=step_mm, is_quick=quick
    )
    palette = _pigments(pigments)
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: synthesis.synthesise(
                image, palette, parameters, out, context, overwrite=force
            ),
            progress,
        )
    say_written(written, as_json=as_json)


def _pigments(text: str) -> "tuple[Pigment, ...]":
    """The pigments of a library, or those named with commas between them."""
    from app.engine.pigment_libraries import Libraries

    known = Libraries()
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) == 1:
        try:
            return known.pigments(names[0])
        except ParameterError:
            # no library of that name, so it names a pigment
            pass
    return tuple(known.find(name).pigment for name in names)


def _choice(option: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ParameterError(
            f"{option} cannot be {value!r}.",
            f"It is one of {', '.join(choices)}.",
            "Choose one of these.",
        )
    return value
