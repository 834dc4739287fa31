"""Computed spectra: first soon, then whole; a library all at once or not at all."""

import csv
import threading
from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.engine import pigment_spectra
from app.engine.jobs import run_now
from app.engine.pigment_spectra import (
    SpectrumCache,
    compute,
    compute_stack,
    recompute_library,
    reference_spectrum,
    with_spectrum,
    write_spectrum,
)
from app.errors import Cancelled, ParameterError, WriteError
from app.io.pigment_store import PigmentStore

COARSE = Instrument(name="Coarse", tube_kv=20.0, channels=256, gain_kev=0.08)
MINIUM = Pigment("minium", "Minium", ColourGroup.ORANGE, (Component("Pb3O4"),), 8.9, (220, 90, 40))
AZURITE = Pigment(
    "azurite", "Azurite", ColourGroup.BLUE, (Component("Cu3(CO3)2(OH)2"),), 3.77, (40, 80, 160)
)
DYE = Pigment("dye", "Dye", ColourGroup.BLUE, (), 1.5, (10, 10, 120))


class Listening:
    """A context that keeps what it is told, and cancels at a message."""

    def __init__(self, cancel_at=""):
        self.partials = []
        self.messages = []
        self.fractions = []
        self.cancel_at = cancel_at

    def progress(self, fraction, message=""):
        self.fractions.append(fraction)
        self.messages.append(message)
        self.check()

    def check(self):
        if self.cancel_at and self.cancel_at in " ".join(self.messages):
            raise Cancelled

    def partial(self, value):
        self.partials.append(value)


@pytest.fixture
def store(tmp_path):
    return PigmentStore.create(tmp_path / "ours.pigments", "Ours", pigments=[MINIUM, DYE, AZURITE])


def test_the_primary_spectrum_comes_first_and_the_full_one_is_given():
    context = Listening()
    full = compute(MINIUM, COARSE, context)
    (primary,) = context.partials
    assert (primary.is_full, full.is_full) == (False, True)
    expected = computed_spectrum(pigment_stack(MINIUM), COARSE)
    np.testing.assert_array_equal(full.counts, expected.counts)
    assert 0 < primary.layers.sum() < full.layers.sum()


def test_a_stack_gives_the_share_of_each_layer():
    stack = (
        Layer("paint", AZURITE.paint(), 20.0),
        Layer("ground", MINIUM.paint(), 100.0),
    )
    full = compute_stack(stack, COARSE, Listening())
    assert full.layer_names == ("paint", "ground")
    assert full.layers.shape == (2, 256)
    energies = COARSE.axis.energies_kev(256)
    copper = np.abs(energies - 8.04) < 0.15
    lead = np.abs(energies - 10.55) < 0.2
    assert full.layers[0, copper].sum() > 20 * full.layers[1, copper].sum()
    assert full.layers[1, lead].sum() > 20 * full.layers[0, lead].sum()


def test_what_was_computed_is_not_computed_again(monkeypatch):
    cache = SpectrumCache()
    first = compute(MINIUM, COARSE, Listening(), cache)

    def never(*arguments, **options):
        raise AssertionError("computed again")

    monkeypatch.setattr(pigment_spectra, "computed_spectrum", never)
    context = Listening()
    again = compute(MINIUM, COARSE, context, cache)
    assert again.counts is first.counts
    assert context.partials == []
    with pytest.raises(AssertionError, match="computed again"):
        compute(MINIUM, replace(COARSE, tube_kv=21.0), context, cache)
    with pytest.raises(AssertionError, match="computed again"):
        compute(replace(MINIUM, density_g_cm3=8.8), COARSE, context, cache)


def test_a_new_name_alone_computes_nothing_and_is_told_in_the_steps():
    cache = SpectrumCache()
    first = compute(MINIUM, COARSE, Listening(), cache)
    renamed = compute(replace(MINIUM, name="Red lead"), COARSE, Listening(), cache)
    assert renamed.counts is first.counts
    (layer,) = renamed.steps[-1].parameters["layers"]
    assert layer["material"] == "Red lead in linseed oil"
    assert first.steps[-1].parameters["layers"][0]["material"] == "Minium in linseed oil"


def test_a_cancelled_computation_keeps_its_first_half():
    cache = SpectrumCache()
    with pytest.raises(Cancelled):
        compute(MINIUM, COARSE, Listening(cancel_at="secondary"), cache)
    context = Listening()
    compute(MINIUM, COARSE, context, cache)
    assert len(context.partials) == 1
    assert "Computing primary excitation" not in context.messages


def test_the_cache_forgets_what_was_unused_longest():
    cache = SpectrumCache(size=3)
    spectra = {
        kv: computed_spectrum(pigment_stack(AZURITE), replace(COARSE, tube_kv=kv), secondary=False)
        for kv in (18.0, 19.0, 20.0, 21.0)
    }
    stack = pigment_stack(AZURITE)
    for kv, spectrum in spectra.items():
        if kv == 21.0:
            assert cache.find(stack, replace(COARSE, tube_kv=18.0), full=False) is not None
        cache.keep(stack, spectrum.instrument, spectrum)
    known = [
        kv
        for kv in spectra
        if cache.find(stack, replace(COARSE, tube_kv=kv), full=False) is not None
    ]
    assert (known, len(cache)) == ([18.0, 20.0, 21.0], 3)


