import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.flops import flops_per_pixel  # noqa: E402
from app.learn.jitter import COUNTS  # noqa: E402
from app.learn.networks.velatura_image import VelaturaImage  # noqa: E402

PIXEL = {"width": 8, "blocks": 1, "peaks": False}


def small(**options):
    torch.manual_seed(0)
    given = {"channels": 40, "pixel": PIXEL, "features": 4, "widths": (4, 4, 4, 4)}
    given["elements"] = ("Fe",)
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
    # the root has no slope at 0
    counts = (counts_of(8, 208) + 1.0).requires_grad_()
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


def test_counts_are_added_up_for_the_larger_scales(monkeypatch):
    network = small()
    seen, found = [], network.pixel.found
    monkeypatch.setattr(
        network.pixel, "found", lambda counts: (seen.append(counts), found(counts))[1]
    )
    counts = counts_of(16, 24)
    with torch.no_grad():
        network(counts)
        once = [len(part) for part in seen]
        totals = [part.sum().item() for part in seen]
        seen.clear()
        network(100.0 * counts)
    assert once == [16 * 24, 8 * 12, 4 * 6, 2 * 3]
    assert totals == pytest.approx([counts.sum().item()] * 4)
    # but for no more counts than the network for single spectra has met
    assert seen[-1].sum(dim=1).tolist() == pytest.approx([COUNTS[1]] * 6)


def test_it_begins_as_the_network_for_single_spectra():
    network = small()
    counts = counts_of(8, 16)
    with torch.no_grad():
        network.pixel.heads.rgb.weight.normal_()
        network.pixel.shares.weight.normal_()
        told = network(counts)
        expected = network.pixel(counts[0].flatten(1).T)
    for key, values in expected.items():
        torch.testing.assert_close(told[key][0].flatten(1).T, values, rtol=0.01, atol=0.01)


def test_a_network_for_single_spectra_that_was_taught_stays_as_it_is():
    network = small(pixel={**PIXEL, "drop": 0.5}, is_pixel_taught=False).train()
    outputs = network(counts_of(8, 8))
    assert list(outputs) == ["rgb", "log_var", "elements"]
    outputs["rgb"].sum().backward()
    touched = {name.split(".")[0] for name, it in network.named_parameters() if it.grad is not None}
    assert "corrections" in touched
    assert "pixel" not in touched
    again = network(counts_of(8, 8))
    torch.testing.assert_close(again, outputs, rtol=0, atol=0)


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
