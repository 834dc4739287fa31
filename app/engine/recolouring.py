"""The task that colours a scan by a network, coarse to fine or tile by tile."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core import parameters as parameter_checks
from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.maps import required_axis
from app.core.parameters import parameter
from app.core.progress import part_of
from app.core.provenance import InputFile, Step
from app.core.recolouring.card import ModelCard
from app.core.recolouring.outputs import Predicted, joined
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.recoloured import Recoloured
from app.core.recolouring.verdict import Fit, scan_facts, verdict
from app.core.region import Region
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.engine.model_library import Models, required_card
from app.engine.network import Limits, Network
from app.engine.network_shapes import fixed_batch
from app.engine.recolour_canvas import Canvas
from app.engine.recolour_pixels import colour_pixels, run_pixels
from app.engine.recolour_tiles import colour_tiles, spectra_as_pictures
from app.engine.source import Source
from app.io import formats, recoloured_files, store
from app.io.atomic import check_free, check_not_input

_PROVIDERS = ("auto", "cpu", "cuda", "dml", "coreml")
_SPECTRA_AT_ONCE = 64

NetworkFor = Callable[
    [Path, ModelCard, "RecolourParameters", Callable[[], None]], AbstractContextManager[Network]
]
"""Gives a network to work with for a while; what it takes is the file, its card, the parameters
and what to ask while it starts."""


@dataclass(frozen=True, slots=True)
class RecolourParameters:
    """With what network a scan is coloured, and how."""

    model: str = parameter(
        "",
        label="Model",
        help="Its name, or the path of an .onnx file; empty for the first of the list.",
    )
    provider: str = parameter(
        "auto",
        label="Run with",
        choices=_PROVIDERS,
        help="auto takes the fastest that this machine has.",
    )
    region: str = parameter(
        "", label="Region", help="Rows and columns as r0:r1,c0:c1; empty for the whole scan."
    )
    memory_mb: float = parameter(
        800.0,
        label="Memory",
        unit="MB",
        minimum=200.0,
        maximum=65536.0,
        decimals=0,
        help="How much the network's process uses where there is a choice.",
    )
    seconds_per_run: float = parameter(
        60.0,
        label="Time limit",
        unit="s",
        minimum=0.1,
        maximum=3600.0,
        decimals=1,
        help="For one batch of pixels or one tile.",
    )
    stamp: bool = parameter(
        False, label="Stamp", help="Write visibly on the picture that its colours are predicted."
    )


def recolour_task(
    source: Source,
    parameters: RecolourParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Colour a scan and write the picture; see `recolour_files`."""
    return recolour_files(source, parameters, out, context, overwrite=overwrite)[1]


def own_network(
    path: Path, card: ModelCard, parameters: RecolourParameters, check: Callable[[], None]
) -> AbstractContextManager[Network]:
    """A network of one's own, which ends with the work."""
    return Network(path, card, parameters.provider, limits_for(parameters), check=check)


def recolour_files(
    source: Source,
    parameters: RecolourParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
    uncertainty: Path | None = None,
    also: Sequence[Path] = (),
    network_for: NetworkFor = own_network,
) -> tuple[Recoloured, tuple[Path, ...]]:
    """Colour a scan and write the picture.

    Parameters
    ----------
    out
        A picture (`.png`, `.tif`) or all there is (`.h5`).
    uncertainty
        A further picture, of the doubt (`.png`, `.tif`).
    also
        Further files of the same kinds as `out`.
    network_for
        Where the network is from: one of its own, or one that is kept for the next scan.

    Returns
    -------
    tuple
        What was found, and the files.

    Raises
    ------
    AppError
        If a parameter does not fit, the network cannot be used, or something cannot be read or
        written; none of the files is written then, but those of `also` that come before.
    """
    parameter_checks.check(parameters)
    wholes = [out, *also]
    targets = wholes if uncertainty is None else [*wholes, uncertainty]
    for target in targets:
        recoloured_files.check_suffix(target, is_whole=target in wholes)
    check_free(targets, overwrite=overwrite)
    check_not_input(targets, [source.path])
    card = required_card(entry := Models().find(parameters.model))
    # nothing is found out after a long run that was known before
    for target in wholes:
        recoloured_files.check_targets(card, target, uncertainty)
    cube = _fitting_cube(source, card, parameters)
    context.progress(0.0, f"Loading {card.name}")
    with network_for(entry.path, card, parameters, context.check) as network:
        scan = store.open_scan(
            source.path, source.options, progress=part_of(context.progress, 0.0, 0.1)
        )
        found = recolour_scan(scan, network, parameters, _Part(context, 0.1, 0.95))
    context.progress(0.95, "Writing")
    for target in wholes:
        doubt = uncertainty if target is out else None
        recoloured_files.write(
            found, target, doubt, is_stamped=parameters.stamp, name=cube.name, overwrite=overwrite
        )
    return found, tuple(targets)


