"""Plain values of the recolouring's panel."""

from app.gui.recolour_values import ProcessorRow, Standing, hex_text


def test_only_models_that_suit_can_run():
    assert [item for item in Standing if item.can_run] == [Standing.FITS, Standing.DOUBTFUL]


def test_processor_with_a_reason_is_not_available():
    assert ProcessorRow("cpu", "Processor").is_available
    assert not ProcessorRow("cuda", "CUDA", "no card").is_available


def test_colour_is_written_as_hex():
    assert hex_text((172, 8, 255)) == "#AC08FF"
