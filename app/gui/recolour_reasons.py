"""Asks what made a predicted colour: elements, and pigments that XRF cannot tell apart there."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.engine.model_library import required_card
from app.engine.network_keeper import NetworkKeeper
from app.engine.recolour_asking import Explanation, explain
from app.errors import AppError
from app.gui.docks.recolour_picture import PicturePage
from app.gui.job_manager import JobManager
from app.gui.recolour_live import (
    Chosen,
    Preparations,
    Where,
    deviation_text,
    novelty_text,
    place_in_words,
)
from app.gui.recolour_values import ColourReasons, EffectRow
from app.gui.session import Session


class ReasonsAsking(QObject):
    """Connects the picture's page with what explains a colour.

    Parameters
    ----------
    chosen
        Gives the model that the colour is predicted with, None where it does not suit.
    pigments, instrument
        Give what candidates are asked about.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        keeper: NetworkKeeper,
        page: PicturePage,
        chosen: Callable[[], Chosen | None],
        pigments: Callable[[], tuple[Pigment, ...]],
        instrument: Callable[[Scan], Instrument | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._keeper = keeper
        self._page = page
        self._chosen = chosen
        self._pigments = pigments
        self._instrument = instrument
        self._preparations = Preparations()
        self._latest_is_region = False
        self._job: int | None = None
        page.reasons_requested.connect(self.ask)
        session.pixel_changed.connect(self._on_pixel_changed)
        session.region_changed.connect(self._on_region_changed)
        session.scan_changed.connect(self.clear)
        self.refresh()

    @property
    def where(self) -> Where | None:
        """What is asked about: the pixel or region that was chosen last."""
        pixel, region = self._session.pixel, self._session.region
        if region is not None and (self._latest_is_region or pixel is None):
            return region
        return pixel

    @Slot()
    def refresh(self) -> None:
        """Offer to ask where there is something to ask about."""
        scan = self._session.scan
        has_scan = scan is not None and not scan.is_preview
        self._page.set_can_ask(has_scan and self.where is not None and self._chosen() is not None)

    @Slot()
    def clear(self) -> None:
        """Take the answer away; it was about something else."""
        if self._job is not None:
            self._jobs.cancel(self._job)
        self._page.set_reasons(None)
        self.refresh()

    @Slot()
    def ask(self) -> None:
        """Ask about the chosen pixel or region."""
        scan, where, chosen = self._session.scan, self.where, self._chosen()
        if scan is None or where is None or chosen is None or self._job is not None:
            return
        try:
            instrument = self._instrument(scan)
        except AppError:
            # an instrument that cannot be read only makes the answer less sure
            instrument = None
        self._page.set_reasons(None, self.tr("Asking about {}…").format(place_in_words(where)))
        self._job = self._jobs.submit(
            self.tr("What made the colour of {}").format(place_in_words(where)),
            partial(
                _answered,
                scan,
                where,
                chosen,
                (self._keeper, self._preparations),
                (self._pigments(), instrument),
            ),
            on_done=self._on_answer,
            on_failed=self._on_failed,
            on_cancelled=self._on_ended,
            is_brief=True,
        )

    def _on_answer(self, answer: Explanation) -> None:
        self._job = None
        facts = []
        if answer.uncertainty is not None:
            facts.append(deviation_text(answer.uncertainty))
        if answer.novelty is not None:
            facts.append(novelty_text(answer.novelty))
        self._page.set_reasons(
            ColourReasons(
                place=answer.place,
                srgb=answer.srgb,
                facts=tuple(facts),
                effects=tuple(
                    EffectRow(item.element, item.delta_e, item.srgb_without)
                    for item in answer.effects
                ),
                alternatives=tuple((item.name, item.srgb) for item in answer.group.swatches),
                sentence=" ".join((answer.group.sentence, *answer.notes)).strip(),
            )
        )

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self._page.set_reasons(None, str(error))

    def _on_ended(self) -> None:
        self._job = None
        self._page.set_reasons(None)

    @Slot()
    def _on_pixel_changed(self) -> None:
        self._latest_is_region = False
        self.clear()

    @Slot()
    def _on_region_changed(self) -> None:
        self._latest_is_region = self._session.region is not None
        self.clear()


def _answered(
    scan: Scan,
    where: Where,
    chosen: Chosen,
    running: tuple[NetworkKeeper, Preparations],
    asked: tuple[tuple[Pigment, ...], Instrument | None],
    context: JobContext,
) -> Explanation:
    keeper, preparations = running
    pigments, instrument = asked
    entry = chosen.entry
    context.progress(None, "Loading the model")
    preparation = preparations.of(scan, entry, context.check)
    network = keeper.network(entry.path, required_card(entry), chosen.provider, check=context.check)
    return explain(scan, where, network, pigments, instrument, context, preparation=preparation)
