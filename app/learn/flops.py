"""How much a network has to compute for each pixel, and how long that takes."""

import time

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

_SIDE_PX = 64
_PIXELS = 256


def flops_per_pixel(
    network: nn.Module, channels: int, *, is_image: bool = False, multiple_px: int = 1
) -> float:
    """Floating-point operations for each pixel.

    Parameters
    ----------
    network
        For pixels or for pictures.
    channels
        Bins of its spectra.
    is_image
        Whether it takes pictures.
    multiple_px
        Rows and columns must be multiples of this.

    Notes
    -----
    A multiplication and an addition count two. Convolutions and matrix products are counted,
    which is nearly all; what is done value by value (ReLU, normalisation, logarithms) is not.
    """
    counts = _example(channels, is_image, multiple_px, _PIXELS)
    was_training = network.training
    try:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            network.eval()(counts)
    finally:
        network.train(was_training)
    return float(counter.get_total_flops()) / (counts.numel() / channels)


def seconds_per_pixel(
    network: nn.Module,
    channels: int,
    *,
    is_image: bool = False,
    multiple_px: int = 1,
    pixels: int = _PIXELS,
    runs: int = 3,
) -> float:
    """The shortest time that a network takes for a pixel of many, seconds.

    Parameters
    ----------
    network, channels, is_image, multiple_px
        As for `flops_per_pixel`; it runs where the network's weights are.
    pixels
        How many are given at once; pictures have the sides that come near to it.
    runs
        Of how many the shortest is taken, after one that does not count.
    """
    device = next(network.parameters()).device
    counts = _example(channels, is_image, multiple_px, pixels).to(device)
    was_training, taken = network.training, []
    try:
        network.eval()
        with torch.no_grad():
            for _ in range(runs + 1):
                start = time.perf_counter()
                values = network(counts)
                # waits for devices that work on their own
                next(iter(values.values())).flatten()[0].item()
                taken.append(time.perf_counter() - start)
    finally:
        network.train(was_training)
    return min(taken[1:]) / (counts.numel() / channels)


def _example(channels: int, is_image: bool, multiple_px: int, pixels: int) -> torch.Tensor:
    if not is_image:
        return torch.ones(pixels, channels)
    side = max(_SIDE_PX, round(pixels**0.5))
    side = -(-side // multiple_px) * multiple_px
    return torch.ones(1, channels, side, side)
