"""Cards of networks: what they say survives a round trip, what makes no sense names its field."""

import json
import pickle
from dataclasses import replace

import pytest

from app.core.recolouring.card import (
    EnergyBins,
    Layout,
    ModelCard,
    ModelCardError,
    ModelInput,
    ModelOutput,
    OutputKind,
    PreparationStep,
    StepKind,
    TaskKind,
    card_from_plain,
)

SPECTRA = ModelInput(
    "spectra",
    5,
    EnergyBins(0.05, 0.1, 5),
    (PreparationStep(StepKind.RESAMPLE), PreparationStep(StepKind.STANDARDISE_PIXEL, {"add": 1.0})),
)
RAW = ModelInput("raw", 3, EnergyBins(centres=(1.0, 2.0, 4.0)), (PreparationStep(StepKind.SQRT),))
CARD = ModelCard(
    name="Größe Null",
    version="2.1",
    licence="CC-BY-4.0",
    authors=("A. Painter", "B. Physicist"),
    citation="A paper, 2024",
    task=TaskKind.RGB,
    layout=Layout.IMAGE_CHANNELS_FIRST,
    inputs=(SPECTRA, RAW),
    outputs=(
        ModelOutput("rgb", OutputKind.RGB),
        ModelOutput("doubt", OutputKind.LOG_VARIANCE),
        ModelOutput("iron", OutputKind.MAPS, ("Fe", "Cu")),
    ),
    receptive_field_px=17,
    trained_on={"tube_anode": ["Rh", "Mo"], "tube_kv": [40, 50], "data": "ours", "pixels": 3},
    metrics={"psnr": {"home": 18.5, "unseen": None}, "ok": True},
    in_distribution={"counts": [1, 2.5]},
    sha256="0123456789abcdef" * 4,
    notes="Two\nlines.",
    multiple_px=8,
    extra={"homepage": "https://example.org"},
)


def test_a_card_survives_json_in_every_value():
    assert card_from_plain(json.loads(json.dumps(CARD.to_plain()))) == CARD


def test_a_card_survives_the_way_to_another_process():
    assert pickle.loads(pickle.dumps(CARD)) == CARD


def test_a_short_card_gets_what_is_left_out(plain_card):
    card = card_from_plain(plain_card())
    assert (card.version, card.licence, card.authors, card.sha256, card.notes) == ("",) * 2 + (
        (),
        "",
        "",
    )
    assert (card.receptive_field_px, card.multiple_px) == (0, 1)
    assert card.trained_on == card.metrics == card.in_distribution == card.extra == {}
    assert not card.is_image


def test_what_a_card_gives_is_found_by_its_kind():
    assert CARD.main_output.name == "rgb"
    assert CARD.output_of(OutputKind.LOG_VARIANCE) == ModelOutput("doubt", OutputKind.LOG_VARIANCE)
    assert CARD.output_of(OutputKind.NOVELTY) is None
    assert CARD.is_image


def test_one_author_and_a_version_in_numbers_are_understood(plain_card):
    card = card_from_plain(plain_card(authors="A. Painter", version=1.5))
    assert (card.authors, card.version) == (("A. Painter",), "1.5")


def test_a_picture_network_may_depend_on_the_whole_picture(plain_card):
    plain = plain_card(layout="image_channels_last", receptive_field_px=None)
    assert card_from_plain(plain).receptive_field_px is None


def test_unknown_keys_are_kept_on_the_card_and_refused_within(plain_card):
    card = card_from_plain(plain_card(homepage="https://example.org"))
    assert card.extra == {"homepage": "https://example.org"}
    assert card.to_plain()["homepage"] == "https://example.org"
    plain = plain_card()
    plain["inputs"][0]["flip"] = True
    with pytest.raises(ModelCardError, match=r"inputs\[0\]\.flip is not known; there are: name"):
        card_from_plain(plain)


def changed(path, value):
    """Change one value of the plain card, or take it away where it is Ellipsis."""

    def change(plain):
        place = plain
        for key in path[:-1]:
            place = place[key]
        if value is ...:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return plain

    return change


DEEP = []
for _ in range(20):
    DEEP = [DEEP]

