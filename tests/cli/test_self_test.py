"""The check of an installed program finds what is wrong."""

import numpy as np
import pytest

from app.cli.self_test import run_self_test, tiny_cube
from app.errors import AppError


def test_all_tasks_run_and_all_results_are_read_back(velatura):
    ran = velatura("self-test")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("tiny.h5: written and read, ")
    assert [line.split(":")[0] for line in lines[1:4]] == [
        "Convert to another format",
        "Elemental maps",
        "Spectra",
    ]
    assert lines[-1] == "self-test passed"


def test_the_tiny_scan_is_the_same_each_time():
    cube = tiny_cube()
    assert (cube.rows, cube.cols, cube.channels) == (6, 9, 512)
    np.testing.assert_array_equal(cube.counts, tiny_cube().counts)
    iron, lead = (np.asarray(cube.counts)[:, :, low : low + 8].sum(-1) for low in (156, 260))
    assert iron[:, :5].min() > 5 * iron[:, 5:].max()
    assert lead[:, 5:].min() > 5 * lead[:, :5].max()


def test_counts_that_change_on_the_way_are_found(velatura, monkeypatch):
    from app.io import native

    write = native.write_cube

    def lose_one(cube, path, progress, **options):
        counts = np.asarray(cube.counts).copy()
        counts[2, 3, 4] += 1
        write(type(cube)(counts, cube.axis, cube.acquisition, cube.name), path, progress)

    monkeypatch.setattr(native, "write_cube", lose_one)
    ran = velatura("self-test")
    assert ran.code == 2
    assert "The self-test failed." in ran.err
    assert "the counts differ" in ran.err
    assert "self-test passed" not in ran.out


def test_a_task_that_writes_nothing_is_found(monkeypatch):
    from app.engine import tasks

    monkeypatch.setattr(
        tasks, "TASKS", (tasks.Task("maps", "Maps", tasks.MapsParameters, nothing),)
    )
    with pytest.raises(AppError, match="Maps: nothing was written"):
        list(run_self_test())


def nothing(source, parameters, out, context):
    return ()


def test_the_pigments_are_read_computed_exchanged_and_asked_about(velatura):
    lines = velatura("self-test").out.splitlines()
    shipped, computed, exchanged, asked = lines[-5:-1]
    assert int(shipped.rsplit(" ", 2)[1]) >= 60
    assert computed.startswith("Computed spectra: ")
    assert exchanged == "tiny.pigments.zip: written and read, 3 pigments"
    assert asked.startswith("Asked about iron: ")


def test_pigments_that_change_on_the_way_are_found(velatura, monkeypatch):
    from dataclasses import replace

    from app.io import pigment_archive

    write = pigment_archive.write_archive

    def lighten(path, content, **options):
        first, *rest = content.pigments
        changed = (replace(first, density_g_cm3=first.density_g_cm3 * 1.001), *rest)
        write(path, replace(content, pigments=changed), **options)

    monkeypatch.setattr(pigment_archive, "write_archive", lighten)
    ran = velatura("self-test")
    assert ran.code == 2
    assert "the pigments read are not those written" in ran.err


def test_a_wrong_candidate_is_found(velatura, monkeypatch):
    from app.core.candidates import candidates

    def without_iron(counts, axis, pigments, **options):
        others = [item for item in pigments if "Fe" not in item.elements]
        return candidates(counts, axis, others, **options)

    monkeypatch.setattr("app.engine.pigment_asking.candidates", without_iron)
    ran = velatura("self-test")
    assert ran.code == 2
    assert "Asking for an iron pigment" in ran.err
