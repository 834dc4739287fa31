import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.catalogue import COUNTED_CHANNELS, NETWORKS  # noqa: E402
from app.learn.networks.parts import keras_count  # noqa: E402

PUBLISHED = {
    "multi_input": 2_482_731,
    "fractal": 2_117_195,
    "opt_inception": 656_913,
}
"""As the seeds give them."""


@pytest.fixture(params=NETWORKS)
def row(request):
    return NETWORKS[request.param]


def counts_for(row, channels, *, number=2):
    """Give Poisson counts of a few pixels, or of pictures of 2 by 3 times the multiple."""
    shape = (number, channels)
    if row.layout == "image":
        shape = (2, channels, 2 * row.multiple_px, 3 * row.multiple_px)
    generator = torch.Generator().manual_seed(7)
    return torch.poisson(torch.full(shape, 4.0), generator=generator)


def built(row, channels=512, seed=1):
    torch.manual_seed(seed)
    return row.build(channels=channels)


def test_every_network_has_the_parameters_it_is_said_to_have(row):
    assert keras_count(built(row, COUNTED_CHANNELS)) == row.parameters_expected


def test_the_published_numbers_of_parameters_are_met():
    assert {name: NETWORKS[name].parameters_expected for name in PUBLISHED} == PUBLISHED
    assert NETWORKS["wavenet"].parameters_expected == pytest.approx(1_809_183, rel=1e-3)


@pytest.mark.parametrize("channels", [500, 512])
def test_every_network_gives_what_it_says_in_the_shape_that_goes_in(row, channels):
    counts = counts_for(row, channels)
    with torch.no_grad():
        outputs = built(row, channels).eval()(counts)
    assert tuple(outputs) == row.outputs
    for values in outputs.values():
        assert values.shape[0] == counts.shape[0]
        assert values.shape[2:] == counts.shape[2:]
        assert values.ndim == counts.ndim
        assert values.dtype == torch.float32
        assert torch.isfinite(values).all()
    if "rgb" in outputs:
        assert outputs["rgb"].shape[1] == 3
        assert 0.0 <= outputs["rgb"].min() <= outputs["rgb"].max() <= 1.0


def test_the_same_seed_gives_the_same_weights_and_colours(row):
    counts = counts_for(row, 512)
    with torch.no_grad():
        first, again, other = (built(row, seed=seed).eval()(counts) for seed in (1, 1, 2))
    key = row.outputs[0]
    assert torch.equal(first[key], again[key])
    assert not torch.equal(first[key], other[key])


def test_every_weight_to_be_learnt_gets_a_gradient(row):
    network = built(row).train()
    outputs = network(counts_for(row, 512))
    sum((values * torch.randn_like(values)).sum() for values in outputs.values()).backward()
    silent = [
        name
        for name, weight in network.named_parameters()
        if weight.requires_grad and (weight.grad is None or not weight.grad.any())
    ]
    assert silent == []


def test_a_pixel_without_counts_gets_a_colour(row):
    counts = torch.zeros_like(counts_for(row, 512))
    with torch.no_grad():
        outputs = built(row).eval()(counts)
    assert all(torch.isfinite(values).all() for values in outputs.values())


def test_a_pixel_is_coloured_alike_whatever_is_beside_it_in_the_batch(row):
    counts = counts_for(row, 512)
    network = built(row).eval()
    with torch.no_grad():
        together, alone = network(counts), network(counts[:1])
    for key, values in together.items():
        torch.testing.assert_close(values[:1], alone[key], rtol=1e-4, atol=1e-5)
