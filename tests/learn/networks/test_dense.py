import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.dense import Dense  # noqa: E402


def test_layers_have_the_widths_asked_for_and_drop_between():
    network = Dense(40, (12, 5), drop=0.25)
    linear = [part for part in network.modules() if isinstance(part, torch.nn.Linear)]
    assert [(part.in_features, part.out_features) for part in linear] == [(40, 12), (12, 5), (5, 3)]
    drops = [part.p for part in network.modules() if isinstance(part, torch.nn.Dropout)]
    assert drops == [0.25, 0.25]


def test_twice_the_counts_give_nearly_the_same_colour_where_counts_are_many():
    torch.manual_seed(0)
    network = Dense(40)
    counts = 1000 * torch.rand(3, 40)
    with torch.no_grad():
        once, twice = network(counts)["rgb"], network(2 * counts)["rgb"]
    torch.testing.assert_close(once, twice, atol=3e-3, rtol=0)
