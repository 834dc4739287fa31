import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.flops import flops_per_pixel  # noqa: E402
from app.learn.networks.element_mlp import ELEMENTS  # noqa: E402
from app.learn.networks.velatura_pixel import VelaturaPixel  # noqa: E402


def counts_of(number=3, channels=512, seed=4):
    generator = torch.Generator().manual_seed(seed)
    return torch.poisson(4 * torch.rand(number, channels, generator=generator), generator=generator)


def test_a_pixel_takes_no_more_than_ten_million_operations():
    assert flops_per_pixel(VelaturaPixel(), 512) < 10e6


def test_in_training_the_novelty_has_a_loss_instead_of_a_verdict():
    torch.manual_seed(0)
    network = VelaturaPixel(novelty_weight=0.5)
    learning = network.train()(counts_of())
    assert list(learning) == ["rgb", "log_var", "elements", "own_loss"]
    assert learning["own_loss"].shape == ()
    # half of what a guess by chance would give
    assert learning["own_loss"].item() == pytest.approx(0.5 * 0.69, abs=0.1)
    assert list(network.eval()(counts_of())) == ["rgb", "log_var", "elements", "novelty"]


def test_the_loss_of_the_novelty_changes_nothing_of_the_colours():
    network = VelaturaPixel().train()
    network(counts_of())["own_loss"].backward()
    touched = {
        name.partition(".")[0]
        for name, weight in network.named_parameters()
        if weight.grad is not None
    }
    assert touched == {"novelty"}


def test_elements_are_told_by_name_or_not_at_all():
    assert VelaturaPixel().elements == ELEMENTS
    network = VelaturaPixel(elements=("Fe", "Cu")).eval()
    with torch.no_grad():
        once, twice = (network(times * counts_of())["elements"] for times in (1, 2))
    assert once.shape == (3, 2)
    assert (twice > once).all()
    assert "elements" not in VelaturaPixel(elements=()).eval()(counts_of())


def test_calibrating_makes_training_spectra_usual_and_others_new():
    torch.manual_seed(0)
    network = VelaturaPixel(width=16, blocks=1).eval()
    network.calibrate(counts_of(800))
    flat = torch.zeros(1, 512)
    flat[0, 200] = 900.0
    with torch.no_grad():
        usual = network(counts_of(400, seed=5))["novelty"].mean().item()
        assert usual == pytest.approx(0.5, abs=0.07)
        assert network(flat)["novelty"].item() == 1.0


def test_other_numbers_of_bins_are_taken():
    with torch.no_grad():
        found = VelaturaPixel(channels=77).eval()(counts_of(2, 77))
    assert found["rgb"].shape == (2, 3)
