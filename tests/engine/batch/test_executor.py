"""The contract of executors."""

import inspect

from app.engine.batch.executor import Executor
from app.engine.batch.local import LocalExecutor

METHODS = ("can_take", "submit", "cancel", "close")


def test_processes_on_this_machine_keep_the_contract():
    for name in METHODS:
        wanted = inspect.signature(getattr(Executor, name)).parameters
        assert list(inspect.signature(getattr(LocalExecutor, name)).parameters) == list(wanted)
