"""What is true about a synthetic scan whose spectra are computed from layers of paint."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.physics.instrument import Instrument
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe

FloatArray = NDArray[np.float64]
Labels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class PaintLayer:
    """One layer of paint that shows a picture.

    Parameters
    ----------
    picture
        sRGB of every point, shape (rows, cols, 3), uint8.
    labels
        Number of the paint at every point, shape (rows, cols).
    colours
        Mean colour of the picture where a paint is, sRGB 0..255, shape (paints, 3).
    mixed_colours
        The colour that the mixture of pigments has itself, likewise.
    shares
        Share of each pigment in the volume of all pigments of a paint, shape (paints,
        pigments), rows of sum 1.
    """

    picture: NDArray[np.uint8]
    labels: Labels
    colours: FloatArray
    mixed_colours: FloatArray
    shares: FloatArray

    def abundances(self) -> NDArray[np.float32]:
        """Share of each pigment at every point, shape (pigments, rows, cols)."""
        return np.moveaxis(self.shares.astype(np.float32)[self.labels], -1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """The stacks of layers that spectra are computed for, and which of them make up a point.

    Parameters
    ----------
    numbers
        Paint, level of thickness and hidden paint (−1 for none) of each node, shape (nodes, 3).
    levels_um
        Thickness of the paint at each level, µm, shape (levels,).
    low, high
        Node with the thinner and with the thicker paint for every point, shape (rows, cols).
    above
        Share of the counts from the thicker one, 0..1, shape (rows, cols).
    """

    numbers: NDArray[np.int32]
    levels_um: FloatArray
    low: Labels
    high: Labels
    above: NDArray[np.float32]

    def at_points(self, values: FloatArray) -> FloatArray:
        """What is expected at every point of something known at the nodes.

        Parameters
        ----------
        values
            Shape (nodes,).

        Returns
        -------
        ndarray
            Linear between the two nodes of each point, shape (rows, cols).
        """
        return np.asarray((1 - self.above) * values[self.low] + self.above * values[self.high])


@dataclass(frozen=True, slots=True, eq=False)
class PhysicalTruth:
    """All that is true about such a scan, as the painting is: without the scanner's backlash.

    Parameters
    ----------
    pigments
        Names.
    pigment_colours
        sRGB 0..255, shape (pigments, 3).
    paint
        The paint that is seen.
    hidden
        The paint below it; None where there is none.
    thickness_um
        Of the paint that is seen, µm, shape (rows, cols). The hidden paint is as thick
        everywhere as the recipe says, as are varnish and ground.
    nodes
        Stacks and what points they make up.
    expected
        Expected counts of each node in the file's channels, pile-up and lost counts in it,
        shape (nodes, channels), float32: counts are drawn from these very numbers.
    rates_per_s
        Photons per second that each node sends onto the axis before pile-up, shape (nodes,).
    live_s
        Live time at each node, s, shape (nodes,); 0 where the dwell time does not decide.
    lines, line_counts
        Main line of each element ("Fe_Ka") and its expected net counts at each node, those
        lost to pile-up still in them, shape (nodes, lines).
    instrument
        The instrument as the file says, its channels joined.
    real_instrument
        As it really is: with its axis miscalibrated.
    recipe, physics, changes
        What was asked for.
    """

    pigments: tuple[str, ...]
    pigment_colours: FloatArray
    paint: PaintLayer
    hidden: PaintLayer | None
    thickness_um: NDArray[np.float32]
    nodes: Nodes
    expected: NDArray[np.float32]
    rates_per_s: FloatArray
    live_s: FloatArray
    lines: tuple[str, ...]
    line_counts: FloatArray
    instrument: Instrument
    real_instrument: Instrument
    recipe: SynthesisRecipe
    physics: PhysicsRecipe
    changes: Changes

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and channels of the scan."""
        rows, cols = self.thickness_um.shape
        return rows, cols, self.expected.shape[1]

    def abundances(self) -> NDArray[np.float32]:
        """Share of each pigment in the paint that is seen, shape (pigments, rows, cols)."""
        return self.paint.abundances()

    def line_map(self, key: str) -> FloatArray:
        """Expected net counts of an element's main line at every point, shape (rows, cols).

        Raises
        ------
        ValueError
            If no element of the painting has this line.
        """
        return self.nodes.at_points(self.line_counts[:, self.lines.index(key)])


@dataclass(frozen=True, slots=True, eq=False)
class PhysicalScan:
    """A scan, its counts drawn when they are asked for, with its truth."""

    cube: SpectralCube
    truth: PhysicalTruth


def scanned_columns(row: int, cols: int, backlash_px: int) -> NDArray[np.intp]:
    """Which columns of the painting the points of one row show, shape (cols,).

    Every second row, counted from 0 the odd ones, shows what lies `backlash_px` to the left;
    beyond the painting's edge its last column.
    """
    shift = backlash_px if row % 2 else 0
    return np.clip(np.arange(cols) - shift, 0, cols - 1)
