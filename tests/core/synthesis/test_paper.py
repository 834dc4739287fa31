"""The pigments of the paper."""

from app.core.synthesis.paper import PAPER_PIGMENTS
from app.engine.pigment_libraries import Libraries


def test_all_nine_are_in_the_shipped_library():
    names = [Libraries().find(name).pigment.name for name in PAPER_PIGMENTS]
    assert len(set(names)) == 9
