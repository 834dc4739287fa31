"""Tasks are read as they are typed, with values of the types that their parameters have."""

import pytest

from app.cli.batch_tasks import parsed_task
from app.core.batch.plan import BatchTask
from app.errors import ParameterError


def test_values_have_the_types_of_their_parameters():
    assert parsed_task("maps:elements=Fe,Cu; net=yes ;formats=png,.h5") == BatchTask(
        "maps", {"elements": "Fe,Cu", "net": True}, ("png", "h5")
    )
    assert parsed_task("convert:bin=2").parameters == {"bin": 2}
    assert parsed_task("spectrum") == BatchTask("spectrum")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maps:net", "no KEY=VALUE"),
        ("maps:net=perhaps", "true or false"),
        ("convert:bin=two", "a number"),
        ("maps:colour=red", "no parameter"),
        ("dance", "no task"),
    ],
)
def test_what_cannot_be_read_is_told(text, told):
    with pytest.raises(ParameterError, match=told):
        parsed_task(text)
