"""How large a synthetic scan becomes: points, counts, file and memory."""

from dataclasses import dataclass

LARGEST_SIDE = 20_000
"""Most rows or columns a synthetic scan can have."""

# a count that stands alone in its block of channels takes about so many bytes, packed by LZ4
# (the working file) and by gzip; measured on pictures of 0.1 to 0.8 million points
_BYTES_PER_COUNT = {True: 0.9, False: 0.8}
# the program itself, its libraries and the picture
_BASE_BYTES = 250 * 2**20
# writing works through blocks of so many rows, which are no larger than that
_BLOCK_ROWS = 32
_BLOCK_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class ScanSize:
    """What a synthetic scan will take.

    Parameters
    ----------
    rows, cols, channels
        Of its counts.
    counts
        All counts together, as expected.
    file_bytes
        Size of the file, within about a factor of 1.5.
    memory_bytes
        Most memory at one time, likewise.
    """

    rows: int
    cols: int
    channels: int
    counts: int
    file_bytes: int
    memory_bytes: int


def scan_size(rows: int, cols: int, wanted_cols: int) -> tuple[int, int]:
    """Rows and columns of a picture of that size with so many columns; 0 keeps its size."""
    if not wanted_cols:
        return rows, cols
    return max(round(rows * wanted_cols / cols), 1), wanted_cols


def estimated(
    rows: int, cols: int, channels: int, counts_per_pixel: int, *, is_quick: bool
) -> ScanSize:
    """What a scan will take.

    Parameters
    ----------
    counts_per_pixel
        On average.
    is_quick
        Whether it is packed as a working file.
    """
    points = rows * cols
    counts = points * counts_per_pixel
    item = 2 if counts_per_pixel < 60_000 else 4
    block = min(min(rows, _BLOCK_ROWS) * cols * channels * item, _BLOCK_BYTES)
    # no more than the counts themselves take where most channels hold many
    packed = min(counts * _BYTES_PER_COUNT[is_quick], points * channels * item)
    return ScanSize(
        rows,
        cols,
        channels,
        counts,
        # labels, picture and numbers of counts are in the file, too
        round(packed) + 4 * points + 200_000,
        _BASE_BYTES + 2 * block + 16 * points,
    )
