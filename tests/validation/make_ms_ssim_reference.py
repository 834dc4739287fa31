"""Make the reference values of MS-SSIM anew with a published implementation.

Run from the top of the repository, in an environment that also has torch and pytorch-msssim 1.0.0
(V. O. Fang, github.com/VainF/pytorch-msssim): `python -m tests.validation.make_ms_ssim_reference`.
The pictures are made from numbers alone, so that only their scores need to be kept.
"""

import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).with_name("ms_ssim_reference.json")
# even at every of the five scales: implementations halve odd sides in different ways
SIZES = ((192, 256), (320, 176))


def picture(rows, cols, seed):
    """A picture of gradients, discs and grain, sRGB, shape (rows, cols, 3), uint8."""
    y, x = np.mgrid[0:rows, 0:cols] / max(rows, cols)
    drawn = np.random.Generator(np.random.PCG64(seed)).random(64)
    bands = []
    for band in range(3):
        a, b, c, d = drawn[4 * band : 4 * band + 4]
        disc = (x - a) ** 2 + (y - b) ** 2 < 0.02 + 0.05 * c
        bands.append(0.5 + 0.3 * np.sin(8 * (a + 0.3) * x + 9 * d * y) * (1 - 0.6 * disc))
    grain = 0.06 * np.sin(997.0 * x * y + 113.0 * seed + 71.0 * x)
    return np.clip((np.stack(bands, axis=-1) + grain[..., None]) * 255, 0, 255).astype(np.uint8)


def pairs():
    """Pairs of pictures: with noise, shifted, other contrast, blended with another."""
    for rows, cols in SIZES:
        first = picture(rows, cols, 3)
        noise = (np.arange(first.size) * 7919 % 41 - 20).reshape(first.shape)
        yield "noise", first, np.clip(first + noise, 0, 255).astype(np.uint8)
        yield "shifted", first, np.roll(first, 2, axis=1)
        yield "contrast", first, (first * 0.7 + 30).astype(np.uint8)
        other = picture(rows, cols, 8)
        yield "blended", first, (first * 0.6 + other * 0.4).astype(np.uint8)


def main():
    """Write the scores of all pairs."""
    import torch
    from pytorch_msssim import ms_ssim

    scores = []
    for name, first, second in pairs():
        one, other = (
            torch.tensor(item.astype(np.float64) / 255).permute(2, 0, 1)[None]
            for item in (first, second)
        )
        value = float(ms_ssim(one, other, data_range=1.0, size_average=True))
        scores.append({"pair": name, "shape": list(first.shape), "ms_ssim": value})
    TARGET.write_text(json.dumps(scores, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
