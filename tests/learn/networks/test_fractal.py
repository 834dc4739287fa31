import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.fractal import Fractal, FractalNet  # noqa: E402


def test_four_columns_are_fifteen_convolutions_and_end_in_four_paths():
    block = Fractal(4, 2, 3)
    convolutions = [part for part in block.modules() if isinstance(part, torch.nn.Conv1d)]
    assert len(convolutions) == 15
    assert sum(part.in_channels == 2 for part in convolutions) == 4
    assert len(block.ends(torch.rand(2, 2, 9))) == 4


def test_paths_see_one_to_eight_bins_to_each_side():
    block = Fractal(4, 1, 1).eval()
    with torch.no_grad():
        for name, weight in block.named_parameters():
            weight.fill_(0.0 if name.endswith("bias") else 1.0)
    x = torch.ones(1, 1, 41, requires_grad=True)
    reached = []
    for end in block.ends(x):
        (gradient,) = torch.autograd.grad(end[0, 0, 20], x, retain_graph=True)
        reached.append(int(gradient.flatten().nonzero().max()) - 20)
    # paths meet half-way: the second column goes on with what four convolutions saw
    assert reached == [1, 4 + 1, 4 + 2 + 1, 8]


def test_columns_are_averaged():
    block = Fractal(3, 1, 2).eval()
    with torch.no_grad():
        x = torch.rand(2, 1, 9)
        mean = sum(block.ends(x)) / 3
        torch.testing.assert_close(block(x), mean)


def test_fractals_are_followed_by_halving():
    network = FractalNet(64, filters=(2, 3), columns=2, hidden=5)
    linear = next(part for part in network.modules() if isinstance(part, torch.nn.Linear))
    assert linear.in_features == 16 * 3
