"""Clusters of the open scan: asks how, finds them, and shows them wherever they are looked at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.core.clustering.colours import cluster_colours
from app.core.clustering.picture import label_picture
from app.core.provenance import Step
from app.core.region import Region
from app.core.scan import Scan
from app.engine import clustering
from app.engine.cluster_reports import ClusterSummary
from app.engine.clustering import ClusterParameters, ClusterReport
from app.engine.pigment_measured import Measured
from app.gui.dialogs.clusters import ClusterChoice, ClusterDialog, Compared, Part
from app.gui.docks.clusters_dock import ClusterRow, ClustersPanel
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.views.map_overlay import MapOverlay, Overlay
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Clusters with the scan they are of.

    Parameters
    ----------
    scan
        With the energy axis that the report names lines by.
    axis
        The axis they were found with.
    """

    scan: Scan
    report: ClusterReport
    axis: EnergyAxis | None

    def is_of(self, scan: Scan | None) -> bool:
        """Whether they are of the same counts, on whatever energy axis."""
        return scan is not None and scan.prefix is self.scan.prefix


class Clustering(QObject):
    """Connects the session with clusters' panel, picture and spectrum.

    Clusters are a result, no edit: there is nothing to undo, and another scan puts them out of
    sight. They are back when that scan is, until others are found. A choice of map or energy
    window brings the map back into the picture.

    Parameters
    ----------
    window
        Owns the dialogs.
    """

    found = Signal()
    written = Signal(object)  # Path of the first file
    step_changed = Signal(object)  # Step of the clusters shown, or None
    spectrum_chosen = Signal(object)  # Measured of the chosen cluster, or None
    ask_requested = Signal()
    make_requested = Signal()

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        views: tuple[MapView, SpectrumView],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._map, self._spectrum = views
        self._window = window
        self._found: Found | None = None
        self._choice = ClusterChoice()
        self._elements: tuple[str, ...] = ()
        self._job: int | None = None
        self._naming_job: int | None = None
        self._is_in_picture = False
        self._overlay: MapOverlay | None = None
        self.panel = ClustersPanel()
        self._connect()
        self._on_scan_changed(session.scan)

    @property
    def shown(self) -> Found | None:
        """The clusters on screen: those of the scan that is open."""
        found = self._found
        return found if found is not None and found.is_of(self._session.scan) else None

    @property
    def is_in_picture(self) -> bool:
        """Whether clusters take the place of the map."""
        return self._is_in_picture and self.shown is not None

    @Slot(object)
    def set_elements(self, elements: tuple[str, ...]) -> None:
        """Elements found in the scan, the strongest first: those whose maps are offered."""
        # argon is of the air, and alike everywhere
        self._elements = tuple(name for name in elements if name != "Ar")

    @Slot()
    def ask(self) -> None:
        """Ask how to cluster, and do it."""
        scan, region = self._session.scan, self._session.region
        if scan is None or scan.is_preview:
            return
        choice = self._choice
        if not choice.elements:
            choice = replace(choice, elements=", ".join(self._elements))
        if scan.cube.axis is None:
            choice = replace(choice, compared=Compared.SPECTRA)
        if region is None:
            choice = replace(choice, part=Part.SCAN)
        dialog = ClusterDialog(
            choice,
            has_axis=scan.cube.axis is not None,
            region="" if region is None else _in_words(region),
            parent=self._window,
        )
        dialog.accepted.connect(partial(self._on_chosen, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run(self, choice: ClusterChoice) -> None:
        """Cluster the open scan; what was under way is given up."""
        scan = self._session.scan
        if scan is None or scan.is_preview:
            return
        self.cancel()
        self._choice = choice
        parameters = parameters_of(choice, self._session.region)
        self._job = self._jobs.submit(
            self.tr("Cluster {}").format(scan.cube.name),
            partial(clustering.find_clusters, scan, parameters),
            on_done=partial(self._on_found, scan),
            on_failed=self._on_ended,
            on_cancelled=self._on_ended,
        )

    def cancel(self) -> None:
        """Give up what is under way."""
        for job in (self._job, self._naming_job):
            if job is not None:
                self._jobs.cancel(job)

    @Slot(bool)
    def set_in_picture(self, on: bool) -> None:
        """Show clusters in place of the map, or the map."""
        self._is_in_picture = on
        self._show_picture()

    @Slot()
    def show_map(self) -> None:
        """Show the map, which was asked for."""
        if self._is_in_picture:
            self.set_in_picture(False)

    @Slot()
    def export(self) -> None:
        """Ask for a folder, and write the clusters into it."""
        found = self.shown
        if found is None:
            return
        title = self.tr("Export clusters into a folder")
        start = self._preferences.settings.last_export_folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self._window, title, start)
        if not chosen:
            return
        folder = Path(chosen)
        self._preferences.update(last_export_folder=chosen)
        names = clustering.file_names(found.scan.cube)
        there = [name for name in names if (folder / name).exists()]
        if there and not self._may_replace(title, there, folder):
            return
        work = partial(
            clustering.write_report, found.report, found.scan.cube, folder, overwrite=True
        )
        self._jobs.submit(self.tr("Write {}").format(names[0]), work, on_done=self._on_written)

    def _connect(self) -> None:
        session, panel = self._session, self.panel
        session.scan_changed.connect(self._on_scan_changed)
        session.window_changed.connect(self.show_map)
        session.display_changed.connect(self.show_map)
        self._map.overlay_closed.connect(self.show_map)
        self._map.overlay_changed.connect(self._on_overlay_changed)
        panel.cluster_requested.connect(self.ask)
        panel.export_requested.connect(self.export)
        panel.picture_toggled.connect(self.set_in_picture)
        panel.chosen.connect(self._on_cluster_chosen)
        panel.ask_requested.connect(self._on_ask)
        panel.make_requested.connect(self._on_make)

    def _on_chosen(self, dialog: ClusterDialog) -> None:
        self.run(dialog.values())

    def _on_ended(self, _error: BaseException | None = None) -> None:
        self._job = None

    def _on_found(self, scan: Scan, report: ClusterReport) -> None:
        self._job = None
        self._found = Found(scan, report, scan.cube.axis)
        self._is_in_picture = True
        self.panel.choose(None)
        self._on_scan_changed(self._session.scan)
        if self.shown is not None:
            self.found.emit()

    def _on_renamed(self, scan: Scan, report: ClusterReport) -> None:
        self._naming_job = None
        if self._found is not None and self._found.is_of(scan):
            self._found = replace(self._found, scan=scan, report=report)
            self._show()

    def _on_naming_ended(self, _error: BaseException | None = None) -> None:
        self._naming_job = None

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        if self._naming_job is not None:
            self._jobs.cancel(self._naming_job)
        self.panel.set_can_cluster(scan is not None and not scan.is_preview)
        found = self.shown
        self._show()
        if found is None or scan is None or scan.cube.axis == found.scan.cube.axis:
            return
        # the same counts on another axis: pixels and clusters stay, lines are named anew
        self._naming_job = self._jobs.submit(
            self.tr("Lines of the clusters"),
            partial(clustering.told_anew, found.report, scan),
            on_done=partial(self._on_renamed, scan),
            on_failed=self._on_naming_ended,
            on_cancelled=self._on_naming_ended,
            is_listed=False,
        )

    def _show(self) -> None:
        """Put all that is shown of the clusters on screen, or take it away."""
        found, scan = self.shown, self._session.scan
        if found is None or scan is None:
            self.panel.clear()
        else:
            clusters = found.report.clusters
            rows = _rows(found.report, names_lines=scan.cube.axis == found.scan.cube.axis)
            self.panel.set_rows(rows, self._note(found, scan), clusters.silhouettes)
        self.step_changed.emit(None if found is None else found.report.clusters.steps[-1])
        self._show_picture()
        self._show_spectrum()

    def _show_picture(self) -> None:
        found = self.shown if self._is_in_picture else None
        self.panel.set_picture_shown(found is not None)
        if found is None:
            before, self._overlay = self._overlay, None
            if before is not None:
                self._map.remove_overlay(before)
            return
        clusters, chosen = found.report.clusters, self.panel.selected
        words = self.tr("{} clusters of spectra") if clusters.count > 1 else self.tr("One cluster")
        title = words.format(clusters.count)
        if chosen is not None:
            title = self.tr("Cluster {} of {}").format(chosen + 1, clusters.count)
        self._overlay = MapOverlay(
            label_picture(clusters.labels, chosen),
            title,
            clusters.labels,
            tuple(self.tr("cluster {}").format(place + 1) for place in range(clusters.count)),
            self.tr("not clustered"),
        )
        self._map.set_overlay(self._overlay)

    @Slot(object)
    def _on_overlay_changed(self, overlay: Overlay | None) -> None:
        """Something else took the place of the map: what is no longer seen is not ticked."""
        if overlay is not None and overlay is not self._overlay:
            self._is_in_picture, self._overlay = False, None
            self.panel.set_picture_shown(False)

    def _show_spectrum(self) -> None:
        """The chosen cluster's mean as a curve, and its sum to be asked about."""
        found, chosen, scan = self.shown, self.panel.selected, self._session.scan
        if found is None or chosen is None or scan is None:
            self._spectrum.set_curve("Cluster", None)
            self.spectrum_chosen.emit(None)
            return
        row = self.panel.rows[chosen]
        self._spectrum.set_cluster(row.number, row.srgb, found.report.clusters.means[chosen])
        self.spectrum_chosen.emit(self._measured(found, scan, chosen))

    def _measured(self, found: Found, scan: Scan, chosen: int) -> Measured | None:
        if scan.cube.axis is None:
            return None
        return clustering.measured_in(found.report, scan, chosen)

    def _note(self, found: Found, scan: Scan) -> str:
        step = found.report.clusters.steps[-1]
        parts = [_made_in_words(step)]
        if scan.cube.axis != found.axis:
            parts.append(
                self.tr("The energy axis has changed since; lines are named by the axis of now.")
            )
        return " ".join(parts)

    def _may_replace(self, title: str, there: list[str], folder: Path) -> bool:
        words = self.tr("{} exist already in {}. Do you want to replace them?")
        text = words.format(", ".join(there), folder)
        answer = QMessageBox.question(self._window, title, text)
        return answer == QMessageBox.StandardButton.Yes

    def _on_written(self, paths: tuple[Path, ...]) -> None:
        self.written.emit(paths[0])

    @Slot(object)
    def _on_cluster_chosen(self, cluster: int | None) -> None:
        if cluster is not None:
            self._is_in_picture = True
        self._show_picture()
        self._show_spectrum()

    @Slot()
    def _on_ask(self) -> None:
        self._again(self.ask_requested.emit)

    @Slot()
    def _on_make(self) -> None:
        self._again(self.make_requested.emit)

    def _again(self, act: Callable[[], None]) -> None:
        """Choose the cluster once more, as a pixel may have been chosen since."""
        self._show_spectrum()
        act()


def parameters_of(choice: ClusterChoice, region: Region | None) -> ClusterParameters:
    """A user's choice as the task takes it."""
    has_maps = choice.compared is Compared.MAPS
    return ClusterParameters(
        numbers=choice.numbers,
        on=clustering.MAPS if has_maps else clustering.SPECTRA,
        elements=",".join(choice.names) if has_maps else "",
        region=str(region) if choice.part is Part.REGION and region is not None else "",
        transform=choice.transform,
        seed=choice.seed,
    )


def _rows(report: ClusterReport, *, names_lines: bool) -> tuple[ClusterRow, ...]:
    """Clusters as the panel lists them, without lines while these are being named anew."""
    colours = cluster_colours(report.clusters.count).tolist()
    return tuple(
        _row(item, tuple(colour), names_lines=names_lines)
        for item, colour in zip(report.summaries, colours, strict=True)
    )


def _row(item: ClusterSummary, srgb: tuple[int, int, int], *, names_lines: bool) -> ClusterRow:
    elements = tuple(dict.fromkeys(item.elements)) if names_lines else ()
    return ClusterRow(
        number=item.number,
        srgb=srgb,
        pixels=item.pixels,
        share=item.share,
        elements=elements,
        lines=tuple(found.line.label for found in item.lines if found.line.element in elements),
        # NaN is not equal to itself
        silhouette=item.silhouette if item.silhouette == item.silhouette else None,
        mean_counts=item.mean_counts,
    )


def _made_in_words(step: Step) -> str:
    """How clusters were found: "Whole spectra, anscombe, seed 0, rows 1–2, columns 2–5"."""
    made = step.parameters
    parts = ["Whole spectra" if made["on"] == clustering.SPECTRA else f"Maps of {made['elements']}"]
    parts += [str(made["transform"]), f"seed {step.seed}"]
    if made["region"]:
        parts.append(_in_words(Region.parse(str(made["region"]))))
    return ", ".join(parts) + "."


def _in_words(region: Region) -> str:
    rows = f"rows {region.row_start}–{region.row_stop - 1}"
    return f"{rows}, columns {region.col_start}–{region.col_stop - 1}"
