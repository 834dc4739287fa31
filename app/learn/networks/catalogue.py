"""All networks by name: how they are built, what they take and give, whose they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from torch import nn

from app.learn.networks.autoencoder import Autoencoder
from app.learn.networks.cnn import Cnn
from app.learn.networks.dense import Dense
from app.learn.networks.dilres_unet import DilresUnet
from app.learn.networks.element_mlp import ElementMlp
from app.learn.networks.fractal import FractalNet
from app.learn.networks.inception import Inception
from app.learn.networks.multi_input import MultiInput
from app.learn.networks.opt_inception import OptInception
from app.learn.networks.refiner import Refiner
from app.learn.networks.resnet import ResNet
from app.learn.networks.velatura_image import VelaturaImage
from app.learn.networks.velatura_pixel import VelaturaPixel
from app.learn.networks.vgg_unet import VggUnet
from app.learn.networks.wavenet import WaveNet

AIRES = "A. Bombini et al., Computers 2023"
POSTER = "Gerodimos et al., EXRS 2022"
OWN = "the Velatura authors"
COUNTED_CHANNELS = 500
"""Bins that `parameters_expected` is for: those of the published networks."""


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One network.

    Parameters
    ----------
    name
        By which configurations call it.
    title
        For tables.
    build
        Makes it: `build(channels=512, …)`, further options as the class has them. First weights
        are drawn by torch's generator.
    layout
        "pixel": counts (pixels, channels); "image": counts (pictures, channels, rows, columns).
    outputs
        Keys of what it gives.
    reference
        Whose it is.
    parameters_expected
        As Keras counts them, for 500 bins and no other options.
    inputs
        Names of what it takes.
    multiple_px
        Rows and columns must be multiples of this.
    """

    name: str
    title: str
    build: Callable[..., nn.Module]
    layout: Literal["pixel", "image"]
    outputs: tuple[str, ...]
    reference: str
    parameters_expected: int
    inputs: tuple[str, ...] = ("counts",)
    multiple_px: int = 1


def _pixel(
    name: str, title: str, build: Callable[..., nn.Module], reference: str, parameters: int
) -> NetworkRow:
    """A network from a spectrum to a colour."""
    return NetworkRow(name, title, build, "pixel", ("rgb",), reference, parameters)


def _image(
    name: str,
    title: str,
    build: Callable[..., nn.Module],
    reference: str,
    parameters: int,
    multiple: int,
) -> NetworkRow:
    """A network from spectra of a picture to its colours."""
    outputs = ("rgb",)
    return NetworkRow(
        name, title, build, "image", outputs, reference, parameters, multiple_px=multiple
    )


def receptive_field_px(network: nn.Module) -> int | None:
    """How far to each side a network looks, pixels; None where it takes the whole picture in."""
    found = getattr(network, "receptive_field_px", 0)
    return None if found is None else int(found)


def _refiner(
    channels: int = 512,
    pixel: str = "dense",
    image: str = "dilres_unet",
    *,
    is_by_picture: bool = True,
    **options: Any,
) -> Refiner:
    """The refiner of two of the networks, by name."""
    parts = (
        NETWORKS[pixel].build(channels),
        NETWORKS[image].build(channels, is_by_picture=is_by_picture),
    )
    return Refiner(*parts, **options)


_OURS = ("rgb", "log_var", "elements", "novelty")
_ROWS = (
    _pixel("dense", "Dense", Dense, AIRES, 169_603),
    _pixel("cnn", "CNN", Cnn, AIRES, 262_963),
    _pixel("resnet", "ResNet-like", ResNet, AIRES, 94_563),
    _pixel("inception", "Inception-like", Inception, AIRES, 129_515),
    _pixel("multi_input", "Custom multi-input (v5.1)", MultiInput, AIRES, 2_482_731),
    _pixel("fractal", "FractalNet (v6)", FractalNet, AIRES, 2_117_195),
    _pixel("wavenet", "Dilated WaveNet (v7)", WaveNet, AIRES, 1_809_667),
    _pixel("opt_inception", "Optimised Inception-ResNet", OptInception, AIRES, 656_913),
    _image("vgg_unet", "VGG U-Net", VggUnet, AIRES, 15_246_659, 32),
    _image("dilres_unet", "Dilated-residual U-Net", DilresUnet, AIRES, 2_179_779, 8),
    _image("refiner", "Refiner", _refiner, AIRES, 2_370_700, 8),
    NetworkRow(
        "autoencoder",
        "Autoencoder",
        Autoencoder,
        "pixel",
        ("rgb", "latent", "reconstruction"),
        POSTER,
        343_671,
    ),
    NetworkRow("element_mlp", "Element MLP", ElementMlp, "pixel", ("elements",), POSTER, 65_160),
    NetworkRow("velatura_pixel", "Velatura, pixels", VelaturaPixel, "pixel", _OURS, OWN, 1_444_169),
    NetworkRow(
        "velatura_image",
        "Velatura, pictures",
        VelaturaImage,
        "image",
        _OURS,
        OWN,
        3_433_205,
        multiple_px=8,
    ),
)

NETWORKS: Mapping[str, NetworkRow] = MappingProxyType({row.name: row for row in _ROWS})
"""All networks by name."""
