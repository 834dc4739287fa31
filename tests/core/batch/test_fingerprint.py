"""Checksums of recipes: the same for the same, another for anything else."""

import hashlib

import pytest

from app.core.batch.fingerprint import RESULT_VERSION, recipe_hash
from app.core.batch.plan import BatchTask

TASK = BatchTask("maps", {"elements": "Fe,Cu", "net": False})


def test_it_is_that_of_the_canonical_json():
    text = (
        '{"extras":{},"formats":["png"],"options":{},"parameters":{"elements":"Fe,Cu","net":false}'
        f',"task":"maps","version":{RESULT_VERSION}}}'
    )
    assert recipe_hash(TASK) == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def test_the_order_of_keys_says_nothing():
    turned = BatchTask("maps", {"net": False, "elements": "Fe,Cu"})
    assert recipe_hash(turned, {"a": 1, "b": 2}) == recipe_hash(TASK, {"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("task", "options", "extras"),
    [
        (BatchTask("maps", {"elements": "Fe", "net": False}), {}, {}),
        (BatchTask("maps", TASK.parameters, ("csv",)), {}, {}),
        (BatchTask("unmix", TASK.parameters), {}, {}),
        (TASK, {"detector": "1"}, {}),
        (TASK, {}, {"model": "abc"}),
    ],
)
def test_whatever_decides_a_result_changes_it(task, options, extras):
    assert recipe_hash(task, options, extras) != recipe_hash(TASK)
