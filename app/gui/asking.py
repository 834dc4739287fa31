"""Asks what the chosen region or pixel could be, each time the choice changes."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.core.candidates import CandidateReport
from app.core.physics.instrument import ANODES, Instrument
from app.core.pigments import Pigment
from app.core.region import Region
from app.core.scan import Scan
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext, Lane
from app.engine.pigment_asking import ask, pigment_from_region
from app.engine.pigment_measured import Measured, place_in_words
from app.errors import AppError
from app.gui.docks.candidates_dock import CandidatesPanel
from app.gui.job_manager import JobManager
from app.gui.session import Session

Place = Region | tuple[int, int] | Measured


class Asking(QObject):
    """Connects the session's region and pixel with the panel of candidates.

    Nothing is computed while the panel is out of sight. Region and pixel may both be there, and a
    spectrum summed elsewhere: the one chosen last is asked about.

    Parameters
    ----------
    pigments
        Gives the pigments that are asked about.
    """

    failed = Signal(object)  # AppError
    made = Signal(object)  # Pigment made of a region, not yet in any library

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        panel: CandidatesPanel,
        pigments: Callable[[], tuple[Pigment, ...]],
        instruments: Instruments,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._panel = panel
        self._pigments = pigments
        self._instruments = instruments
        self._chosen_instrument: str | None = None
        self._is_live = False
        self._is_stale = True
        self._latest_is_pixel = False
        self._summed: Measured | None = None
        self._job: int | None = None
        session.scan_changed.connect(self._on_scan_changed)
        session.region_changed.connect(self._on_region_changed)
        session.pixel_changed.connect(self._on_pixel_changed)
        panel.instrument_chosen.connect(self._on_instrument_chosen)

    @property
    def place(self) -> Place | None:
        """What is asked about: what was chosen last, else the region or the pixel."""
        if self._summed is not None:
            return self._summed
        region, pixel = self._session.region, self._session.pixel
        if region is None or (self._latest_is_pixel and pixel is not None):
            return pixel
        return region

    @Slot(bool)
    def set_live(self, on: bool) -> None:
        """Answer while the panel is in sight; what changed meanwhile is answered then."""
        self._is_live = on
        if on and self._is_stale:
            self.ask()

    def set_summed(self, summed: Measured | None) -> None:
        """Take a spectrum that is summed already until a region or pixel is chosen."""
        if summed is not self._summed:
            self._summed = summed
            self.ask_again()

    @Slot()
    def ask_again(self) -> None:
        """The pigments or instruments have changed."""
        self._is_stale = True
        if self._is_live:
            self.ask()

    def ask(self) -> None:
        """Ask about the place chosen now, or say why that cannot be."""
        self._cancel()
        self._is_stale = False
        scan, place = self._session.scan, self.place
        self._show_instruments(scan)
        words = self._hindrance(scan, place)
        if words or scan is None or place is None:
            self._panel.set_words(words)
            return
        pigments = self._pigments()
        try:
            instrument = self.instrument(scan)
        except AppError as error:
            self._panel.set_words(str(error))
            return
        self._panel.set_asking(self.tr("Comparing {} pigments…").format(len(pigments)))
        where = place.place if isinstance(place, Measured) else place_in_words(place)
        subject = f"{scan.cube.name}: {where}"
        self._job = self._jobs.submit(
            self.tr("What could this be"),
            partial(_asked, scan, place, pigments, instrument),
            lane=Lane.ASK,
            on_done=partial(self._on_answer, subject),
            on_failed=self._on_failed,
            on_cancelled=self._on_ended,
            is_listed=False,
        )

    def make_pigment(self, name: str) -> None:
        """Make a pigment whose reference is the spectrum of the chosen place."""
        scan, place = self._session.scan, self.place
        if scan is not None and place is not None:
            self._jobs.submit(
                self.tr("Make pigment {}").format(name),
                partial(_made, scan, place, name),
                on_done=self.made.emit,
                is_brief=True,
            )

    def instrument(self, scan: Scan) -> Instrument | None:
        """What the scan was measured with: as chosen in the panel, else as its file says."""
        chosen = self._chosen_instrument
        if chosen is not None and chosen not in ("", *self._instruments.names()):
            # deleted since it was chosen
            chosen = self._chosen_instrument = None
        if chosen is not None:
            return self._instruments.named(chosen) if chosen else None
        anode, kilovolts = scan.cube.acquisition.tube_anode, scan.cube.acquisition.tube_kv
        if anode not in ANODES or not kilovolts:
            return None
        for known in self._instruments.presets():
            if (known.anode, known.tube_kv) == (anode, kilovolts):
                return known
        return None

    def _show_instruments(self, scan: Scan | None) -> None:
        try:
            names = self._instruments.names()
            shown = None if scan is None else self.instrument(scan)
        except AppError as error:
            self.failed.emit(error)
            return
        self._panel.set_instruments(names, "" if shown is None else shown.name)

    def _hindrance(self, scan: Scan | None, place: Place | None) -> str:
        """Why nothing can be asked; empty when it can."""
        if scan is None:
            return self.tr("Open a scan, then choose a pixel or draw a region in its map.")
        if scan.cube.axis is None:
            return self.tr("The energy axis is unknown. Set it with Scan ▸ Energy axis.")
        if place is None:
            return self.tr(
                "Choose a pixel or draw a region in the map to ask which pigments it could be."
            )
        return ""

    def _cancel(self) -> None:
        if self._job is not None:
            self._jobs.cancel(self._job)

    def _on_answer(self, subject: str, report: CandidateReport) -> None:
        self._job = None
        self._panel.set_report(report, subject)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self._panel.set_words(str(error))

    def _on_ended(self) -> None:
        self._job = None

    @Slot()
    def _on_scan_changed(self) -> None:
        self._summed = None
        self._chosen_instrument = None
        self.ask_again()

    @Slot()
    def _on_region_changed(self) -> None:
        self._summed = None
        self._latest_is_pixel = False
        self.ask_again()

    @Slot()
    def _on_pixel_changed(self) -> None:
        self._summed = None
        self._latest_is_pixel = True
        self.ask_again()

    @Slot(str)
    def _on_instrument_chosen(self, name: str) -> None:
        self._chosen_instrument = name
        self.ask_again()


def _asked(
    scan: Scan,
    place: Place,
    pigments: tuple[Pigment, ...],
    instrument: Instrument | None,
    context: JobContext,
) -> CandidateReport:
    return ask(scan, place, pigments, instrument, context)


def _made(scan: Scan, place: Place, name: str, context: JobContext) -> Pigment:
    return pigment_from_region(scan, place, name, context)
