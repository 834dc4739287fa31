import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.resnet import ResidualBlock, ResNet  # noqa: E402


def test_a_block_that_finds_nothing_hands_on_the_larger_of_each_two_places():
    block = ResidualBlock(2, 2).eval()
    with torch.no_grad():
        for weight in block.main.parameters():
            weight.zero_()
        found = block(torch.tensor([[[1.0, 5.0, 2.0, -3.0], [-1.0, -2.0, 0.0, 4.0]]]))
    assert found.tolist() == [[[5.0, 2.0], [0.0, 4.0]]]


def test_each_block_halves_the_spectrum():
    network = ResNet(64, filters=(4, 6), hidden=5)
    linear = next(part for part in network.modules() if isinstance(part, torch.nn.Linear))
    assert linear.in_features == 8 * 6
