"""Colouring a scan while it is measured, line by line."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core import parameters as parameter_checks
from app.core.provenance import InputFile, Step
from app.core.recolouring.card import ModelCard
from app.core.recolouring.growing import GrowingPicture
from app.core.recolouring.outputs import Predicted, joined
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.recoloured import Recoloured
from app.core.recolouring.verdict import Fit, ScanFacts, verdict
from app.engine.jobs import JobContext
from app.engine.model_library import Models, required_card
from app.engine.network import Network
from app.engine.network_shapes import fixed_batch
from app.engine.recolour_pixels import run_pixels
from app.engine.recolouring import RecolourParameters, limits_for
from app.engine.source import Source
from app.errors import ParameterError, ReadError
from app.io.growing import GrowingScan, Head, Look, open_growing

# a scanner that was silent for as long before may be so again
_SILENCES = 3.0
# the largest networks known take 0.7 MB for each
_PIXELS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How a scan is followed.

    Parameters
    ----------
    look_every_s
        How often the file is looked at, s.
    quiet_s
        After how long without a change a scan is taken as ended, s; at least three times as
        long as the longest silence so far. It is also how long is waited for it to begin.
    """

    look_every_s: float = 0.1
    quiet_s: float = 120.0


class LiveKind(StrEnum):
    """What a `LiveEvent` tells."""

    WAITING = "waiting"
    LINES = "lines"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, eq=False)
class LiveEvent:
    """Where a scan that is followed is.

    Parameters
    ----------
    kind
        WAITING: there is nothing to be read (yet), `message` says why. LINES: further lines
        have been coloured. ENDED: nothing will come any more.
    coloured
        Lines coloured so far.
    begun
        Lines of which the file holds at least a part.
    expected
        Lines of the whole scan; None where nothing tells.
    message
        For the user.
    found
        The picture by now, NaN where nothing has been measured; None while waiting.
    """

    kind: LiveKind
    coloured: int = 0
    begun: int = 0
    expected: int | None = None
    message: str = ""
    found: Recoloured | None = None

    @property
    def lag(self) -> int:
        """How many lines the picture is behind the scanner."""
        return max(self.begun - self.coloured, 0)


Listener = Callable[[LiveEvent], None]


