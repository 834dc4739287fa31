"""How good a network is on scenes and scanners that it does not learn from."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from app.learn.config import Config
from app.learn.jitter import Measuring
from app.learn.losses import asks_for_elements, loss, tensors
from app.learn.scenes import Scene
from app.learn.stream import Batch, Batching, Layout, Stream

LARGEST_SIDE = 96
_SEED = 4_000_000


class Validation:
    """Spectra of validation scenes, drawn once.

    Parameters
    ----------
    scenes
        The scenes.
    config
        Decides how they are counted and what is asked of the network.
    layout, multiple_px
        Of the network.
    """

    def __init__(
        self, scenes: Sequence[Scene], config: Config, layout: Layout, multiple_px: int = 1
    ) -> None:
        self._plan = config.training
        shape = scenes[0].shape
        side = min(LARGEST_SIDE, *shape) // multiple_px * multiple_px
        how = config.data.measuring()
        batching = Batching(
            layout, 1, self._plan.validation_points, side, asks_for_elements(self._plan)
        )
        # each scene once, whatever else comes before it
        self._batches = [_one(scene, batching, how, number) for number, scene in enumerate(scenes)]

    @torch.no_grad()
    def scores(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Loss, mean squared error and mean over scenes of PSNR (dB) of a network.

        Those that the network's outputs do not allow are left out.
        """
        was_training = network.training
        network.eval()
        losses, squares = [], []
        for batch in self._batches:
            counts, rgb, elements = tensors(batch, device)
            outputs = network(counts)
            losses.append(float(loss(outputs, counts, rgb, elements, self._plan)))
            if "rgb" in outputs:
                squares.append(float(torch.mean((outputs["rgb"] - rgb) ** 2)))
        network.train(was_training)
        found = {"loss": float(np.mean(losses))}
        if squares and self._plan.colour_weight:
            found["mse"] = float(np.mean(squares))
            found["psnr_db"] = float(np.mean(-10 * np.log10(np.maximum(squares, 1e-12))))
        return found


def _one(scene: Scene, batching: Batching, how: Measuring, number: int) -> Batch:
    """What is drawn of a scene."""
    return Stream([scene], batching, how, _SEED + number).batch(0)


def judged_by(scores: dict[str, float]) -> float:
    """The number of a network that is to be small: its squared error, or its loss without one."""
    return scores.get("mse", scores["loss"])
