"""The set-up: which Python, which libraries, what is installed and when it is done again."""

import ast
import importlib.util
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "installer" / "requirements.lock"
TRAINING_LOCK = ROOT / "installer" / "training.lock"
LOCKED_LINE = re.compile(r"^([\w.-]+)==([\w.!+-]+)(?: ; (.+?))? \\$", re.MULTILINE)


@pytest.fixture(scope="module")
def bootstrap():
    spec = importlib.util.spec_from_file_location(
        "velatura_bootstrap", ROOT / "installer" / "bootstrap.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, bootstrap):
    """An empty checkout in a folder with a space and a letter beyond ASCII."""
    root = tmp_path / "lab ü"
    (root / "installer").mkdir(parents=True)
    (root / "installer" / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    return bootstrap.Place(root)


@pytest.fixture
def set_up(checkout, bootstrap, monkeypatch):
    """The same, with an environment of this Python that looks set up and answers."""
    answer = "{} {}\n".format(*sys.version_info[:2])
    monkeypatch.setattr(bootstrap, "_output", lambda command: answer)
    checkout.python.parent.mkdir(parents=True)
    checkout.python.touch()
    checkout.stamp.write_text(bootstrap.stamp_text(checkout.root), encoding="utf-8")
    return checkout


# --- which Python


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 1), (3, 14, 0)])
def test_pythons_that_do_have_no_problem(bootstrap, version):
    assert bootstrap.python_problem(version, "CPython", 64) is None


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13), (3, 15, 0), (4, 0, 0)])
def test_python_outside_the_range_is_named_with_the_range(bootstrap, version):
    number = ".".join(map(str, version))
    assert bootstrap.python_problem(version, "CPython", 64) == (
        f"This is Python {number}; Velatura needs Python 3.11 to 3.14."
    )


def test_other_interpreters_and_32_bits_are_refused(bootstrap):
    assert "PyPy 3.11.2" in bootstrap.python_problem((3, 11, 2), "PyPy", 64)
    assert "32-bit Python 3.12.1" in bootstrap.python_problem((3, 12, 1), "CPython", 32)


def test_supported_pythons_are_those_of_the_project(bootstrap):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = bootstrap.OLDEST, bootstrap.NEWEST
    assert project["requires-python"] == (f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}")


@pytest.mark.parametrize(
    ("system", "built_for", "release"),
    [
        ("Linux", "linux-x86_64", "2.34"),
        ("Linux", "linux-x86_64", "2.41"),
        ("Windows", "win-amd64", ""),
        ("Darwin", "arm64", "14.0"),
        ("Darwin", "arm64", "26.1"),
    ],
)
def test_systems_with_packages_have_no_problem(bootstrap, system, built_for, release):
    assert bootstrap.system_problem(system, built_for, release) is None


@pytest.mark.parametrize(
    ("system", "built_for", "release", "words"),
    [
        ("Linux", "linux-x86_64", "2.31", "glibc 2.34 or newer; this system has 2.31"),
        ("Linux", "linux-x86_64", "", "glibc 2.34 or newer; this system has another C library"),
        ("Linux", "linux-aarch64", "2.41", "for Linux linux-aarch64"),
        ("Windows", "win-arm64", "", "for Windows win-arm64"),
        ("Windows", "win32", "", "for Windows win32"),
        ("Darwin", "x86_64", "14.0", "for Darwin x86_64"),
        ("Darwin", "arm64", "13.6.1", "macOS 14.0 or newer; this system has 13.6.1"),
        ("FreeBSD", "freebsd-amd64", "", "for FreeBSD"),
    ],
)
def test_systems_without_packages_are_told_why(bootstrap, system, built_for, release, words):
    assert words in bootstrap.system_problem(system, built_for, release)


def test_windows_is_asked_through_its_launcher(bootstrap):
    assert bootstrap.python_candidates("Windows")[0] == ["py", "-3.13"]
    assert bootstrap.python_candidates("Linux")[0] == ["python3.13"]
    assert len(bootstrap.python_candidates("Darwin")) == 4


