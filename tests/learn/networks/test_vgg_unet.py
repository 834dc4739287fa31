import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.vgg_unet import Rise, VggUnet  # noqa: E402


def small(**options):
    torch.manual_seed(0)
    return VggUnet(3, (2, 2, 2, 2, 2), neck=3, **options).eval()


def test_rising_doubles_rows_and_columns_and_takes_what_was_skipped():
    rise = Rise(5, 3, 2)
    assert rise(torch.rand(1, 5, 2, 3), torch.rand(1, 3, 4, 6)).shape == (1, 3, 4, 6)


def test_five_scales_are_skipped_to_the_other_side():
    network = small()
    assert [len(layers) // 2 for layers in network.down] == [2, 2, 2, 3, 3]
    assert [len(rise.after) // 2 for rise in network.up] == [3, 2, 2, 2, 2]


def test_a_picture_standardised_as_a_whole_has_no_end_of_sight():
    assert small().receptive_field_px is None
    assert small(is_by_picture=False).receptive_field_px == 292


def test_standardised_by_pixels_a_pixel_beyond_sight_changes_nothing():
    network = small(is_by_picture=False)
    counts = torch.rand(1, 3, 32, 704)
    other = counts.clone()
    # columns 0 to 31 see no further than 31 + 292
    other[..., 31 + 292 + 1 :] = 9.0
    with torch.no_grad():
        first, second = network(counts)["rgb"], network(other)["rgb"]
    torch.testing.assert_close(first[..., :32], second[..., :32], rtol=0, atol=1e-7)
    assert not torch.equal(first, second)
