"""AIRES-CH's VGG U-Net: a picture's colours from its spectra, seen at six scales."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from app.learn.networks.parts import Outputs, Standardise, glorot


def convolutions(inputs: int, outputs: int, number: int) -> nn.Sequential:
    """Convolutions of 3 × 3 pixels in a row, each with ReLU."""
    layers: list[nn.Module] = []
    for _ in range(number):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*layers)


class Rise(nn.Module):
    """Twice as many rows and columns, joined with what was seen at that scale on the way down.

    Parameters
    ----------
    inputs, outputs
        Filters coming in and out; the skipped ones are as many as come out.
    number
        Convolutions after joining.
    """

    def __init__(self, inputs: int, outputs: int, number: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
        self.after = convolutions(2 * outputs, outputs, number)

    def forward(self, x: Tensor, skipped: Tensor) -> Tensor:
        """Values at the scale of what was skipped."""
        return self.after(torch.cat([self.up(x), skipped], dim=1))


class VggUnet(nn.Module):
    """An encoder and a decoder of plain convolutions with skipped connections.

    The 2-D network of AIRES-CH (A. Bombini et al., Computers 2023) after K. Simonyan and A.
    Zisserman (ICLR 2015) and O. Ronneberger et al. (MICCAI 2015). The paper gives the number of
    parameters (15 246 659 for 500 bins) but not the widths; these give exactly that number,
    though which of the equal convolutions are on the way down and which on the way up is not
    settled by it.

    Parameters
    ----------
    channels
        Bins of the spectra.
    widths, numbers
        Filters and convolutions at each scale on the way down.
    neck
        Filters at the smallest scale.
    rising
        Convolutions at each scale on the way up, the smallest first.
    is_by_picture
        Whether counts are standardised over the whole picture, as the original does, or each
        pixel by itself, so that tiles are coloured as the whole.
    """

    def __init__(
        self,
        channels: int = 512,
        widths: Sequence[int] = (32, 64, 128, 256, 256),
        numbers: Sequence[int] = (2, 2, 2, 3, 3),
        neck: int = 512,
        rising: Sequence[int] = (3, 2, 2, 2, 2),
        *,
        is_by_picture: bool = True,
    ) -> None:
        super().__init__()
        self.receptive_field_px = None if is_by_picture else 292
        self.normalise = Standardise(is_by_picture=is_by_picture)
        ways = zip((channels, *widths), widths, numbers, strict=False)
        self.down = nn.ModuleList(convolutions(*way) for way in ways)
        self.halve = nn.MaxPool2d(2)
        self.neck = convolutions(widths[-1], neck, 3)
        upwards = (neck, *reversed(widths))
        rises = zip(upwards, upwards[1:], rising, strict=False)
        self.up = nn.ModuleList(Rise(*rise) for rise in rises)
        self.colour = nn.Sequential(nn.Conv2d(widths[0], 3, 3, padding=1), nn.Sigmoid())
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pictures, 3, rows, columns); rows and columns are multiples of 32."""
        x, skipped = self.normalise(counts), []
        for layers in self.down:
            skipped.append(layers(x))
            x = self.halve(skipped[-1])
        x = self.neck(x)
        for rise in self.up:
            x = rise(x, skipped.pop())
        return {"rgb": self.colour(x)}
