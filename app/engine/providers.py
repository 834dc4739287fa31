"""What a network can be run with on this machine: the processor, or a graphics card."""

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import ParameterError

AUTO, CPU = "auto", "cpu"


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """One way of running networks.

    Parameters
    ----------
    name
        As given on the command line: auto, cpu, cuda, dml or coreml.
    title
        For people.
    is_available
        Whether the onnxruntime that is installed has it. A driver that is missing shows only
        when a network is loaded; the processor takes over then, with a remark.
    reason
        Why it is not there and what would bring it; empty where it is there.
    """

    name: str
    title: str
    is_available: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A provider with onnxruntime's name of it and what to do where it is missing."""

    title: str
    runtime: str
    remedy: str


_KNOWN = {
    "cuda": _Known(
        "NVIDIA graphics card (CUDA)",
        "CUDAExecutionProvider",
        "it needs an NVIDIA card with its driver, and the package onnxruntime-gpu in place of "
        "onnxruntime",
    ),
    "dml": _Known(
        "Graphics card on Windows (DirectML)",
        "DmlExecutionProvider",
        "it needs Windows, and the package onnxruntime-directml in place of onnxruntime",
    ),
    "coreml": _Known(
        "Apple processor (Core ML)", "CoreMLExecutionProvider", "it needs a Mac with macOS"
    ),
    CPU: _Known("Processor", "CPUExecutionProvider", "onnxruntime is to be installed anew"),
}


def _of_this_machine() -> tuple[str, ...]:
    import onnxruntime

    return tuple(onnxruntime.get_available_providers())


def providers(
    available: Callable[[], tuple[str, ...]] = _of_this_machine,
) -> tuple[ProviderInfo, ...]:
    """All providers Velatura knows, the automatic choice first.

    Parameters
    ----------
    available
        Gives the names of what onnxruntime was built with.
    """
    there = available()
    best = next(name for name, known in _KNOWN.items() if known.runtime in there or name == CPU)
    return (
        ProviderInfo(AUTO, f"Automatic: {_KNOWN[best].title}", is_available=True),
        *(
            ProviderInfo(name, known.title, is_available=True)
            if known.runtime in there
            else ProviderInfo(name, known.title, is_available=False, reason=_absence(known))
            for name, known in _KNOWN.items()
        ),
    )


def chain(
    name: str, available: Callable[[], tuple[str, ...]] = _of_this_machine
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of onnxruntime's providers to try in turn, and remarks on what was passed over.

    Parameters
    ----------
    name
        A provider's name; auto for the fastest that is there.

    Returns
    -------
    tuple of names, tuple of sentences
        The last name is always that of the processor.

    Raises
    ------
    ParameterError
        If there is no provider of that name.
    """
    if name not in (AUTO, *_KNOWN):
        raise ParameterError(
            "This provider is not known.",
            f"Found {name!r}; expected {', '.join((AUTO, *_KNOWN))}.",
            "auto chooses the fastest that this machine has.",
        )
    there = available()
    last = _KNOWN[CPU].runtime
    if name == AUTO:
        found = (known.runtime for known in _KNOWN.values() if known.runtime in there)
        return (*(item for item in found if item != last), last), ()
    known = _KNOWN[name]
    if known.runtime in there or name == CPU:
        return tuple(dict.fromkeys((known.runtime, last))), ()
    remark = f"{known.title} is not available: {_absence(known)}. The processor is used instead."
    return (last,), (remark,)


def name_of(runtime: str) -> str:
    """Velatura's name of one of onnxruntime's providers; its own where there is none."""
    return next((name for name, known in _KNOWN.items() if known.runtime == runtime), runtime)


def title_of(name: str) -> str:
    """A provider's name for people."""
    return _KNOWN[name].title if name in _KNOWN else name


def _absence(known: _Known) -> str:
    return f"this onnxruntime was built without it; {known.remedy}"