def test_a_launcher_that_answers_with_an_error_is_passed_over(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    answers = {"python3.12": "3 12 CPython 64\n"}
    monkeypatch.setattr(bootstrap, "_output", lambda command: answers.get(command[0], ""))
    assert bootstrap.find_python("Linux") == ["python3.12"]


def test_too_old_a_python_ends_with_one_line_and_what_to_do(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == (
        "error: This is Python 3.9.2; Velatura needs Python 3.11 to 3.14.\n"
        "hint: Install Python 3.13 (python.org, or your system's packages).\n"
    )


# --- system libraries


@pytest.mark.parametrize(
    ("environment", "system", "kind"),
    [
        ({}, "Linux", "none"),
        ({"DISPLAY": ""}, "Linux", "none"),
        ({"DISPLAY": ":0"}, "Linux", "x11"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Linux", "wayland"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "Linux", "x11"),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "Linux", "other"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "Linux", "none"),
        ({}, "Windows", "native"),
        ({}, "Darwin", "native"),
    ],
)
def test_display_is_recognised(bootstrap, environment, system, kind):
    assert bootstrap.display_kind(environment, system) == kind


def test_a_window_needs_more_libraries_than_a_picture(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "loadable", lambda file: "xcb" not in file)
    assert bootstrap.missing_libraries("none") == []
    assert [item.apt for item in bootstrap.missing_libraries("x11")] == [
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-keysyms1",
        "libxcb-shape0",
    ]


def test_a_library_that_is_nowhere_cannot_be_loaded(bootstrap):
    assert not bootstrap.loadable("libvelatura-is-not-there.so.1")


def test_each_package_manager_gets_its_own_command(bootstrap):
    missing = [item for item in bootstrap.ALWAYS if item.file in {"libGL.so.1", "libEGL.so.1"}]
    apt = "apt-get install -y --no-install-recommends libgl1 libegl1"
    assert bootstrap.install_command(missing, "apt-get") == apt.split()
    assert bootstrap.install_command(missing, "dnf") == [
        *("dnf", "install", "libGL.so.1()(64bit)", "libEGL.so.1()(64bit)"),
    ]
    assert bootstrap.install_command(missing, "pacman") == [
        *("pacman", "-S", "--needed", "libglvnd"),
    ]
    assert bootstrap.install_command(missing, None) is None


def test_missing_libraries_without_root_give_the_exact_command(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "loadable", lambda file: file != "libEGL.so.1")
    monkeypatch.setattr(bootstrap, "package_manager", lambda: "dnf")
    with pytest.raises(bootstrap.SetupError, match=r"missing: libEGL\.so\.1\.$") as caught:
        bootstrap.ensure_libraries("none")
    assert caught.value.hint == "Install them with: sudo dnf install 'libEGL.so.1()(64bit)'"


def test_unknown_package_manager_names_the_files(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "loadable", lambda file: file != "libGL.so.1")
    monkeypatch.setattr(bootstrap, "package_manager", lambda: None)
    with pytest.raises(bootstrap.SetupError, match=r"libGL\.so\.1") as caught:
        bootstrap.ensure_libraries("x11")
    assert "package manager" in caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="only where there is a root user")
def test_root_installs_after_refreshing_the_package_lists(bootstrap, monkeypatch):
    calls = []
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "package_manager", lambda: "apt-get")
    # only the third call, the second install, succeeds and brings the library
    monkeypatch.setattr(bootstrap, "loadable", lambda file: len(calls) == 3)
    monkeypatch.setattr(
        bootstrap.subprocess, "call", lambda command, env: calls.append(command) or len(calls) < 3
    )
    bootstrap.ensure_libraries("none")
    assert [command[1] for command in calls] == ["install", "update", "install"]
    assert "libgl1" in calls[0]


# --- the environment


def test_a_stamped_environment_is_current_and_untouched(bootstrap, set_up, monkeypatch):
    monkeypatch.setattr(bootstrap.subprocess, "Popen", lambda *_, **__: pytest.fail("was called"))
    bootstrap.ensure_environment(set_up)
    assert bootstrap.is_current(set_up)


@pytest.mark.parametrize("name", ["installer/requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_makes_the_stamp_stale(bootstrap, set_up, name):
    with (set_up.root / name).open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    assert not bootstrap.is_current(set_up)


def test_another_python_makes_the_stamp_stale(bootstrap, set_up, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 1))
    assert not bootstrap.is_current(set_up)
    assert not bootstrap.is_usable(set_up)


def test_no_environment_is_neither_current_nor_usable(bootstrap, checkout):
    assert not bootstrap.is_current(checkout)
    assert not bootstrap.is_usable(checkout)


def test_an_environment_of_this_python_is_kept(bootstrap, set_up):
    set_up.stamp.unlink()
    assert bootstrap.is_usable(set_up)


def test_an_environment_without_pip_is_made_anew(bootstrap, set_up, monkeypatch):
    monkeypatch.setattr(bootstrap, "_output", lambda command: "")
    assert not bootstrap.is_usable(set_up)


def test_a_half_made_environment_is_made_anew(bootstrap, set_up):
    set_up.unfinished.write_text("", encoding="utf-8")
    assert not bootstrap.is_usable(set_up)


def test_an_environment_moved_with_its_folder_is_made_anew(bootstrap, set_up):
    moved = set_up.root.rename(set_up.root.parent / "elsewhere")
    assert not bootstrap.is_usable(bootstrap.Place(moved))


def test_a_full_disk_is_told_before_anything_is_made(bootstrap, checkout, monkeypatch):
    monkeypatch.setattr(
        bootstrap.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 300_000_000})
    )
    with pytest.raises(bootstrap.SetupError, match=r"has 0\.3 GB free; setting up needs 2 GB"):
        bootstrap.ensure_environment(checkout)
    assert not checkout.environment.exists()


