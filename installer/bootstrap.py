"""Sets Velatura up and starts it: one file, the standard library only, three systems.

Usage::

    python3 installer/bootstrap.py run [FILE ...]     set up if needed, then open the window
    python3 installer/bootstrap.py test [ARGUMENT ...]  set up if needed, then run the tests
    python3 installer/bootstrap.py setup              set up only
    python3 installer/bootstrap.py setup train        likewise, and for teaching networks
    python3 installer/bootstrap.py lock [ARGUMENT ...]  choose the packages' versions anew

Setting up means: a suitable Python, the system libraries that Qt needs on Linux, a virtual
environment in `.venv` beside `pyproject.toml`, in it exactly the packages of
`installer/requirements.lock`, and the `velatura` command. A stamp inside the environment makes
every later call quick and independent of the network.

The lock names every package with its checksums for all systems at once, so packages are
installed without following dependencies. It leaves out fisx on purpose: PyMca names it, nothing
here needs it, and there is no build of it for Linux. `lock` makes it anew where uv is installed
in the environment.

What teaching networks needs beside, and nothing else does, is in `installer/training.lock`, but for
torch: which build of it suits, and what that one brings along, depends on the graphics card, so
its version alone is fixed here and pip chooses the rest.

Annotations with brackets or bars are quoted, so that a Python too old to run Velatura still
reads this file as far as the sentence that says so.
"""

import errno
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

OLDEST, NEWEST = (3, 11), (3, 14)
PICTURE = "velatura-window.png"
# measured: 1.3 GB installed, 0.4 GB of downloads beside it while installing
DISK_NEEDED = 2_000_000_000
PATIENCE_S = 5.0

REQUIREMENTS, TRAINING = "installer/requirements.lock", "installer/training.lock"
TORCH = "2.13.0"
LOCK_COMMAND = (
    *("pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header", "--no-annotate", "--no-emit-package", "fisx"),
    *("pyproject.toml", "-o"),
)
# what torch brings along, each build its own
TORCHS_OWN = re.compile(r"(torch|triton|nvidia-.*|cuda-.*)==")