class LiveRecolouring:
    """Follows one scan and colours each of its lines as soon as it is whole.

    `run` is a job function: every event is given to the job's context as an intermediate
    result, and to the listener.

    Parameters
    ----------
    source
        HDF5 (being written for others to read, SWMR, or closed after each line), Ripple, a
        folder of `.mca` files, or list mode. It may not be there yet.
    parameters
        With what network, one for single spectra; `region` must be empty.
    listener
        Called with each event in the thread that runs; it must return soon.
    """

    def __init__(
        self,
        source: Source,
        parameters: RecolourParameters,
        options: LiveOptions | None = None,
        listener: Listener | None = None,
    ) -> None:
        self._source = source
        self._parameters = parameters
        self._options = options or LiveOptions()
        self._listener = listener
        self._stop = threading.Event()

    def stop(self) -> None:
        """End it soon, as if the scan had ended; `run` gives what there is by then."""
        self._stop.set()

    def run(self, context: JobContext) -> Recoloured:
        """Follow the scan to its end.

        Returns
        -------
        Recoloured
            The picture of all lines.

        Raises
        ------
        ParameterError
            If the network looks at neighbourhoods or at the whole scan, does not fit the scan,
            or the scan cannot be followed.
        ReadError
            If the scan does not begin in time, or nothing of it can be read.
        NetworkError
            If the network fails.
        Cancelled
            If the result is no longer wanted.
        """
        parameter_checks.check(self._parameters)
        entry = Models().find(self._parameters.model)
        card = required_card(entry)
        self._check_fits(card)
        limits = limits_for(self._parameters)
        # it is loaded while the scanner is being set up
        with Network(
            entry.path, card, self._parameters.provider, limits, check=context.check
        ) as network:
            following = _Following(self._source, self._parameters, network)
            return self._follow(following, context)

    def _check_fits(self, card: ModelCard) -> None:
        if card.is_image:
            raise _cannot_follow(card, "it looks at the neighbourhood of each pixel")
        if any(step.needs_image for item in card.inputs for step in item.steps):
            raise _cannot_follow(card, "it standardises by the mean of the whole scan")
        if self._parameters.region:
            raise ParameterError(
                "A scan is followed as a whole.",
                f"Found the region {self._parameters.region}.",
                "Leave the region out, or recolour it once the scan is complete.",
            )

    def _follow(self, following: "_Following", context: JobContext) -> Recoloured:
        silence = _Silence(self._options.quiet_s)
        while True:
            context.check()
            is_last = self._stop.is_set() or silence.is_over
            try:
                look = following.look(is_last=is_last)
            except ReadError as error:
                if is_last and not following.coloured:
                    raise
                look = None
                self._tell(following.event(LiveKind.WAITING, str(error)), context)
            if look is not None:
                following.colour(look, context)
                if look.has_grown:
                    silence.broken()
                if look.lines:
                    self._tell(following.event(LiveKind.LINES, ""), context)
                    context.progress(following.fraction, following.message)
                if look.has_more:
                    continue
            if is_last or (look is not None and look.is_ended):
                event = following.event(LiveKind.ENDED, "")
                self._tell(event, context)
                return event.found or following.picture()
            self._stop.wait(self._options.look_every_s)

    def _tell(self, event: LiveEvent, context: JobContext) -> None:
        context.partial(event)
        if self._listener is not None:
            self._listener(event)


