"""The error of a network's file that is not used."""

from pathlib import Path

from app.errors import AppError


class ModelError(AppError):
    """A network that is not used, because its file is broken, unsafe or not what its card says.

    Parameters
    ----------
    message
        The one defect that decided, found and expected.
    hint
        What to do.
    path
        The file; None where only its bytes are known.
    """

    def __init__(self, message: str, hint: str = "", *, path: Path | None = None) -> None:
        name = f"the network {path.name}" if path is not None else "this network"
        super().__init__(f"Cannot use {name}.", message, hint or EXPORT_AGAIN, path=path)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.message, self.hint, self.path)

    def at(self, path: Path | None) -> "ModelError":
        """The same error, telling the file."""
        return ModelError(self.message, self.hint, path=path)


EXPORT_AGAIN = "Export the network again as one plain ONNX file, or ask its maker to."


def _again(message: str, hint: str, path: Path | None) -> ModelError:
    return ModelError(message, hint, path=path)
