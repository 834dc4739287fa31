import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.flops import flops_per_pixel, seconds_per_pixel  # noqa: E402


class Named(torch.nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, counts):
        return {"rgb": self.layer(counts)}


def test_a_linear_layer_multiplies_and_adds_each_weight_once():
    assert flops_per_pixel(Named(torch.nn.Linear(20, 3, bias=False)), 20) == 2 * 20 * 3


def test_a_convolution_does_so_at_each_pixel_of_a_picture():
    network = Named(torch.nn.Conv2d(5, 4, 3, padding=1))
    assert flops_per_pixel(network, 5, is_image=True) == 2 * 5 * 4 * 9


def test_a_convolution_of_half_the_pixels_counts_a_quarter():
    network = Named(torch.nn.Sequential(torch.nn.AvgPool2d(2), torch.nn.Conv2d(5, 4, 1)))
    found = flops_per_pixel(network, 5, is_image=True, multiple_px=48)
    assert found == pytest.approx(2 * 5 * 4 / 4)


def test_the_network_goes_on_learning_afterwards():
    network = Named(torch.nn.Linear(20, 3)).train()
    flops_per_pixel(network, 20)
    assert 0 < seconds_per_pixel(network, 20, runs=1) < 1
    assert network.training
