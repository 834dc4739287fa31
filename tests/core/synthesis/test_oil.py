"""The palette of an oil painter."""

from app.core.synthesis.oil import OIL_PIGMENTS
from app.engine.pigment_libraries import Libraries


def test_every_name_is_known_to_the_shipped_library_and_has_a_composition():
    found = [Libraries().find(name).pigment for name in OIL_PIGMENTS]
    assert all(pigment.components for pigment in found)
    assert len({pigment.id for pigment in found}) == len(OIL_PIGMENTS)