def test_a_failed_install_leaves_no_stamp(bootstrap, set_up, monkeypatch):
    def fail(place, *arguments):
        raise bootstrap.SetupError("no connection")

    (set_up.root / "pyproject.toml").write_text("changed", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "_pip", fail)
    with pytest.raises(bootstrap.SetupError):
        bootstrap.ensure_environment(set_up)
    assert not set_up.stamp.exists()
    assert not set_up.unfinished.exists()


def test_packages_come_from_the_lock_alone(bootstrap, set_up, monkeypatch):
    calls = []
    monkeypatch.setattr(bootstrap, "_pip", lambda place, *arguments: calls.append(arguments))
    set_up.stamp.write_text(f"{set_up.root}\nold\n", encoding="utf-8")
    bootstrap.ensure_environment(set_up)
    lock = str(set_up.root / "installer" / "requirements.lock")
    assert calls == [
        ("--require-hashes", "--only-binary", ":all:", "-r", lock),
        ("--no-build-isolation", "-e", str(set_up.root)),
    ]
    assert bootstrap.is_current(set_up)


def test_mirror_settings_reach_pip_and_misleading_ones_do_not(bootstrap):
    given = {
        "PATH": "/usr/bin",
        "PIP_INDEX_URL": "a mirror",
        "PIP_CERT": "/etc/lab.pem",
        "HTTPS_PROXY": "a proxy",
        "PIP_TARGET": "/elsewhere",
        "PIP_USER": "1",
        "PYTHONPATH": "/other/modules",
        "PYTHONHOME": "/other",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    assert bootstrap.child_environment(given) == {
        "PATH": "/usr/bin",
        "PIP_INDEX_URL": "a mirror",
        "PIP_CERT": "/etc/lab.pem",
        "HTTPS_PROXY": "a proxy",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PIP_USER": "0",
        "PIP_REQUIRE_HASHES": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full."),
        ("WARNING: Retrying ... Temporary failure in name resolution", "no connection"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "checksum differs"),
        ("HINT: ... Windows Long Path support enabled.", "paths too long"),
        (
            "ERROR: No matching distribution found for xraylib==4.3.0",
            "No matching distribution found for xraylib==4.3.0 on this system",
        ),
        ("  OSError: Readme file does not exist", "OSError: Readme file does not exist"),
        ("", "pip gave no reason"),
    ],
)
def test_what_pip_says_becomes_one_line(bootstrap, said, message):
    found, hint = bootstrap.explain_pip(said + "\n")
    assert message in found
    assert "\n" not in found + hint
    assert hint


