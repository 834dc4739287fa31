import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.parts import (  # noqa: E402
    PositionMajor,
    Standardise,
    conv1d,
    dense,
    glorot,
    keras_count,
    mean_of,
    norm1d,
)


def test_a_pixel_is_standardised_by_its_own_mean_and_spread():
    counts = torch.tensor([[1.0, 3.0, 5.0, 7.0], [0.0, 0.0, 0.0, 8.0]])
    expected = [(row - row.mean()) / (row.std() + 1) for row in counts.numpy()]
    np.testing.assert_allclose(Standardise()(counts).numpy(), expected, rtol=1e-6)


def test_a_picture_is_standardised_by_the_mean_and_spread_of_all_of_it():
    counts = torch.arange(2 * 3 * 2 * 4, dtype=torch.float32).reshape(2, 3, 2, 4)
    found = Standardise(is_by_picture=True)(counts).numpy()
    expected = [(whole - whole.mean()) / (whole.std() + 1) for whole in counts.numpy()]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_flattening_keeps_the_channels_of_a_place_together():
    x = torch.tensor([[[1, 2, 3], [10, 20, 30]]])
    assert PositionMajor()(x).tolist() == [[1, 10, 2, 20, 3, 30]]


@pytest.mark.parametrize(
    ("width", "expected"), [(2, [3, 5, 7, 4]), (3, [3, 6, 9, 7]), (4, [6, 10, 9, 7])]
)
def test_the_odd_place_of_padding_goes_right(width, expected):
    layer = conv1d(1, 1, width)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.fill_(1.0 if weight.ndim == 3 else 0.0)
        found = layer(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]))
    assert found.flatten().tolist() == expected


def test_dilated_convolutions_look_at_distant_places():
    layer = conv1d(1, 1, 3, dilation=2)
    with torch.no_grad():
        layer.weight[:] = 1.0
        layer.bias[:] = 0.0
        found = layer(torch.tensor([[[1.0, 10.0, 100.0, 1000.0, 10000.0]]])).flatten().tolist()
    assert found == [101.0, 1010.0, 10101.0, 1010.0, 10100.0]


def test_keras_counts_running_statistics_but_no_counter_of_batches():
    layers = torch.nn.Sequential(torch.nn.Linear(5, 7), norm1d(7))
    assert keras_count(layers) == 5 * 7 + 7 + 4 * 7


def test_first_weights_keep_within_glorot_s_limit_and_biases_are_nought():
    torch.manual_seed(3)
    layers = torch.nn.Sequential(*dense((20, 30), drop=0.5))
    glorot(layers)
    limit = np.sqrt(6 / 50)
    weights = layers[0].weight.detach().abs()
    assert 0.95 * limit < float(weights.max()) <= limit
    assert not layers[0].bias.any()
    assert [type(part).__name__ for part in layers] == ["Linear", "ReLU", "Dropout"]


def test_the_mean_of_one_is_itself():
    one, three = torch.tensor([1.0]), torch.tensor([3.0])
    assert mean_of([one]) is one
    assert mean_of([one, three]).item() == 2.0
