"""What the parts of the dialog for synthetic scans say, as parameters."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.size import LARGEST_SIDE, estimated
from app.errors import ParameterError
from app.gui.dialogs.synthesis_layout import SynthesisWidgets

_OF_A_PALETTE = ("clusters", "delta", "patience")


def recipe_of(widgets: SynthesisWidgets) -> SynthesisRecipe:
    """Counts, rule and seed; raises ParameterError where they do not go together."""
    numbers = widgets.fields.values(SynthesisRecipe)
    if widgets.mode.has_layers:
        # not asked for in this mode, so they cannot be wrong
        numbers = {name: numbers[name] for name in numbers if name not in _OF_A_PALETTE}
    return SynthesisRecipe(**numbers)


def physics_of(widgets: SynthesisWidgets) -> PhysicsRecipe | None:
    """Layers and scanner; None where reference spectra are to be mixed."""
    chosen = widgets.scanner.instrument
    if not widgets.mode.has_layers or chosen is None:
        return None
    return PhysicsRecipe(instrument=chosen.name, **widgets.fields.values(PhysicsRecipe))


def parameters_of(widgets: SynthesisWidgets, changes: Changes) -> SynthesisParameters:
    """All that is wanted.

    Raises
    ------
    ParameterError
        If the values do not go together.
    """
    size = widgets.picture.scan_size
    if max(size) > LARGEST_SIDE:
        raise ParameterError(
            _tr("The scan would be too large."),
            _tr("Found {} rows and {} columns; at most {} of each.").format(*size, LARGEST_SIDE),
            _tr("Give fewer columns."),
        )
    has_layers = widgets.mode.has_layers
    return SynthesisParameters(
        recipe=recipe_of(widgets),
        spectrum=widgets.counts.label,
        crop=widgets.picture.crop,
        changes=changes,
        physics=physics_of(widgets),
        hidden=widgets.layers.hidden.path if has_layers else None,
        **widgets.fields.values(SynthesisParameters),
    )


def show_parameters(widgets: SynthesisWidgets, wanted: SynthesisParameters) -> None:
    """Show other numbers; the part of the picture stays as it is."""
    widgets.mode.set_layers(wanted.physics is not None)
    if wanted.physics is not None:
        widgets.fields.set_values(wanted.physics)
        widgets.scanner.set_name(wanted.physics.instrument)
        widgets.layers.hidden.set_path(wanted.hidden)
    widgets.fields.set_values(wanted.recipe)
    widgets.fields.set_values(wanted)


def palette_key(widgets: SynthesisWidgets) -> tuple[Any, ...]:
    """All that the palette depends on."""
    names = ("materials", "seed") if widgets.mode.has_layers else (*_OF_A_PALETTE, "seed")
    numbers = {**widgets.fields.values(SynthesisRecipe), **widgets.fields.values(PhysicsRecipe)}
    return (widgets.picture.region, widgets.picture.scan_size, *(numbers[name] for name in names))


def channels_of(widgets: SynthesisWidgets, pigments: Sequence[Pigment]) -> int:
    """Channels of the spectra before any are joined; 0 where there are none."""
    if widgets.mode.has_layers:
        instrument = widgets.scanner.instrument
        return 0 if instrument is None else instrument.channels
    label = widgets.counts.label
    spectra = pigments[0].spectra if pigments else ()
    return next((len(item.counts) for item in spectra if item.label == label), 0)


def show_size(
    widgets: SynthesisWidgets, pigments: Sequence[Pigment], mean_counts: float | None
) -> None:
    """Say how large the scan will be.

    Parameters
    ----------
    mean_counts
        Of a pixel, where the dwell time decides; None while that is not known.
    """
    panel, fields = widgets.picture, widgets.fields
    numbers, values = fields.values(SynthesisRecipe), fields.values(SynthesisParameters)
    rows, cols = panel.scan_size
    counts = numbers["counts"]
    if numbers["noise"] is Noise.DWELL:
        counts = 0 if mean_counts is None else max(round(mean_counts), 1)
    if not rows or not counts:
        panel.show_size(None, 1.0)
        return
    channels = -(-channels_of(widgets, pigments) // numbers["join"])
    size = estimated(rows, cols, channels, counts, is_quick=values["is_quick"])
    panel.show_size(size, values["step_mm"])


def _tr(text: str) -> str:
    return QCoreApplication.translate("SynthesisDialog", text)
