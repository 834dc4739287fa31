"""A colour from a spectrum by fully connected layers: the simplest of the 1-D networks."""

from collections.abc import Sequence

from torch import Tensor, nn

from app.learn.networks.parts import Outputs, Standardise, colour, dense, glorot


class Dense(nn.Module):
    """Fully connected layers with ReLU.

    The 1-D branch of AIRES-CH (A. Bombini et al., Computers 2023) names such a network
    without its widths; these are ours.

    Parameters
    ----------
    channels
        Bins of the spectra.
    widths
        Of the hidden layers.
    drop
        Share of each hidden layer that is dropped in training.
    """

    def __init__(
        self, channels: int = 512, widths: Sequence[int] = (256, 128, 64), drop: float = 0.0
    ) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Standardise(), *dense((channels, *widths), drop), *colour(widths[-1])
        )
        glorot(self)

    def forward(self, counts: Tensor) -> Outputs:
        """Colours (pixels, 3) of counts (pixels, channels)."""
        return {"rgb": self.layers(counts)}
