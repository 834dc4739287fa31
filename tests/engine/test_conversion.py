"""Cubes in other formats keep every count."""

from functools import partial

import numpy as np
import pytest

from app.engine import tasks
from app.engine.jobs import run_now
from app.errors import Cancelled, ParameterError, WriteError
from app.io import formats


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


@pytest.mark.parametrize("name", ["new.h5", "new.rpl"])
def test_conversion_keeps_every_count_and_the_axis(npz, counts, tmp_path, name):
    written = run(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(), tmp_path / name)
    assert {*tmp_path.iterdir()} == {npz, *written}, "all that was written is told"
    back = formats.open_cube(written[0])
    np.testing.assert_array_equal(np.asarray(back.counts[:]), counts)
    assert back.counts.dtype == counts.dtype
    assert back.axis == formats.open_cube(npz).axis


def test_joined_channels_keep_the_total(npz, counts, tmp_path):
    (written,) = run(
        tasks.convert, tasks.Source(npz), tasks.ConvertParameters(bin=4), tmp_path / "few.h5"
    )
    back = formats.open_cube(written)
    assert back.channels == 100
    assert np.asarray(back.counts[:]).sum() == counts.sum()
    assert back.axis.gain_kev == pytest.approx(0.16)
    assert [step.action for step in back.steps][:2] == ["open", "convert"]


@pytest.mark.parametrize("name", ["panel.h5", "panel.rpl"])
def test_a_scan_is_never_converted_onto_itself(npz, tmp_path, name):
    source = tmp_path / name
    run(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(), source)
    before = source.read_bytes()
    with pytest.raises(WriteError, match="is the scan that is read"):
        run(
            tasks.convert,
            tasks.Source(source),
            tasks.ConvertParameters(bin=2),
            tmp_path / "." / name,
            overwrite=True,
        )
    assert source.read_bytes() == before


def test_the_counts_of_a_ripple_scan_are_not_overwritten_either(npz, tmp_path):
    source = tmp_path / "panel.rpl"
    run(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(), source)
    before = source.with_suffix(".raw").read_bytes()
    with pytest.raises(WriteError, match="panel"):
        run(
            tasks.convert,
            tasks.Source(source.with_suffix(".raw")),
            tasks.ConvertParameters(bin=2),
            source,
            overwrite=True,
        )
    assert source.with_suffix(".raw").read_bytes() == before


def test_joining_all_channels_into_one_is_refused(npz, tmp_path):
    with pytest.raises(ParameterError, match="400 of its 400 channels"):
        run(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(bin=400), tmp_path / "a.h5")
    assert not (tmp_path / "a.h5").exists()


@pytest.mark.parametrize("name", ["new.tif", "new", "new.raw"])
def test_other_suffixes_are_refused(npz, tmp_path, name):
    with pytest.raises(ParameterError, match=r"\.h5, \.hdf5, \.rpl"):
        run(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(), tmp_path / name)


@pytest.mark.parametrize("name", ["new.h5", "new.rpl"])
def test_a_cancelled_conversion_leaves_nothing(npz, tmp_path, name):
    def stop(fraction, message=""):
        if fraction is not None and fraction > 0.3:
            raise Cancelled

    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        run_now(
            partial(tasks.convert, tasks.Source(npz), tasks.ConvertParameters(), tmp_path / name),
            stop,
        )
    assert sorted(tmp_path.iterdir()) == before