class _Silence:
    """How long nothing has come, and whether that means that nothing will."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._since = time.monotonic()

    def broken(self) -> None:
        """Something has come."""
        now = time.monotonic()
        self._quiet_s = max(self._quiet_s, _SILENCES * (now - self._since))
        self._since = now

    @property
    def is_over(self) -> bool:
        """Whether it has lasted too long for a scan that goes on."""
        return time.monotonic() - self._since > self._quiet_s


class _Following:
    """A scan, the network, and the picture by now."""

    def __init__(self, source: Source, parameters: RecolourParameters, network: Network) -> None:
        self._source, self._parameters, self._network = source, parameters, network
        self._scan: GrowingScan | None = None
        self._preparation: Preparation | None = None
        self._picture: GrowingPicture | None = None
        self._numbers: set[int] = set()
        self._look = Look()
        self._photons = 0.0
        self._rate = (0, 0.0)

    @property
    def coloured(self) -> int:
        """Lines that are in the picture."""
        return len(self._numbers)

    @property
    def fraction(self) -> float | None:
        """How much of the scan is there."""
        expected = self._look.expected
        return None if not expected else min(self.coloured / expected, 1.0)

    @property
    def message(self) -> str:
        """How far it is."""
        expected = self._look.expected
        return f"Line {self.coloured}" + (f" of {expected}" if expected else "")

    def look(self, *, is_last: bool) -> Look:
        """What has come; raises as `GrowingScan.look` and `open_growing`."""
        if self._scan is None:
            scan = open_growing(self._source.path, self._source.options)
            self._preparation = _preparation(self._network.card, scan.head, self._source)
            self._picture = GrowingPicture(self._network.card, self._network.provider, scan.shape)
            self._scan = scan
        return self._scan.look(is_last=is_last)

    def colour(self, look: Look, context: JobContext) -> None:
        """Colour the lines that have come."""
        self._look = look
        if self._preparation is None or self._picture is None:
            return
        for line in look.lines:
            started = time.monotonic()
            found = self._predicted(self._preparation.pixels(line.counts), context)
            self._rate = (
                self._rate[0] + len(line.rows),
                self._rate[1] + time.monotonic() - started,
            )
            self._picture.put(line.rows, line.cols, found)
            if line.number not in self._numbers:
                self._photons += float(line.counts.sum(dtype=float))
            self._numbers.add(line.number)

    def _predicted(
        self, inputs: Mapping[str, NDArray[np.float32]], context: JobContext
    ) -> Predicted:
        """What the network says of a line, in as few runs as its memory allows."""
        size = fixed_batch(self._network.facts) or _PIXELS_AT_ONCE
        count = len(next(iter(inputs.values())))
        parts = []
        for start in range(0, count, size):
            part = {name: value[start : start + size] for name, value in inputs.items()}
            parts.append(run_pixels(self._network, part, context.check))
        return joined(parts)

    def event(self, kind: LiveKind, message: str) -> LiveEvent:
        """Where it is now."""
        found = self.picture() if self._picture is not None and self.coloured else None
        look = self._look
        return LiveEvent(kind, self.coloured, look.begun, look.expected, message, found)

    def picture(self) -> Recoloured:
        """The picture by now; raises ReadError where there is none."""
        if self._picture is None or self._scan is None:
            raise ReadError(
                "Nothing has been measured.",
                f"{self._source.path.name}: no line of it could be read.",
                "Check that the scanner writes there.",
                path=self._source.path,
            )
        notes = (*self._network.remarks, *self._facts_doubts(), *self._scan.notes)
        return self._picture.result(self._steps(self._scan.head), notes)

    def _facts_doubts(self) -> tuple[str, ...]:
        """Why the network does not quite suit the scan, by what has been measured."""
        if self._scan is None or self._picture is None or self._preparation is None:
            return ()
        head = self._scan.head
        facts = ScanFacts(
            axis=self._preparation.axis,
            channels=head.channels,
            counts_per_pixel=self._photons / max(self._picture.pixels, 1),
            tube_anode=head.acquisition.tube_anode,
            tube_kv=head.acquisition.tube_kv,
            live_time_s=head.acquisition.live_time_s,
        )
        found = verdict(self._network.card, facts)
        return () if found.level is Fit.FITS else found.sentences

    def _steps(self, head: Head) -> tuple[Step, ...]:
        network, path = self._network, self._network.path
        # its checksum is another one with each line
        scan = InputFile(self._source.path.name, "", 0)
        model = InputFile(path.name, f"sha256:{network.facts.sha256}", path.stat().st_size)
        opened: dict[str, Any] = {
            "format": head.format,
            "dataset": self._source.options.dataset,
            "detector": self._source.options.detector,
            "axis": head.axis and asdict(head.axis),
            "while": "being measured",
        }
        details = {
            **asdict(self._parameters),
            # a path would tell about the user
            "model": network.card.name,
            "version": network.card.version,
            "sha256": network.facts.sha256,
            "provider": network.provider,
            "lines": self.coloured,
            "expected_lines": self._look.expected,
            "pixels_per_s": round(self._rate[0] / max(self._rate[1], 1e-9), 1),
            "network_memory_mb": round(network.memory_mb, 1),
            **(self._picture.details() if self._picture is not None else {}),
        }
        return (Step("open", opened, (scan,)), Step("recolour", details, (scan, model)))


def _preparation(card: ModelCard, head: Head, source: Source) -> Preparation:
    if head.axis is None:
        raise ParameterError(
            "The energy axis of this scan is not known.",
            f"{source.path.name}: {head.format} without an energy axis.",
            "Give it (on the command line: --axis OFFSET_KEV,GAIN_KEV).",
            path=source.path,
        )
    return Preparation(card, head.axis, head.channels, head.acquisition.live_time_s)


def _cannot_follow(card: ModelCard, reason: str) -> ParameterError:
    return ParameterError(
        "This model cannot colour a scan line by line.",
        f"{card.name}: {reason}.",
        "Choose a model for single spectra, or recolour the scan once it is complete.",
    )
