"""What commands share."""

import io
import sys
from pathlib import Path

import pytest

from app.cli import options
from app.core.axis import EnergyAxis
from app.core.progress import no_progress
from app.errors import ParameterError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,0.01", EnergyAxis(0.0, 0.01)),
        ("-0.0155, 0.029221", EnergyAxis(-0.0155, 0.029221)),
        ("1e-3,2e-2", EnergyAxis(0.001, 0.02)),
    ],
)
def test_an_axis_is_offset_and_gain(text, expected):
    axis = options.parse_axis(text)
    assert axis == expected
    assert axis.source == "command line"


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "0;0.01"])
def test_other_texts_are_no_axis(text):
    with pytest.raises(ParameterError, match="expected OFFSET_KEV,GAIN_KEV") as caught:
        options.parse_axis(text)
    assert "--axis" in caught.value.hint


@pytest.mark.parametrize("text", ["0,0", "0,-0.01", "nan,0.01", "0,inf"])
def test_numbers_that_make_no_axis_are_refused(text):
    with pytest.raises(ParameterError, match="makes no sense"):
        options.parse_axis(text)


def test_options_of_opening_are_passed_on():
    found = options.open_options("0,0.01", "entry/cube", "1", 3, 4)
    assert (found.dataset, found.detector, found.rows, found.cols) == ("entry/cube", "1", 3, 4)
    assert found.axis == EnergyAxis(0.0, 0.01)
    assert options.open_options(None, None, "sum", None, None).axis is None


@pytest.mark.parametrize(("rows", "cols"), [(3, None), (None, 3)])
def test_rows_without_columns_are_refused(rows, cols):
    with pytest.raises(ParameterError, match="not given"):
        options.open_options(None, None, "sum", rows, cols)


def test_dots_get_the_name_of_their_folder(tmp_path, monkeypatch):
    folder = tmp_path / "panel" / "10264"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert options.whole_path(Path(".")).name == "10264"
    assert options.whole_path(Path("..")).name == "panel"
    assert options.whole_path(Path("scan.h5")) == folder / "scan.h5"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_keeps_its_own_name(tmp_path):
    link = tmp_path / "link.h5"
    link.symlink_to(tmp_path / "scan.h5")
    assert options.whole_path(link) == link


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with options.progress_bar() as progress:
        assert progress is no_progress
    monkeypatch.setattr(sys, "stderr", Terminal())
    with options.progress_bar(hidden=True) as progress:
        assert progress is no_progress
    with options.progress_bar() as progress:
        progress(0.5, "Reading row 3")
        progress(None, "Writing")
    assert "Writing" in sys.stderr.getvalue()


def test_written_files_are_told_one_per_line_or_as_json(capsys):
    files = (Path("Maestà.rpl"), Path("Maestà.raw"))
    options.say_written(files, as_json=False)
    assert capsys.readouterr().out == "Maestà.rpl\nMaestà.raw\n"
    options.say_written(files, as_json=True)
    assert '"Maestà.rpl"' in capsys.readouterr().out