BAD_VALUES = [
    (("name",), ..., "name is missing"),
    (("task",), ..., "task is missing"),
    (("inputs",), ..., "inputs is missing"),
    (("outputs",), ..., "outputs is missing"),
    (("inputs", 0, "energy"), ..., r"inputs\[0\]\.energy is missing"),
    (("inputs", 0, "preprocessing"), ..., r"inputs\[0\]\.preprocessing is missing"),
    (("name",), "", "name is empty"),
    (("name",), 7, "name is 7; expected text"),
    (("name",), "two\nlines", "expected one line"),
    (("name",), "x" * 201, "name has 201 characters; at most 200"),
    (("notes",), "x" * 20_001, "notes has 20,001 characters"),
    (("notes",), "\ud800", "no text"),
    (("task",), "grey", "task is 'grey'; expected one of rgb, maps"),
    (("task",), ["rgb"], "task is"),
    (("layout",), "N,C", "layout is 'N,C'; expected one of pixel, image_channels_first"),
    (("version",), True, "version is True; expected text"),
    (("version",), float("nan"), "version is nan; expected a finite number"),
    (("authors",), [""], r"authors\[0\] is empty"),
    (("authors",), 3, "authors is 3; expected a list"),
    (("inputs",), [], "inputs has 0 items"),
    (("inputs",), "spectra", "inputs is 'spectra'; expected a list"),
    (("inputs",), [3], r"inputs\[0\] is 3; expected an object"),
    (("inputs", 0, "channels"), "4", r"inputs\[0\]\.channels is '4'; expected a whole number"),
    (("inputs", 0, "channels"), 4.0, r"inputs\[0\]\.channels is 4\.0; expected a whole"),
    (("inputs", 0, "channels"), True, r"inputs\[0\]\.channels is True; expected a whole"),
    (("inputs", 0, "channels"), 10**9, "expected a whole number of 2 to 65,536"),
    (("inputs", 0, "channels"), 10**5000, "a number of thousands of digits"),
    (("inputs", 0, "name"), "", r"inputs\[0\]\.name is empty"),
    (("inputs", 0, "preprocessing"), ["blur"], r"preprocessing\[0\]\.kind is 'blur'; expected one"),
    (("outputs",), [{"name": "a", "kind": "novelty"}], "0 of kind “rgb”; expected one"),
    (("outputs", 0, "kind"), "colour", r"outputs\[0\]\.kind is 'colour'; expected one of rgb"),
    (("outputs", 0, "elements"), ["Fe"], r"outputs\[0\]\.elements is there; expected none"),
    (
        ("receptive_field_px",),
        5,
        "receptive_field_px is 5; expected 0, since the layout is “pixel”",
    ),
    (("receptive_field_px",), -1, "receptive_field_px is -1; expected a whole number of 0"),
    (("multiple_px",), 8, "multiple_px is 8; expected 1"),
    (("multiple_px",), 0, "multiple_px is 0; expected a whole number of 1"),
    (("sha256",), "abc", "sha256 is 'abc'; expected 64 hexadecimal digits"),
    (("trained_on",), [], r"trained_on is \[\]; expected an object"),
    (
        ("trained_on",),
        {"tube_anode": "Rhodium"},
        "trained_on.tube_anode has 'Rhodium'; expected sy",
    ),
    (("trained_on",), {"tube_kv": [50, 40]}, r"trained_on\.tube_kv\[1\] is 40; expected a finite"),
    (("trained_on",), {"tube_kv": "50"}, "trained_on.tube_kv is '50'; expected a list"),
    (("trained_on",), {"counts_per_pixel": float("inf")}, "counts_per_pixel"),
    (("metrics",), {"psnr": float("nan")}, "metrics.psnr is nan; expected a finite number"),
    (("metrics",), {"psnr": 10**400}, "metrics.psnr is"),
    (("metrics",), {"psnr": object()}, "metrics.psnr is"),
    (("metrics",), {3: 1}, "metrics is 3; expected text"),
    (("metrics",), {"a": DEEP}, "nested more than 8 deep"),
    (("metrics",), {"a": [0] * 20_001}, "more than 20,000 values"),
    (("layuot",), "pixel", "layuot"),
    (("Licence",), "MIT", "Licence is not known; “licence” is probably meant"),
    (("homepage",), float("nan"), "homepage"),
]


@pytest.mark.parametrize(
    ("path", "value", "sentence"), BAD_VALUES, ids=[".".join(map(str, p)) for p, *_ in BAD_VALUES]
)
def test_each_bad_value_names_its_field(path, value, sentence, plain_card):
    plain = changed(path, value)(plain_card())
    if path == ("layuot",):
        del plain["layout"]
        sentence = "layuot is not known; “layout” is probably meant"
    with pytest.raises(ModelCardError, match=sentence) as caught:
        card_from_plain(plain)
    assert caught.value.title == "This model card cannot be used."
    assert caught.value.hint
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [None, 3, "card", [], [1]])
def test_what_is_no_object_is_no_card(value):
    with pytest.raises(ModelCardError, match="the card is"):
        card_from_plain(value)


def test_picture_networks_must_tell_how_far_they_look(plain_card):
    with pytest.raises(ModelCardError, match="receptive_field_px is missing"):
        card_from_plain(plain_card(layout="image_channels_first"))


def test_networks_for_maps_tell_their_elements(plain_card):
    maps = {"name": "maps", "kind": "maps"}
    good = plain_card(task="maps", outputs=[{**maps, "elements": ["Fe", "Pb"]}])
    assert card_from_plain(good).main_output.elements == ("Fe", "Pb")
    for elements, sentence in (
        ([], "elements is missing"),
        (["Fe", "Fe"], "has 'Fe' twice"),
        (["Xx"], "has 'Xx'; expected symbols"),
    ):
        plain = plain_card(task="maps", outputs=[{**maps, "elements": elements}])
        with pytest.raises(ModelCardError, match=sentence):
            card_from_plain(plain)


def test_a_card_made_in_a_form_is_held_to_the_same_rules():
    with pytest.raises(ModelCardError, match="inputs has 'spectra' twice"):
        replace(CARD, inputs=(SPECTRA, SPECTRA))
    with pytest.raises(ModelCardError, match=r"inputs\[0\]\.channels is 6, but"):
        replace(CARD, inputs=(replace(SPECTRA, channels=6),))
    with pytest.raises(ModelCardError, match="inputs has no items"):
        replace(CARD, inputs=())
    with pytest.raises(ModelCardError, match="outputs has 2 of kind “rgb”"):
        replace(CARD, outputs=(*CARD.outputs, ModelOutput("more", OutputKind.RGB)))
    with pytest.raises(ModelCardError, match=r"trained_on\.tube_kv"):
        replace(CARD, trained_on={"tube_kv": "fifty"})
