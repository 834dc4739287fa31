import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.novelty import Novelty, strange_lines  # noqa: E402

CHANNELS = 512


def peak(bin_, width=1.2):
    bins = torch.arange(float(CHANNELS))
    shape = torch.exp(-0.5 * ((bins - bin_) / width) ** 2)
    return shape / shape.sum()


def spectra(number, *, seed, elements=(60, 80, 100, 130), tubes=(250, 280), counts=(300, 30_000)):
    """Give counts of two of the lines each, with a tube's line and a flat background."""
    generator = torch.Generator().manual_seed(seed)
    lines = torch.stack([peak(place) for place in elements])
    amounts = torch.rand(number, len(elements), generator=generator) ** 2
    amounts[torch.arange(number), torch.randint(len(elements), (number,), generator=generator)] = 0
    tube = torch.randint(len(tubes), (number,), generator=generator)
    scattered = torch.stack([peak(place) for place in tubes])[tube]
    expected = amounts @ lines + 0.5 * scattered + 0.3 / CHANNELS
    low, high = torch.log(torch.tensor(counts, dtype=torch.float32))
    total = torch.exp(low + (high - low) * torch.rand(number, 1, generator=generator))
    expected = expected / expected.sum(dim=1, keepdim=True) * total
    return torch.poisson(expected, generator=generator)


@pytest.fixture(scope="module")
def calibrated():
    torch.manual_seed(0)
    novelty = Novelty(CHANNELS, groups=4, components=6, width=16).eval()
    novelty.calibrate(spectra(3000, seed=1))
    return novelty


def judged(novelty, counts):
    with torch.no_grad():
        return novelty(counts)[:, 0]


def test_before_it_has_seen_training_spectra_nothing_is_new():
    novelty = Novelty(CHANNELS).eval()
    assert not judged(novelty, spectra(5, seed=2)).any()


def test_spectra_like_those_of_training_are_spread_evenly(calibrated):
    found = judged(calibrated, spectra(2000, seed=2))
    for share in (0.25, 0.5, 0.75, 0.95):
        assert (found < share).float().mean().item() == pytest.approx(share, abs=0.05)


def test_an_element_that_was_never_seen_is_new(calibrated):
    known = judged(calibrated, spectra(300, seed=3, counts=(3000, 3000)))
    new = judged(calibrated, spectra(300, seed=3, elements=(60, 80, 115), counts=(3000, 3000)))
    above = (new[:, None] > known).float() + 0.5 * (new[:, None] == known).float()
    assert above.mean() > 0.8
    assert new.median() > 0.99


def test_a_line_of_one_tube_is_new_beside_that_of_the_other(calibrated):
    with torch.no_grad():
        mixed = spectra(300, seed=4, tubes=(250,))
        both = mixed + spectra(300, seed=5, tubes=(280,))
        # components of all spectra together would hold both lines
        assert calibrated.excess(both).median() > calibrated.excess(mixed).median() + 0.5


def test_residuals_are_those_of_the_nearest_group_s_components(calibrated):
    counts = spectra(20, seed=6)
    roots = calibrated._roots(counts)
    found = calibrated._residuals(roots)
    k = calibrated.components
    for group, mean in enumerate(calibrated.means):
        axes = calibrated.axes[:, group * k : (group + 1) * k]
        torch.testing.assert_close(axes.T @ axes, torch.eye(k), atol=1e-5, rtol=0)
        rest = (roots - mean) - (roots - mean) @ axes @ axes.T
        torch.testing.assert_close(found[:, group], (rest**2).sum(dim=1), atol=1e-5, rtol=1e-3)


def test_the_residual_is_held_against_what_so_many_counts_let_expect(calibrated):
    few = calibrated.excess(spectra(600, seed=7, counts=(400, 400))).median()
    many = calibrated.excess(spectra(600, seed=7, counts=(20_000, 20_000))).median()
    assert abs(float(few - many)) < 0.25


def test_a_picture_is_judged_pixel_by_pixel(calibrated):
    counts = spectra(6, seed=8)
    picture = counts.reshape(2, 1, 3, CHANNELS).permute(0, 3, 1, 2)
    with torch.no_grad():
        found = calibrated(picture)
    assert found.shape == (2, 1, 1, 3)
    torch.testing.assert_close(found.flatten(), judged(calibrated, counts))


def test_calibrating_again_gives_the_same_and_leaves_training_on():
    torch.manual_seed(0)
    novelty = Novelty(CHANNELS, groups=3, components=4, width=8).train()
    counts = spectra(500, seed=1)
    states = []
    for _ in range(2):
        novelty.calibrate(counts)
        states.append({name: value.clone() for name, value in novelty.named_buffers()})
    assert novelty.training
    assert all(torch.equal(states[0][name], value) for name, value in states[1].items())


def test_spectra_without_counts_do_not_hinder_calibrating():
    novelty = Novelty(CHANNELS, groups=2, components=3, width=8)
    counts = spectra(200, seed=1)
    counts[:50] = 0
    novelty.calibrate(counts)
    assert all(torch.isfinite(value).all() for _, value in novelty.named_buffers())


def test_strange_lines_are_shares_of_the_counts_at_energies_of_no_element():
    torch.manual_seed(0)
    counts = torch.full((2000, CHANNELS), 10.0)
    lines = strange_lines(counts)
    shares = lines.sum(dim=1) / counts.sum(dim=1)
    # an L series has 1.7 times the counts of its first line
    assert 0.002 < shares.min() < 0.004
    assert 0.45 < shares.max() < 0.86
    places = lines.argmax(dim=1) * 0.08
    assert 1.4 < places.min() < 2.5
    assert 31 < places.max() < 32.1
    assert (lines >= 0).all()


def test_the_small_network_learns_to_see_strange_lines_and_has_a_say_then():
    torch.manual_seed(0)
    novelty = Novelty(CHANNELS, groups=2, components=3, width=16)
    step = torch.optim.Adam(novelty.parameters(), lr=3e-3)
    novelty.calibrate(spectra(300, seed=1))
    assert novelty.scale[1, 0] > 1e8
    losses = []
    for turn in range(60):
        step.zero_grad()
        loss = novelty.loss(spectra(64, seed=turn, counts=(3000, 3000)))
        loss.backward()
        step.step()
        losses.append(loss.item())
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    novelty.calibrate(spectra(300, seed=1))
    assert novelty.scale[1, 0] < 100
