"""What a network can be run with is told honestly."""

import pytest

from app.engine.providers import chain, name_of, providers, title_of
from app.errors import ParameterError

CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"


def test_what_is_absent_says_why():
    found = {item.name: item for item in providers(lambda: (CPU,))}
    assert list(found) == ["auto", "cuda", "dml", "coreml", "cpu"]
    assert found["cpu"].is_available
    assert found["cpu"].reason == ""
    assert found["auto"].title == "Automatic: Processor"
    for name, word in (("cuda", "onnxruntime-gpu"), ("dml", "Windows"), ("coreml", "Mac")):
        assert not found[name].is_available
        assert word in found[name].reason


def test_the_automatic_choice_is_the_fastest_there_is():
    found = providers(lambda: (CUDA, CPU))
    assert found[0].title == "Automatic: NVIDIA graphics card (CUDA)"
    assert found[1].is_available
    assert chain("auto", lambda: (CUDA, CPU)) == ((CUDA, CPU), ())
    assert chain("auto", lambda: ("AzureExecutionProvider", CPU)) == ((CPU,), ())
    assert chain("cuda", lambda: (CUDA, CPU)) == ((CUDA, CPU), ())
    assert chain("cpu", lambda: (CUDA, CPU)) == ((CPU,), ())


def test_what_is_asked_for_in_vain_is_replaced_with_a_remark():
    names, (remark,) = chain("dml", lambda: (CPU,))
    assert names == (CPU,)
    assert remark.startswith("Graphics card on Windows (DirectML) is not available: ")
    with pytest.raises(ParameterError, match="'abacus'; expected auto, cuda, dml, coreml, cpu"):
        chain("abacus")


def test_names_are_velaturas():
    assert name_of(CUDA) == "cuda"
    assert name_of("OtherExecutionProvider") == "OtherExecutionProvider"
    assert title_of("cpu") == "Processor"
    assert title_of("other") == "other"


def test_this_machine_has_a_processor():
    assert {item.name: item.is_available for item in providers()}["cpu"]
