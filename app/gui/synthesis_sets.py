"""Makes sets of synthetic scans: opens the dialog, counts the scans, runs and resumes them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise
from app.core.synthesis.layers_recipe import Mixing
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import JobContext
from app.engine.synthesis_set import (
    MANIFEST,
    PlannedScan,
    SetReport,
    SetState,
    pictures_in,
    planned_set,
    synthesise_set,
)
from app.engine.synthesis_set_size import picture_sizes, set_bytes
from app.errors import AppError, ParameterError
from app.gui.busy_bar import BusyBar
from app.gui.dialogs.synthesis_set import SetDialog
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.views.numbers import grouped, in_bytes
from app.gui.views.variation_table import NAME
from app.io.pictures import SUFFIXES
from app.io.variations import Variation, problem_of, read_manifest, read_variations

_MADE = "made"


class SynthesisSets(QObject):
    """Opens one dialog at a time; a set that is being made goes on when it is closed.

    Parameters
    ----------
    window
        Owns the dialog.
    """

    def __init__(self, jobs: JobManager, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._jobs, self._preferences, self._window = jobs, preferences, window
        self._dialog: SetDialog | None = None
        self._busy: BusyBar | None = None
        self._start = SynthesisParameters()
        self._pigments: tuple[Pigment, ...] = ()
        self._counts_per_s: float | None = None
        self._scans: list[PlannedScan] = []
        self._sizes: dict[Path, tuple[int, int] | None] = {}
        self._sizing: int | None = None

    @property
    def dialog(self) -> SetDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def open(
        self,
        start: SynthesisParameters,
        pigments: tuple[Pigment, ...],
        mean_counts: float | None,
    ) -> SetDialog:
        """Open the dialog with a recipe.

        Parameters
        ----------
        start
            What all variations begin with; the part of its picture and changes by hand belong
            to that picture alone and are left out.
        mean_counts
            Of a point, where the dwell time decides; None where that is not known.
        """
        self.close()
        self._start = replace(start, crop=None, changes=Changes())
        self._pigments = pigments
        self._counts_per_s = None
        if start.recipe.noise is Noise.DWELL and mean_counts is not None:
            self._counts_per_s = mean_counts / start.recipe.dwell_s
        columns = _columns(start)
        first = {NAME: "v1", **{name: _text(_value(start, name)) for name in columns}}
        dialog = SetDialog(self._words(start), columns, first, self._window)
        self._dialog = dialog
        self._busy = BusyBar(self._jobs.model)
        self._busy.cancel_requested.connect(self._jobs.cancel)
        dialog.extra.addWidget(self._busy)
        dialog.pictures_requested.connect(self._on_pictures)
        dialog.folder_requested.connect(self._on_folder)
        dialog.variations_requested.connect(self._on_variations)
        dialog.out_requested.connect(self._on_out)
        dialog.changed.connect(self.plan)
        dialog.run_requested.connect(self.run)
        dialog.finished.connect(partial(self._on_finished, dialog))
        dialog.show()
        return dialog

    def close(self) -> None:
        """Close the dialog; a set that is being made goes on."""
        if self._dialog is not None:
            self._dialog.reject()

    def plan(self) -> None:
        """Show which scans the set has, and what keeps them from being made."""
        dialog = self._dialog
        if dialog is None:
            return
        self._scans, states, problem = [], {}, ""
        try:
            if dialog.pictures:
                self._scans = planned_set(
                    dialog.pictures, _variations(dialog.table.rows), self._start, self._pigments
                )
            states = self._states(dialog.out)
        except AppError as error:
            problem = f"{error.title} {error.message}"
        dialog.show_plan(states, self._count_words(), problem)
        unknown = [path for path in dialog.pictures if path not in self._sizes]
        if unknown and self._sizing is None:
            self._sizing = self._jobs.submit(
                self.tr("Look at pictures"),
                partial(picture_sizes, unknown),
                on_done=self._on_sizes,
                on_failed=self._on_no_sizes,
                on_cancelled=self._on_no_sizes,
                is_listed=False,
            )

    def run(self) -> int | None:
        """Make the set in the background; gives the job's id."""
        dialog = self._dialog
        if dialog is None or dialog.out is None or not self._scans:
            return None
        out = dialog.out
        dialog.set_running(True)
        return self._jobs.submit(
            self.tr("Generate {} scans").format(len(self._scans)),
            partial(
                _made,
                dialog.pictures,
                _variations(dialog.table.rows),
                self._start,
                self._pigments,
                out,
            ),
            on_partial=partial(self._on_state, dialog),
            on_done=partial(self._on_done, dialog),
            on_failed=partial(self._on_ended, dialog),
            on_cancelled=partial(self._on_cancelled, dialog),
        )

    def _words(self, start: SynthesisParameters) -> str:
        if start.physics is None:
            way = self.tr("reference spectra of {} mixed").format(start.spectrum)
        else:
            way = self.tr("layers of paint computed")
        words = self.tr(
            "Each begins with the present recipe: {}, {} pigments. Pictures are scanned whole, "
            "without changes by hand."
        )
        return words.format(way, len(self._pigments))

    def _states(self, out: Path | None) -> dict[str, str]:
        """What is there already by the folder's manifest; raises AppError if it is none."""
        before = () if out is None else read_manifest(out / MANIFEST)
        made = {row.file for row in before if row.state == _MADE}
        return {scan.file: "kept" if scan.file in made else "" for scan in self._scans}

    def _count_words(self) -> str:
        if not self._scans:
            return self.tr("No scans yet")
        pictures = len({scan.picture for scan in self._scans})
        variations = len(self._scans) // pictures
        words = self.tr("Pictures: {} × variations: {} = scans: {}").format(
            grouped(pictures), grouped(variations), grouped(len(self._scans))
        )
        total = set_bytes(self._scans, self._sizes, self._counts_per_s)
        if total is None:
            return words
        return self.tr("{}, about {}").format(words, in_bytes(total))

    def _on_sizes(self, found: dict[Path, tuple[int, int] | None]) -> None:
        self._sizing = None
        self._sizes.update(found)
        if self._dialog is not None:
            self._dialog.show_words(self._count_words())

    def _on_no_sizes(self, _error: object = None) -> None:
        self._sizing = None

    def _on_state(self, dialog: SetDialog, state: SetState) -> None:
        if dialog is self._dialog:
            dialog.show_state(state.file, state.state, state.message)

    def _on_done(self, dialog: SetDialog, report: SetReport) -> None:
        self._on_ended(dialog)
        if dialog is self._dialog:
            words = self.tr("{} made, {} there already, {} failed")
            counts = (len(report.made), len(report.kept), len(report.failed))
            dialog.show_words(words.format(*counts))

    def _on_cancelled(self, dialog: SetDialog) -> None:
        self._on_ended(dialog)
        if dialog is self._dialog:
            for scan in self._scans:
                if dialog.is_begun(scan.file):
                    dialog.show_state(scan.file, "cancelled")

    def _on_ended(self, dialog: SetDialog, error: BaseException | None = None) -> None:
        """Let the dialog go on, if it is still the one that asked."""
        if dialog is not self._dialog:
            return
        dialog.set_running(False)
        if isinstance(error, AppError):
            dialog.show_error(error)

    def _on_pictures(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileNames(
            self._dialog,
            self.tr("Pictures"),
            self._folder(),
            self.tr("Pictures ({});;All files (*)").format(patterns),
        )
        if chosen and self._dialog is not None:
            self._dialog.set_pictures([Path(name) for name in chosen])

    def _on_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._dialog, self.tr("Folder of pictures"), self._folder()
        )
        if chosen and self._dialog is not None:
            folder = Path(chosen)
            found = pictures_in(folder)
            self._dialog.set_pictures(found, folder.name)
            if not found:
                self._dialog.show_error(_no_pictures(folder))

    def _on_variations(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._dialog, self.tr("Variations"), self._folder(), self.tr("TOML (*.toml)")
        )
        if chosen and self._dialog is not None:
            path = Path(chosen)
            try:
                self._dialog.table.set_rows(
                    [_row(item, path.parent) for item in read_variations(path)]
                )
            except AppError as error:
                self._dialog.show_error(error)

    def _on_out(self) -> None:
        folder = self._preferences.settings.last_export_folder or self._folder()
        chosen = QFileDialog.getExistingDirectory(
            self._dialog, self.tr("Folder for the scans"), folder
        )
        if chosen and self._dialog is not None:
            self._preferences.update(last_export_folder=chosen)
            self._dialog.set_out(Path(chosen))

    def _folder(self) -> str:
        return self._preferences.settings.last_open_folder or str(Path.home())

    def _on_finished(self, dialog: SetDialog, _result: int) -> None:
        if self._busy is not None:
            self._busy.stop()
        self._dialog = self._busy = None
        dialog.deleteLater()