# --- commands


@pytest.fixture
def has_libraries(bootstrap, monkeypatch):
    """Leaves the system's libraries out of it."""
    monkeypatch.setattr(bootstrap, "ensure_libraries", lambda kind: None)


@pytest.fixture
def started(bootstrap, monkeypatch, has_libraries):
    """Records what would be started in place of starting it."""
    calls = []
    command = [sys.executable, "-c", "raise SystemExit(5)"]
    start = subprocess.Popen

    def record(arguments, env, cwd):
        calls.append((arguments[1:], env, cwd))
        return start(command)

    monkeypatch.setattr(bootstrap.subprocess, "Popen", record)
    return calls


def test_test_runs_pytest_without_a_display_and_passes_on_its_code(bootstrap, set_up, started):
    assert bootstrap.test(set_up, ["-k", "axis"]) == 5
    command, environment, folder = started[0]
    assert command == ["-m", "pytest", "-k", "axis"]
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    assert folder == str(set_up.root)


def test_run_opens_the_sample_when_no_file_is_given(bootstrap, set_up, started, monkeypatch):
    monkeypatch.setattr(bootstrap, "display_kind", lambda *_: "x11")
    assert bootstrap.run(set_up, []) == 5
    assert started[0][0] == ["-m", "app", "demo"]


def test_run_opens_files_relative_to_the_caller(bootstrap, set_up, started, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "display_kind", lambda *_: "x11")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan 1.h5").touch()
    bootstrap.run(set_up, ["scan 1.h5", "gone.h5"])
    assert started[0][0] == ["-m", "app", str(tmp_path / "scan 1.h5"), "gone.h5"]


