import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.dense import Dense  # noqa: E402
from app.learn.networks.dilres_unet import DilresUnet  # noqa: E402
from app.learn.networks.refiner import Refiner, by_pixels  # noqa: E402


def refiner(*, are_trained=False, is_by_picture=False):
    torch.manual_seed(0)
    image = DilresUnet(6, (2, 3, 4), neck=3, blocks=2, is_by_picture=is_by_picture)
    return Refiner(Dense(6, (5,)), image, width=4, are_trained=are_trained)


def test_a_network_for_pixels_colours_a_picture_pixel_by_pixel():
    network = Dense(6, (5,))
    counts = torch.rand(2, 6, 3, 4)
    with torch.no_grad():
        found = by_pixels(network, counts)
        one = network(counts[1, :, 2, 3][None])["rgb"][0]
    assert found.shape == (2, 3, 3, 4)
    torch.testing.assert_close(found[1, :, 2, 3], one)


def test_without_having_learnt_it_is_between_the_two_but_for_a_small_correction():
    network = refiner()
    with torch.no_grad():
        network.merging[-1].weight.zero_()
        found = network.merged(torch.full((1, 3, 4, 5), 0.2), torch.full((1, 3, 4, 5), 0.6))
    torch.testing.assert_close(found, torch.full((1, 3, 4, 5), 0.4))


def test_the_two_networks_stay_as_they_are():
    network = refiner().train()
    assert network.merging.training
    assert not network.image.training
    assert not any(weight.requires_grad for weight in network.pixel.parameters())
    before = {name: value.clone() for name, value in network.image.state_dict().items()}
    network(torch.rand(1, 6, 8, 16))
    assert all(torch.equal(network.image.state_dict()[name], old) for name, old in before.items())


def test_the_two_networks_learn_too_where_asked():
    network = refiner(are_trained=True).train()
    assert network.image.training
    assert all(weight.requires_grad for weight in network.parameters())


def test_it_looks_four_pixels_further_than_its_network_for_pictures():
    assert refiner().receptive_field_px == 52 + 32 + 4
    assert refiner(is_by_picture=True).receptive_field_px is None
