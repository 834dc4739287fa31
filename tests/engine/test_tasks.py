"""The table of tasks."""

from app.engine import tasks


def test_every_task_of_the_catalogue_has_a_form():
    from app.core.parameters import describe

    for task in tasks.TASKS:
        assert task.name.isidentifier()
        assert all(info.label for info in describe(task.parameters))
        task.parameters()
