"""Elemental maps of a scan with known truth, written."""

from functools import partial

import numpy as np
import pytest

from app.engine import exports, tasks
from app.engine.jobs import run_now
from app.errors import ParameterError, WriteError
from app.io import store


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


def stores():
    return list(store.store_dir().iterdir())


def test_maps_show_iron_left_and_lead_right(npz, tmp_path):
    parameters = tasks.MapsParameters(elements="Fe,Pb_Lb", format="h5")
    (written,) = run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    import h5py

    with h5py.File(written) as file:
        group = file["entry/maps"]
        iron = group[group.attrs["signal"]][()]
        lead = group[np.atleast_1d(group.attrs["auxiliary_signals"])[0]][()]
    assert iron[:, :5].min() > 10 * iron[:, 5:].max()
    assert lead[:, 5:].min() > 10 * lead[:, :5].max()


@pytest.mark.parametrize("suffix", ["png", "tiff", "csv"])
def test_maps_are_written_one_file_each(npz, tmp_path, suffix):
    parameters = tasks.MapsParameters(
        elements="Fe", windows="Own:2-3,Own:3-4", format=suffix, net=True
    )
    written = run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    assert [file.name for file in written] == [
        f"panel_Fe_Ka.{suffix}",
        f"panel_Own.{suffix}",
        f"panel_Own-2.{suffix}",
    ]
    assert all(file.stat().st_size > 50 for file in written)


def test_existing_maps_are_not_overwritten_unless_told(npz, tmp_path):
    parameters = tasks.MapsParameters(elements="Fe,Pb", format="csv")
    written = run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    written[1].write_text("mine", "utf-8")
    written[0].unlink()
    with pytest.raises(WriteError, match=written[1].name):
        run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    assert not written[0].exists(), "nothing was written before the clash was found"
    run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out", overwrite=True)
    assert written[1].read_text("utf-8") != "mine"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_map_that_cannot_be_written_leaves_none_of_the_set(npz, tmp_path, monkeypatch, is_there):
    out = tmp_path / "deep" / "out"
    if is_there:
        out.mkdir(parents=True)
        (out / "mine.txt").write_text("mine", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    write = exports.export_map
    done = []

    def fill_the_disk(item, target, **options):
        if done:
            raise WriteError("Cannot write.", f"{target}: No space left on device.")
        done.append(target.name)
        write(item, target, **options)

    monkeypatch.setattr(exports, "export_map", fill_the_disk)
    parameters = tasks.MapsParameters(elements="Fe,Pb", format="csv")
    with pytest.raises(WriteError) as caught:
        run(tasks.maps, tasks.Source(npz), parameters, out)
    assert done == ["panel_Fe_Ka.csv"]
    assert str(out / "panel_Pb_La.csv") in caught.value.message, "not the folder in between"
    assert sorted(tmp_path.rglob("*")) == before


def test_windows_whose_names_differ_in_capitals_only_get_files_of_their_own(npz, tmp_path):
    parameters = tasks.MapsParameters(windows="Gold:2-3,gold:3-4,gold-2:4-5", format="csv")
    written = run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    names = [file.name for file in written]
    assert names == ["panel_Gold.csv", "panel_gold-2.csv", "panel_gold-2-2.csv"]


def test_maps_of_a_scan_without_axis_are_refused_with_a_hint(tmp_path, counts):
    path = tmp_path / "bare.npy"
    np.save(path, counts)
    with pytest.raises(ParameterError) as caught:
        run(tasks.maps, tasks.Source(path), tasks.MapsParameters(elements="Fe"), tmp_path / "out")
    assert "--axis" in caught.value.hint
    assert stores() == [], "refused before the scan was read"


@pytest.mark.parametrize(
    "parameters",
    [
        tasks.MapsParameters(),
        tasks.MapsParameters(elements="Xx"),
        tasks.MapsParameters(windows="Fe"),
        tasks.MapsParameters(elements="Fe", format="jpeg"),
        tasks.MapsParameters(windows="Far:100-101"),
    ],
)
def test_what_cannot_be_mapped_is_refused_and_nothing_written(parameters, npz, tmp_path):
    with pytest.raises(ParameterError):
        run(tasks.maps, tasks.Source(npz), parameters, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert stores() == [], "refused before the scan was read"


def test_maps_that_exist_are_found_before_the_scan_is_read(npz, tmp_path):
    (tmp_path / "panel_maps.h5").write_bytes(b"mine")
    parameters = tasks.MapsParameters(elements="Fe", format="h5")
    with pytest.raises(WriteError, match=r"panel_maps\.h5"):
        run(tasks.maps, tasks.Source(npz), parameters, tmp_path)
    assert stores() == []


@pytest.mark.parametrize("detector", ["10264", "19511"])
def test_real_scan_hands_are_bright_in_iron_and_dark_in_copper(shared_data, detector, tmp_path):
    path = shared_data(f"painted_hands/detector_{detector}.npz")
    parameters = tasks.MapsParameters(elements="Fe,Cu", format="csv")
    written = run(tasks.maps, tasks.Source(path), parameters, tmp_path)
    iron, copper = (np.loadtxt(file, delimiter=",", comments="#") for file in written)
    assert iron.shape == (60, 120)
    # the left columns show the frame
    correlation = np.corrcoef(iron[:, 4:].ravel(), copper[:, 4:].ravel())[0, 1]
    assert correlation < 0
