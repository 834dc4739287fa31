"""`velatura unmix`."""

import numpy as np
import pytest

from app.engine.pigment_libraries import Libraries


@pytest.fixture
def painted(tmp_path):
    """Haematite in the left half, azurite in the right; 4 × 6 pixels."""
    spectra = [Libraries().find(name).pigment.spectra[0] for name in ("haematite", "azurite")]
    shapes = np.stack([item.counts / item.counts.sum() for item in spectra])
    shares = np.where(np.arange(6)[:, None] < 3, [1.0, 0.0], [0.0, 1.0])
    counts = np.random.default_rng(1).poisson(1500 * shares @ shapes, (4, 6, 2048))
    axis = spectra[0].axis
    path = tmp_path / "panel.npz"
    np.savez(
        path, cube=counts.astype(np.uint16), kev_offset=axis.offset_kev, kev_slope=axis.gain_kev
    )
    return path


def test_it_says_what_is_where_and_which_files_it_wrote(velatura, painted, tmp_path):
    ran = velatura("unmix", painted, "--out", tmp_path / "out", "--pigments", "haematite,azurite")
    assert ran.code == 0, ran.err
    assert "most in  50.0% of the pixels: Haematite [Fe]" in ran.out
    assert "Each is that of one coat of paint" in ran.out
    written = [line for line in ran.out.splitlines() if line.startswith(str(tmp_path))]
    assert len(written) == 9


def test_json_has_groups_words_and_outputs(velatura, painted, tmp_path):
    ran = velatura(
        *("unmix", painted, "--out", tmp_path / "out", "--pigments", "haematite,azurite"),
        *("--instrument", "Rh 50 kV", "--json"),
    )
    assert ran.code == 0, ran.err
    shares = {item["group"]: item["share_of_pixels_where_most"] for item in ran.json["groups"]}
    assert shares == {"Haematite": 0.5, "Azurite": 0.5, "Scatter": 0.0, "Smooth rest": 0.0}
    assert len(ran.json["outputs"]) == 9
    assert any("computed for Rh 50 kV" in line for line in ran.json["text"])


def test_components_are_found_without_pigments(velatura, painted, tmp_path):
    ran = velatura(
        *("unmix", painted, "--out", tmp_path / "out", "--method", "nmf"),
        *("--components", "2", "--seed", "3"),
    )
    assert ran.code == 0, ran.err
    assert "Component 1 (" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--method", "pca"), "nnls, nmf"),
        (("--pigments", "azurrite"), "azurrite"),
        (("--instrument", "M7"), "Ag 40 kV"),
        (("--scatter", "none"), "auto, own, free"),
        (("--varnish", "-1"), "0 to 500 µm"),
        (("--region", "0:99,0:2"), "4 rows and 6 columns"),
        (("--method", "nmf", "--components", "41"), "1 to 40"),
    ],
)
def test_errors_say_what_is_expected(velatura, painted, tmp_path, arguments, message):
    ran = velatura("unmix", painted, "--out", tmp_path / "out", *arguments)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert "hint: " in ran.err
    assert message in ran.err
    assert not (tmp_path / "out").exists()
