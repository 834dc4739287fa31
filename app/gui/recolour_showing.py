"""The recoloured picture on screen: which part of it, where, and in step with the map."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QSplitter

from app.core.recolouring.measured_maps import MapAgreement
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.core.scan import Scan
from app.engine.recolour_asking import maps_beside_measured
from app.gui.docks.recolour_picture import PicturePage
from app.gui.job_manager import JobManager
from app.gui.recolour_drawing import Drawn, drawn, drawn_map, looks_of
from app.gui.recolour_following import lines_of
from app.gui.recolour_rows import result_note
from app.gui.recolour_values import MAP_LOOKS, Place
from app.gui.session import Session
from app.gui.views.canvas_link import CanvasLink
from app.gui.views.map_view import MapView
from app.gui.views.recoloured_view import RecolouredView


class RecolourShowing(QObject):
    """Keeps the recoloured view in step with the session, the map and the panel's choices.

    Parameters
    ----------
    map_view
        Beside which the picture is shown, or in whose place; both are put into `splitter`.
    page
        Where the user chooses what is drawn.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        map_view: MapView,
        page: PicturePage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._map = map_view
        self._page = page
        self._found: Recoloured | None = None
        self._agreements: dict[str, MapAgreement] = {}
        self._job: int | None = None
        self._is_final = False
        self.view = RecolouredView()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(map_view)
        self.splitter.addWidget(self.view)
        self.splitter.setChildrenCollapsible(False)
        self.link = CanvasLink(map_view.canvas, self.view.canvas, self)
        self._place = Place.BESIDE
        page.set_place(self._place)
        self._connect()
        self._arrange()

    @property
    def place(self) -> Place:
        """Where the picture is shown while there is one."""
        return self._place

    def bring(self) -> None:
        """Show the picture where it was hidden."""
        if self._place is Place.HIDDEN:
            self._set_place(Place.BESIDE)

    def set_result(self, found: Recoloured | None, *, is_final: bool) -> None:
        """Show a picture, a first look included; None shows the map alone."""
        is_other = found is not self._found
        self._found = found
        scan = self._session.scan
        if found is None or scan is None:
            self._forget_agreements()
            self.view.clear()
            self._page.clear()
        else:
            title = found.card.name
            if not is_final:
                is_live = lines_of(found) is not None
                words = self.tr("{} · being measured") if is_live else self.tr("{} · first look")
                title = words.format(title)
            note = result_note(found, scan)
            self._page.set_result(title, note, looks_of(found), found.elements)
            if is_other:
                self._forget_agreements()
            self._is_final = is_final
            self._measure_if_shown()
        self.draw()
        self._arrange()

    @Slot()
    def draw(self) -> None:
        """Draw what is chosen."""
        found, scan = self._found, self._session.scan
        if found is None or scan is None:
            return
        shown = self._drawn(found, scan)
        self.view.set_picture(
            shown.picture,
            title=shown.title,
            badge=shown.badge,
            step_mm=scan.cube.acquisition.step_mm,
            fineness=shown.fineness,
        )
        self.view.set_legend(shown.strip, shown.low, shown.high, shown.unit, shown.meaning)
        self.view.set_marker(self._session.pixel)
        self.view.set_region(self._session.region)
        self.link.align()

    @Slot()
    def show_map(self) -> None:
        """The map was asked for: it comes back beside the picture."""
        if self._place is Place.INSTEAD and self._found is not None:
            self._set_place(Place.BESIDE)

    @Slot(bool)
    def set_region_tool(self, on: bool) -> None:
        """Let the left button draw a region in the picture, too."""
        self.view.canvas.set_drawing(on)

    def _connect(self) -> None:
        session, page, view, shown = self._session, self._page, self.view, self._map
        page.look_changed.connect(self._on_look)
        page.place_chosen.connect(self._set_place)
        page.element_chosen.connect(self._on_element)
        view.closed.connect(partial(self._set_place, Place.HIDDEN))
        # what is done in one picture is done in the other: the map tells the session
        view.pixel_hovered.connect(self._on_hovered)
        view.pixel_left.connect(shown.canvas.pixel_left)
        view.pixel_clicked.connect(self._on_clicked)
        view.region_drawn.connect(self._on_drawn)
        view.key_pressed.connect(shown.keyPressEvent)
        session.pixel_changed.connect(view.set_marker)
        session.region_changed.connect(self._on_region_changed)
        session.window_changed.connect(self.show_map)
        session.display_changed.connect(self._on_display_changed)
        shown.overlay_changed.connect(self._on_overlay_changed)

    def _is_open(self, row: int, col: int) -> bool:
        """Whether a pixel of the picture is one of the open scan: it may have been less by then."""
        scan = self._session.scan
        return scan is not None and row < scan.cube.rows and col < scan.cube.cols

    @Slot(int, int)
    def _on_hovered(self, row: int, col: int) -> None:
        if self._is_open(row, col):
            self._map.canvas.pixel_hovered.emit(row, col)
        else:
            self._map.canvas.pixel_left.emit()

    @Slot(int, int)
    def _on_clicked(self, row: int, col: int) -> None:
        if self._is_open(row, col):
            self._map.canvas.pixel_clicked.emit(row, col)

    @Slot(object)
    def _on_drawn(self, region: Region | None) -> None:
        if region is None or self._is_open(region.row_stop - 1, region.col_stop - 1):
            self._map.canvas.region_drawn.emit(region)

    def _drawn(self, found: Recoloured, scan: Scan) -> Drawn:
        # a scan that is followed may have grown since it was opened
        shape = (
            max(scan.cube.rows, found.region.row_stop),
            max(scan.cube.cols, found.region.col_stop),
        )
        if self._shows_map(found):
            element = self._page.element
            if element not in found.elements:
                element = found.elements[0]
            agreement = self._agreements.get(element)
            display = self._session.display
            return drawn_map(found, element, self._page.look, agreement, display, shape)
        return drawn(found, self._page.look, self._page.doubt_strength, shape)

    @Slot(object)
    def _set_place(self, place: Place) -> None:
        self._place = place
        self._page.set_place(place)
        self._arrange()

    def _arrange(self) -> None:
        """Show the views as chosen; with nothing to show the map is alone."""
        has_picture = self._found is not None and self._place is not Place.HIDDEN
        was_alone = self.view.isHidden()
        is_alone = has_picture and self._place is Place.INSTEAD
        self._map.setHidden(is_alone)
        self.view.set_alone(on=is_alone)
        self.view.setVisible(has_picture)
        if has_picture and was_alone:
            # the map's colour bar aside, both pictures are as wide as each other
            bar, width = self._map.colour_bar.sizeHint().width(), max(self.splitter.width(), 2)
            self.splitter.setSizes([(width + bar) // 2, max((width - bar) // 2, 1)])
            self.link.align()

    def _shows_map(self, found: Recoloured) -> bool:
        """Whether what is chosen is one element's map."""
        return found.maps is not None and self._page.look in MAP_LOOKS

    def _measure_if_shown(self) -> None:
        """Compare predicted maps with the measured ones where a map is looked at."""
        found, scan = self._found, self._session.scan
        region = None if found is None else found.region
        if region is not None and not self._is_open(region.row_stop - 1, region.col_stop - 1):
            # not all of it was measured when the scan was opened
            return
        if found is None or scan is None or not self._is_final or not self._shows_map(found):
            return
        if self._job is None and not self._agreements:
            self._measure(scan, found)

    @Slot()
    def _on_look(self) -> None:
        """Draw something else; of a map, the measured one is wanted, too."""
        self.draw()
        self._measure_if_shown()
        if self._found is not None and self._shows_map(self._found):
            self._show_measured()

    def _measure(self, scan: Scan, found: Recoloured) -> None:
        """Compare predicted maps with the measured ones, in the background."""
        self._job = self._jobs.submit(
            self.tr("Compare predicted maps with measured ones"),
            partial(maps_beside_measured, scan, found),
            on_done=partial(self._on_measured, found),
            on_failed=partial(self._on_measuring_ended, found),
            on_cancelled=partial(self._on_measuring_ended, found),
            is_brief=True,
        )

    def _forget_agreements(self) -> None:
        self._agreements = {}
        if self._job is not None:
            self._jobs.cancel(self._job)
            self._job = None

    def _on_measured(self, found: Recoloured, told: tuple[MapAgreement, ...]) -> None:
        if found is self._found:
            self._job = None
            self._agreements = dict(zip(found.elements, told, strict=True))
            self.draw()
            self._show_measured()

    def _on_measuring_ended(self, found: Recoloured, _error: BaseException | None = None) -> None:
        if found is self._found:
            self._job = None

    @Slot(str)
    def _on_element(self, _name: str) -> None:
        """Show the measured map of the element beside the predicted one."""
        self.draw()
        self._show_measured()

    def _show_measured(self) -> None:
        """Let the map show the line that the predicted map is of."""
        agreement = self._agreements.get(self._page.element)
        if agreement is not None and self._page.look in MAP_LOOKS:
            self._session.place_line(agreement.line.key)

    @Slot()
    def _on_region_changed(self) -> None:
        self.view.set_region(self._session.region if self._found is not None else None)

    @Slot()
    def _on_display_changed(self) -> None:
        if self._found is not None and self._found.maps is not None:
            self.draw()

    @Slot(object)
    def _on_overlay_changed(self, overlay: object) -> None:
        if overlay is not None:
            self.show_map()
