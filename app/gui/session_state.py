"""What a session holds, as one immutable value."""

from dataclasses import asdict, dataclass, field, replace

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.maps import ElementalMap, Roi, window_map
from app.core.provenance import Step
from app.core.region import Region
from app.core.scan import Scan

CURVES = ("Sum", "Maximum pixel", "Pixel", "Region", "Cluster")


@dataclass(frozen=True, slots=True)
class KeptMap:
    """A map the user set aside, with the name given to it and the lines marked at that time."""

    id: int
    name: str
    map: ElementalMap
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything that can be undone, in one immutable value.

    Parameters
    ----------
    scan
        What is open.
    window
        Channels first..stop-1 of the energy window.
    window_name
        "Fe Kα" when an element placed the window, empty when it was dragged.
    region, pixel
        What was chosen in the picture; a pixel is (row, col).
    lines
        Keys of the emission lines marked in the spectrum.
    curves
        Names of the curves shown in the spectrum.
    """

    scan: Scan | None = None
    window: tuple[int, int] = (0, 1)
    window_name: str = ""
    display: MapDisplay = field(default_factory=MapDisplay)
    kept: tuple[KeptMap, ...] = ()
    region: Region | None = None
    pixel: tuple[int, int] | None = None
    lines: tuple[str, ...] = ()
    spectrum_log: bool = True
    curves: tuple[str, ...] = CURVES


def with_axis(state: SessionState, axis: EnergyAxis) -> SessionState:
    """The state with another energy axis; windows and kept maps stay on their channels."""
    if state.scan is None:
        return state
    cube = state.scan.cube
    given = Step("axis", {"axis": asdict(axis)}, cube.inputs)
    scan = replace(state.scan, cube=replace(cube, axis=axis, steps=(*cube.steps, given)))
    kept = tuple(replace(item, map=_on_axis(item.map, scan), lines=()) for item in state.kept)
    return replace(state, scan=scan, window_name="", lines=(), kept=kept)


class Completion:
    """Puts the whole scan where its first look was, in any state.

    Parameters
    ----------
    preview
        The first look, also when it was given another energy axis since.
    scan
        The whole scan of the same cube.
    """

    def __init__(self, preview: Scan, scan: Scan) -> None:
        self._preview = preview
        self._scan = scan
        # what was replaced is held with what replaces it, so that an id stays one object's
        self._scans: dict[int, tuple[Scan, Scan]] = {}
        self._maps: dict[int, tuple[ElementalMap, ElementalMap]] = {}

    def __call__(self, state: SessionState) -> SessionState:
        """The state with the whole scan, its kept maps computed from all rows."""
        shown = state.scan
        if shown is None or shown.prefix is not self._preview.prefix:
            return state
        scan = self._whole(shown)
        kept = tuple(replace(item, map=self._map(item, scan)) for item in state.kept)
        return replace(state, scan=scan, kept=kept)

    def _whole(self, shown: Scan) -> Scan:
        if id(shown) not in self._scans:
            whole = self._scan
            if shown.cube.axis != self._preview.cube.axis:
                given = shown.cube.steps[len(self._preview.cube.steps) :]
                steps = (*whole.cube.steps, *given)
                cube = replace(whole.cube, axis=shown.cube.axis, steps=steps)
                whole = replace(whole, cube=cube)
            self._scans[id(shown)] = (shown, whole)
        return self._scans[id(shown)][1]

    def _map(self, kept: KeptMap, scan: Scan) -> ElementalMap:
        known = self._maps.get(id(kept.map))
        if known is None:
            old = kept.map
            whole = window_map(scan, old.name, old.first, old.stop, net=old.is_net)
            known = (old, whole)
            self._maps[id(kept.map)] = known
        return known[1]


def _on_axis(elemental: ElementalMap, scan: Scan) -> ElementalMap:
    """The same counts with the energies and the steps of a scan given another axis."""
    if scan.cube.axis is None:
        return elemental
    low, high = scan.cube.axis.edges_kev(elemental.first, elemental.stop)
    made = elemental.steps[-1]
    made = replace(made, parameters={**made.parameters, "low_kev": low, "high_kev": high})
    roi = Roi(elemental.name, low, high)
    return replace(elemental, roi=roi, steps=(*scan.cube.steps, made))
