import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.wavenet import Causal, GatedStack, WaveNet  # noqa: E402


@pytest.mark.parametrize("dilation", [1, 4])
def test_a_causal_convolution_sees_a_place_and_two_before_it(dilation):
    layer = Causal(1, 1, dilation)
    x = torch.zeros(1, 1, 20, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(x)[0, 0, 12], x)
    assert gradient.flatten().nonzero().flatten().tolist() == [12 - 2 * dilation, 12 - dilation, 12]


def test_a_stack_looks_2_4_6_places_down_by_layer():
    stack = GatedStack(2, 3)
    x = torch.randn(1, 2, 40, requires_grad=True)
    (gradient,) = torch.autograd.grad(stack(x).found[0].sum(dim=0)[39], x)
    # two steps of 2, 4 and 6 places
    assert 39 - int(gradient[0].abs().sum(dim=0).nonzero().min()) == 24


def test_what_goes_on_is_what_came_in_and_all_that_was_found():
    stack = GatedStack(2, 3)
    with torch.no_grad():
        x = torch.randn(1, 2, 40)
        onwards, found = stack(x)
        torch.testing.assert_close(onwards, x + found)


def test_any_number_of_bins_is_taken():
    network = WaveNet(512, width=4, layers=(2, 1)).eval()
    with torch.no_grad():
        assert network(torch.rand(2, 77))["rgb"].shape == (2, 3)
