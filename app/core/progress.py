"""How long computations report without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """A callable that takes how far a computation is; it may raise to stop it."""

    def __call__(self, fraction: float | None, message: str = "") -> None:
        """Report a fraction in 0..1 (None when unknown) and what is being done."""


def no_progress(fraction: float | None, message: str = "") -> None:
    """Listen to nothing."""


def part_of(progress: Progress, start: float, stop: float) -> Progress:
    """A progress whose 0..1 is the part start..stop of another."""

    def report(fraction: float | None, message: str = "") -> None:
        scaled = None if fraction is None else start + (stop - start) * fraction
        progress(scaled, message)

    return report
