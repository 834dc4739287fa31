"""Properties of the description's parser: one meaning in every dialect, one error for the rest."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.io.ripple_header import RippleHeader, header_text, parse_header

PATH = Path("scan.rpl")
KINDS = {"u": "unsigned", "i": "signed", "f": "float"}
DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"]


@st.composite
def headers(draw):
    sizes = st.integers(1, 10**6)
    dtype = draw(st.sampled_from(DTYPES))
    order = "<" if dtype[1] == "1" else draw(st.sampled_from("<>"))
    return RippleHeader(
        draw(sizes),
        draw(sizes),
        draw(sizes),
        draw(st.integers(0, 10**6)),
        np.dtype(order + dtype),
        draw(st.booleans()),
        draw(st.none() | st.builds(EnergyAxis, st.floats(-5, 5), st.floats(1e-6, 1))),
    )


LETTERS = st.sampled_from([str.lower, str.upper, str.title, str.capitalize])


@st.composite
def dialects(draw):
    """A header and its text in some dialect."""
    header = draw(headers())
    single = header.dtype.itemsize == 1
    order = "big-endian" if header.dtype.str[0] == ">" else "little-endian"
    pairs = [
        ("width", str(header.width)),
        ("height", str(header.height)),
        ("depth", str(header.depth)),
        ("offset", str(header.offset)),
        ("data-length", str(header.dtype.itemsize)),
        ("data-type", KINDS[header.dtype.kind]),
        ("byte-order", "dont-care" if single else order),
        ("record-by", "image" if header.energy_first else "vector"),
    ]
    if header.axis is not None:
        pairs += [
            ("depthscaleorigin", repr(header.axis.offset_kev)),
            ("depthscaleincrement", repr(header.axis.gain_kev)),
            ("depthscaleunits", "keV"),
        ]
    separators = st.sampled_from(["\t", " ", "    ", " \t ", "\t\t"])
    lines = [
        draw(st.sampled_from(["", " "]))
        + draw(LETTERS)(key)
        + draw(separators)
        + draw(LETTERS)(value)
        + draw(st.sampled_from(["", " ", "\t", "\t; a remark"]))
        for key, value in draw(st.permutations(pairs))
    ]
    extra = ["", "; comment", ";", "key\tvalue", "title\tMadonnen-Täfelchen", "date 2024", "alone"]
    for line in draw(st.lists(st.sampled_from(extra), max_size=4)):
        lines.insert(draw(st.integers(0, len(lines))), line)
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    return header, text


@settings(max_examples=60, deadline=None)
@given(case=dialects(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
def test_every_dialect_means_the_same(case, encoding):
    header, text = case
    assert parse_header(text.encode(encoding), PATH) == header


@settings(max_examples=60, deadline=None)
@given(header=headers(), title=st.text())
def test_own_text_is_read_back(header, title):
    text = header_text(header, title)
    assert parse_header(text.encode("ascii"), PATH) == header


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | dialects()
    .map(lambda case: case[1].encode())
    .flatmap(lambda text: st.integers(0, len(text)).map(lambda end: text[:end]))
)
def test_arbitrary_bytes_parse_or_are_refused(content):
    try:
        outcome = parse_header(content, PATH)
    except ReadError as error:
        outcome = error
    if isinstance(outcome, ReadError):
        assert outcome.message.startswith("scan.rpl: ")
        assert outcome.hint
    else:
        assert min(outcome.shape) >= 1
