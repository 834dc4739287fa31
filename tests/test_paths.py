"""Where things are: bundled resources and the user's folders."""

from pathlib import Path

import pytest

from app import paths


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A frozen program's bundle with one resource."""
    icons = tmp_path / "resources" / "icons"
    icons.mkdir(parents=True)
    (icons / "open.svg").write_text("<svg/>", encoding="utf-8")
    (icons / "save.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    return tmp_path


def package_at(folder, monkeypatch):
    module = folder / "app" / "paths.py"
    module.parent.mkdir()
    module.touch()
    monkeypatch.setattr(paths, "__file__", str(module))
    return module.parent


def test_a_frozen_program_finds_its_bundle(bundle):
    assert paths.bundle_root() == bundle


def test_an_installed_wheel_finds_its_bundled_folder(tmp_path, monkeypatch):
    package = package_at(tmp_path, monkeypatch)
    (package / "_bundled").mkdir()
    assert paths.bundle_root() == package.resolve() / "_bundled"


def test_a_working_copy_finds_the_repository(tmp_path, monkeypatch):
    package_at(tmp_path, monkeypatch)
    assert paths.bundle_root() == tmp_path.resolve()


def test_a_resource_is_found_by_its_name(bundle):
    assert paths.resource("icons/open.svg") == bundle / "resources" / "icons" / "open.svg"


def test_a_resource_may_be_a_folder(bundle):
    assert paths.resource("icons").is_dir()


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../app/paths.py",
        "icons/../../secret",
        "..\\secret",
        "icons\\..\\..\\secret",
        "C:\\secret",
        "C:secret",
        "C:/secret",
        "\\\\server\\share\\secret",
    ],
)
def test_a_name_that_leaves_the_resources_is_refused_on_every_system(bundle, name):
    with pytest.raises(ValueError, match="named relative to the resources folder"):
        paths.resource(name)


def test_an_unknown_resource_lists_the_known_ones(bundle):
    with pytest.raises(FileNotFoundError, match=r"no resource 'icons/close\.svg'") as raised:
        paths.resource("icons/close.svg")
    assert str(raised.value).endswith("there are: open.svg, save.svg")


def test_an_unknown_folder_of_resources_lists_none(bundle):
    with pytest.raises(FileNotFoundError, match="there are: none"):
        paths.resource("sounds/beep.wav")


def test_the_sample_scan_is_a_resource(bundle):
    sample = bundle / "resources" / "sample" / "sample.h5"
    sample.parent.mkdir()
    sample.touch()
    assert paths.sample_scan() == sample


FOLDERS = [
    (paths.cache_dir, "cache"),
    (paths.config_dir, "config"),
    (paths.data_dir, "data"),
    (paths.log_dir, "log"),
]


@pytest.mark.parametrize(("folder", "name"), FOLDERS)
def test_one_variable_moves_all_user_folders(folder, name, user_folders):
    assert folder() == Path(user_folders) / name
    assert folder().is_dir()


@pytest.mark.parametrize(("folder", "name"), FOLDERS)
def test_without_the_variable_the_system_names_the_folder(folder, name, tmp_path, monkeypatch):
    asked = []

    def of_the_system(program, appauthor):
        asked.append((program, appauthor))
        return tmp_path / "deep" / name

    monkeypatch.delenv(paths.HOME_VARIABLE)
    monkeypatch.setattr(paths.platformdirs, f"user_{name}_path", of_the_system)
    assert folder() == tmp_path / "deep" / name
    assert folder().is_dir()
    assert asked[0] == ("velatura", False)
