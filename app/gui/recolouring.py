"""Recolouring the open scan: runs the chosen model and shows what it predicts, as a prediction."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.recolouring.recoloured import Recoloured
from app.core.scan import Scan
from app.engine.jobs import JobContext, JobFunction, Lane
from app.engine.live import LiveEvent, LiveRecolouring
from app.engine.model_library import ModelEntry, Models, required_card
from app.engine.network_keeper import NetworkKeeper
from app.engine.recolouring import RecolourParameters, limits_for, recolour_scan
from app.errors import AppError
from app.gui.docks.recolour_dock import RecolourPanel
from app.gui.item_models import JobRow
from app.gui.job_manager import JobManager
from app.gui.opening import OpenedFile
from app.gui.preferences import Preferences
from app.gui.recolour_following import STARTING, ended_words, event_words, following
from app.gui.recolour_live import Chosen, LiveColour
from app.gui.recolour_reasons import ReasonsAsking
from app.gui.recolour_rows import model_row, region_in_words
from app.gui.recolour_saving import RecolourSaving
from app.gui.recolour_shelf import ModelShelf
from app.gui.recolour_showing import RecolourShowing
from app.gui.recolour_values import Part
from app.gui.session import Session
from app.gui.views.map_view import MapView

Pigments = Callable[[], tuple[Pigment, ...]]
SourceOf = Callable[[Scan | None], OpenedFile | None]
InstrumentOf = Callable[[Scan], Instrument | None]


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """A recoloured picture with the scan it is of."""

    scan: Scan
    found: Recoloured

    def is_of(self, scan: Scan | None) -> bool:
        """Whether it is of this scan, on this energy axis: another axis gives other colours."""
        return (
            scan is not None
            and scan.prefix is self.scan.prefix
            and scan.cube.axis == self.scan.cube.axis
        )


class Recolouring(QObject):
    """Connects the session with models, their processes and the recoloured picture.

    A recoloured picture is a result, no edit. It is out of sight while another scan is open or
    the energy axis has changed, and back when it is as before. What is given up or fails leaves
    the picture that was there.

    Parameters
    ----------
    pigments, instrument
        Give what candidates are asked about; `instrument` may raise AppError.
    window
        Owns the dialogs.
    models, keeper
        Where models are looked for, and what runs them; by default the folders of the program and
        the user, and processes.

    Attributes
    ----------
    source_of
        Tells what file a scan came from, so that it can be followed while it is measured.
    """

    shown = Signal()  # the panel is wanted in front
    told = Signal(str, str)
    failed = Signal(object)  # AppError
    written = Signal(object)  # Path
    step_changed = Signal(object)  # Step of the picture shown, or None

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        map_view: MapView,
        asked: tuple[Pigments, InstrumentOf],
        window: QWidget,
        models: Models | None = None,
        keeper: NetworkKeeper | None = None,
    ) -> None:
        super().__init__(window)
        self.source_of: SourceOf = _unknown_source
        self._following: LiveRecolouring | None = None
        self._session = session
        self._jobs = jobs
        self._coloured: Coloured | None = None
        self._preview: Coloured | None = None
        self._job: int | None = None
        self._running: Chosen | None = None
        self.panel = RecolourPanel()
        self.keeper = keeper or NetworkKeeper(limits_for(RecolourParameters(model="")))
        self.shelf = ModelShelf(session, jobs, preferences, self.panel, window, models)
        self.saving = RecolourSaving(jobs, preferences, window)
        self.showing = RecolourShowing(session, jobs, map_view, self.panel.picture, self)
        self.live = LiveColour(
            session, jobs, self.keeper, map_view, self._result, self._in_use, self
        )
        self.reasons = ReasonsAsking(
            session, jobs, self.keeper, self.panel.picture, self._in_use, *asked, self
        )
        self._connect()
        self._on_scan_changed()

    @property
    def result(self) -> Recoloured | None:
        """The picture on screen, a first look included."""
        return self._result()

    @property
    def is_running(self) -> bool:
        """Whether a picture is being made."""
        return self._job is not None

    def drop(self, path: Path) -> None:
        """List a network that was dropped on the window, and show the panel."""
        self.shown.emit()
        self.shelf.drop(path)

    @Slot()
    def show(self) -> None:
        """Show the panel."""
        self.shown.emit()

    @Slot(bool)
    def set_visible(self, on: bool) -> None:
        """List models and processors, the first time the panel is seen."""
        if on:
            self.shelf.show()
            if not self.panel.processor_box.count():
                self.shelf.show_processors()

    @Slot()
    def run(self) -> None:
        """Recolour the scan, the region or lines as they come by the chosen model."""
        scan, chosen, region = self._session.scan, self._chosen(), self._session.region
        if scan is None or chosen is None or scan.is_preview or self.is_running:
            return
        if self.panel.is_live:
            self._follow(scan, chosen)
            return
        whole = self.panel.part is Part.SCAN or region is None
        parameters = RecolourParameters(
            model=str(chosen.entry.path),
            provider=chosen.provider,
            region="" if whole else str(region),
        )
        work = partial(_recoloured, scan, chosen.entry, parameters, self.keeper)
        self._submit(self.tr("Recolour {} by {}"), work, partial(self._on_partial, scan), chosen)

    @Slot()
    def stop(self) -> None:
        """Give up what is under way; the picture that was there before is shown again.

        Of a scan that is followed the lines that are there stay.
        """
        if self._following is not None:
            self._following.stop()
        elif self._job is not None:
            self._jobs.cancel(self._job)

    def close(self) -> None:
        """End the network's process; for when the window closes."""
        self.keeper.close()

    def _follow(self, scan: Scan, chosen: Chosen) -> None:
        """Recolour the lines of the scan's file as they come."""
        opened = self.source_of(scan)
        if opened is None:
            return
        self._following = following(scan, opened, str(chosen.entry.path), chosen.provider)
        on_event = partial(self._on_event, scan)
        self._submit(self.tr("Follow {} by {}"), self._following.run, on_event, chosen)
        self.panel.set_progress(None, self.tr(STARTING))

    def _submit(
        self,
        title: str,
        work: JobFunction[Recoloured],
        on_partial: Callable[[Any], None],
        chosen: Chosen,
    ) -> None:
        scan = self._session.scan
        if scan is None:
            return
        self._running = chosen
        self.panel.set_running(True)
        self._job = self._jobs.submit(
            title.format(scan.cube.name, chosen.entry.name),
            work,
            lane=Lane.COLOUR,
            on_done=partial(self._on_done, scan),
            on_partial=on_partial,
            on_failed=self._on_failed,
            on_cancelled=self._on_cancelled,
        )

    def _connect(self) -> None:
        session, panel = self._session, self.panel
        session.scan_changed.connect(self._on_scan_changed)
        session.region_changed.connect(self._on_region_changed)
        panel.run_requested.connect(self.run)
        panel.stop_requested.connect(self.stop)
        panel.processor_chosen.connect(self._refresh)
        self.shelf.chosen.connect(self._refresh)
        self.shelf.told.connect(self.told)
        self.shelf.failed.connect(self.failed)
        self.saving.written.connect(self.written)
        self.live.changed.connect(self.showing.view.set_pixel_colour)
        self.live.changed.connect(panel.picture.pixel.set_colour)
        panel.picture.live_toggled.connect(self._on_live)
        panel.picture.export_requested.connect(self._on_export)
        panel.picture.score_requested.connect(self._on_score)
        self._jobs.model.dataChanged.connect(self._on_progress)

    def _result(self) -> Recoloured | None:
        for held in (self._preview, self._coloured):
            if held is not None and held.is_of(self._session.scan):
                return held.found
        return None

    def _chosen(self) -> Chosen | None:
        """The chosen model, where it suits the scan."""
        entry, scan = self.shelf.entry, self._session.scan
        if entry is None or scan is None or not model_row(entry, scan).standing.can_run:
            return None
        return Chosen(entry, self.panel.processor)

    def _in_use(self) -> Chosen | None:
        """The model to ask about single colours.

        While a picture is made that is the model it is made by: starting another would end it.
        """
        chosen = self._chosen()
        return chosen if self._running is None or chosen is None else self._running

    @Slot()
    def _on_scan_changed(self) -> None:
        self._on_region_changed()
        self._show()

    @Slot()
    def _on_region_changed(self) -> None:
        region = self._session.region
        self.panel.set_region("" if region is None else region_in_words(region))

    @Slot()
    def _refresh(self) -> None:
        """Offer what can be done now."""
        scan, entry = self._session.scan, self.shelf.entry
        why = ""
        if scan is None:
            why = self.tr("Open a scan to recolour it.")
        elif scan.is_preview:
            why = self.tr("The scan is still being read.")
        elif entry is None:
            why = self.tr("Choose a model.")
        elif self._chosen() is None:
            why = self.tr("This model cannot be used for this scan.")
        self.panel.set_can_run(not why, why)
        self.panel.set_can_follow(self.source_of(scan) is not None)
        self.reasons.refresh()
        self.live.refresh()

    def _show(self) -> None:
        """Put the picture of this scan on screen, or take it away."""
        held = self._coloured
        preview = self._preview
        found = self._result()
        self.showing.set_result(found, is_final=preview is None)
        is_final = found is not None and preview is None
        self.panel.picture.set_can_save(is_final)
        step = held.found.steps[-1] if is_final and held is not None and held.found.steps else None
        self.step_changed.emit(step)
        self._refresh()

    def _on_partial(self, scan: Scan, found: Recoloured) -> None:
        is_first = self._preview is None
        self._preview = Coloured(scan, found)
        if is_first:
            self.panel.show_picture_page()
            self.showing.bring()
        self._show()

    def _on_event(self, scan: Scan, event: LiveEvent) -> None:
        """Lines have come, or are waited for."""
        if event.found is not None:
            self._on_partial(scan, event.found)
        share = event.coloured / event.expected if event.expected else None
        self.panel.set_progress(share, event_words(event))

    def _on_done(self, scan: Scan, found: Recoloured) -> None:
        was_live = self._following is not None
        self._end()
        self._coloured = Coloured(scan, found)
        self.panel.show_picture_page()
        self.showing.bring()
        self._show()
        if was_live:
            self.panel.set_words(ended_words(found, scan))
            return
        rate = found.steps[-1].parameters.get("pixels_per_s") if found.steps else None
        words = self.tr("Done.")
        if isinstance(rate, int | float):
            words = (
                self.tr("Done at {:,.0f} pixels/s.")
                .format(rate)
                .replace(",", "\N{NARROW NO-BREAK SPACE}")
            )
        self.panel.set_words(words)

    def _on_failed(self, error: BaseException) -> None:
        self._end()
        self._show()
        self.panel.set_words(error.title if isinstance(error, AppError) else str(error))

    def _on_cancelled(self) -> None:
        self._end()
        self._show()
        self.panel.set_words(self.tr("Stopped; nothing was changed."))

    def _end(self) -> None:
        self._job = None
        self._running = None
        self._following = None
        self._preview = None
        self.panel.set_running(False)

    @Slot()
    def _on_progress(self) -> None:
        if self._job is None or self._following is not None:
            return
        row: JobRow | None = next(
            (item for item in self._jobs.model.rows if item.id == self._job), None
        )
        if row is not None and row.is_live:
            percent = "" if row.fraction is None else f"{100 * row.fraction:.0f} %"
            message = row.message.replace(",", "\N{NARROW NO-BREAK SPACE}")
            parts = [text for text in (percent, message) if text]
            self.panel.set_progress(row.fraction, " · ".join(parts) or self.tr("Starting"))

    @Slot(bool)
    def _on_live(self, on: bool) -> None:
        self.live.set_on(on)

    @Slot()
    def _on_export(self) -> None:
        held = self._coloured
        if held is not None and held.is_of(self._session.scan):
            stamp = self.panel.picture.has_stamp
            self.saving.export(held.found, held.scan, is_stamped=stamp)

    @Slot()
    def _on_score(self) -> None:
        held = self._coloured
        if held is not None and held.is_of(self._session.scan):
            self.saving.score(held.found, held.scan)


def _unknown_source(_scan: Scan | None) -> None:
    """Nobody knows what files scans came from."""


def _recoloured(
    scan: Scan,
    entry: ModelEntry,
    parameters: RecolourParameters,
    keeper: NetworkKeeper,
    context: JobContext,
) -> Recoloured:
    card = required_card(entry)
    context.progress(None, f"Loading {card.name}")
    network = keeper.network(entry.path, card, parameters.provider, check=context.check)
    return recolour_scan(scan, network, parameters, context)
