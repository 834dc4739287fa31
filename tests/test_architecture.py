"""The house rules that a test can check: layers, sizes, forbidden calls."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "app").rglob("*.py"))
LONGEST_FUNCTION = 60
LONGEST_MODULE = 400

IMPORT_ALL = """
import importlib, pkgutil, sys
import app
names = ["app.errors", "app.paths"]
for layer in sys.argv[1:]:
    package = importlib.import_module(layer)
    names += [m.name for m in pkgutil.walk_packages(package.__path__, layer + ".")]
for name in names:
    importlib.import_module(name)
sys.stdout.write(" ".join(sys.modules))
"""


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=MODULES, ids=name_of)
def module(request):
    return request.param


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def calls(tree):
    """Give the bare name and the line of every call: `print(…)`, `x.processEvents(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno


def rule_breaks(source):
    """Give what the form of code forbids, as (line, what)."""
    tree = ast.parse(source)
    found = []
    for function in functions(tree):
        lines = function.end_lineno - function.lineno + 1
        if lines > LONGEST_FUNCTION:
            found.append((function.lineno, f"{function.name} has {lines} lines"))
    if len(source.splitlines()) > LONGEST_MODULE:
        found.append((LONGEST_MODULE, f"{len(source.splitlines())} lines"))
    found += [(n, f"calls {what}") for what, n in calls(tree) if what in {"print", "processEvents"}]
    found += [
        (node.lineno, "bare except")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    return found


def test_every_module_keeps_the_form_of_code(module):
    assert rule_breaks(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def long():\n" + "    x = 1\n" * 60, "long has 61 lines"),
        ("x = 1\n" * 401, "401 lines"),
        ("print(1)", "calls print"),
        ("app.processEvents()", "calls processEvents"),
        ("try:\n    x = 1\nexcept:\n    x = 2\n", "bare except"),
    ],
)
def test_the_check_of_the_form_finds_what_it_looks_for(source, what):
    assert [found for _, found in rule_breaks(source)] == [what]


def test_the_largest_allowed_function_and_module_pass():
    assert rule_breaks("def full():\n" + "    x = 1\n" * 59) == []
    assert rule_breaks("x = 1\n" * 400) == []


@pytest.mark.parametrize("layer", ["app.core", "app.io", "app.engine"])
def test_no_layer_below_the_window_loads_qt(layer):
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, layer],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    loaded = set(done.stdout.split())
    ours = {name_of(path).removesuffix(".py").replace("/", ".") for path in MODULES}
    assert {n for n in ours if n.startswith(layer) and not n.endswith("__init__")} <= loaded
    packages = {name.partition(".")[0] for name in loaded}
    assert packages.isdisjoint({"PySide6", "shiboken6", "pyqtgraph"})


def test_every_import_is_absolute(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    relative = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level > 0]
    assert relative == []
