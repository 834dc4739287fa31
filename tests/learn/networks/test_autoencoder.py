import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.autoencoder import Autoencoder, joint_loss, peak_share  # noqa: E402


def test_there_are_five_linear_layers_each_way_with_three_values_between():
    network = Autoencoder(40, (20, 15, 10, 5))
    ways = [
        [part.out_features for part in way if isinstance(part, torch.nn.Linear)]
        for way in (network.encoder, network.decoder)
    ]
    assert ways == [[20, 15, 10, 5, 3], [5, 10, 15, 20, 40]]


def test_spectra_are_shares_of_their_largest_bin():
    counts = torch.tensor([[1.0, 4.0, 0.0], [0.0, 0.0, 0.0]])
    assert peak_share(counts).tolist() == [[0.25, 1.0, 0.0], [0.0, 0.0, 0.0]]


def test_the_loss_is_of_the_colour_and_by_weight_of_the_spectrum():
    outputs = {"rgb": torch.full((2, 3), 0.5), "reconstruction": torch.full((2, 4), 0.25)}
    counts = torch.tensor([[4.0, 0.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
    rgb = torch.full((2, 3), 0.1)
    of_spectrum = (0.75**2 + 3 * 0.25**2) / 4
    assert joint_loss(outputs, counts, rgb, 0.5).item() == pytest.approx(0.16 + 0.5 * of_spectrum)


def test_it_learns_colours_and_spectra_of_three_kinds_together():
    torch.manual_seed(1)
    network = Autoencoder(12, (24, 16, 12, 8))
    counts = 20 * torch.eye(12)[:3] + 1.0
    rgb = torch.tensor([[0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.2, 0.2, 0.9]])
    step = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(150):
        step.zero_grad()
        loss = joint_loss(network(counts), counts, rgb)
        loss.backward()
        step.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
