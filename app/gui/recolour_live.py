"""The predicted colour of the pixel under the pointer, of the chosen pixel or of the region."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from app.core.recolouring.blend import LARGEST_SD
from app.core.recolouring.card import OutputKind
from app.core.recolouring.outputs import Predicted
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.engine.jobs import JobContext, Lane
from app.engine.model_library import ModelEntry, required_card
from app.engine.network_keeper import NetworkKeeper
from app.engine.recolouring import preparation_for, recolour_spectra
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.recolour_rows import region_in_words
from app.gui.recolour_values import PixelColour, Srgb
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.gui.views.numbers import grouped

Where = tuple[int, int] | Region


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model that can colour the open scan, and what runs it."""

    entry: ModelEntry
    provider: str


class Preparations:
    """Keeps the latest preparation: one with statistics of the whole scan costs a look at it."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._latest: Preparation | None = None

    def of(self, scan: Scan, entry: ModelEntry, check: Callable[[], None]) -> Preparation:
        """What turns the scan's counts into a network's inputs."""
        card, cube = required_card(entry), scan.cube
        if self._latest is None or self._key[:2] != (id(scan), id(card)):
            made = preparation_for(card, cube)
            if made.needs_image_statistics:
                blocks = (block for _, block in cube.blocks())
                made = made.with_statistics(made.statistics(blocks, check))
            # held with it, so that their ids stay theirs
            self._key = (id(scan), id(card), scan, card)
            self._latest = made
        return self._latest


class LiveColour(QObject):
    """Says the colour of what is pointed at, from the picture where it is there, else predicted.

    At most one prediction is under way; of what was pointed at meanwhile only the latest is
    predicted next. None is given up for another, as that would end the network's process.

    Parameters
    ----------
    shown
        Gives the picture on screen, if any.
    chosen
        Gives the model that predictions are made with, None where it does not suit.
    """

    changed = Signal(object)  # PixelColour or None

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        keeper: NetworkKeeper,
        map_view: MapView,
        shown: Callable[[], Recoloured | None],
        chosen: Callable[[], Chosen | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._keeper = keeper
        self._shown = shown
        self._chosen = chosen
        self._preparations = Preparations()
        self._hovered: tuple[int, int] | None = None
        self._is_on = False
        self._job: int | None = None
        self._next: Where | None = None
        map_view.pixel_hovered.connect(self._on_hovered)
        map_view.pixel_left.connect(self._on_left)
        session.pixel_changed.connect(self.refresh)
        session.region_changed.connect(self.refresh)
        session.scan_changed.connect(self.refresh)

    @property
    def is_on(self) -> bool:
        """Whether colours are predicted where the picture has none."""
        return self._is_on

    @property
    def where(self) -> Where | None:
        """What is asked about: the pixel pointed at, else the chosen one, else the region."""
        return self._hovered or self._session.pixel or self._session.region

    def set_on(self, on: bool) -> None:
        """Predict colours where the picture has none, or only tell those it has."""
        self._is_on = on
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Tell the colour of what is pointed at, anew."""
        scan, where = self._session.scan, self.where
        if scan is None or where is None or not _is_inside(where, scan):
            self._next = None
            self.changed.emit(None)
            return
        found = self._shown()
        if found is not None:
            told = mean_in(found, where) if isinstance(where, Region) else colour_in(found, where)
            if told is not None:
                self._next = None
                self.changed.emit(told)
                return
        self._predict(scan, where)

    def _predict(self, scan: Scan, where: Where) -> None:
        chosen = self._chosen() if self._is_on else None
        if chosen is None or scan.is_preview:
            note = self.tr("not recoloured") if self._shown() is not None else ""
            self._next = None
            self.changed.emit(PixelColour(place_in_words(where), note=note) if note else None)
            return
        if self._job is not None:
            self._next = where
            return
        self._next = None
        self._job = self._jobs.submit(
            self.tr("Colour of {}").format(place_in_words(where)),
            partial(_predicted, scan, where, chosen, self._keeper, self._preparations),
            lane=Lane.LIVE,
            on_done=partial(self._on_done, scan, where, elements_of(chosen.entry)),
            on_failed=self._on_failed,
            on_cancelled=self._on_ended,
            is_listed=False,
        )

    def _on_done(
        self, scan: Scan, where: Where, elements: tuple[str, ...], found: Predicted
    ) -> None:
        self._job = None
        if scan is self._session.scan and where == self.where:
            self.changed.emit(_told(where, found, elements))
        self._go_on()

    def _on_failed(self, error: BaseException) -> None:
        # told in the bar by the jobs' manager; once is enough
        self._job = None
        self._next = None
        self._is_on = False
        title = error.title if isinstance(error, AppError) else str(error)
        self.changed.emit(PixelColour("", note=title))

    def _on_ended(self) -> None:
        self._job = None
        self._next = None

    def _go_on(self) -> None:
        if self._next is not None:
            self._next = None
            self.refresh()

    @Slot(int, int)
    def _on_hovered(self, row: int, col: int) -> None:
        self._hovered = (row, col)
        self.refresh()

    @Slot()
    def _on_left(self) -> None:
        self._hovered = None
        self.refresh()


