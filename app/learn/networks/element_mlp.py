"""Maps of elements from spectra by one hidden layer."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learn.networks.parts import Outputs, glorot

ELEMENTS = ("K", "Ca", "Fe", "Cu", "Zn", "Au", "Hg", "Pb")
"""Those of the poster and of ganX's figures."""

TIMES = 200.0
"""What shares of the counts are multiplied with before the logarithm."""


class ElementMlp(nn.Module):
    """One hidden layer with ReLU that tells the counts of eight elements' lines apart.

    After the poster of Gerodimos et al. (EXRS 2022); the width and the normalisation are ours:
    the logarithm of the share of the total goes in, shares of the total come out and are
    multiplied with it, so that maps have the counts' scale whatever the time per pixel.

    Parameters
    ----------
    channels
        Bins of the spectra.
    elements
        Whose maps are given.
    hidden
        Width of the hidden layer.
    """

    def __init__(
        self, channels: int = 512, elements: tuple[str, ...] = ELEMENTS, hidden: int = 128
    ) -> None:
        super().__init__()
        self.elements = elements
        self.hidden = nn.Linear(channels, hidden)
        self.shares = nn.Linear(hidden, len(elements))
        glorot(self)
        # softplus of this is 2 % of the counts, a usual share; from 50 % learning takes longer
        nn.init.constant_(self.shares.bias, -4.0)

    def forward(self, counts: Tensor) -> Outputs:
        """Counts of each element's lines, (pixels, elements), of counts (pixels, channels)."""
        total = counts.sum(dim=1, keepdim=True)
        x = torch.log1p(TIMES * counts / total.clamp(min=1.0))
        shares = functional.softplus(self.shares(torch.relu(self.hidden(x))))
        return {"elements": shares * total}
