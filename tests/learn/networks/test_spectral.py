import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.spectral import ColourHeads, SpectralView, Standing  # noqa: E402


def test_shares_are_free_of_the_time_and_their_number_is_told():
    counts = torch.tensor([[10.0, 40.0, 0.0, 50.0]])
    once, longer = SpectralView()(counts), SpectralView()(100 * counts)
    torch.testing.assert_close(once[0], longer[0])
    torch.testing.assert_close(once[1], longer[1])
    assert once[0].tolist()[0] == pytest.approx(torch.log1p(2 * counts)[0].tolist())
    assert once[1].tolist()[0] == pytest.approx((0.6 * counts**0.5)[0].tolist())
    assert (longer[2] - once[2]).item() == pytest.approx(torch.log(torch.tensor(100.0)).item() / 2)


def test_noise_of_roots_is_alike_in_bins_of_few_and_many_counts():
    torch.manual_seed(0)
    expected = torch.tensor([30.0, 300.0, 3000.0]).repeat(4000, 1)
    _, roots, _ = SpectralView()(torch.poisson(expected))
    assert roots.std(dim=0)[:2].tolist() == pytest.approx([6 * 0.5 / 3330**0.5] * 2, rel=0.05)


def test_nothing_stays_finite():
    assert all(torch.isfinite(part).all() for part in SpectralView()(torch.zeros(2, 5)))


def test_colour_and_variance_begin_in_the_middle():
    torch.manual_seed(0)
    with torch.no_grad():
        outputs = ColourHeads(6)(torch.randn(2, 6))
    assert outputs["rgb"].shape == (2, 3)
    assert outputs["log_var"].shape == (2, 1)
    assert (outputs["rgb"] - 0.5).abs().max() < 0.05
    assert (torch.exp(outputs["log_var"] / 2) - 0.2).abs().max() < 0.01


def test_errors_told_are_of_1_to_60_percent():
    heads = ColourHeads(1)
    with torch.no_grad():
        heads.log_var.weight.fill_(1.0)
        sd = torch.exp(heads(torch.tensor([[-1e6], [1e6]]))["log_var"] / 2).flatten().tolist()
    assert sd == pytest.approx([0.01, 0.607], rel=0.02)


def test_values_stand_about_their_means_once_these_are_known():
    values = torch.tensor([[1.0, 10.0], [3.0, 10.0], [2.0, 10.0]])
    standing = Standing(2)
    assert torch.equal(standing(values), values.clamp(-8, 8))
    standing.settle(values)
    found = standing(values)
    assert torch.allclose(found[:, 0], torch.tensor([-1.0, 1.0, 0.0]) / 1.03)
    # a value that never varies is not blown up, and nothing goes far out
    assert torch.equal(found[:, 1], torch.zeros(3))
    assert standing(torch.tensor([[2.0, 1000.0]])).max() == 8
    picture = values.T.reshape(1, 2, 3, 1)
    assert torch.equal(standing(picture)[0, :, :, 0].T, found)


def test_our_networks_settle_what_comes_in_and_keep_it():
    from app.learn.networks.velatura_image import VelaturaImage
    from app.learn.networks.velatura_pixel import VelaturaPixel

    counts = torch.poisson(torch.full((50, 64), 4.0))
    pixel = VelaturaPixel(channels=64, width=16, blocks=1)
    picture = VelaturaImage(channels=64, widths=(8, 8), dilations=(1,))
    pixel.prepare(counts)
    picture.prepare(counts)
    assert pixel.state_dict()["standing.spread"].min() > 0.03
    assert picture.state_dict()["pixel.standing.middle"].abs().max() > 0