def colour_in(found: Recoloured, pixel: tuple[int, int]) -> PixelColour | None:
    """The colour a picture has for a pixel of the scan; None where it has none.

    Of a model that predicts nothing but maps the values are told.
    """
    region = found.region
    row, col = pixel[0] - region.row_start, pixel[1] - region.col_start
    rows, cols = found.rgb.shape[:2]
    if not (0 <= row < rows and 0 <= col < cols):
        return None
    here = Predicted(
        rgb=found.rgb[row, col],
        log_variance=_at(found.log_variance, row, col),
        novelty=_at(found.novelty, row, col),
    )
    if found.maps is not None and not found.has_colours:
        values = found.maps[:, row, col]
        if not np.isfinite(values).all():
            return None
        facts = zip(found.elements, values.tolist(), strict=True)
        return PixelColour(
            place_in_words(pixel), facts=tuple(f"{name} {value:.3g}" for name, value in facts)
        )
    return None if not np.isfinite(found.rgb[row, col]).all() else _in_words(pixel, here)


def mean_in(found: Recoloured, region: Region) -> PixelColour | None:
    """The mean of the colours that a picture has in a region of the scan; None without any."""
    own = found.region
    rows = slice(max(region.row_start - own.row_start, 0), max(region.row_stop - own.row_start, 0))
    cols = slice(max(region.col_start - own.col_start, 0), max(region.col_stop - own.col_start, 0))
    part = found.rgb[rows, cols]
    known = part[np.isfinite(part).all(axis=2)]
    if not len(known):
        return None
    # in linear light, as the eye mixes what it cannot tell apart
    mean = _encoded(_linear(known).mean(axis=0))
    words = f"mean of {grouped(len(known))} pixel{'' if len(known) == 1 else 's'}"
    return PixelColour(region_in_words(region), srgb_of(mean), note=words)


def _linear(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _encoded(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def place_in_words(where: Where) -> str:
    """A pixel or region: "row 3, col 4"."""
    if isinstance(where, Region):
        return region_in_words(where)
    return f"row {where[0]}, col {where[1]}"


def deviation_text(deviation: float) -> str:
    """The standard deviation of a colour's bands, given as 0 to 1: "± 9 of 255"."""
    # more than half of the range says no more than half of it
    return f"± {255 * min(deviation, 2 * LARGEST_SD):.0f} of 255"


def novelty_text(novelty: float) -> str:
    """How unlike the training spectra one is: "novelty 0.12"."""
    return f"novelty {novelty:.2f}"


def srgb_of(rgb: NDArray[np.float32]) -> Srgb:
    """A colour of 0 to 1 as whole numbers of 0 to 255."""
    red, green, blue = (round(255 * min(max(float(band), 0.0), 1.0)) for band in rgb)
    return red, green, blue


def _at(values: NDArray[np.float32] | None, row: int, col: int) -> NDArray[np.float32] | None:
    return None if values is None else np.asarray(values[row, col])


def elements_of(entry: ModelEntry) -> tuple[str, ...]:
    """Whose maps a model predicts; none for a model of colours."""
    output = None if entry.card is None else entry.card.output_of(OutputKind.MAPS)
    return () if output is None else output.elements


def _told(where: Where, found: Predicted, elements: tuple[str, ...]) -> PixelColour:
    """What a network said of one spectrum."""
    note = "mean spectrum" if isinstance(where, Region) else "predicted now"
    if found.maps is not None and found.rgb is None:
        values = zip(elements, found.maps[0].tolist(), strict=True)
        facts = tuple(f"{name} {value:.3g}" for name, value in values)
        return PixelColour(place_in_words(where), facts=facts, note=note)
    return _in_words(where, found.part(0), note)


def _in_words(where: Where, found: Predicted, note: str = "") -> PixelColour:
    facts = []
    if found.log_variance is not None:
        facts.append(deviation_text(float(np.exp(0.5 * found.log_variance))))
    if found.novelty is not None:
        facts.append(novelty_text(float(found.novelty)))
    srgb = None if found.rgb is None else srgb_of(found.rgb)
    return PixelColour(place_in_words(where), srgb, tuple(facts), note)


def _is_inside(where: Where, scan: Scan) -> bool:
    if isinstance(where, Region):
        return where.row_stop <= scan.cube.rows and where.col_stop <= scan.cube.cols
    return where[0] < scan.cube.rows and where[1] < scan.cube.cols


def spectrum_at(scan: Scan, where: Where, context: JobContext) -> NDArray[np.float64]:
    """Counts of a pixel, or of a region's mean pixel, shape (channels,)."""
    if isinstance(where, Region):
        summed = region_spectrum(scan.cube, where, context.progress)
        return np.asarray(summed, np.float64) / where.pixels
    return np.asarray(scan.cube.spectrum(*where), np.float64)


def _predicted(
    scan: Scan,
    where: Where,
    chosen: Chosen,
    keeper: NetworkKeeper,
    preparations: Preparations,
    context: JobContext,
) -> Predicted:
    entry = chosen.entry
    preparation = preparations.of(scan, entry, context.check)
    network = keeper.network(entry.path, required_card(entry), chosen.provider, check=context.check)
    spectrum = spectrum_at(scan, where, context)
    return recolour_spectra(
        spectrum[np.newaxis],
        preparation.axis,
        network,
        preparation=preparation,
        check=context.check,
    )