def test_many_threads_may_ask_one_cache():
    cache = SpectrumCache(size=4)
    found = []

    def ask(kv):
        instrument = replace(COARSE, tube_kv=kv)
        found.extend((kv, compute(AZURITE, instrument, Listening(), cache)) for _ in range(3))

    threads = [threading.Thread(target=ask, args=(20.0 + kv,)) for kv in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert all(spectrum.instrument.tube_kv == kv for kv, spectrum in found)


def test_a_pigment_without_composition_has_no_spectrum():
    with pytest.raises(ParameterError, match="Dye"):
        compute(DYE, COARSE, Listening())


def test_all_spectra_of_a_library_are_computed_and_written(store):
    context = Listening()
    done = recompute_library(store, COARSE, context)
    assert done.computed == ("Minium", "Azurite")
    assert done.without_composition == ("Dye",)
    assert context.fractions[-1] == 1.0
    assert context.fractions == sorted(context.fractions)
    minium, dye, azurite = store.pigments()
    expected = computed_spectrum(pigment_stack(AZURITE), COARSE).counts.astype(np.float32)
    np.testing.assert_array_equal(azurite.spectra[0].counts, expected)
    assert minium.spectra[0].label == "Coarse"
    assert minium.spectra[0].live_time_s == 1.0
    assert dye.spectra == ()


def test_computing_again_replaces_the_old_spectrum_and_keeps_measured_ones(store):
    measured = PigmentSpectrum(
        "Coarse", SpectrumKind.MEASURED, COARSE.axis, np.ones(50, np.float32)
    )
    store.put(with_spectrum(AZURITE, measured), replacing="azurite")
    recompute_library(store, COARSE, Listening())
    recompute_library(store, replace(COARSE, live_time_s=2.0), Listening())
    spectra = store.pigments()[2].spectra
    assert [(item.label, item.kind.value, item.live_time_s) for item in spectra] == [
        ("Coarse", "measured", None),
        ("Coarse", "computed", 2.0),
    ]


@pytest.mark.parametrize("message", ["Computing Minium", "Computing Azurite", "Writing"])
def test_cancelled_at_any_time_the_library_is_as_it_was(message, store):
    before = store.path.read_bytes()
    with pytest.raises(Cancelled):
        recompute_library(store, COARSE, Listening(cancel_at=message))
    assert store.path.read_bytes() == before


def test_what_is_edited_meanwhile_stays_as_edited(store):
    class Editing(Listening):
        def progress(self, fraction, message=""):
            super().progress(fraction, message)
            if message == "Computing Azurite":
                store.put(replace(MINIUM, density_g_cm3=8.0), replacing="minium")
                store.put(replace(AZURITE, name="Mountain blue"), replacing="azurite")

    done = recompute_library(store, COARSE, Editing())
    assert done.changed_meanwhile == ("Minium",)
    assert done.computed == ("Mountain blue",)
    minium, _, azurite = store.pigments()
    assert (minium.density_g_cm3, minium.spectra) == (8.0, ())
    assert [item.label for item in azurite.spectra] == ["Coarse"]


def test_an_edit_while_writing_is_looked_at_again(store, monkeypatch):
    apply = PigmentStore.apply
    edits = [replace(AZURITE, notes="edited just now")]

    def quicker(self, **changes):
        if edits:
            self.put(edits.pop(), replacing="azurite")
        apply(self, **changes)

    monkeypatch.setattr(PigmentStore, "apply", quicker)
    done = recompute_library(store, COARSE, Listening())
    assert done.computed == ("Minium", "Azurite")
    azurite = store.pigments()[2]
    assert (azurite.notes, len(azurite.spectra)) == ("edited just now", 1)


def test_trouble_that_stays_is_told_and_changes_nothing(store):
    import sqlite3

    before = store.pigments()
    impatient = PigmentStore(store.path, patience_s=0.05)
    other = sqlite3.connect(store.path)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteError, match="locked"):
            recompute_library(impatient, COARSE, Listening())
    finally:
        other.close()
    assert store.pigments() == before


def test_a_removed_pigment_does_not_come_back(store):
    class Removing(Listening):
        def progress(self, fraction, message=""):
            super().progress(fraction, message)
            if message == "Computing Azurite":
                store.remove("minium")

    done = recompute_library(store, COARSE, Removing())
    assert (done.computed, done.changed_meanwhile) == (("Azurite",), ("Minium",))
    assert [pigment.name for pigment in store.pigments()] == ["Dye", "Azurite"]


def test_references_hold_what_they_were_computed_with():
    primary = computed_spectrum(pigment_stack(AZURITE), COARSE, secondary=False)
    spectrum = reference_spectrum(primary)
    assert spectrum.source == "Fundamental parameters, primary excitation alone"
    assert spectrum.instrument == "Rh anode, 20 kV, no filter, 15 mm of air, 90°/45°, 1 s"
    assert (spectrum.counts.dtype, spectrum.axis) == (np.float32, COARSE.axis)


def test_the_columns_of_a_written_spectrum_add_up(tmp_path):
    out = tmp_path / "spectrum.csv"
    assert run_now(lambda context: write_spectrum(AZURITE, COARSE, out, context)) == (out,)
    lines = [row for row in out.read_text("utf-8").splitlines() if not row.startswith("#")]
    rows = list(csv.DictReader(lines))
    expected = computed_spectrum(pigment_stack(AZURITE), COARSE)
    np.testing.assert_allclose([float(row["computed"]) for row in rows], expected.counts)
    np.testing.assert_allclose([float(row["scatter"]) for row in rows], expected.scatter)
    assert '"action": "compute spectrum"' in out.read_text("utf-8")
