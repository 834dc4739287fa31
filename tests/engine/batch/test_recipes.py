"""Tasks of plans as the catalogue takes them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from app.core.batch.plan import BatchInput, BatchTask
from app.core.clustering.features import Transform
from app.engine.batch.recipes import (
    catalogue_task,
    extras_of,
    full,
    hash_of,
    parameters_of,
    plain_parameters,
)
from app.engine.tasks import ClusterParameters, MapsParameters, RecolourParameters
from app.errors import ParameterError

SCAN = BatchInput("/a.h5")


def test_parameters_come_in_their_types():
    task = BatchTask("cluster", {"patience": 4.0, "transform": "shares", "numbers": "3"})
    found = parameters_of(task)
    assert found == ClusterParameters(numbers="3", patience=4, transform=Transform.SHARES)
    assert isinstance(found.patience, int)
    assert parameters_of(BatchTask("recolour", {"memory_mb": 400})).memory_mb == 400.0


@pytest.mark.parametrize(
    "task",
    [
        BatchTask("polish"),
        BatchTask("maps", {"element": "Fe"}),
        BatchTask("maps", {"net": "yes"}),
        BatchTask("cluster", {"patience": 1.5}),
        BatchTask("cluster", {"patience": True}),
        BatchTask("cluster", {"patience": 0}),
        BatchTask("cluster", {"transform": "beautiful"}),
        BatchTask("maps", {"elements": 3}),
    ],
)
def test_what_no_task_takes_is_refused(task):
    with pytest.raises(ParameterError):
        parameters_of(task)


def test_parameters_are_the_same_after_json():
    for parameters in (
        ClusterParameters(transform=Transform.COUNTS),
        MapsParameters(elements="Fe", net=True),
        RecolourParameters(model="a", memory_mb=300.0),
    ):
        name = next(
            name
            for name in ("cluster", "maps", "recolour")
            if catalogue_task(BatchTask(name)).parameters is type(parameters)
        )
        assert parameters_of(BatchTask(name, plain_parameters(parameters))) == parameters


def test_enums_and_paths_become_text():
    class Kind(StrEnum):
        GOOD = "good"

    @dataclass
    class Parameters:
        kind: Kind = Kind.GOOD
        place: Path = Path("a/b")
        number: int = 3

    assert plain_parameters(Parameters()) == {
        "kind": "good",
        "place": str(Path("a/b")),
        "number": 3,
    }


def test_what_is_left_at_its_default_is_told_in_full():
    found = full(BatchTask("maps", {"elements": "Fe"}))
    assert found.parameters == {"elements": "Fe", "windows": "", "net": False, "format": "png"}
    assert found.formats == ("png",)


def test_a_network_counts_by_its_content(saved_network):
    path, _ = saved_network()
    task = full(BatchTask("recolour", {"model": str(path)}))
    before = hash_of(SCAN, task, extras_of(task))
    assert hash_of(SCAN, task, extras_of(task)) == before
    card = path.with_suffix(".json")
    card.write_text(card.read_text("utf-8").replace("Four channels", "Other"), "utf-8")
    assert hash_of(SCAN, task, extras_of(task)) != before


def test_a_network_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="no such"):
        extras_of(BatchTask("recolour", {"model": "no such"}))


def test_pigments_and_instrument_count_where_they_are_used():
    task = full(BatchTask("unmix", {"instrument": "Ag 40 kV"}))
    assert set(extras_of(task)) == {"pigments", "instrument"}
    one = full(BatchTask("unmix", {"pigments": "Vermilion"}))
    assert extras_of(one)["pigments"] != extras_of(task)["pigments"]
    assert extras_of(full(BatchTask("unmix", {"method": "nmf"}))) == {}
    assert extras_of(BatchTask("convert")) == {}


def test_how_a_scan_is_opened_counts():
    task = full(BatchTask("convert"))
    assert hash_of(BatchInput("/a.h5", detector="1"), task, {}) != hash_of(SCAN, task, {})
    assert hash_of(BatchInput("/b.h5"), task, {}) == hash_of(SCAN, task, {})
