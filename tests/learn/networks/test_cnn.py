import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.cnn import Cnn  # noqa: E402


def test_each_convolution_is_followed_by_halving():
    network = Cnn(100, filters=(2, 3), kernels=(5, 3), hidden=7)
    linear = next(part for part in network.modules() if isinstance(part, torch.nn.Linear))
    assert linear.in_features == 25 * 3
    assert network(torch.ones(2, 100))["rgb"].shape == (2, 3)


def test_filters_and_kernels_are_as_many():
    with pytest.raises(ValueError, match="shorter"):
        Cnn(100, filters=(2, 3), kernels=(5,))
