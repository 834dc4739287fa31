"""The pigments on the palette of a synthetic scan, as they are named."""

from app.core.pigments import Pigment
from app.core.synthesis.oil import OIL_PIGMENTS
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.engine.pigment_libraries import Libraries
from app.errors import ParameterError


def palette_named(text: str, *, has_layers: bool) -> tuple[Pigment, ...]:
    """The pigments of a library, or those named with commas between them.

    Parameters
    ----------
    text
        Name or path of a library, or names of pigments; empty for those of the ganX paper, or
        those of an oil painter where layers are computed.
    has_layers
        Whether layers are computed.

    Raises
    ------
    AppError
        If a pigment is not known or a library cannot be read.
    """
    known = Libraries()
    usual = OIL_PIGMENTS if has_layers else PAPER_PIGMENTS
    names = [name.strip() for name in text.split(",") if name.strip()] or list(usual)
    if len(names) == 1:
        try:
            return known.pigments(names[0])
        except ParameterError:
            # no library of that name, so it names a pigment
            pass
    return tuple(known.find(name).pigment for name in names)
