"""How many pixels a network gets at once: as many as pay, within the memory it may use."""

_SMALLEST = 4
# beyond it the way there and back costs nothing any more, but memory does
_LARGEST = 1024
_LONGEST_S = 0.5
_INSTANT_S = 0.02
_PAYS = 1.05


class BatchSize:
    """Finds the number of pixels for a network by what the batches before took.

    It begins with a few and doubles while that makes the network faster, each batch is done
    within half a second (for the picture to appear steadily), and the memory needed grows
    slowly enough for the next size to fit. Networks differ by four orders of magnitude in both,
    hence nothing is assumed of them.

    Parameters
    ----------
    budget_mb
        Memory that the network's process may use, MB.
    base_mb
        What it uses before the first batch.
    fixed
        The number of pixels of a network that takes no other.
    start
        Where to begin: what was found for the same network before.
    """

    def __init__(
        self, budget_mb: float, base_mb: float, fixed: int | None = None, start: int = _SMALLEST
    ) -> None:
        self._budget_mb = budget_mb
        self._memory_mb = self._base_mb = base_mb
        self._rates: dict[int, float] = {}
        self._is_found = fixed is not None
        self.pixels = fixed or start

    @property
    def is_found(self) -> bool:
        """Whether it stays as it is."""
        return self._is_found

    def ran(self, pixels: int, seconds: float, memory_mb: float) -> None:
        """Learn from one batch.

        Parameters
        ----------
        pixels
            How many it had; a batch that was not full teaches nothing.
        seconds
            How long it took.
        memory_mb
            Most memory that the process has used so far.
        """
        if self._is_found or pixels != self.pixels:
            return
        self._memory_mb = max(self._memory_mb, memory_mb)
        # the first batch of a size also asks for its memory: the better of two counts
        is_second = pixels in self._rates
        rate = pixels / max(seconds, 1e-9)
        self._rates[pixels] = max(rate, self._rates.get(pixels, 0.0))
        # where a batch is hardly more than the way there and back, there is no need to dwell
        is_instant = seconds < _INSTANT_S
        if not is_second and _INSTANT_S <= seconds < _LONGEST_S:
            return
        factor = 4 if is_instant else 2
        grows_mb = self._memory_mb - self._base_mb
        # so many times the pixels need as many times what was added; half as much for safety
        is_full = self._base_mb + 1.5 * factor * grows_mb > self._budget_mb
        is_slow = factor * seconds > _LONGEST_S
        # a size that gains little may lie before one that gains much: two in a row are asked
        before = [rate for size, rate in self._rates.items() if size * 4 <= pixels]
        stalls = not is_instant and self._rates[pixels] < _PAYS * max(before, default=0.0)
        if stalls or is_full or is_slow or pixels * factor > _LARGEST:
            self._is_found = True
            # of sizes that are about as fast the smallest needs least memory and shows most often
            enough = max(self._rates.values()) / _PAYS
            self.pixels = min(size for size, rate in self._rates.items() if rate >= enough)
        else:
            self.pixels = pixels * factor
