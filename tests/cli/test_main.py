"""Exit codes and the one line each that errors take."""

import pytest

import app
from app.cli.main import with_default
from app.errors import Cancelled


def test_version(velatura):
    ran = velatura("--version")
    assert (ran.code, ran.out) == (0, f"velatura {app.__version__}\n")


def test_help_names_the_commands(velatura):
    ran = velatura("--help")
    assert ran.code == 0
    for name in ("info", "convert", "maps", "spectrum", "pigments", "screenshot", "self-test"):
        assert name in ran.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["open"]),
        (["scan.h5"], ["open", "scan.h5"]),
        (["info", "scan.h5"], ["info", "scan.h5"]),
        (["--help"], ["--help"]),
        (["--", "-odd.h5"], ["open", "--", "-odd.h5"]),
    ],
)
def test_files_open_the_window_unless_a_command_is_named(arguments, expected):
    assert with_default(arguments, ["open", "info"]) == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["info"], "file"),
        (["info", "missing.h5"], "missing.h5"),
        (["info", "{npz}", "--axis", "1"], "OFFSET_KEV,GAIN_KEV"),
        (["info", "{npz}", "--axis", "0,-1"], "positive gain"),
        (["info", "{npz}", "--rows", "3"], "--cols not given"),
        (["info", "{npz}", "--nonsense"], "--nonsense"),
        (["info", "{npz}", "--dataset", "other"], "other"),
        (["info", "{npz}", "--detector", "9"], "9"),
        (["convert", "{npz}", "{folder}/out.xyz"], "out.xyz"),
        (["convert", "{npz}", "{folder}/nowhere/out.h5"], "nowhere"),
        (["convert", "{npz}", "{npz}", "--bin", "0"], "--bin"),
        (["maps", "{npz}", "--out", "{folder}/m"], "Neither an element"),
        (["maps", "{npz}", "--out", "{folder}/m", "--elements", "Qq"], "Qq"),
        (["maps", "{npz}", "--out", "{npz}", "--elements", "Fe"], "panel.npz"),
        (["spectrum", "{npz}", "--out", "{folder}/s.csv", "--region", "9:1"], "9:1"),
        (["spectrum", "{npz}", "--out", "{folder}/s.doc"], ".csv, .png"),
        (["screenshot", "--out", "{folder}/s.jpg"], "s.jpg"),
        (["screenshot", "--out", "{folder}/s.png", "--size", "huge"], "huge"),
        (["screenshot", "--out", "{folder}/s.png", "--size", "10x10"], "10x10"),
        (["screenshot", "--out", "{folder}/s.png", "--theme", "pink"], "pink"),
        (["screenshot", "--out", "{folder}/s.png", "--view", "kitchen"], "kitchen"),
    ],
)
def test_wrong_input_is_one_error_line_and_exit_code_2(arguments, words, velatura, npz, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    ran = velatura(*[text.format(npz=npz, folder=tmp_path) for text in arguments])
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert lines[0].startswith("error: ")
    assert words in lines[0]
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert len(lines) <= 2
    assert ran.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_outputs_are_not_overwritten_without_force(velatura, npz, tmp_path):
    out = tmp_path / "copy.h5"
    assert velatura("convert", npz, out).code == 0
    before = out.read_bytes()
    ran = velatura("convert", npz, out)
    assert ran.code == 2
    assert "--force" in ran.err
    assert out.read_bytes() == before
    assert velatura("convert", npz, out, "--force").code == 0


def test_an_interrupted_run_exits_130_and_leaves_nothing(velatura, npz, tmp_path, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.io.native.write_cube", interrupt)
    ran = velatura("convert", npz, tmp_path / "out.h5")
    assert ran.code == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["panel.npz"]


def test_a_cancelled_task_counts_as_interrupted(velatura, npz, monkeypatch):
    def cancel(*arguments, **options):
        raise Cancelled

    monkeypatch.setattr("app.engine.tasks.info", cancel)
    ran = velatura("info", npz)
    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_a_bug_is_told_as_one_and_its_traceback_kept(velatura, npz, monkeypatch, user_folders):
    def fail(*arguments, **options):
        raise ZeroDivisionError("of course")

    monkeypatch.setattr("app.engine.tasks.info", fail)
    ran = velatura("info", npz)
    assert ran.code == 2
    assert "ZeroDivisionError: of course" in ran.err
    assert "Traceback" not in ran.err
    kept = list(user_folders.rglob("command-line-error.txt"))
    assert "ZeroDivisionError" in kept[0].read_text("utf-8")


@pytest.fixture
def no_home(tmp_path, monkeypatch):
    """A home folder that cannot be used, whoever the user is: it is a file."""
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file")
    monkeypatch.setenv("VELATURA_HOME", str(blocked))
    return blocked


def test_without_a_usable_home_maps_say_what_to_do(velatura, npz, tmp_path, no_home):
    ran = velatura("maps", npz, "--out", tmp_path / "m", "--elements", "Fe")
    assert ran.code == 2
    error, hint = ran.err.splitlines()
    assert error.startswith("error: Velatura cannot use its own folder.")
    assert str(no_home) in error
    assert hint == "hint: Set VELATURA_HOME to a folder you may write to."
    assert not (tmp_path / "m").exists()


def test_info_and_convert_need_no_home(velatura, npz, tmp_path, no_home):
    assert velatura("info", npz, "--json").json["checksum"].startswith("sha256:")
    assert velatura("convert", npz, tmp_path / "copy.h5").code == 0


def test_a_bug_is_told_even_where_its_traceback_cannot_be_kept(velatura, npz, monkeypatch, no_home):
    def fail(*arguments, **options):
        raise ZeroDivisionError("of course")

    monkeypatch.setattr("app.engine.tasks.info", fail)
    ran = velatura("info", npz)
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "error: Velatura met something it does not know: ZeroDivisionError: of course",
        "hint: This is a mistake in Velatura. Please report it.",
    ]


def test_what_the_system_refuses_is_no_bug(velatura, npz, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("typer.echo", refuse)
    ran = velatura("info", npz)
    assert ran.code == 2
    assert ran.err.startswith("error: The system refused: [Errno 28] No space left on device.\n")
    assert "mistake in Velatura" not in ran.err


def test_too_little_memory_is_no_bug(velatura, npz, monkeypatch):
    def fail(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr("app.engine.tasks.info", fail)
    ran = velatura("info", npz)
    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error: There is not enough memory for this."


def test_commands_do_not_import_the_window(npz):
    import subprocess
    import sys

    script = (
        "import sys; from app.startup import main; code = main(['info', sys.argv[1]]); "
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))]; "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(npz)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
