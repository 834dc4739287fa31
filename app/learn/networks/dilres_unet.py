"""AIRES-CH's dilated residual U-Net: three scales, and far looks at a fourth."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.learn.networks.parts import Outputs, Standardise, glorot, norm2d
from app.learn.networks.vgg_unet import Rise, convolutions


class DilatedBottleneck(nn.Module):
    """Narrow, look at every second of 5 × 5 pixels, widen; added to what came in.

    Parameters
    ----------
    width
        Filters coming in and out.
    narrow
        Filters within.
    """

    def __init__(self, width: int, narrow: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(width, narrow, 1),
            norm2d(narrow),
            nn.ReLU(),
            nn.Conv2d(narrow, narrow, 3, padding=2, dilation=2),
            norm2d(narrow),
            nn.ReLU(),
            nn.Conv2d(narrow, width, 1),
            norm2d(width),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Values of the same shape."""
        return torch.relu(self.main(x) + x)


class DilresUnet(nn.Module):
    """A U-Net with six dilated residual blocks at its smallest scale.

    The 2-D network v1 of AIRES-CH (A. Bombini et al., Computers 2023), layer by layer as in its
    published description; 2 179 779 parameters for 500 bins.

    Parameters
    ----------
    channels
        Bins of the spectra.
    widths
        Filters at each scale.
    neck
        Filters after the dilated blocks.
    blocks
        How many of them there are.
    is_by_picture
        Whether counts are standardised over the whole picture, as the original does, or each
        pixel by itself, so that tiles are coloured as the whole.
    """

    def __init__(
        self,
        channels: int = 512,
        widths: Sequence[int] = (32, 64, 128),
        neck: int = 256,
        blocks: int = 6,
        *,
        is_by_picture: bool = True,
    ) -> None:
        super().__init__()
        self.receptive_field_px = None if is_by_picture else 52 + 16 * blocks
        self.normalise = Standardise(is_by_picture=is_by_picture)
        ways = pairwise((channels, *widths))
        self.down = nn.ModuleList(convolutions(*way, 2) for way in ways)
        self.halve = nn.MaxPool2d(2)
        last = widths[-1]
        dilated = [DilatedBottleneck(last, last // 4) for _ in range(blocks)]
        self.neck = nn.Sequential(*dilated, *convolutions(last, neck, 2))
        self.up = nn.ModuleList(Rise(*way, 2) for way in pairwise((neck, *reversed(widths))))
        self.colour = nn.Sequential(nn.Conv2d(widths[0], 3, 3, padding=1), nn.Sigmoid())
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pictures, 3, rows, columns); rows and columns are multiples of 8."""
        x, skipped = self.normalise(counts), []
        for layers in self.down:
            skipped.append(layers(x))
            x = self.halve(skipped[-1])
        x = self.neck(x)
        for rise in self.up:
            x = rise(x, skipped.pop())
        return {"rgb": self.colour(x)}
