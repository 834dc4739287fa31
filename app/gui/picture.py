"""Map and spectrum on screen: shows the session, and turns what the user does into its intents."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.axis import EnergyAxis
from app.core.lines import EmissionLine, strongest_lines
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import fwhm_kev, region_spectrum
from app.engine.jobs import JobContext, Lane
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView

HOVER_INTERVAL_MS = 33
# the air and the detector's window swallow what is softer
SOFTEST_KEV = 0.9


class Picture(QObject):
    """Connects the session with the two views.

    The map of the energy window and the spectrum of one pixel take milliseconds and are made
    directly; a region's spectrum is summed in the background, the latest wish first.
    """

    failed = Signal(object)  # AppError
    elements_found = Signal(object)  # tuple of symbols

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        map_view: MapView,
        spectrum_view: SpectrumView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._map = map_view
        self._spectrum = spectrum_view
        self._hovered: tuple[int, int] | None = None
        self._region_job: int | None = None
        self._found_job: int | None = None
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(HOVER_INTERVAL_MS)
        self._hover_timer.timeout.connect(self._show_pixel)
        self._connect_views()
        session.scan_changed.connect(self._on_scan_changed)
        session.window_changed.connect(self._on_window_changed)
        session.display_changed.connect(self._show_map)
        session.region_changed.connect(self._on_region_changed)
        session.pixel_changed.connect(self._on_pixel_changed)
        session.lines_changed.connect(self._on_lines_changed)
        session.spectrum_log_changed.connect(spectrum_view.set_log)
        session.curves_changed.connect(spectrum_view.set_visible_curves)
        spectrum_view.set_log(session.spectrum_log)
        spectrum_view.set_visible_curves(session.curves)
        self._on_scan_changed(session.scan)

    def stop(self) -> None:
        """Show no more pixels; for when the window closes."""
        self._hover_timer.stop()

    def _connect_views(self) -> None:
        self._map.pixel_hovered.connect(self._on_pixel_hovered)
        self._map.pixel_left.connect(self._on_pixel_left)
        self._map.pixel_clicked.connect(self._on_pixel_clicked)
        self._map.pixel_cleared.connect(self._on_pixel_cleared)
        self._map.region_drawn.connect(self._on_region_drawn)
        self._spectrum.window_changed.connect(self._on_window_dragged)
        self._spectrum.window_change_finished.connect(self._session.finish_window)
        self._spectrum.curve_toggled.connect(self._session.set_curve_shown)

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        self._hovered = None
        self._forget_found()
        if scan is None:
            self._spectrum.set_axis(None, 0)
            self._map.clear()
            return
        self._spectrum.set_axis(scan.cube.axis, scan.cube.channels)
        self._spectrum.set_curve("Sum", scan.sum_spectrum)
        self._spectrum.set_curve("Maximum pixel", scan.maximum_pixel_spectrum)
        self._spectrum.set_window(*self._session.window)
        self._on_lines_changed()
        self._show_map()
        self._on_pixel_changed()
        self._on_region_changed()
        if not scan.is_preview:
            self._find_elements(scan)

    @Slot()
    def _on_window_changed(self) -> None:
        self._spectrum.set_window(*self._session.window)
        self._show_map()

    @Slot()
    def _show_map(self) -> None:
        scan = self._session.scan
        if scan is None:
            return
        first, stop = self._session.window
        self._map.set_map(
            scan.window_counts(first, stop),
            title=self._title(scan.cube.axis, first, stop),
            display=self._session.display,
            step_mm=scan.cube.acquisition.step_mm,
            row_step=scan.row_step,
        )

    def _title(self, axis: EnergyAxis | None, first: int, stop: int) -> str:
        title = self._session.window_title
        if axis is None or not self._session.state.window_name:
            return title
        low, high = axis.edges_kev(first, stop)
        edges = f"{low:.2f}–{high:.2f} keV"
        # a map kept of a window that no element placed is named by its edges
        return title if title == edges else f"{title} · {edges}"

    @Slot()
    def _on_lines_changed(self) -> None:
        scan = self._session.scan
        self._spectrum.set_lines(() if scan is None else _visible(self._session.lines, scan))

    @Slot()
    def _on_pixel_changed(self) -> None:
        self._map.set_marker(self._session.pixel)
        self._show_pixel()

    @Slot(int, int)
    def _on_pixel_hovered(self, row: int, col: int) -> None:
        self._hovered = (row, col)
        # the timer goes on while the pointer moves, so that the curve follows at 30 Hz
        if not self._hover_timer.isActive():
            self._hover_timer.start()

    @Slot()
    def _on_pixel_left(self) -> None:
        self._hovered = None
        self._hover_timer.stop()
        self._show_pixel()

    @Slot()
    def _show_pixel(self) -> None:
        scan, pixel = self._session.scan, self._hovered or self._session.pixel
        if scan is None:
            return
        spectrum = None
        if pixel is not None and pixel[0] < scan.cube.rows and pixel[1] < scan.cube.cols:
            try:
                spectrum = scan.cube.spectrum(*pixel)
            except AppError as error:
                self.failed.emit(error)
        self._spectrum.set_curve("Pixel", spectrum)

    @Slot(int, int)
    def _on_pixel_clicked(self, row: int, col: int) -> None:
        self._session.set_pixel((row, col))

    @Slot()
    def _on_pixel_cleared(self) -> None:
        self._session.set_pixel(None)

    @Slot(object)
    def _on_region_drawn(self, region: Region | None) -> None:
        try:
            self._session.set_region(region)
        except AppError as error:
            self.failed.emit(error)

    @Slot(int, int)
    def _on_window_dragged(self, first: int, stop: int) -> None:
        self._session.set_window(first, stop)

    @Slot()
    def _on_region_changed(self) -> None:
        scan, region = self._session.scan, self._session.region
        if scan is None:
            return
        self._map.set_region(region)
        if self._region_job is not None:
            self._jobs.cancel(self._region_job)
            self._region_job = None
        if region is None:
            self._spectrum.set_curve("Region", None)
            return
        self._region_job = self._jobs.submit(
            self.tr("Spectrum of the region"),
            partial(_sum_region, scan, region),
            lane=Lane.VIEW,
            on_done=partial(self._on_region_summed, scan, region),
            is_listed=False,
        )

    def _on_region_summed(self, scan: Scan, region: Region, spectrum: NDArray[Any]) -> None:
        if scan is self._session.scan and region == self._session.region:
            self._spectrum.set_curve("Region", spectrum)

    def _forget_found(self) -> None:
        """Name no lines of another scan, nor of this one on another axis."""
        if self._found_job is not None:
            self._jobs.cancel(self._found_job)
            self._found_job = None
        self._spectrum.set_found(())
        self.elements_found.emit(())

    def _find_elements(self, scan: Scan) -> None:
        if scan.cube.axis is None:
            return
        self._found_job = self._jobs.submit(
            self.tr("Strongest lines"),
            partial(_strongest, scan),
            on_done=partial(self._on_lines_found, scan),
            is_listed=False,
        )

    def _on_lines_found(self, scan: Scan, lines: tuple[EmissionLine, ...]) -> None:
        if scan is self._session.scan:
            self._spectrum.set_found(lines)
            self.elements_found.emit(tuple(dict.fromkeys(line.element for line in lines)))


def _sum_region(scan: Scan, region: Region, context: JobContext) -> NDArray[Any]:
    return region_spectrum(scan.cube, region, context.progress)


def _visible(lines: tuple[EmissionLine, ...], scan: Scan) -> tuple[EmissionLine, ...]:
    """Lines that the scan can show: those below its first counts would only be in the way."""
    axis, seen = scan.cube.axis, np.flatnonzero(scan.sum_spectrum)
    if axis is None:
        return ()
    begin = max(axis.energy_kev(float(seen[0])), 0.0) if seen.size else 0.0
    # a peak reaches below the energy of its line
    softest = max(begin - float(fwhm_kev(begin)), SOFTEST_KEV)
    return tuple(line for line in lines if line.energy_kev >= softest)


def _strongest(scan: Scan, context: JobContext) -> tuple[EmissionLine, ...]:
    """The lines that stand out in the sum spectrum, the strongest first."""
    context.check()
    if scan.cube.axis is None:
        return ()
    return tuple(item.line for item in strongest_lines(scan.sum_spectrum, scan.cube.axis))
