"""The number of pixels at once is found by rates and memory, and stays within limits."""

import pytest

from app.engine.batch_size import BatchSize


def settled(seconds_of, memory_of=lambda pixels: 100.0, budget_mb=800.0, **options):
    """Run batches until the size is found; give it and all sizes that were tried."""
    batch = BatchSize(budget_mb, 100.0, **options)
    tried = []
    most = 0.0
    while not batch.is_found:
        tried.append(batch.pixels)
        most = max(most, memory_of(batch.pixels))
        batch.ran(batch.pixels, seconds_of(batch.pixels), most)
        assert len(tried) < 60
    return batch.pixels, tried


def test_growth_stops_where_it_no_longer_pays():
    # best at 16, as the published network on one processor
    size, tried = settled(lambda n: n / {4: 300, 8: 400, 16: 500, 32: 380}.get(n, 250) + 0.02)
    assert 8 <= size <= 64
    assert max(tried) <= 128


def test_the_fastest_size_is_taken_not_the_last():
    rates = {4: 40.0, 8: 60.0, 16: 90.0, 32: 70.0, 64: 60.0}
    size, tried = settled(lambda n: n / rates.get(n, 50.0))
    assert size == 16
    assert max(tried) == 32


def test_of_sizes_about_as_fast_the_smallest_is_taken():
    rates = {4: 200.0, 8: 290.0, 16: 300.0, 32: 303.0}
    assert settled(lambda n: n / rates.get(n, 250.0))[0] == 8


def test_instant_networks_grow_in_large_steps_up_to_the_most():
    size, tried = settled(lambda n: 0.002 + n * 1e-6)
    assert size == 1024
    assert tried == [4, 16, 64, 256, 1024]


@pytest.mark.parametrize("budget_mb", [300.0, 800.0, 2000.0])
def test_memory_stays_within_the_budget(budget_mb):
    def memory(pixels):
        return 100.0 + 2.0 * pixels

    _, tried = settled(lambda n: 0.05 + n * 1e-6, memory, budget_mb)
    assert memory(max(tried)) <= budget_mb
    assert memory(2 * max(tried)) > budget_mb / 1.5 or max(tried) == 1024


def test_slow_batches_end_the_growth():
    size, tried = settled(lambda n: 0.1 * n)
    assert size == 4
    assert tried == [4, 4]
    assert settled(lambda n: 1.0 * n)[1] == [4]


def test_batches_that_are_not_full_teach_nothing():
    batch = BatchSize(800.0, 100.0)
    batch.ran(3, 0.001, 5000.0)
    assert batch.pixels == 4
    assert not batch.is_found


def test_a_fixed_number_and_a_hint_are_kept():
    fixed = BatchSize(800.0, 100.0, fixed=7)
    assert fixed.is_found
    fixed.ran(7, 0.001, 120.0)
    assert fixed.pixels == 7
    assert BatchSize(800.0, 100.0, start=64).pixels == 64
