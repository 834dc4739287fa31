"""Names of results: fields of the pattern, and every reason why a name cannot be used."""

from pathlib import PurePath

import pytest

from app.core.batch.naming import clean, pattern_problem, planned_names
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask

MAPS, RECOLOUR = BatchTask("maps"), BatchTask("recolour", {"model": "palette_ridge"})


def names(*paths, tasks=(RECOLOUR,), pattern="{stem}_{task}", **more):
    plan = BatchPlan(tuple(BatchInput(path) for path in paths), tasks, "/out", pattern, **more)
    return planned_names(plan)


def paths(*arguments, **options):
    return [
        PurePath(item.path).relative_to("/out").as_posix() for item in names(*arguments, **options)
    ]


def conflicts(*arguments, **options):
    return [item.conflict for item in names(*arguments, **options)]


def test_every_field_is_filled():
    pattern = "{folder}/{number} {stem}-{task}-{model}"
    assert paths("/scans/day 1/panel.v2.h5", pattern=pattern) == [
        "day 1/001 panel.v2-recolour-palette_ridge.png"
    ]


def test_a_task_without_a_network_leaves_its_field_out():
    assert paths("/a.h5", tasks=(MAPS, RECOLOUR), pattern="{stem}_{task}_{model}") == [
        "a_maps",
        "a_recolour_palette_ridge.png",
    ]


def test_a_network_given_as_a_file_goes_by_its_name():
    task = BatchTask("recolour", {"model": "/models/my.own.onnx"})
    assert paths("/a.h5", tasks=(task,), pattern="{model}") == ["my.own.png"]


def test_each_format_is_a_file_and_some_tasks_write_folders():
    task = BatchTask("recolour", {}, ("png", "h5"))
    found = names("/a.h5", tasks=(task, BatchTask("unmix")))
    assert [(item.kind, item.task, item.is_folder) for item in found] == [
        ("recolour", 0, False),
        ("recolour", 0, False),
        ("unmix", 1, True),
    ]


def test_a_second_task_of_a_kind_has_a_number_unless_its_network_tells_it_apart():
    other = BatchTask("recolour", {"model": "other"})
    assert paths("/a.h5", tasks=(MAPS, MAPS, RECOLOUR, other)) == [
        "a_maps",
        "a_maps-2",
        "a_recolour.png",
        "a_recolour-2.png",
    ]
    assert paths("/a.h5", tasks=(RECOLOUR, other), pattern="{stem}_{task}_{model}") == [
        "a_recolour_palette_ridge.png",
        "a_recolour_other.png",
    ]


def test_reports_and_tables_have_names_too():
    assert paths("/a.h5", tasks=(MAPS,), reports=True, regions="all") == [
        "a_maps",
        "a_report.pdf",
        "a_regions.csv",
    ]


@pytest.mark.parametrize("name", ["Крест", "Maestà", "聖母", "a b"])
def test_letters_of_all_languages_stay(name):
    (found,) = names(f"/scans/{name}.h5")
    assert PurePath(found.path).name == f"{name}_recolour.png"
    assert not found.conflict


def test_signs_that_some_system_forbids_are_replaced():
    assert clean('a:b*c?"<>|\x07.') == "a_b_c______"
    assert clean(" . ") == "_"


def test_names_that_some_system_takes_for_one_clash():
    first, second = conflicts("/x/Panel.h5", "/y/panel.npz")
    assert not first
    assert second == "recolour of /x/Panel.h5 has the same name."


def test_composed_and_decomposed_letters_are_one_name():
    assert conflicts("/x/Maest\u00e0.h5", "/y/Maesta\u0300.npz")[1]


def test_what_is_of_all_scans_together_keeps_its_names():
    sheets = {"contact_sheet": "both", "pattern": "{stem}"}
    assert conflicts("/x/Contact-Sheet.h5", **sheets) == [
        "the contact sheet of all scans has the same name."
    ]
    assert conflicts("/x/contact-sheet.h5", pattern="{stem}") == [""]
    assert conflicts("/x/contact-sheet.h5", **sheets, tasks=(MAPS,)) == [""]
    *_, table = conflicts("/x/regions.h5", tasks=(MAPS,), pattern="{stem}", regions="all")
    assert table == "the table of regions of all scans has the same name."


def test_a_scan_is_never_written_over():
    (found,) = conflicts("/out/a.h5", tasks=(BatchTask("convert"),), pattern="{stem}")
    assert "never overwritten" in found


@pytest.mark.parametrize(
    ("path", "pattern", "words"),
    [
        ("/con.h5", "{stem}", "Windows keeps the name “con.png”"),
        ("/a.h5", "lpt1/{stem}", "Windows keeps the name “lpt1”"),
        ("/a.h5", "{stem} /x", "Windows drops"),
        (f"/{'聖' * 80}.h5", "{stem}", "too long: 244 bytes"),
    ],
)
def test_names_that_some_system_refuses_are_told(path, pattern, words):
    (found,) = conflicts(path, pattern=pattern)
    assert words in found


def test_a_path_too_long_for_windows_is_told_there_alone():
    plan = BatchPlan((BatchInput("a.h5"),), (RECOLOUR,), "C:\\" + "x" * 240)
    assert "too long for Windows" in planned_names(plan)[0].conflict
    plan = BatchPlan((BatchInput("a.h5"),), (RECOLOUR,), "/" + "/".join(["x" * 100] * 3))
    assert not planned_names(plan)[0].conflict


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (" ", "empty"),
        ("{stam}", "no field {stam}"),
        ("{stem", "no partner"),
        ("../{stem}", "leads out"),
        ("a//{stem}", "no name"),
        ("{stem}?", "'?'"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said_for_every_output(pattern, words):
    assert words in pattern_problem(pattern)
    assert all(words in found for found in conflicts("/a.h5", "/b.h5", pattern=pattern))


def test_paths_of_another_system_are_understood():
    found = paths("\\\\server\\share\\Scans 1\\Крест.h5", pattern="{folder}_{stem}")
    assert found == ["Scans 1_Крест.png"]
