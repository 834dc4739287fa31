"""What was done to one scan, as tasks that can be done to others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchTask
from app.core.provenance import Step
from app.errors import ParameterError

# what a file says of itself when it is read; nothing that was done to this scan alone
_OPEN = "open"
_AXIS = "axis"
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recipe, and what of a scan's history is not in it.

    Parameters
    ----------
    tasks
        What can be done to other scans, in the order in which it was done.
    axis
        The energy axis that was given by hand; None where the file's own was left.
    notes
        What cannot be repeated, or only in part, a sentence each.
    """

    tasks: tuple[BatchTask, ...]
    axis: EnergyAxis | None
    notes: tuple[str, ...]


def recipe_of(steps: tuple[Step, ...]) -> tuple[BatchTask, ...]:
    """The tasks that do to any scan what was done to one; see `recorded`."""
    return recorded(steps).tasks


def recorded(steps: tuple[Step, ...]) -> Recorded:
    """The tasks that do to any scan what was done to one, and what they leave out.

    Parameters
    ----------
    steps
        Those of the scan, then those of the maps that were kept and of the results that were
        found in it.

    Notes
    -----
    What precedes the last opening made the file and is left alone: each file has its own. Maps
    become energy windows in keV, so that they are the same lines on another energy axis; on the
    same axis they are the same channels. Maps with and without background are two tasks, as one
    task treats all its maps alike.
    """
    own = _since_opening(steps)
    made = _Recipe()
    for step in own:
        repeat = _REPEATED.get(step.action)
        if repeat is None:
            made.note(f"“{step.action}” cannot be done to other scans and is left out.")
        else:
            repeat(made, step)
    return Recorded(made.tasks(), made.axis, tuple(dict.fromkeys(made.notes)))


def _since_opening(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps after the last one that opened a file."""
    opened = [place for place, step in enumerate(steps) if step.action == _OPEN]
    return steps[opened[-1] + 1 :] if opened else steps


@dataclass(slots=True)
class _Recipe:
    """What was found in the steps so far; maps of one kind gather in one task."""

    axis: EnergyAxis | None = None
    notes: list[str] = field(default_factory=list)
    windows: dict[bool, list[str]] = field(default_factory=dict)
    found: list[BatchTask | bool] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def add(self, task: str, parameters: Mapping[str, Any]) -> None:
        made = BatchTask(task, dict(parameters))
        if made not in self.found:
            self.found.append(made)

    def add_window(self, window: str, *, net: bool) -> None:
        if net not in self.windows:
            self.windows[net] = []
            # stands for the task of all maps of this kind, where the first of them was made
            self.found.append(net)
        if window not in self.windows[net]:
            self.windows[net].append(window)

    def tasks(self) -> tuple[BatchTask, ...]:
        return tuple(self._maps(item) if isinstance(item, bool) else item for item in self.found)

    def _maps(self, net: bool) -> BatchTask:
        windows = ",".join(self.windows[net])
        return BatchTask("maps", {"windows": windows, "net": net})


def _axis(made: _Recipe, step: Step) -> None:
    try:
        made.axis = EnergyAxis(**step.parameters["axis"])
    except (KeyError, TypeError, ParameterError):
        made.note("The energy axis that was given is not understood and is left out.")


def _map(made: _Recipe, step: Step) -> None:
    known = step.parameters
    name, low, high = known.get("name", ""), known.get("low_kev"), known.get("high_kev")
    if low is None or high is None:
        made.note(
            f"The map “{name}” is of channels, not of energies, and is left out: another scan's "
            "channels may be others."
        )
        return
    if low < 0:
        made.note(f"The map “{name}” begins at 0 keV for all scans.")
    # commas part the windows in a task's parameters
    plain = str(name).replace(",", " ")
    window = f"{plain}:{_number(max(low, 0.0))}-{_number(high)}"
    made.add_window(window, net=bool(known.get("net")))


def _cluster(made: _Recipe, step: Step) -> None:
    known = step.parameters
    numbers = list(known.get("numbers", ()))
    if not numbers:
        made.note("Clusters whose number is not told are left out.")
        return
    span = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}..{numbers[-1]}"
    parameters = {
        "numbers": span,
        "on": known.get("on", "spectra"),
        "elements": known.get("elements", ""),
        "region": _region(made, "The clusters", known.get("region")),
        "transform": known.get("transform", "anscombe"),
        "patience": known.get("patience", 3),
        "seed": step.seed or 0,
    }
    made.add("cluster", parameters)


def _unmix(made: _Recipe, step: Step) -> None:
    region = _region(made, "The maps of pigments", step.parameters.get("region"))
    made.add("unmix", {**step.parameters, "region": region})


def _recolour(made: _Recipe, step: Step) -> None:
    # the file's checksum and version tell which network it was; its name finds it
    left_out = ("version", "sha256")
    known = {name: value for name, value in step.parameters.items() if name not in left_out}
    region = _region(made, "The colours", known.get("region"))
    made.add("recolour", {**known, "region": region})


def _convert(made: _Recipe, step: Step) -> None:
    made.add("convert", step.parameters)


def _spectrum(made: _Recipe, step: Step) -> None:
    region = _region(made, "The spectra", step.parameters.get("region"))
    made.add("spectrum", {**step.parameters, "region": region})


def _region(made: _Recipe, what: str, region: Any) -> str:
    """The region's text; says that it is the same pixels of every scan."""
    if not region:
        return ""
    made.note(f"{what} are of the pixels {region} of every scan; smaller scans fail.")
    return str(region)


def _number(value: float) -> str:
    """A number without an exponent, as a window is written."""
    return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")


_REPEATED: Mapping[str, Callable[[_Recipe, Step], None]] = MappingProxyType(
    {
        _AXIS: _axis,
        "map": _map,
        "cluster": _cluster,
        "unmix": _unmix,
        "recolour": _recolour,
        "convert": _convert,
        "spectrum": _spectrum,
    }
)
