import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.flops import flops_per_pixel  # noqa: E402
from app.learn.networks.velatura_image import VelaturaImage  # noqa: E402


def small(**options):
    torch.manual_seed(0)
    given = {"channels": 40, "stem": (6, 4), "widths": (4, 4, 4, 4), "elements": ("Fe",)}
    return VelaturaImage(**{**given, **options}).eval()


def counts_of(rows, columns, channels=40, seed=4):
    generator = torch.Generator().manual_seed(seed)
    shape = (1, channels, rows, columns)
    return torch.poisson(4 * torch.rand(shape, generator=generator), generator=generator)


def test_a_pixel_takes_no_more_than_ten_million_operations():
    assert flops_per_pixel(VelaturaImage(), 512, is_image=True, multiple_px=8) < 10e6


def test_a_pixel_beyond_sight_changes_nothing():
    network = small(dilations=(1,))
    reach = network.receptive_field_px
    counts = counts_of(8, 8 * ((reach + 40) // 8))
    other = counts.clone()
    other[..., 7 + reach + 1 :] += 50.0
    with torch.no_grad():
        first, second = network(counts)["rgb"], network(other)["rgb"]
    torch.testing.assert_close(first[..., :8], second[..., :8], rtol=0, atol=1e-7)
    assert not torch.equal(first, second)


def test_sight_is_told_no_further_than_needed():
    network = small(dilations=(1,))
    with torch.no_grad():
        for weight in network.parameters():
            weight.abs_()
    found = []
    # before the heads, which know bounds
    network.own.register_forward_hook(lambda _, __, output: found.append(output))
    counts = counts_of(8, 208).requires_grad_()
    network(counts)
    reached = 0
    for column in range(96, 104):
        value = found[0][0, :, 4, column].sum()
        (gradient,) = torch.autograd.grad(value, counts, retain_graph=True)
        seen = gradient[0].abs().sum(dim=(0, 1)).nonzero().flatten()
        reached = max(reached, int((seen - column).abs().max()))
    assert reached <= network.receptive_field_px <= reached + 8


def test_a_tile_with_enough_about_it_is_coloured_as_in_the_whole_picture():
    network = small(dilations=(1,))
    margin = -(-network.receptive_field_px // 8) * 8
    counts = counts_of(16, 2 * margin + 24)
    with torch.no_grad():
        whole = network(counts)
        tile = network(counts[..., 8:])
    for key, values in whole.items():
        torch.testing.assert_close(
            values[..., 8 + margin : 16 + margin], tile[key][..., margin : margin + 8]
        )


def test_counts_are_added_up_for_the_larger_scales():
    network = small()
    seen = []
    network.stem.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    counts = counts_of(16, 24)
    with torch.no_grad():
        network(counts)
    assert [tuple(part.shape[2:]) for part in seen] == [(16, 24), (8, 12), (4, 6), (2, 3)]
    assert [part.sum().item() for part in seen] == pytest.approx([counts.sum().item()] * 4)


def test_in_training_the_novelty_has_a_loss_instead_of_a_verdict():
    network = small()
    assert list(network.train()(counts_of(8, 8))) == ["rgb", "log_var", "elements", "own_loss"]
    assert list(network.eval()(counts_of(8, 8))) == ["rgb", "log_var", "elements", "novelty"]
    assert "elements" not in small(elements=())(counts_of(8, 8))


def test_it_is_calibrated_by_single_spectra():
    network = small()
    network.calibrate(counts_of(8, 40)[0].flatten(1).T)
    with torch.no_grad():
        found = network(counts_of(8, 40, seed=5))["novelty"]
    assert found.shape == (1, 1, 8, 40)
    assert found.mean().item() == pytest.approx(0.5, abs=0.07)