# pip settings that a lab's mirror, proxy or disk may need; others could send packages elsewhere
PIP_SETTINGS_KEPT = frozenset(
    f"PIP_{name}"
    for name in (
        *("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "PROXY", "TRUSTED_HOST"),
        *("CERT", "CLIENT_CERT", "KEYRING_PROVIDER", "CONFIG_FILE", "CACHE_DIR", "NO_CACHE_DIR"),
        *("TIMEOUT", "DEFAULT_TIMEOUT", "RETRIES", "USE_FEATURE", "USE_DEPRECATED"),
    )
)
# these would put other modules in the way
PYTHON_SETTINGS_DROPPED = frozenset(
    {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONSAFEPATH", "VIRTUAL_ENV"}
    | {"__PYVENV_LAUNCHER__"}
)


class SetupError(Exception):
    """Something stands in the way.

    Parameters
    ----------
    message
        What, in one line.
    hint
        What to do about it, in one line; empty when there is nothing to do.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


# --- which Python ------------------------------------------------------------------------------


def python_problem(version: "tuple[int, ...]", implementation: str, bits: int) -> "str | None":
    """Why this Python will not do; None when it will."""
    number = ".".join(str(part) for part in version[:3])
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        wanted = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
        return f"This is Python {number}; Velatura needs Python {wanted}."
    if implementation != "CPython":
        return f"This is {implementation} {number}; Velatura needs the usual Python (CPython)."
    if bits != 64:
        return f"This is a {bits}-bit Python {number}; Velatura needs a 64-bit one."
    return None


def system_problem(system: str, built_for: str, release: str) -> "str | None":
    """Why there are no packages for this system; None when there are.

    Parameters
    ----------
    system
        "Linux", "Windows" or "Darwin".
    built_for
        The processor that Python itself was built for, as "linux-x86_64", "win-amd64", "arm64".
    release
        Version of the C library on Linux (empty for others than glibc), of macOS there.
    """
    known = {"Linux": "linux-x86_64", "Windows": "win-amd64", "Darwin": "arm64"}
    if known.get(system) != built_for:
        return f"There are no packages of Qt and the networks' runtime for {system} {built_for}."
    oldest = {"Linux": ("glibc", (2, 34)), "Darwin": ("macOS", (14, 0))}
    name, least = oldest.get(system, ("", (0, 0)))
    numbers = tuple(int(part) for part in release.split(".")[:2] if part.isdigit())
    if name and numbers < least:
        found = release or "another C library"
        return f"Qt needs {name} {least[0]}.{least[1]} or newer; this system has {found}."
    return None


def check_system() -> None:
    """Raise SetupError when the packages do not exist for this system."""
    system = platform.system()
    if system == "Darwin":  # a universal Python runs as the machine does
        problem = system_problem(system, platform.machine(), platform.mac_ver()[0])
    else:
        library, version = platform.libc_ver()
        release = version if library == "glibc" else ""
        problem = system_problem(system, sysconfig.get_platform(), release)
    if problem:
        raise SetupError(
            problem,
            "Use 64-bit Windows, macOS 14 on Apple silicon, or an x86-64 Linux from 2022 or later.",
        )


def python_candidates(system: str) -> "list[list[str]]":
    """Commands by which a suitable Python may answer, the best first."""
    minors = (13, 12, 11, 14)  # the newest is the least tried
    if system == "Windows":
        return [["py", f"-3.{minor}"] for minor in minors]
    return [[f"python3.{minor}"] for minor in minors]


def find_python(system: str) -> "list[str] | None":
    """Command of an installed Python that will do; None when there is none on the path."""
    probe = (
        "import platform, struct, sys; "
        "print(*sys.version_info[:2], platform.python_implementation(), 8 * struct.calcsize('P'))"
    )
    for command in python_candidates(system):
        if shutil.which(command[0]) is None:
            continue
        answer = _output([*command, "-c", probe]).split()
        if len(answer) != 4:
            continue
        version = (int(answer[0]), int(answer[1]))
        if python_problem(version, answer[2], int(answer[3])) is None:
            return command
    return None


# --- system libraries --------------------------------------------------------------------------


class Library(NamedTuple):
    """A shared library that Qt needs on Linux, and the packages that bring it."""

    file: str
    apt: str
    pacman: str


ALWAYS = (
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libGL.so.1", "libgl1", "libglvnd"),
    Library("libEGL.so.1", "libegl1", "libglvnd"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
)
FOR_DISPLAY = {
    "x11": (
        Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
        Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
        Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
        Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
        Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    ),
    "wayland": (
        Library("libwayland-client.so.0", "libwayland-client0", "wayland"),
        Library("libwayland-cursor.so.0", "libwayland-cursor0", "wayland"),
    ),
}


def display_kind(environment: "dict[str, str]", system: str) -> str:
    """Where a window can appear: "native", "x11", "wayland", "other", or "none"."""
    if system != "Linux":
        return "native"
    if environment.get("DISPLAY"):
        return "x11"
    if environment.get("WAYLAND_DISPLAY"):
        return "wayland"
    # a screen without a window system, or one shown over the network, is asked for by name
    asked = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    return "none" if asked in {"", "offscreen", "minimal", "xcb", "wayland"} else "other"


def loadable(file: str) -> bool:
    """Whether the system finds a shared library."""
    import ctypes

    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def missing_libraries(kind: str) -> "list[Library]":
    """Libraries that Qt needs for this kind of display and the system does not have."""
    return [item for item in (*ALWAYS, *FOR_DISPLAY.get(kind, ())) if not loadable(item.file)]


def install_command(missing: "list[Library]", manager: "str | None") -> "list[str] | None":
    """Command that brings libraries, without `sudo`; None for an unknown package manager."""
    if manager == "apt-get":
        names = dict.fromkeys(item.apt for item in missing)
        return ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if manager in {"dnf", "zypper"}:
        # both know which package provides a library, whatever the package is called
        return [manager, "install", *(f"{item.file}()(64bit)" for item in missing)]
    if manager == "pacman":
        return ["pacman", "-S", "--needed", *dict.fromkeys(item.pacman for item in missing)]
    return None


def package_manager() -> "str | None":
    """The system's package manager, of those known here."""
    known = ("apt-get", "dnf", "zypper", "pacman")
    return next((name for name in known if shutil.which(name)), None)


def ensure_libraries(kind: str) -> None:
    """Bring the system libraries that are missing.

    Raises
    ------
    SetupError
        If some are missing and only the user can install them.
    """
    missing = missing_libraries(kind)
    if not missing:
        return
    command = install_command(missing, package_manager())
    if command and _install_as_root(command) and not missing_libraries(kind):
        return
    files = ", ".join(item.file for item in missing)
    raise SetupError(f"Qt needs system libraries that are missing: {files}.", _please(command))


def _install_as_root(command: "list[str]") -> bool:
    """Install with apt-get where that needs no password; tell whether it was done."""
    if command[0] != "apt-get":
        return False
    prefix: "list[str]" = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or _quiet_call(["sudo", "-n", "true"]) != 0:
            return False
        prefix = ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say("installing system packages: " + " ".join(command))
    if subprocess.call([*prefix, *command], env=environment) == 0:
        return True
    # a fresh system has no package lists yet
    subprocess.call([*prefix, "apt-get", "update"], env=environment)
    return subprocess.call([*prefix, *command], env=environment) == 0


def _please(command: "list[str] | None") -> str:
    if command is None:
        return "Install the packages that hold them with your system's package manager."
    words = [f"'{word}'" if "(" in word else word for word in command]
    return "Install them with: sudo " + " ".join(words)


# --- the environment ---------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a checkout keeps its environment."""

    root: Path

    @property
    def environment(self) -> Path:
        """Folder of the virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        windows = os.name == "nt"
        return self.environment / ("Scripts/python.exe" if windows else "bin/python")

    @property
    def stamp(self) -> Path:
        """Says for what the environment was set up."""
        return self.environment / "velatura-setup.txt"

    @property
    def training_stamp(self) -> Path:
        """Likewise, of what teaching networks needs beside."""
        return self.environment / "velatura-training.txt"

    @property
    def unfinished(self) -> Path:
        """Is there while packages are being installed."""
        return self.environment / "velatura-setup-unfinished.txt"

    @property
    def log(self) -> Path:
        """What pip said."""
        return self.environment / "velatura-setup.log"


def stamp_text(root: Path) -> str:
    """What an environment set up now would bear: where it is and what is in it."""
    digest = hashlib.sha256()
    for name in (REQUIREMENTS, "pyproject.toml"):
        digest.update((root / name).read_bytes())
    version = "{}.{}".format(*sys.version_info[:2])
    digest.update(f"{version} {sys.platform} {platform.machine()}".encode())
    # an environment that was moved or copied along with its folder has the old path in its scripts
    return f"{root}\n{digest.hexdigest()}\n"


def is_current(place: Place) -> bool:
    """Whether the environment is the one that the lock and the project ask for."""
    return place.python.exists() and _read(place.stamp) == stamp_text(place.root)


def is_usable(place: Place) -> bool:
    """Whether packages can be installed into the environment, or it must be made anew."""
    if place.unfinished.exists() or not place.python.exists():
        return False
    made_at = _read(place.stamp).partition("\n")[0]
    if made_at and made_at != str(place.root):
        return False
    answer = _output([str(place.python), "-c", "import pip, sys; print(*sys.version_info[:2])"])
    return answer.split() == [str(part) for part in sys.version_info[:2]]


def ensure_environment(place: Place) -> None:
    """Make the environment, or bring it up to date; does nothing when it is current.

    Raises
    ------
    SetupError
        If that fails.
    """
    if is_current(place):
        return
    check_system()
    if not is_usable(place):
        _check_disk(place.root)
        _create(place)
    place.stamp.unlink(missing_ok=True)
    place.unfinished.write_text("Packages are being installed.\n", encoding="utf-8")
    say("installing packages; the first time takes a few minutes")
    lock = str(place.root / REQUIREMENTS)
    try:
        _pip(place, "--require-hashes", "--only-binary", ":all:", "-r", lock)
        _pip(place, "--no-build-isolation", "-e", str(place.root))
    except SetupError:
        # pip undoes what it could not finish; only a killed one leaves a half-made environment
        place.unfinished.unlink()
        raise
    place.unfinished.unlink()
    place.stamp.write_text(stamp_text(place.root), encoding="utf-8")
    say("set up")


def ensure_training(place: Place) -> None:
    """Add to a current environment what teaching networks needs; does nothing when it is there.

    Raises
    ------
    SetupError
        If that fails.
    """
    lock = place.root / TRAINING
    wanted = f"{stamp_text(place.root)}{hashlib.sha256(lock.read_bytes()).hexdigest()} {TORCH}\n"
    if _read(place.training_stamp) == wanted:
        return
    _check_disk(place.root)
    place.training_stamp.unlink(missing_ok=True)
    say("installing what teaching networks needs; that takes a few minutes more")
    _pip(place, "--require-hashes", "--only-binary", ":all:", "-r", str(lock))
    # follows what this build needs; all of the locks' packages are there already and stay
    _pip(place, "--only-binary", ":all:", f"torch=={TORCH}", follow=True)
    if "taught" not in _output([str(place.python), "-c", "import torch; print('taught')"]):
        raise SetupError(
            f"torch {TORCH} was installed but cannot be loaded.",
            f"Its own words: {place.python} -c 'import torch'",
        )
    place.training_stamp.write_text(wanted, encoding="utf-8")


def _check_disk(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < DISK_NEEDED:
        raise SetupError(
            f"{root} has {free / 1e9:.1f} GB free; setting up needs {DISK_NEEDED / 1e9:.0f} GB.",
            "Free some space, or move this folder to a larger disk.",
        )


def _create(place: Place) -> None:
    _ensure_venv_module()
    # from inside an environment, the new one is made by the Python that one was made from
    python = getattr(sys, "_base_executable", None) or sys.executable
    say(f"making the environment {place.environment} with Python {platform.python_version()}")
    with _start([python, "-m", "venv", "--clear", str(place.environment)], place.root) as process:
        output = process.communicate()[0]
    if process.returncode != 0:
        reason = (output.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(
            f"Python could not make the environment {place.environment}: {reason}",
            "Close programs that use that folder, delete it, and try again.",
        )


def _ensure_venv_module() -> None:
    wanted = ("venv", "ensurepip")
    if all(importlib.util.find_spec(name) for name in wanted):
        return
    # Debian and its relatives keep them in a package of their own
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    command = ["apt-get", "install", "-y", "--no-install-recommends", package]
    if package_manager() == "apt-get":
        if _install_as_root(command):
            return
        hint = _please(command)
    else:
        hint = "Install your system's package for Python virtual environments (venv, pip)."
    raise SetupError("This Python cannot make virtual environments.", hint)


def child_environment(environment: "dict[str, str]") -> "dict[str, str]":
    """The caller's environment without what would lead Python or pip astray."""
    kept = {
        key: value
        for key, value in environment.items()
        if key not in PYTHON_SETTINGS_DROPPED
        and (key in PIP_SETTINGS_KEPT or not key.startswith("PIP_"))
    }
    # settings a pip configuration file may hold and that cannot work inside an environment
    kept.update(PIP_USER="0", PIP_REQUIRE_HASHES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return kept


def _pip(place: Place, *arguments: str, follow: bool = False) -> None:
    """Run `pip install`, by default without dependencies, show what it fetches, log the rest."""
    command = [str(place.python), "-m", "pip", "install", "--no-input", *arguments]
    if not follow:
        command.append("--no-deps")
    lines = []
    with place.log.open("w", encoding="utf-8") as log, _start(command, place.root) as process:
        for line in process.stdout or ():
            lines.append(line)
            log.write(line)
            if line.startswith("Collecting "):
                say("  " + line.split(" (from")[0].strip())
            elif line.startswith("Installing collected packages") and "," in line:
                say(f"  unpacking {line.count(',') + 1} packages")
    if process.returncode != 0:
        message, hint = explain_pip("".join(lines))
        raise SetupError(message, f"{hint} All of what pip said: {place.log}")


def _start(command: "list[str]", folder: Path) -> "subprocess.Popen[str]":
    """Start a command whose words, all on one stream, are read by the caller."""
    return subprocess.Popen(
        command,
        env={**child_environment(dict(os.environ)), "PYTHONIOENCODING": "utf-8"},
        cwd=str(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def explain_pip(output: str) -> "tuple[str, str]":
    """What a failed pip's words mean, and what to do, each in one line."""
    if "No space left on device" in output or "not enough space on the disk" in output:
        return "The disk is full.", "Free some space and try again."
    if "Long Path" in output:
        return (
            "A package has paths too long for this place.",
            r"Move this folder to a short one, such as C:\Velatura, and try again.",
        )
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A downloaded package is not the one that was tested (its checksum differs).",
            "Try again; if it stays so, the mirror or proxy in between changes packages.",
        )
    troubles = (
        *("NewConnectionError", "Max retries", "NameResolution", "name resolution"),
        *("ProxyError", "SSLError", "ConnectTimeout", "ReadTimeout", "unreachable"),
    )
    if any(word in output for word in troubles):
        return (
            "The packages cannot be fetched: there is no connection to the package index.",
            "Check the network; behind a proxy or with a mirror, set HTTPS_PROXY or PIP_INDEX_URL.",
        )
    errors = [line.strip() for line in output.splitlines() if "error: " in line.lower()]
    absent = [line for line in errors if "No matching distribution" in line]
    if absent:
        system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
        return (
            f"{absent[0].partition(': ')[2].rstrip('.')} on this system ({system}).",
            "Check the network and the mirror, or try another Python from 3.11 to 3.14.",
        )
    reason = errors[0] if errors else "pip gave no reason."
    return f"The packages could not be installed: {reason}", "Delete the folder .venv, try again."


# --- commands ----------------------------------------------------------------------------------


def run(place: Place, files: "list[str]") -> int:
    """Set up, then open the window; without a display, draw it into a picture."""
    system = platform.system()
    kind = display_kind(dict(os.environ), system)
    if system == "Linux":
        ensure_libraries(kind)
    ensure_environment(place)
    environment = child_environment(dict(os.environ))
    # the program starts in its own folder: whatever lies in the caller's cannot shadow it
    paths = [os.path.abspath(name) if Path(name).exists() else name for name in files]
    if kind != "none":
        return _call(place, ["-m", "app", *(paths or ["demo"])], environment)
    picture = Path.cwd() / PICTURE
    say("there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set):")
    say("the window is drawn into a picture instead")
    environment["QT_QPA_PLATFORM"] = "offscreen"
    drawing = ["-m", "app", "screenshot", *paths[:1], "--out", str(picture), "--force"]
    code = _call(place, drawing, environment)
    if code == 0:
        say(f"the picture: {picture}")
    return code


def test(place: Place, arguments: "list[str]") -> int:
    """Set up, then run the tests without a display; pytest's exit code."""
    if platform.system() == "Linux":
        ensure_libraries("none")
    ensure_environment(place)
    environment = child_environment(dict(os.environ))
    environment["QT_QPA_PLATFORM"] = "offscreen"
    return _call(place, ["-m", "pytest", *arguments], environment)


def setup(place: Place, arguments: "list[str]") -> int:
    """Set up only; with "train" for teaching networks as well."""
    if arguments not in ([], ["train"]):
        raise SetupError(f"setup takes nothing or “train”, not {' '.join(arguments)}.")
    if platform.system() == "Linux":
        ensure_libraries(display_kind(dict(os.environ), "Linux"))
    ensure_environment(place)
    if arguments:
        ensure_training(place)
    say(f"ready: {place.environment}")
    return 0


def lock(place: Place, arguments: "list[str]") -> int:
    """Make both locks anew with uv; further arguments go to it, as `--upgrade`."""
    if not _output([str(place.python), "-m", "uv", "--version"]):
        raise SetupError(
            "The lock is made by uv, which is not in the environment.",
            f"Install it with: {place.python} -m pip install uv",
        )
    environment = child_environment(dict(os.environ))
    uv = ["-m", "uv", *LOCK_COMMAND]
    chosen = [REQUIREMENTS, "--extra", "test", "--extra", "setup", *arguments]
    code = _call(place, [*uv, *chosen], environment)
    if code:
        return code
    with tempfile.TemporaryDirectory() as folder:
        whole, torch = Path(folder, "whole.lock"), Path(folder, "torch.txt")
        torch.write_text(f"torch=={TORCH}\n", encoding="utf-8")
        upon = ["-c", str(place.root / REQUIREMENTS), "-c", str(torch)]
        code = _call(place, [*uv, str(whole), "--extra", "train", *upon, *arguments], environment)
        if code == 0:
            known = (place.root / REQUIREMENTS).read_text(encoding="utf-8")
            added = training_lock(whole.read_text(encoding="utf-8"), known)
            (place.root / TRAINING).write_text(added, encoding="utf-8", newline="\n")
    return code


def training_lock(whole: str, known: str) -> str:
    """What a lock has beside another one, without torch and what each build of it brings."""
    blocks = re.split(r"^(?=\S)", whole, flags=re.MULTILINE)[1:]
    there = {line.partition("==")[0] for line in known.splitlines() if line[:1].strip()}
    return "".join(
        block
        for block in blocks
        if block.partition("==")[0] not in there and not TORCHS_OWN.match(block)
    )


COMMANDS = {"run": run, "test": test, "setup": setup, "lock": lock}


def main(arguments: "list[str]") -> int:
    """Carry out one command.

    Returns
    -------
    int
        Exit code: that of the program started, 1 when setting up failed, 2 for a wrong command,
        130 when interrupted.
    """
    if not arguments or arguments[0] not in COMMANDS:
        print((__doc__ or "").split("\n\nSetting up")[0])
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    bits = 64 if sys.maxsize > 2**32 else 32
    problem = python_problem(sys.version_info[:3], platform.python_implementation(), bits)
    try:
        if problem:
            return _with_other_python(problem, arguments)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a console that cannot write every letter
                stream.reconfigure(errors="replace")
        place = Place(Path(__file__).resolve().parents[1])
        return COMMANDS[arguments[0]](place, arguments[1:])
    except SetupError as error:
        return _fail(str(error), error.hint)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        full = error.errno == errno.ENOSPC
        hint = "Free some space." if full else "Check that you may read and write there."
        return _fail(f"{error.strerror or error}{where}.", hint)
    except KeyboardInterrupt:
        print("\nVelatura: interrupted", file=sys.stderr)
        return 130


def _with_other_python(problem: str, arguments: "list[str]") -> int:
    command = find_python(platform.system())
    if command is None:
        raise SetupError(problem, "Install Python 3.13 (python.org, or your system's packages).")
    say(f"{problem} Going on with {' '.join(command)}.")
    return subprocess.call([*command, str(Path(__file__).resolve()), *arguments])


def say(text: str) -> None:
    """Tell the user what is being done."""
    print(f"Velatura: {text}", flush=True)


def _fail(message: str, hint: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"hint: {hint}", file=sys.stderr)
    return 1


def _call(place: Place, arguments: "list[str]", environment: "dict[str, str]") -> int:
    command = [str(place.python), *arguments]
    with subprocess.Popen(command, env=environment, cwd=str(place.root)) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # the program was interrupted as well and may still have something to tidy up
            try:
                code = process.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise KeyboardInterrupt from None
    return code if code >= 0 else 128 - code  # ended by a signal, as a shell tells it


def _quiet_call(command: "list[str]") -> int:
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _output(command: "list[str]") -> str:
    """What a command prints; empty when it fails or is not there."""
    try:
        raw = subprocess.check_output(
            command, stderr=subprocess.DEVNULL, env=child_environment(dict(os.environ))
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return raw.decode("utf-8", "replace")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
