"""A library survives a program that is killed in the middle of its edits."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.io.pigment_store import PigmentStore

ROOT = Path(__file__).resolve().parents[2]
EDITS = 200

EDITOR = """
import random, sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.io.pigment_store import PigmentStore

path, seed = Path(sys.argv[1]), int(sys.argv[2])
draw = random.Random(seed)
store = PigmentStore(path)


def pigment(number, edit):
    counts = np.full(2048, edit, np.float32)
    spectrum = PigmentSpectrum("x", SpectrumKind.MEASURED, EnergyAxis(0.0, 0.02), counts)
    return Pigment(
        f"p-{number}", f"Pigment {number}", ColourGroup.BLUE, (Component("CoO"),), 6.0, (0, 0, 9),
        notes=str(edit), spectra=(spectrum, spectrum),
    )


there = {item.id: item for item in store.pigments()}
print("ready", flush=True)
for edit in range(200):
    number = draw.randrange(30)
    key = f"p-{number}"
    # the line before says what is begun, the line after that it is done
    if key in there and draw.random() < 0.4:
        print("begin", edit, key, "-", flush=True)
        store.remove(key)
        del there[key]
    else:
        print("begin", edit, key, edit, flush=True)
        store.put(pigment(number, edit), replacing=key if key in there else None)
        there[key] = True
    print("done", edit, flush=True)
# so that the end never comes before the kill
sys.stdin.read()
"""


def edits_of(lines):
    """The state after all finished edits, and the edit in flight."""
    state, begun = {}, None
    for line in lines:
        words = line.split()
        if words[0] == "begin":
            begun = (words[2], words[3])
        elif words[0] == "done":
            state = changed(state, begun)
            begun = None
    return state, begun


def changed(state, edit):
    key, notes = edit
    return {name: value for name, value in {**state, key: notes}.items() if value != "-"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", range(6))
def test_a_killed_program_loses_at_most_the_edit_in_flight(tmp_path, seed):
    path = tmp_path / "lab.pigments"
    PigmentStore.create(path, "Lab")
    # some are killed at once, some late; between two lines it happens at any moment
    last = random.Random(seed).randrange(5, 2 * EDITS - 20)
    child = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(path), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with child:
        lines = []
        for line in child.stdout:
            lines.append(line)
            if len(lines) == last:
                child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    state, in_flight = edits_of(lines[1:])
    possible = [state] if in_flight is None else [state, changed(state, in_flight)]
    found = PigmentStore(path).pigments()
    assert {item.id: item.notes for item in found} in possible
    for item in found:
        assert [set(spectrum.counts) for spectrum in item.spectra] == [{float(item.notes)}] * 2
    # and it can be edited further, with nothing left beside it
    PigmentStore(path).rename("After")
    assert [file.name for file in tmp_path.iterdir()] == ["lab.pigments"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_program_killed_inside_a_write_leaves_the_library_as_it_was(tmp_path, make_pigment):
    path = tmp_path / "lab.pigments"
    store = PigmentStore.create(path, "Lab", pigments=[make_pigment(f"P {n}") for n in range(50)])
    before = store.content()
    # a cache this small makes SQLite write pages of the change before it is committed
    script = (
        "import os, signal, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1')\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('UPDATE pigment SET notes = ?', ('x' * 9000,))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    intact = path.read_bytes()
    ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    # the file itself is half changed: only the journal beside it can put it right
    assert path.read_bytes() != intact
    assert (tmp_path / "lab.pigments-journal").stat().st_size > 0
    assert PigmentStore(path, read_only=True).content() == before
    assert path.read_bytes() == intact
    assert not (tmp_path / "lab.pigments-journal").exists()
