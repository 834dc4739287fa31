import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.inception import Inception, InceptionBlock  # noqa: E402


def test_a_block_gives_four_branches_of_its_width():
    found = InceptionBlock(3, 5)(torch.rand(2, 3, 11))
    assert found.shape == (2, 20, 11)


def test_branches_see_one_three_five_and_three_bins():
    block = InceptionBlock(1, 2)
    with torch.no_grad():
        for weight in block.parameters():
            weight.fill_(1.0)
    x = torch.zeros(1, 1, 11, requires_grad=True)
    seen = []
    for branch in block.branches:
        # a slope, so that the largest of three bins is the last
        slope = x + torch.arange(11.0)
        (gradient,) = torch.autograd.grad(branch(slope)[0, 0, 5], x)
        seen.append(gradient.flatten().nonzero().flatten().tolist())
    assert seen == [[5], [4, 5, 6], [3, 4, 5, 6, 7], [6]]


def test_blocks_are_followed_by_halving():
    network = Inception(64, widths=(2, 3), hidden=5)
    linear = next(part for part in network.modules() if isinstance(part, torch.nn.Linear))
    assert linear.in_features == 8 * 12
