"""Parameters that describe themselves."""

import math
from dataclasses import FrozenInstanceError, dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from app.core.parameters import MISSING, ParameterInfo, check, describe, parameter
from app.errors import ParameterError


class Kind(StrEnum):
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class Parameters:
    target: Path = parameter(label="Write to")
    low_kev: float = parameter(6.2, label="Lower end", unit="keV", minimum=0.0, help="Of the line")
    channels: int = parameter(1024, label="Channels", minimum=1, maximum=4_096_000)
    most: float = parameter(1.0, label="At most", maximum=2.5, decimals=1)
    name: str = parameter("a", label="Name", choices=("a", "b"))
    kind: Kind = parameter(Kind.FIRST, label="Kind")
    net: bool = parameter(True, label="Net", minimum=5)
    limit: float | None = parameter(None, label="Limit", minimum=0.0)
    hidden: int = 3


def made(**values):
    return Parameters(target=Path("maps"), **values)


def test_every_declared_parameter_is_described_in_order():
    assert [info.name for info in describe(Parameters)] == [
        "target",
        "low_kev",
        "channels",
        "most",
        "name",
        "kind",
        "net",
        "limit",
    ]


def test_a_description_holds_all_that_was_declared():
    infos = {info.name: info for info in describe(Parameters)}
    assert infos["low_kev"] == ParameterInfo(
        "low_kev", float, 6.2, "Lower end", unit="keV", minimum=0.0, help="Of the line"
    )
    assert infos["name"] == ParameterInfo("name", str, "a", "Name", choices=("a", "b"))
    assert infos["most"].decimals == 1
    assert infos["kind"].kind is Kind


def test_a_parameter_without_default_must_be_given():
    assert describe(Parameters)[0].default is MISSING
    with pytest.raises(TypeError, match="target"):
        Parameters()


def test_parameters_do_not_change():
    with pytest.raises(FrozenInstanceError):
        made().channels = 2


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"low_kev": 0.0},
        {"low_kev": math.inf},
        {"channels": 1},
        {"channels": 4_096_000},
        {"most": -math.inf},
        {"most": 2.5},
        {"name": "b"},
        {"net": False},
        {"limit": 0.0},
        {"hidden": -1},
    ],
)
def test_values_inside_their_limits_pass(values):
    check(made(**values))


@pytest.mark.parametrize(
    ("values", "title", "message"),
    [
        ({"low_kev": -0.5}, "Lower end", "Found -0.5 keV; expected 0 to ∞ keV."),
        ({"low_kev": math.nan}, "Lower end", "Found nan keV; expected 0 to ∞ keV."),
        ({"channels": 0}, "Channels", "Found 0; expected 1 to 4096000."),
        ({"channels": 4_096_001}, "Channels", "Found 4096001; expected 1 to 4096000."),
        ({"most": 2.500001}, "At most", "Found 2.500001; expected −∞ to 2.5."),
        ({"limit": -1.0}, "Limit", "Found -1; expected 0 to ∞."),
    ],
)
def test_a_value_out_of_its_limits_is_named_with_them(values, title, message):
    with pytest.raises(ParameterError) as raised:
        check(made(**values))
    assert raised.value.title == f"“{title}” is out of its limits."
    assert raised.value.message == message


def test_another_choice_lists_the_possible_ones():
    with pytest.raises(ParameterError) as raised:
        check(made(name="c"))
    assert raised.value.title == "“Name” cannot be 'c'."
    assert raised.value.message == "It is one of a, b."
