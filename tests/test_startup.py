"""The first thing that runs."""

import os
import subprocess
import sys

import pytest

from app import startup


def test_the_exit_code_is_that_of_the_command(monkeypatch):
    asked = []

    def run(arguments):
        asked.append(arguments)
        return 7

    monkeypatch.setattr("app.cli.main.run", run)
    assert startup.main(["info", "scan.h5"]) == 7
    monkeypatch.setattr(sys, "argv", ["velatura", "maps"])
    assert startup.main() == 7
    assert asked == [["info", "scan.h5"], ["maps"]]


def test_an_interrupt_while_the_program_loads_ends_it_quietly(tmp_path):
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt", "utf-8")
    script = "import sys; from app.startup import main; sys.exit(main(['--help']))"
    root = os.path.dirname(os.path.dirname(os.path.abspath(startup.__file__)))
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root])},
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_program_without_streams_may_still_write(name, monkeypatch):
    monkeypatch.setattr(sys, name, None)
    monkeypatch.setattr("app.cli.main.run", lambda arguments: 0)
    assert startup.main([]) == 0
    stream = getattr(sys, name)
    assert stream.write("Kα") == 2
    stream.close()


def test_a_console_in_another_encoding_shows_what_it_can():
    script = "from app import startup; startup._speak_utf8(); print('Kα 聖母')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout.decode("utf-8").strip() == "Kα 聖母"
