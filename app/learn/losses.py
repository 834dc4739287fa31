"""What is made small in training."""

from typing import Any

import torch
from torch import Tensor

from app.learn.config import TrainingPlan
from app.learn.networks.autoencoder import peak_share
from app.learn.networks.parts import Outputs

_HALF = 0.5
# colours are kept this far from 0 and 1
_NO_COLOUR = 1e-6
# shares of elements are compared by their roots, on which Poisson noise is the same everywhere;
# so much keeps the root's slope finite at 0
_NO_SHARE = 1e-4
_LOG_VARIANCE = (-12.0, 2.0)


def loss(
    outputs: Outputs, counts: Tensor, rgb: Tensor, elements: Tensor | None, plan: TrainingPlan
) -> Tensor:
    """The weighted sum of what a plan asks for, and what a network asks of itself in training.

    Parameters
    ----------
    outputs
        Of a network, for `counts`.
    counts, rgb, elements
        As a batch has them.
    """
    total = torch.zeros((), device=counts.device)
    if plan.colour_weight:
        total = total + plan.colour_weight * colour_loss(outputs, rgb, plan.loss)
    if plan.element_weight and elements is not None:
        total = total + plan.element_weight * element_loss(outputs, counts, elements)
    if plan.reconstruction_weight:
        apart = outputs["reconstruction"] - peak_share(counts)
        total = total + plan.reconstruction_weight * torch.mean(apart**2)
    if "own_loss" in outputs:
        total = total + outputs["own_loss"]
    return total


def colour_loss(outputs: Outputs, rgb: Tensor, kind: str) -> Tensor:
    """Of the colour, by one of `config.LOSSES`."""
    given = outputs["rgb"]
    if kind == "cross-entropy":
        # written out: torch's own stops the program where a value is no number
        kept = given.clamp(_NO_COLOUR, 1 - _NO_COLOUR)
        return -torch.mean(rgb * torch.log(kept) + (1 - rgb) * torch.log1p(-kept))
    squares = (given - rgb) ** 2
    if kind == "squares":
        return squares.mean()
    return likelihood(squares.mean(dim=1, keepdim=True), outputs["log_var"])


def likelihood(squares: Tensor, log_variance: Tensor) -> Tensor:
    """How unlikely errors are under the variances told, weighted so that all points are learnt.

    Parameters
    ----------
    squares
        Mean squared error over the bands, shape (n, 1, …).
    log_variance
        Natural logarithm of the variance told, same shape.

    Notes
    -----
    Of a Gaussian, each point times the root of its variance: with the likelihood alone points
    that are held uncertain are hardly learnt (M. Seitzer et al., ICLR 2022, β-NLL with β = ½).
    """
    told = log_variance.clamp(*_LOG_VARIANCE)
    each = _HALF * (squares * torch.exp(-told) + told)
    return torch.mean(each * torch.exp(_HALF * told.detach()))


def element_loss(outputs: Outputs, counts: Tensor, elements: Tensor) -> Tensor:
    """Of the roots of the elements' shares; the network gives counts."""
    total = counts.sum(dim=1, keepdim=True).clamp(min=1.0)
    given, wanted = (
        torch.sqrt(shares + _NO_SHARE) for shares in (outputs["elements"] / total, elements)
    )
    return torch.mean((given - wanted) ** 2)


def asks_for_elements(plan: TrainingPlan) -> bool:
    """Whether batches must tell of elements."""
    return plan.element_weight > 0


def tensors(batch: Any, device: torch.device) -> tuple[Tensor, Tensor, Tensor | None]:
    """A batch's arrays on a device: counts, colours, elements."""
    counts, rgb = (torch.from_numpy(values).to(device) for values in (batch.counts, batch.rgb))
    elements = None if batch.elements is None else torch.from_numpy(batch.elements).to(device)
    return counts, rgb, elements
