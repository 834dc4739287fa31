"""The one error family: every failure a user can meet says what, on what, and what to do."""

from pathlib import Path


class AppError(Exception):
    """A failure the user can understand and act upon.

    Parameters
    ----------
    title
        What failed, one sentence: "Cannot open this cube."
    message
        On what, what was found and what was expected, numbers with units.
    hint
        What to do next; empty when there is nothing to do.
    path
        The file concerned, where there is one.
    """

    def __init__(
        self, title: str, message: str, hint: str = "", *, path: Path | None = None
    ) -> None:
        super().__init__(title, message, hint)
        self.title = title
        self.message = message
        self.hint = hint
        self.path = path

    def __str__(self) -> str:
        return f"{self.title} {self.message}"


class ReadError(AppError):
    """A file cannot be read as what it claims to be."""


class WriteError(AppError):
    """A result cannot be written; what was there before is untouched."""


class ParameterError(AppError):
    """A value given by the user lies outside what makes sense."""


class Cancelled(Exception):
    """The user no longer wants the result; raised at a cancellation point."""
