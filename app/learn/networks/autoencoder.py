"""An autoencoder whose summary of a spectrum is a colour."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from app.learn.networks.parts import Outputs, glorot


class Autoencoder(nn.Module):
    """Five linear layers down to three values, which are the colour, and five up again.

    After the poster of Gerodimos et al. (EXRS 2022), which tells of five layers with ReLU each
    way, of the summary being the colour, and of a loss for the colour and one for the spectrum;
    widths, the counts' normalisation (a share of the largest bin) and the sigmoid that keeps the
    colour within 0 to 1 are ours.

    Parameters
    ----------
    channels
        Bins of the spectra.
    widths
        Of the four layers between spectrum and colour.
    """

    def __init__(self, channels: int = 512, widths: Sequence[int] = (256, 128, 64, 32)) -> None:
        super().__init__()
        down = (channels, *widths)
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(down):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.encoder = nn.Sequential(*layers, nn.Linear(widths[-1], 3), nn.Sigmoid())
        layers = []
        for inputs, outputs in pairwise((3, *reversed(widths))):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.decoder = nn.Sequential(*layers, nn.Linear(widths[0], channels), nn.ReLU())
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3), once as `rgb` and once as `latent`, and `reconstruction`.

        The reconstruction is that of `peak_share(counts)`, shape (pixels, channels).
        """
        latent = self.encoder(peak_share(counts))
        return {"rgb": latent, "latent": latent, "reconstruction": self.decoder(latent)}


def peak_share(counts: Tensor) -> Tensor:
    """Counts as shares of the largest bin; nothing stays nothing."""
    return counts / counts.amax(dim=1, keepdim=True).clamp(min=1.0)


def joint_loss(outputs: Outputs, counts: Tensor, rgb: Tensor, weight: float = 1.0) -> Tensor:
    """The poster's loss: of the colour, and `weight` times that of the spectrum.

    Parameters
    ----------
    outputs
        As the autoencoder gives them.
    counts, rgb
        Spectra (pixels, channels) and true colours (pixels, 3).
    weight
        Of the mean squared error of the spectrum beside that of the colour.
    """
    of_colour = torch.mean((outputs["rgb"] - rgb) ** 2)
    of_spectrum = torch.mean((outputs["reconstruction"] - peak_share(counts)) ** 2)
    return of_colour + weight * of_spectrum
