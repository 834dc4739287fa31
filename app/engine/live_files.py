"""Colouring a scan while it is measured, into files that are renewed as it grows."""

import time
from pathlib import Path

from app.core.recolouring.recoloured import Recoloured
from app.engine.jobs import JobContext
from app.engine.live import LiveEvent, LiveKind, LiveOptions, LiveRecolouring
from app.engine.model_library import Models, required_card
from app.engine.recolouring import RecolourParameters
from app.engine.source import Source
from app.io import recoloured_files
from app.io.atomic import check_free, check_not_input

WRITE_EVERY_S = 5.0


class LiveFiles:
    """Follows one scan and keeps its picture on disk up to date.

    Parameters
    ----------
    source, parameters, options
        As for `LiveRecolouring`.
    out
        A picture (`.png`, `.tif`) or all there is (`.h5`).
    uncertainty
        A further picture, of the doubt (`.png`, `.tif`).
    overwrite
        Whether files of these names that were there before may be replaced.
    write_every_s
        How often the files are renewed while the scan grows, at most, s.
    """

    def __init__(
        self,
        source: Source,
        parameters: RecolourParameters,
        out: Path,
        options: LiveOptions | None = None,
        *,
        uncertainty: Path | None = None,
        overwrite: bool = False,
        write_every_s: float = WRITE_EVERY_S,
    ) -> None:
        self._source, self._parameters, self._out = source, parameters, out
        self._uncertainty, self._overwrite = uncertainty, overwrite
        self._write_every_s = write_every_s
        self._written_at = -write_every_s
        self._is_written = False
        self._live = LiveRecolouring(source, parameters, options, self._heard)

    def stop(self) -> None:
        """End it soon; what there is by then is written."""
        self._live.stop()

    def run(self, context: JobContext) -> tuple[Recoloured, tuple[Path, ...]]:
        """Follow the scan to its end.

        Returns
        -------
        tuple
            What was found, and the files.

        Raises
        ------
        AppError
            As `LiveRecolouring.run`, or if something cannot be written. Files that were
            written before stay.
        """
        targets = (self._out, *([] if self._uncertainty is None else [self._uncertainty]))
        for target in targets:
            recoloured_files.check_suffix(target, is_whole=target is self._out)
        check_free(targets, overwrite=self._overwrite)
        if self._source.path.exists():
            check_not_input(targets, [self._source.path])
        card = required_card(Models().find(self._parameters.model))
        recoloured_files.check_targets(card, self._out, self._uncertainty)
        found = self._live.run(context)
        self._write(found)
        return found, targets

    def _heard(self, event: LiveEvent) -> None:
        now = time.monotonic()
        is_due = now - self._written_at >= self._write_every_s
        if event.kind is LiveKind.LINES and event.found is not None and is_due:
            self._write(event.found)
            self._written_at = time.monotonic()

    def _write(self, found: Recoloured) -> None:
        recoloured_files.write(
            found,
            self._out,
            self._uncertainty,
            is_stamped=self._parameters.stamp,
            name=self._source.path.stem,
            # what is replaced later on is what was written here
            overwrite=self._overwrite or self._is_written,
        )
        self._is_written = True
