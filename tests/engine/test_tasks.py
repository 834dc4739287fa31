"""Tasks of the catalogue on a scan with known truth."""

import csv
from functools import partial

import numpy as np
import pytest

from app.core.progress import no_progress
from app.engine import tasks
from app.engine.jobs import run_now
from app.errors import Cancelled, ParameterError, WriteError
from app.io import formats
from app.io.formats import OpenOptions


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


def test_info_tells_the_facts_of_a_file(npz, counts):
    report = tasks.info(tasks.Source(npz), no_progress).report()
    assert report["shape"] == [6, 9, 400]
    assert report["total_counts"] == int(counts.sum())
    assert report["dtype"] == "uint16"
    assert report["bytes"] == counts.nbytes
    assert report["axis"]["gain_kev"] == pytest.approx(0.04)
    assert "kev_offset" in report["axis"]["source"]
    found = {entry["key"] for entry in report["strongest_lines"]}
    assert "Fe_Ka" in found


def test_info_stores_nothing_and_uses_a_store_that_is_there(npz, user_folders, monkeypatch):
    first = tasks.info(tasks.Source(npz), no_progress).report()
    assert not list(user_folders.rglob("planes.bin"))
    run(tasks.open_scan, npz, OpenOptions())
    monkeypatch.setattr(tasks, "summed", None)
    second = tasks.info(tasks.Source(npz), no_progress).report()
    assert second["checksum"].startswith("sha256:")
    assert first == second


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
    write = tasks.exports.export_map
    done = []

    def fill_the_disk(item, target, **options):
        if done:
            raise WriteError("Cannot write.", f"{target}: No space left on device.")
        done.append(target.name)
        write(item, target, **options)

    monkeypatch.setattr(tasks.exports, "export_map", fill_the_disk)
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


def test_spectra_of_a_region_are_exact(npz, counts, tmp_path):
    (written,) = run(
        tasks.spectrum,
        tasks.Source(npz),
        tasks.SpectrumParameters(region="1:4,6:9"),
        tmp_path / "spectra.csv",
    )
    lines = [line for line in written.read_text("utf-8").splitlines() if not line.startswith("#")]
    table = list(csv.DictReader(lines))
    part = counts[1:4, 6:9].astype(int)
    assert [int(row["sum"]) for row in table] == part.sum((0, 1)).tolist()
    assert [int(row["maximum_pixel"]) for row in table] == part.max((0, 1)).tolist()
    assert float(table[264]["mean"]) == pytest.approx(part.mean((0, 1))[264])
    assert float(table[10]["energy_kev"]) == pytest.approx(0.4)


def test_spectra_of_the_whole_scan_as_a_picture(npz, tmp_path):
    from PIL import Image

    (written,) = run(
        tasks.spectrum, tasks.Source(npz), tasks.SpectrumParameters(), tmp_path / "all.png"
    )
    with Image.open(written) as picture:
        assert picture.size[0] >= 800


def test_the_picture_of_spectra_is_named_after_scan_and_region(npz, tmp_path, monkeypatch):
    titles = []

    def draw(columns, axis, *, title, labels):
        titles.append(title)
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr("app.io.spectrum_picture.draw_spectra", draw)
    for region in ("", "1:4,6:9"):
        run(
            tasks.spectrum,
            tasks.Source(npz),
            tasks.SpectrumParameters(region=region),
            tmp_path / f"{len(titles)}.png",
        )
    assert titles == ["panel", "panel · rows 1–3, columns 6–8"]


@pytest.mark.parametrize("region", ["1:2", "0:7,0:2", "3:3,0:1", "a:b,c:d"])
def test_regions_that_do_not_fit_are_refused(npz, tmp_path, region):
    with pytest.raises(ParameterError):
        run(
            tasks.spectrum,
            tasks.Source(npz),
            tasks.SpectrumParameters(region=region),
            tmp_path / "spectra.csv",
        )
    assert not (tmp_path / "spectra.csv").exists()


def test_every_task_of_the_catalogue_has_a_form():
    from app.core.parameters import describe

    for task in tasks.TASKS:
        assert task.name.isidentifier()
        assert all(info.label for info in describe(task.parameters))
        task.parameters()


def test_opening_gives_a_first_look_through_the_context(npz, monkeypatch, counts):
    monkeypatch.setattr("app.io.store_build.PREVIEW_BYTES", counts.nbytes)
    monkeypatch.setattr("app.io.store_build.PREVIEW_STEP", 2)
    path = npz.with_suffix(".npy")
    np.save(path, counts)
    looks = []

    class Context:
        def progress(self, fraction, message=""):
            pass

        def check(self):
            pass

        def partial(self, value):
            looks.append(value)

    scan = tasks.open_scan(path, OpenOptions(), Context())
    assert [look.row_step for look in looks] == [2]
    assert not scan.is_preview


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
