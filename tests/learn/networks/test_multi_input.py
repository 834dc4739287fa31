import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.multi_input import (  # noqa: E402
    BAND,
    BANDS_OF_500,
    BANDS_OF_512,
    Bottleneck,
    MultiInput,
    salient,
)


def test_bands_are_at_the_same_energies_on_both_axes():
    original = [0.5 + 0.076 * (start + BAND / 2) for start in BANDS_OF_500]
    ours = [0.08 * (start + BAND / 2) for start in BANDS_OF_512]
    assert ours == pytest.approx(original, abs=0.04)
    assert MultiInput(500).starts == BANDS_OF_500
    assert MultiInput(512).starts == BANDS_OF_512
    assert MultiInput(512, bands=(1, 2, 3, 4)).starts == (1, 2, 3, 4)


def test_a_band_is_weighed_with_mean_and_variance_in_swapped_roles():
    band = torch.tensor([[0.0, 2.0, 4.0, 2.0]])
    expected = torch.softmax((band - 2.0) / 3.0, dim=1)
    torch.testing.assert_close(salient(band), expected)


@pytest.mark.parametrize(("stride", "places"), [(1, 15), (2, 8)])
def test_a_bottleneck_keeps_or_halves_places_and_gives_four_times_its_width(stride, places):
    block = Bottleneck(8, 4, stride, is_projected=True)
    assert block(torch.rand(2, 8, 15)).shape == (2, 16, places)


def test_trunks_come_down_to_two_places_of_512_filters():
    network = MultiInput(500).eval()
    with torch.no_grad():
        whole = network.spectrum(torch.rand(1, 1, 500))
        assert whole.shape == (1, 32, 59)
        assert network.trunk_alone(whole).shape == (1, 1024)
        assert network.trunk_joined(torch.rand(1, 32, 83)).shape == (1, 1024)
        part = network.bands[0](torch.rand(1, 1, BAND))
        assert part.shape == (1, 16, 4)
        assert network.pairs[0](torch.cat([part, part], dim=2)).shape == (1, 32, 4)
