import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.dilres_unet import DilatedBottleneck, DilresUnet  # noqa: E402
from app.learn.networks.parts import keras_count  # noqa: E402


def small(**options):
    torch.manual_seed(0)
    return DilresUnet(3, (2, 3, 4), neck=3, **options).eval()


def test_a_dilated_block_has_the_published_number_of_parameters():
    assert keras_count(DilatedBottleneck(128, 32)) == 18_368


def test_a_dilated_block_sees_every_second_pixel():
    block = DilatedBottleneck(4, 2).eval()
    with torch.no_grad():
        for weight in block.parameters():
            weight.abs_()
    x = torch.rand(1, 4, 7, 9, requires_grad=True)
    (gradient,) = torch.autograd.grad(block(x)[0, 0, 3, 4], x)
    seen = gradient[0].abs().sum(dim=0).nonzero().tolist()
    assert seen == [[row, column] for row in (1, 3, 5) for column in (2, 4, 6)]


def test_how_far_it_looks_is_told():
    assert small().receptive_field_px is None
    assert small(is_by_picture=False).receptive_field_px == 148
    assert small(is_by_picture=False, blocks=3).receptive_field_px == 100


def test_standardised_by_pixels_a_pixel_beyond_sight_changes_nothing():
    network = small(is_by_picture=False, blocks=2)
    reach = network.receptive_field_px
    counts = torch.rand(1, 3, 16, 160)
    other = counts.clone()
    other[..., 7 + reach + 1 :] = 9.0
    with torch.no_grad():
        first, second = network(counts)["rgb"], network(other)["rgb"]
    torch.testing.assert_close(first[..., :8], second[..., :8], rtol=0, atol=1e-7)
    assert not torch.equal(first, second)
