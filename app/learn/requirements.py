"""Whether a training can go well at all, asked before hours are spent."""

import torch

from app.errors import ParameterError
from app.learn.config import Config, TrainingPlan
from app.learn.networks.catalogue import NetworkRow

_TITLE = "This training cannot be done."


def check_possible(config: Config, row: NetworkRow) -> None:
    """Raise ParameterError if what a training asks for and its network do not go together.

    Parameters
    ----------
    config
        What is asked for.
    row
        The network that it names.
    """
    _check_outputs(config.training, row)
    if row.layout == "image":
        _check_sizes(config, row)
    if config.training.device == "cuda" and not torch.cuda.is_available():
        raise ParameterError(
            _TITLE,
            "It asks for the device “cuda”; torch finds no graphics card of that kind.",
            "Take “auto” or “cpu”.",
        )


def _check_outputs(plan: TrainingPlan, row: NetworkRow) -> None:
    """What is made small must be among what the network gives."""
    wanted = {
        "colour_weight": ("rgb", plan.colour_weight > 0),
        "element_weight": ("elements", plan.element_weight > 0),
        "reconstruction_weight": ("reconstruction", plan.reconstruction_weight > 0),
        "loss": ("log_var", plan.colour_weight > 0 and plan.loss == "likelihood"),
    }
    if not any(is_asked for _, is_asked in wanted.values()):
        raise ParameterError(
            _TITLE,
            "colour_weight, element_weight and reconstruction_weight are all 0: nothing is learnt.",
            "Give one of them a weight.",
        )
    for key, (output, is_asked) in wanted.items():
        if is_asked and output not in row.outputs:
            raise ParameterError(
                _TITLE,
                f"“training.{key}” is {getattr(plan, key)!r} and needs “{output}”; the network "
                f"“{row.name}” gives {', '.join(row.outputs)}.",
                "Change the value or the network.",
            )


def _check_sizes(config: Config, row: NetworkRow) -> None:
    """Parts of scenes must be as large as the network needs and no larger than scenes."""
    data, multiple = config.data, row.multiple_px
    smallest = min(data.rows, data.cols)
    side = config.training.side // multiple * multiple
    if smallest < multiple or side < multiple:
        raise ParameterError(
            _TITLE,
            f"Scenes are {data.rows} × {data.cols} points and “training.side” is "
            f"{config.training.side}; the network “{row.name}” needs {multiple} at least.",
            "Make scenes or side larger.",
        )
    if side > smallest:
        raise ParameterError(
            _TITLE,
            f"“training.side” is {config.training.side} points; scenes have {data.rows} × "
            f"{data.cols}.",
            "Make the side smaller or the scenes larger.",
        )
