"""The averaged network is the mean that is told."""

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.average import Average  # noqa: E402


def test_it_follows_the_weights_slowly_and_takes_statistics_as_they_are():
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    mean = Average(network, 0.9)
    with torch.no_grad():
        before = network[0].weight.clone()
        network[0].weight += 1.0
        network[1].running_mean += 3.0
    mean.add(network, 1000)
    assert torch.allclose(mean.network[0].weight, before + 0.1)
    assert torch.equal(mean.network[1].running_mean, network[1].running_mean)
    assert not mean.network.training
    assert mean.state().keys() == network.state_dict().keys()


def test_without_memory_it_is_the_network_itself():
    network = torch.nn.Linear(2, 2)
    mean = Average(network, 0.0)
    with torch.no_grad():
        network.weight += 1.0
    mean.add(network, 1)
    assert torch.equal(mean.network.weight, network.weight)


def test_young_means_forget_first_weights():
    network = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(0.0)
    mean = Average(network, 0.999)
    with torch.no_grad():
        network.weight.fill_(1.0)
    for step in range(1, 200):
        mean.add(network, step)
    assert float(mean.network.weight) > 0.99