def _columns(start: SynthesisParameters) -> dict[str, str]:
    """Parameters that a table of variations asks for, with what they are called."""
    physics = start.physics
    columns = {"seed": "Seed", "counts": "Counts"}
    if start.recipe.noise is Noise.DWELL:
        columns = {"seed": "Seed", "dwell_s": "Dwell (s)"}
    if physics is None or physics.mixing is Mixing.SIMILARITY:
        columns["threshold"] = "Threshold"
    if physics is None:
        return {**columns, "spectrum": "Spectra of"}
    return {
        **columns,
        "instrument": "Instrument",
        "gain_percent": "Gain wrong by (%)",
        "offset_ev": "Offset wrong by (eV)",
    }


def _value(start: SynthesisParameters, name: str) -> Any:
    for part in (start.physics, start.recipe, start):
        if part is not None and hasattr(part, name):
            return getattr(part, name)
    return ""


def _text(value: Any) -> str:
    """A value as a table has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _variations(rows: Sequence[Mapping[str, str]]) -> tuple[Variation, ...]:
    """Variations from the texts of a table.

    Raises
    ------
    ParameterError
        If their names cannot be parts of files' names.
    """
    reason = problem_of([row.get(NAME, "") for row in rows])
    if reason:
        raise ParameterError(
            "The variations cannot be told apart.",
            f"{reason[0].upper()}{reason[1:]}.",
            "Give each a name of its own.",
        )
    found = []
    for row in rows:
        values: dict[str, Any] = {name: text for name, text in row.items() if name != NAME}
        if values.get("physics") in ("true", "false"):
            values["physics"] = values["physics"] == "true"
        found.append(Variation(row[NAME], values))
    return tuple(found)


def _made(
    pictures: tuple[Path, ...],
    variations: tuple[Variation, ...],
    start: SynthesisParameters,
    pigments: tuple[Pigment, ...],
    out: Path,
    context: JobContext,
) -> SetReport:
    return synthesise_set(pictures, variations, start, pigments, out, context)


def _no_pictures(folder: Path) -> ParameterError:
    return ParameterError(
        "There are no pictures in this folder.",
        f"{folder}: found no PNG, JPEG, TIFF or BMP file.",
        "Choose another one.",
    )


def _row(variation: Variation, folder: Path) -> dict[str, str]:
    """A variation of a file as texts; a hidden picture's path no longer depends on the file's."""
    texts = {name: _text(value) for name, value in variation.values.items()}
    if "hidden" in texts:
        texts["hidden"] = str(folder / texts["hidden"])
    return {NAME: variation.name, **texts}
