"""Which pictures are learnt from, which are looked at on the way, which are kept for the end.

Never by point: all points of a picture are on one side.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from app.errors import ParameterError
from app.io.pictures import is_picture

_VALIDATION_SHARE, _TEST_SHARE = 0.15, 0.25


class Role(StrEnum):
    """What scenes are for."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"


def divided(
    names: Sequence[str], validation: Sequence[str] = (), test: Sequence[str] = ()
) -> Mapping[Role, tuple[str, ...]]:
    """Names by role.

    Parameters
    ----------
    names
        Of all pictures.
    validation, test
        Those that are asked for. Where neither has any, the names' checksums decide: a picture
        stays where it is when others come, as far as the shares allow.

    Raises
    ------
    ParameterError
        If a name is asked for that is not there, or twice.
    """
    _check(names, validation, test)
    left = [name for name in names if name not in validation and name not in test]
    if not validation and not test and len(names) >= 3:
        order = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
        tested = max(round(_TEST_SHARE * len(order)), 1)
        looked = max(round(_VALIDATION_SHARE * len(order)), 1)
        test, validation = order[:tested], order[tested : tested + looked]
        left = order[tested + looked :]
    return {
        Role.TRAINING: tuple(sorted(left)),
        Role.VALIDATION: tuple(sorted(validation)),
        Role.TEST: tuple(sorted(test)),
    }


def pictures_in(folder: Path) -> dict[str, Path]:
    """The pictures in a folder by name without suffix, in order.

    Raises
    ------
    ParameterError
        If there is no such folder, none is in it, or two have one name.
    """
    found = sorted(path for path in folder.glob("*") if path.is_file() and is_picture(path))
    if not found:
        what = "no picture in it" if folder.is_dir() else "no such folder"
        raise ParameterError(
            "There are no pictures to learn from.",
            f"{folder}: {what}.",
            "Give a folder with photographs of paintings, or none: pictures are made up then.",
        )
    by_name: dict[str, Path] = {}
    for path in found:
        if path.stem in by_name:
            raise ParameterError(
                "Two pictures have one name.",
                f"Found {by_name[path.stem].name} and {path.name}.",
                "Rename one of them.",
            )
        by_name[path.stem] = path
    return by_name


def _check(names: Sequence[str], validation: Sequence[str], test: Sequence[str]) -> None:
    for name in (*validation, *test):
        if name not in names:
            raise ParameterError(
                "A picture is missing.",
                f"“{name}” is to be kept for later; found {', '.join(names) or 'none'}.",
                "Correct the name, or the folder.",
            )
    both = sorted(set(validation) & set(test))
    if both:
        raise ParameterError(
            "A picture is on two sides.",
            f"“{both[0]}” is kept both for validation and for the test.",
            "Choose one.",
        )
