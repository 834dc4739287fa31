"""Asking a place of a scan which pigments it may be, and making a pigment of it."""

import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment, SpectrumKind
from app.core.region import Region
from app.engine.jobs import run_now
from app.engine.pigment_asking import ask, pigment_from_region
from app.engine.source import Source, open_scan
from app.errors import Cancelled, ParameterError
from app.io.checksum import checksum
from app.io.formats import OpenOptions
from app.io.pigment_store import PigmentStore

OCHRE = Pigment("ochre", "Ochre", ColourGroup.RED, (Component("Fe2O3"),), 5.2, (140, 60, 40))
MINIUM = Pigment("minium", "Minium", ColourGroup.ORANGE, (Component("Pb3O4"),), 8.9, (220, 90, 40))
DYE = Pigment("dye", "Dye", ColourGroup.RED, (), 1.5, (120, 10, 10))
PIGMENTS = (DYE, MINIUM, OCHRE)
LEFT, RIGHT = Region(0, 6, 0, 5), Region(0, 6, 5, 9)


@pytest.fixture
def scan(npz):
    return run_now(lambda context: open_scan(npz, OpenOptions(), context))


@pytest.mark.parametrize("instrument", [None, Instrument(name="Rh 50 kV")])
@pytest.mark.parametrize(
    ("where", "best"), [(LEFT, OCHRE), (RIGHT, MINIUM), ((3, 2), OCHRE), ((1, 8), MINIUM)]
)
def test_iron_is_found_on_the_left_and_lead_on_the_right(where, best, instrument, scan, npz):
    for input_ in (scan, Source(npz)):
        report = run_now(
            lambda context, input_=input_: ask(input_, where, PIGMENTS, instrument, context)
        )
        assert report.candidates[0].pigment == best
        assert report.not_excluded == (DYE,)


def test_asking_can_be_cancelled_before_the_pigments_are_compared(scan, monkeypatch):
    def cancel(fraction, message=""):
        if "Comparing" in message:
            raise Cancelled

    def never(*arguments, **options):
        raise AssertionError("compared")

    monkeypatch.setattr("app.engine.pigment_asking.candidates", never)
    with pytest.raises(Cancelled):
        run_now(lambda context: ask(scan, LEFT, PIGMENTS, None, context), cancel)


def test_a_pigment_made_of_a_region_says_where_it_is_from(scan, npz, counts, tmp_path):
    pigment = run_now(lambda context: pigment_from_region(scan, LEFT, "  Left  hand ", context))
    (spectrum,) = pigment.spectra
    assert (pigment.id, pigment.name, pigment.components) == ("left-hand", "Left hand", ())
    assert spectrum.kind is SpectrumKind.MEASURED
    np.testing.assert_array_equal(spectrum.counts, counts[:, :5].sum(axis=(0, 1), dtype=np.float32))
    for part in ("panel.npz", checksum((npz,)), "rows 0–5, columns 0–4 (30 pixels)", "live time"):
        assert part in spectrum.source
        assert part in pigment.source
    assert "not known" in pigment.notes
    # a library takes it as it is
    store = PigmentStore.create(tmp_path / "ours.pigments", "Ours", pigments=[pigment])
    assert store.pigments() == (pigment,)


def test_a_pigment_may_be_made_like_another(scan):
    pigment = run_now(
        lambda context: pigment_from_region(scan, (0, 0), "Ochre, left", context, like=OCHRE)
    )
    assert (pigment.components, pigment.srgb, pigment.group) == (
        OCHRE.components,
        OCHRE.srgb,
        OCHRE.group,
    )
    assert (pigment.name, len(pigment.spectra)) == ("Ochre, left", 1)
    assert pigment.notes == "Composition as Ochre."


def test_a_pigment_needs_a_name(scan):
    with pytest.raises(ParameterError, match="name"):
        run_now(lambda context: pigment_from_region(scan, LEFT, " ", context))