def test_run_without_a_display_draws_a_picture(
    bootstrap, set_up, started, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(bootstrap, "display_kind", lambda *_: "none")
    monkeypatch.chdir(tmp_path)
    bootstrap.run(set_up, [])
    picture = str(tmp_path / "velatura-window.png")
    assert started[0][0] == ["-m", "app", "screenshot", "--out", picture, "--force"]
    assert "no display" in capsys.readouterr().out


class Interrupted:
    """A program during whose first wait Ctrl-C is pressed; it ends within one more wait, or not."""

    def __init__(self, code):
        self.code = code
        self.waits = []
        self.is_killed = False

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if timeout is None:
            raise KeyboardInterrupt
        if self.code is None:
            raise subprocess.TimeoutExpired("program", timeout)
        return self.code

    def kill(self):
        self.is_killed = True


def test_an_interrupted_program_may_tidy_up(bootstrap, set_up, has_libraries, monkeypatch):
    program = Interrupted(code=2)
    monkeypatch.setattr(bootstrap.subprocess, "Popen", lambda *_, **__: program)
    assert bootstrap.test(set_up, []) == 2
    assert program.waits == [None, bootstrap.PATIENCE_S]
    assert not program.is_killed


def test_an_interrupted_program_that_does_not_end_is_ended(
    bootstrap, set_up, has_libraries, monkeypatch
):
    program = Interrupted(code=None)
    monkeypatch.setattr(bootstrap.subprocess, "Popen", lambda *_, **__: program)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.test(set_up, [])
    assert program.is_killed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_a_program_ended_by_a_signal_gives_the_shells_code(
    bootstrap, set_up, has_libraries, monkeypatch
):
    start = subprocess.Popen
    script = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    monkeypatch.setattr(
        bootstrap.subprocess, "Popen", lambda *_, **__: start([sys.executable, "-c", script])
    )
    assert bootstrap.test(set_up, []) == 143


def test_teaching_networks_adds_its_own_packages_once(
    bootstrap, set_up, has_libraries, monkeypatch
):
    calls = []
    answer = bootstrap._output
    monkeypatch.setattr(
        bootstrap,
        "_output",
        lambda command: "taught\n" if "import torch" in command[-1] else answer(command),
    )
    monkeypatch.setattr(
        bootstrap, "_pip", lambda place, *arguments, **how: calls.append((arguments, how))
    )
    lock = set_up.root / "installer" / "training.lock"
    lock.write_text("optuna==5.0.0\n", encoding="utf-8")
    assert bootstrap.setup(set_up, []) == 0
    assert calls == []
    for _ in range(2):
        assert bootstrap.setup(set_up, ["train"]) == 0
    own = ("--require-hashes", "--only-binary", ":all:", "-r", str(lock))
    torch = ("--only-binary", ":all:", f"torch=={bootstrap.TORCH}")
    assert calls == [(own, {}), (torch, {"follow": True})]
    lock.write_text("optuna==5.0.1\n", encoding="utf-8")
    bootstrap.setup(set_up, ["train"])
    assert len(calls) == 4


def test_a_torch_that_cannot_be_loaded_is_told(bootstrap, set_up, has_libraries, monkeypatch):
    (set_up.root / "installer" / "training.lock").write_text("", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "_pip", lambda place, *arguments, **how: None)
    with pytest.raises(bootstrap.SetupError, match="cannot be loaded") as caught:
        bootstrap.setup(set_up, ["train"])
    assert "import torch" in caught.value.hint
    assert not set_up.training_stamp.exists()


def test_setting_up_for_anything_else_is_refused(bootstrap, set_up):
    with pytest.raises(bootstrap.SetupError, match="“train”, not torch"):
        bootstrap.setup(set_up, ["torch"])


def test_the_training_lock_has_neither_torch_s_own_nor_what_is_locked_already(bootstrap):
    whole = (
        "# made by\nalembic==1.0 \\\n    --hash=sha256:aa\nnumpy==2.4 \\\n    --hash=sha256:bb\n"
        "nvidia-cublas==1 ; x \\\n    --hash=sha256:cc\ntorch==2.0\ntorchmetrics==1.0\ntriton==3\n"
    )
    known = "numpy==2.4 \\\n    --hash=sha256:bb\n"
    added = bootstrap.training_lock(whole, known)
    assert added.splitlines()[-3:] == [
        "alembic==1.0 \\",
        "    --hash=sha256:aa",
        "torchmetrics==1.0",
    ]
    assert "numpy" not in added
    assert "nvidia" not in added


def test_lock_says_how_to_get_uv(bootstrap, set_up, monkeypatch):
    monkeypatch.setattr(bootstrap, "_output", lambda command: "")
    with pytest.raises(bootstrap.SetupError, match="uv") as caught:
        bootstrap.lock(set_up, [])
    assert "pip install uv" in caught.value.hint


def test_a_wrong_command_shows_the_usage(bootstrap, capsys):
    assert bootstrap.main(["start"]) == 2
    assert "installer/bootstrap.py run [FILE ...]" in capsys.readouterr().out
    assert bootstrap.main(["--help"]) == 0


def test_an_unwritable_place_is_one_line(bootstrap, monkeypatch, capsys):
    def refuse(place, arguments):
        raise PermissionError(13, "Permission denied", "/lab/.venv")

    monkeypatch.setitem(bootstrap.COMMANDS, "setup", refuse)
    assert bootstrap.main(["setup"]) == 1
    assert capsys.readouterr().err.startswith("error: Permission denied (/lab/.venv).\nhint: ")


# --- the lock and the files beside it


def locked(path=LOCK):
    """Version and marker of each package in a lock."""
    rows = LOCKED_LINE.findall(path.read_text(encoding="utf-8"))
    return [(canonicalize_name(name), version, marker) for name, version, marker in rows]


def optional():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["optional-dependencies"]


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = optional()
    texts = [*project["project"]["dependencies"], *extras["test"], *extras["setup"]]
    return [Requirement(text) for text in (*texts, *project["build-system"]["requires"])]


@pytest.mark.parametrize(("path", "fewest"), [(LOCK, 50), (TRAINING_LOCK, 5)])
def test_locks_hold_a_checksum_for_every_package_and_no_address(path, fewest):
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked(path)) > fewest
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_every_declared_package_is_locked_at_a_version_that_fits():
    versions = {}
    for name, version, _ in locked():
        versions.setdefault(name, []).append(version)
    for requirement in declared():
        found = versions[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_what_teaching_networks_needs_is_locked_beside_and_torch_is_fixed(bootstrap):
    versions = {name: version for name, version, _ in (*locked(), *locked(TRAINING_LOCK))}
    versions["torch"] = bootstrap.TORCH
    for requirement in map(Requirement, optional()["train"]):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])
    assert not {name for name, _, _ in locked()} & {name for name, _, _ in locked(TRAINING_LOCK)}
    assert "torch" not in {name for name, _, _ in locked(TRAINING_LOCK)}


