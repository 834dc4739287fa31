"""The table of tasks, and what a task needs when it runs in another process."""

import pickle

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.maps import Roi, elemental_map
from app.core.parameters import describe
from app.engine import tasks
from app.engine.jobs import run_now
from app.io.formats import OpenOptions

each_task = pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)


@each_task
def test_every_task_of_the_catalogue_has_a_form(task):
    assert task.name.isidentifier()
    assert all(info.label for info in describe(task.parameters))
    task.parameters()


@each_task
def test_a_task_and_its_parameters_can_be_sent_to_another_process(task):
    parameters = task.parameters()
    assert pickle.loads(pickle.dumps(parameters)) == parameters
    assert pickle.loads(pickle.dumps(task)) == task


def test_a_source_can_be_sent_to_another_process(tmp_path):
    axis = EnergyAxis(-0.0155, 0.029221, 1e-7, source="given")
    options = OpenOptions(dataset="img", detector="1", axis=axis, rows=5, cols=7)
    source = tasks.Source(tmp_path / "scan.h5", options)
    sent = pickle.loads(pickle.dumps(source))
    assert sent == source
    # equality of axes leaves their source out
    assert sent.options.axis.source == "given"


def test_a_map_comes_back_from_another_process_with_its_steps(npz):
    scan = run_now(lambda context: tasks.open_scan(npz, OpenOptions(), context))
    made = elemental_map(scan, Roi("window", 1.0, 1.5))
    sent = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(sent.counts, made.counts)
    assert (sent.roi, sent.steps) == (made.roi, made.steps)
    assert sent.steps[-1].inputs == made.steps[-1].inputs != ()
