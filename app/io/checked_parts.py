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
    may_lack: bool = False,
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
    may_lack
        Whether numbers may be missing (NaN).

    Raises
    ------
    KeyError
        If there is no such dataset.
    ValueError
        If it has another shape, is of another kind, or its numbers are out of the limits; the
        message names it.
    """
    found = _of_kind(group, name, shape, "f")
    _check_limits(name, found[~np.isnan(found)] if may_lack else found, lowest, highest)
    return found


def whole_numbers(
    group: Any,
    name: str,
    shape: Shape,
    *,
    lowest: int | None = None,
    highest: int | None = None,
) -> NDArray[Any]:
    """As `numbers`, of whole numbers."""
    found = _of_kind(group, name, shape, "iu")
    _check_limits(name, found, lowest, highest)
    return found


def picture(group: Any, name: str, shape: Shape) -> NDArray[np.uint8]:
    """A picture in 8 bits, shape (rows, cols, 3); raises as `numbers`."""
    found = _of_kind(group, name, (*shape, 3), "iu")
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


def _of_kind(group: Any, name: str, shape: Shape, kinds: str) -> NDArray[Any]:
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
    values: NDArray[Any] = np.asarray(dataset[()])
    return values


def _check_limits(
    name: str, values: NDArray[Any], lowest: float | None, highest: float | None
) -> None:
    if not values.size:
        return
    # the smallest and the largest are not finite if any is not
    least, most = float(values.min()), float(values.max())
    if not (np.isfinite(least) and np.isfinite(most)):
        raise ValueError(f"{name} has values that are missing or not finite")
    if (lowest is not None and least < lowest) or (highest is not None and most > highest):
        raise ValueError(
            f"{name} reaches from {least:g} to {most:g}, expected "
            f"{'−∞' if lowest is None else lowest} to {'∞' if highest is None else highest}"
        )