def test_lock_keeps_to_the_qt_and_plots_that_work_together():
    versions = {name: version for name, version, _ in locked()}
    assert versions["pyside6-essentials"].startswith("6.10.")
    assert versions["shiboken6"] == versions["pyside6-essentials"]
    assert versions["pyqtgraph"].startswith("0.14.")


def test_a_package_locked_twice_says_for_which_python():
    markers = {}
    for name, _, marker in locked():
        markers.setdefault(name, []).append(marker)
    twice = {name: found for name, found in markers.items() if len(found) > 1}
    assert "numpy" in twice
    assert all("python_full_version" in marker for found in twice.values() for marker in found)


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "README.md", ".ci/run", "installer/bootstrap.py"]
)
def test_no_package_address_is_written_down(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "pypi" not in text.lower()


def test_readme_opens_with_the_commands_that_the_checks_run():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = "python3 installer/bootstrap.py test"
    assert command in readme[:400]
    # on both processors and in two parts, but the same command
    both = f"step {command} -n 2 --dist loadfile -m"
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [step for step in steps if step.startswith("step python3")] == [
        f'{both} "not (slow or benchmark or torch)"',
        "step python3 installer/bootstrap.py setup train",
        f'{both} "torch and not slow"',
    ]


def skips_without_torch(tree):
    """Whether code asks for torch or goes without."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == "pytest.importorskip"
        and ast.literal_eval(node.args[0]) == "torch"
        for node in ast.walk(tree)
    )


def test_what_needs_torch_is_marked_so_that_it_runs_where_torch_is():
    """Tests that skip themselves without torch would else never run, unnoticed."""
    found = 0
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not skips_without_torch(node):
                continue
            found += 1
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(item) for item in node.decorator_list]
                assert "pytest.mark.torch" in marks, f"{path.name}: {node.name}"
            else:  # the mark follows from the module's name `torch`
                assert ast.unparse(node).startswith("torch = "), path.name
    assert found > 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
@pytest.mark.parametrize("name", [".ci/run", "installer/start.command"])
def test_scripts_can_be_started_and_parse(name):
    path = ROOT / name
    assert path.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_windows_script_has_windows_line_ends():
    raw = (ROOT / "installer" / "start.bat").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") > 10
