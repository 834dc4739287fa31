"""Options that would do nothing."""

import pytest
import typer

from app.cli.idle_options import given, refuse
from app.errors import ParameterError


@pytest.fixture
def context():
    app = typer.Typer()

    @app.command()
    def cook(salt: int = 1, long_name: bool = False) -> None:
        """Cook."""

    command = typer.main.get_command(app)
    return command.make_context("cook", ["--salt", "1"])


def test_what_is_given_is_known_even_where_it_is_the_default(context):
    assert given(context) == {"salt"}


def test_only_what_is_given_is_refused_and_by_its_option(context):
    refuse(context, ("long_name",), "It is cold.")
    with pytest.raises(ParameterError, match="It is cold") as caught:
        refuse(context, ("salt", "long_name"), "It is cold.")
    assert caught.value.title == "--salt would do nothing here."
