"""The models there are for the open scan: listed, added, dropped, and given cards."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.recolouring.card import ModelCard
from app.core.scan import Scan
from app.engine import providers
from app.engine.jobs import JobContext
from app.engine.model_library import ModelEntry, Models, Origin
from app.errors import ParameterError
from app.gui.dialogs.model_card import ModelCardDialog
from app.gui.docks.recolour_dock import RecolourPanel
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.recolour_rows import model_row, processor_rows
from app.gui.recolour_values import GraphRow, ProcessorRow, TensorRow
from app.gui.session import Session
from app.gui.views.numbers import MINUS
from app.io.atomic import check_free, written
from app.io.model_files import card_path, write_card
from app.io.onnx_graph import VettedModel, vetted

SUFFIX = ".onnx"
_FILTERS = "Networks (*.onnx);;All files (*)"


def is_model_file(path: Path) -> bool:
    """Whether a file's name ends as networks' do."""
    return path.suffix.lower() == SUFFIX


class ModelShelf(QObject):
    """Keeps the panel's list of models up to date.

    Folders are looked at in the background, the first time when the panel is shown.

    Parameters
    ----------
    window
        Owns the dialogs.
    """

    chosen = Signal(object)  # ModelEntry or None
    told = Signal(str, str)
    failed = Signal(object)  # AppError

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        panel: RecolourPanel,
        window: QWidget,
        models: Models | None = None,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._panel = panel
        self._window = window
        self._models = models or Models()
        self._dropped: dict[Path, bool] = {}
        self._entries: tuple[ModelEntry, ...] = ()
        self._wanted: Path | None = None
        self._job: int | None = None
        self._is_listed = False
        panel.models.chosen.connect(self._on_chosen)
        panel.models.add_requested.connect(self.ask_file)
        panel.models.card_requested.connect(self.ask_card)
        panel.models.remove_requested.connect(self._on_remove)
        session.scan_changed.connect(self._on_scan_changed)

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """The models as listed last."""
        return self._entries

    @property
    def entry(self) -> ModelEntry | None:
        """The chosen one."""
        row = self._panel.models.selected
        if row is None:
            return None
        return next((item for item in self._entries if str(item.path) == row.key), None)

    @Slot()
    def show(self) -> None:
        """List the models, the first time the panel is shown."""
        if not self._is_listed:
            self.refresh()

    def refresh(self, wanted: Path | None = None) -> None:
        """Look at the folders anew; the one wanted is chosen then."""
        self._is_listed = True
        self._wanted = wanted or self._wanted
        if self._job is not None:
            self._jobs.cancel(self._job)
        self._job = self._jobs.submit(
            self.tr("Look for models"),
            partial(_listed, self._models),
            on_done=self._on_listed,
            on_failed=self._on_ended,
            on_cancelled=self._on_ended,
            is_listed=False,
        )

    def choose_named(self, name: str) -> None:
        """Choose a model by its name or the path of its file.

        Raises
        ------
        ParameterError
            If there is none in the list.
        """
        for item in self._entries:
            if name in (item.name, item.path.stem) or item.path == Path(name).absolute():
                self._panel.models.choose(str(item.path))
                return
        known = ", ".join(item.name for item in self._entries) or self.tr("none")
        raise ParameterError(
            self.tr("There is no model “{}”.").format(name),
            self.tr("There are: {}.").format(known),
            self.tr("Give one of these, or the path of an .onnx file."),
        )

    def drop(self, path: Path) -> None:
        """List a file that was dropped on the window."""
        self._dropped[path.absolute()] = True
        work = partial(_added, self._models, path)
        self._jobs.submit(
            self.tr("Look at {}").format(path.name),
            work,
            on_done=partial(self._on_dropped, path),
            is_brief=True,
        )

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file, and copy it to the user's own models."""
        title = self.tr("Add a network to my models")
        start = self._preferences.settings.last_open_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, start, _FILTERS)
        if not chosen:
            return
        self._jobs.submit(
            self.tr("Add {}").format(Path(chosen).name),
            partial(_copied, Path(chosen), self._models.folder),
            on_done=self.refresh,
            is_brief=True,
        )

    @Slot(str)
    def ask_card(self, key: str) -> None:
        """Look into a network, then ask for its card."""
        path = Path(key)
        self._jobs.submit(
            self.tr("Look into {}").format(path.name),
            partial(_looked_into, path),
            on_done=partial(self._on_looked_into, path),
            is_brief=True,
        )

    def show_processors(self) -> None:
        """List what can compute, in the background: the first question loads the runtime."""
        self._jobs.submit(
            self.tr("Look for processors"),
            _processors,
            on_done=self._panel.set_processors,
            is_listed=False,
        )

    def _on_listed(self, entries: tuple[ModelEntry, ...]) -> None:
        self._job = None
        kept = [
            item
            for item in entries
            if item.origin is not Origin.DROPPED or self._dropped.get(item.path.absolute(), True)
        ]
        self._entries = tuple(kept)
        self._show()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._panel.models.choose(str(wanted))

    def _on_ended(self, _error: BaseException | None = None) -> None:
        self._job = None

    def _on_dropped(self, path: Path, entry: ModelEntry) -> None:
        self.refresh(entry.path)
        if entry.problem:
            self.told.emit(self.tr("{} cannot be used.").format(path.name), entry.problem)
        if entry.needs_card:
            words = self.tr("It has no card: say what it expects before it is used.")
            self.told.emit(self.tr("{} is listed.").format(path.name), words)

    @Slot(object)
    def _on_scan_changed(self, _scan: Scan | None) -> None:
        if self._is_listed:
            self._show()

    def _show(self) -> None:
        scan = self._session.scan
        self._panel.models.set_rows(tuple(model_row(item, scan) for item in self._entries))
        # the verdict on the chosen one may have changed, too
        self.chosen.emit(self.entry)

    @Slot(object)
    def _on_chosen(self, _key: str | None) -> None:
        self.chosen.emit(self.entry)

    @Slot(str)
    def _on_remove(self, key: str) -> None:
        self._dropped[Path(key).absolute()] = False
        self._entries = tuple(item for item in self._entries if str(item.path) != key)
        self._show()

    def _on_looked_into(self, path: Path, model: VettedModel) -> None:
        graph = GraphRow(
            path.stem,
            tuple(TensorRow(item.name, item.shape or ()) for item in model.inputs),
            tuple(TensorRow(item.name, item.shape or ()) for item in model.outputs),
            model.sha256,
        )
        dialog = ModelCardDialog(graph, self._scan_words(), self._window)
        dialog.accepted.connect(partial(self._on_card, path, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _scan_words(self) -> str:
        scan = self._session.scan
        if scan is None or scan.cube.axis is None:
            return ""
        low, high = scan.cube.axis.edges_kev(0, scan.cube.channels)
        words = self.tr("The open scan has {} channels from {:.2f} to {:.2f} keV.")
        return words.format(scan.cube.channels, low, high).replace("-", MINUS)

    def _on_card(self, path: Path, dialog: ModelCardDialog) -> None:
        self._jobs.submit(
            self.tr("Write the card of {}").format(path.name),
            partial(_card_written, dialog.values(), path),
            on_done=partial(self._on_card_written, path),
            is_brief=True,
        )

    def _on_card_written(self, path: Path, target: Path) -> None:
        self.refresh(path)
        self.told.emit(self.tr("Saved {}").format(target.name), str(target.parent))


def _listed(models: Models, context: JobContext) -> tuple[ModelEntry, ...]:
    context.check()
    return models.entries()


def _added(models: Models, path: Path, context: JobContext) -> ModelEntry:
    context.check()
    return models.add(path)


def _copied(path: Path, folder: Path, context: JobContext) -> Path:
    """Copy a network, looked into before, and its card into a folder."""
    context.progress(None, "Looking into it")
    model = vetted(path)
    target = folder / path.name
    card = card_path(path)
    check_free([target, card_path(target)] if card.exists() else [target], overwrite=False)
    folder.mkdir(parents=True, exist_ok=True)
    if card.exists():
        with written(card_path(target)) as beside:
            beside.write_bytes(card.read_bytes())
    with written(target) as beside:
        beside.write_bytes(model.data)
    return target


def _looked_into(path: Path, context: JobContext) -> VettedModel:
    context.progress(None, "Looking into it")
    return vetted(path)


def _card_written(card: ModelCard, path: Path, context: JobContext) -> Path:
    context.check()
    return write_card(card, path)


def _processors(context: JobContext) -> tuple[ProcessorRow, ...]:
    context.check()
    return processor_rows(providers.providers())
