"""The running mean of a network's weights, which is steadier than the last ones."""

import copy

import torch
from torch import nn

from app.learn.checkpoint import State

# young means forget quicker, so that first weights do not stay in them
_YOUNG = 10.0


class Average:
    """A second network whose weights are the mean of the first one's.

    Parameters
    ----------
    network
        The one that learns.
    memory
        Share of the mean that each step leaves; 0 gives the weights as they are.

    Notes
    -----
    B. T. Polyak and A. B. Juditsky, SIAM J. Control Optim. 30 (1992) 838, with exponential
    weights. Statistics of normalisations are taken as they are.
    """

    def __init__(self, network: nn.Module, memory: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._memory = memory

    @torch.no_grad()
    def add(self, network: nn.Module, step: int) -> None:
        """Take the weights after a step, counted from 1, into the mean."""
        memory = min(self._memory, step / (_YOUNG + step)) if self._memory else 0.0
        pairs = zip(self.network.parameters(), network.parameters(), strict=True)
        for mean, now in pairs:
            mean.lerp_(now, 1.0 - memory)
        for mine, theirs in zip(self.network.buffers(), network.buffers(), strict=True):
            mine.copy_(theirs)

    def state(self) -> State:
        """Its weights."""
        return self.network.state_dict()
