"""Two pictures of the same scan, one coloured by pixels and one as a whole, made one."""

import torch
from torch import Tensor, nn

from app.learn.networks.parts import Outputs, glorot

_LEAST = 1e-3
_MERGED_PX = 4
"""How far to each side the merging convolutions look."""


class Refiner(nn.Module):
    """A network for pixels, one for pictures, and convolutions that merge their colours.

    AIRES-CH (A. Bombini et al., Computers 2023) names a refiner that merges its 1-D and 2-D
    branches, without its layers; these are ours: from both colours and their difference a weight
    for each pixel and band, and a small correction.

    Parameters
    ----------
    pixel, image
        The two networks. Unless `are_trained`, they stay as they are: their weights are frozen
        and their normalisations keep the statistics that they were given.
    width
        Filters of the merging convolutions.
    are_trained
        Whether the two networks learn too.
    """

    def __init__(
        self, pixel: nn.Module, image: nn.Module, width: int = 32, *, are_trained: bool = False
    ) -> None:
        super().__init__()
        self.pixel, self.image = pixel, image
        self.are_trained = are_trained
        around = getattr(image, "receptive_field_px", 0)
        self.receptive_field_px = None if around is None else around + _MERGED_PX
        self.merging = nn.Sequential(
            nn.Conv2d(9, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=2, dilation=2),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 6, 1),
        )
        glorot(self.merging)
        if not are_trained:
            self.pixel.requires_grad_(False)
            self.image.requires_grad_(False)
            self.train(self.training)

    def train(self, mode: bool = True) -> "Refiner":
        """Set whether it learns; networks that do not learn keep on as they are used."""
        super().train(mode)
        if not self.are_trained:
            self.pixel.eval()
            self.image.eval()
        return self

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pictures, 3, rows, columns) of counts (pictures, channels, rows, columns)."""
        return {"rgb": self.merged(by_pixels(self.pixel, counts), self.image(counts)["rgb"])}

    def merged(self, by_pixel: Tensor, by_image: Tensor) -> Tensor:
        """One picture of two, each (pictures, 3, rows, columns), 0 to 1."""
        both = torch.cat([by_pixel, by_image, by_pixel - by_image], dim=1)
        share, correction = self.merging(both).chunk(2, dim=1)
        share = torch.sigmoid(share)
        mean = share * by_pixel + (1.0 - share) * by_image
        # corrected on the logistic scale, so that colours stay colours
        return torch.sigmoid(torch.logit(mean, eps=_LEAST) + correction)


def by_pixels(network: nn.Module, counts: Tensor) -> Tensor:
    """Colours by a network for pixels of counts (pictures, channels, rows, columns)."""
    pictures, channels, rows, columns = counts.shape
    pixels = counts.permute(0, 2, 3, 1).reshape(-1, channels)
    rgb: Tensor = network(pixels)["rgb"]
    return rgb.reshape(pictures, rows, columns, 3).permute(0, 3, 1, 2)
