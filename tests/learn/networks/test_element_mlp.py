import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.element_mlp import ELEMENTS, ElementMlp  # noqa: E402


def test_maps_are_of_the_eight_elements_of_the_poster():
    network = ElementMlp(40)
    assert network.elements == ELEMENTS == ("K", "Ca", "Fe", "Cu", "Zn", "Au", "Hg", "Pb")
    assert network(torch.rand(2, 40))["elements"].shape == (2, 8)


def test_maps_grow_with_the_counts_and_are_never_negative():
    torch.manual_seed(0)
    network = ElementMlp(40)
    counts = 100 * torch.rand(3, 40)
    with torch.no_grad():
        once, thrice = network(counts)["elements"], network(3 * counts)["elements"]
        none = network(torch.zeros(1, 40))["elements"]
    torch.testing.assert_close(thrice, 3 * once)
    assert once.min() >= 0.0
    assert not none.any()


def test_it_learns_to_tell_a_peak_from_its_neighbour():
    torch.manual_seed(0)
    network = ElementMlp(20, ("Fe", "Cu"), hidden=16)
    generator = torch.Generator().manual_seed(5)
    amounts = 1000 * torch.rand(200, 2, generator=generator)
    bins = torch.arange(20.0)
    peaks = torch.exp(-0.5 * ((bins - torch.tensor([[8.0], [11.0]])) / 1.2) ** 2)
    peaks /= peaks.sum(dim=1, keepdim=True)
    counts = amounts @ peaks + 5.0
    step = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(200):
        step.zero_grad()
        found = network(counts)["elements"]
        (((found - amounts) / 1000) ** 2).mean().backward()
        step.step()
    together = torch.stack([found.detach()[:, 1], amounts[:, 1]])
    assert torch.corrcoef(together)[0, 1] > 0.98