def _fitting_cube(source: Source, card: ModelCard, parameters: RecolourParameters) -> SpectralCube:
    """The scan's header, which tells what cannot work before a large scan is read for nothing."""
    cube = formats.open_cube(source.path, source.options)
    preparation_for(card, cube)
    _region(parameters, cube)
    return cube


def limits_for(parameters: RecolourParameters) -> Limits:
    """What the network's process may use at most: well above what is aimed at."""
    return Limits(
        memory_mb=max(4096.0, 2 * parameters.memory_mb),
        seconds_per_run=parameters.seconds_per_run,
    )


def preparation_for(card: ModelCard, cube: SpectralCube) -> Preparation:
    """What turns the scan's counts into the network's inputs.

    Raises
    ------
    ParameterError
        If the scan has no energy axis, or does not fit the network.
    """
    return Preparation(card, required_axis(cube), cube.channels, cube.acquisition.live_time_s)


def recolour_scan(
    scan: Scan, network: Network, parameters: RecolourParameters, context: JobContext
) -> Recoloured:
    """Colour an open scan; first looks come as intermediate results.

    Raises
    ------
    AppError
        If the scan does not fit the network, or that fails, takes too long, needs too much
        memory or gives something that is no colour.
    Cancelled
        If the result is no longer wanted; the network's process is ended then.
    """
    parameter_checks.check(parameters)
    cube, card = scan.cube, network.card
    region = _region(parameters, cube) or Region(0, cube.rows, 0, cube.cols)
    preparation = preparation_for(card, cube)
    if preparation.needs_image_statistics:
        context.progress(0.0, "Looking at the whole scan")
        blocks = (block for _, block in cube.blocks())
        preparation = preparation.with_statistics(preparation.statistics(blocks, context.check))
    canvas = Canvas(network, region, _steps(parameters, network, cube))
    for sentence in _doubts(card, scan):
        canvas.note(sentence)
    if card.is_image:
        colour_tiles(cube, network, preparation, canvas, parameters.memory_mb, context)
    else:
        colour_pixels(cube, network, preparation, canvas, parameters.memory_mb, context)
    canvas.detail(network_memory_mb=round(network.memory_mb, 1))
    context.progress(1.0, "")
    return canvas.result()


def recolour_spectra(
    spectra: NDArray[Any],
    axis: EnergyAxis,
    network: Network,
    *,
    live_time_s: float | None = None,
    preparation: Preparation | None = None,
    check: Callable[[], None] = lambda: None,
) -> Predicted:
    """What a network says of single spectra: of a pixel, of a region, of what is under the cursor.

    Parameters
    ----------
    spectra
        Counts, shape (spectra, channels).
    axis
        Their energy axis.
    live_time_s
        Live time of each, s.
    preparation
        That of the scan, where the network needs the whole scan's mean and deviation.

    Returns
    -------
    Predicted
        Arrays whose first side is that of the spectra.

    Raises
    ------
    AppError
        As `recolour_scan`.

    Notes
    -----
    A network of pictures is given a small picture that is all of one spectrum, for each
    spectrum, and its middle is taken: what it says of a wide even place.
    """
    counts = np.atleast_2d(spectra)
    preparation = preparation or Preparation(network.card, axis, counts.shape[1], live_time_s)
    inputs = preparation.pixels(counts)
    if network.card.is_image:
        return spectra_as_pictures(network, inputs, check)
    size = fixed_batch(network.facts) or _SPECTRA_AT_ONCE
    parts = []
    for start in range(0, len(counts), size):
        part = {name: value[start : start + size] for name, value in inputs.items()}
        parts.append(run_pixels(network, part, check))
    return joined(parts)


class _Part:
    """A context whose progress is a part of another's."""

    def __init__(self, context: JobContext, start: float, stop: float) -> None:
        self._context = context
        self.progress = part_of(context.progress, start, stop)

    def check(self) -> None:
        """As the other."""
        self._context.check()

    def partial(self, value: Any) -> None:
        """As the other."""
        self._context.partial(value)


def _region(parameters: RecolourParameters, cube: SpectralCube) -> Region | None:
    if not parameters.region:
        return None
    region = Region.parse(parameters.region)
    region.check_inside(cube.rows, cube.cols)
    return region


def _doubts(card: ModelCard, scan: Scan) -> tuple[str, ...]:
    """Why the network does not quite suit the scan; nothing where it does."""
    facts = scan_facts(scan)
    if facts is None:
        return ()
    found = verdict(card, facts)
    return () if found.level is Fit.FITS else found.sentences


def _steps(
    parameters: RecolourParameters, network: Network, cube: SpectralCube
) -> tuple[Step, ...]:
    card, path = network.card, network.path
    model = InputFile(path.name, f"sha256:{network.facts.sha256}", path.stat().st_size)
    details = {
        **asdict(parameters),
        # a path would tell about the user
        "model": card.name,
        "version": card.version,
        "sha256": network.facts.sha256,
        "provider": network.provider,
    }
    return (*cube.steps, Step("recolour", details, (*cube.inputs, model)))
