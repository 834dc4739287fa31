"""Parts of an HDF5 group, looked at before anybody computes with them."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int | None, ...]


def numbers(
    group: Any,
    name: str,
    shape: Shape,
    *,
    lowest: float | None = None,
    highest: float | None = None,
) -> NDArray[Any]:
    """An array of finite numbers with fractions.

    Parameters
    ----------
    group
        An HDF5 group.
    name
        Of the dataset in it.
    shape
        As it must be; None for any length.
    lowest, highest
        Limits of all numbers; None for none.

    Raises
    ------
    KeyError
        If there is no such dataset.
    ValueError
        If it has another shape, is of another kind, or its numbers are out of the limits; the
        message names it.
    """
    return _checked(group, name, shape, "f", (lowest, highest))


def whole_numbers(
    group: Any,
    name: str,
    shape: Shape,
    *,
    lowest: int | None = None,
    highest: int | None = None,
) -> NDArray[Any]:
    """As `numbers`, of whole numbers."""
    return _checked(group, name, shape, "iu", (lowest, highest))


def picture(group: Any, name: str, shape: Shape) -> NDArray[np.uint8]:
    """A picture in 8 bits, shape (rows, cols, 3); raises as `numbers`."""
    found = _checked(group, name, (*shape, 3), "iu", (None, None))
    if found.dtype != np.uint8:
        raise ValueError(f"{name} holds {found.dtype}, expected uint8")
    return found


def table(text: Any, name: str) -> dict[str, Any]:
    """What a JSON text holds by name.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"{name} is no JSON object")
    return found


def _checked(
    group: Any, name: str, shape: Shape, kinds: str, limits: tuple[float | None, float | None]
) -> NDArray[Any]:
    dataset = group[name]
    found: Shape = getattr(dataset, "shape", ())
    fits = len(found) == len(shape) and all(
        wanted is None or length == wanted for length, wanted in zip(found, shape, strict=True)
    )
    if not fits:
        wanted = " × ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(
            f"{name} has {' × '.join(map(str, found)) or 'no'} values, expected {wanted}"
        )
    if dataset.dtype.kind not in kinds:
        raise ValueError(f"{name} holds {dataset.dtype}, which is no such number")
    values: NDArray[Any] = dataset[()]
    lowest, highest = limits
    # the smallest and the largest are not finite if any is not
    least, most = values.min(initial=0), values.max(initial=0)
    if not (np.isfinite(least) and np.isfinite(most)):
        raise ValueError(f"{name} has values that are missing or not finite")
    if (lowest is not None and values.size and values.min() < lowest) or (
        highest is not None and values.size and values.max() > highest
    ):
        raise ValueError(
            f"{name} reaches from {values.min():g} to {values.max():g}, expected {lowest} to "
            f"{'∞' if highest is None else highest}"
        )
    return values
