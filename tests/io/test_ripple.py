"""Ripple: dialects of the description, counts of every type, writing and broken files."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.progress import no_progress
from app.core.provenance import InputFile, Step
from app.errors import Cancelled, ParameterError, ReadError, WriteError
from app.io.formats import OpenOptions
from app.io.ripple import FORMAT, write_cube

DTYPES = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")
IN_TMP = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

BRUKER = (
    "key\tvalue\n"
    "width               7\n"
    "height              5\n"
    "depth               64\n"
    "offset              0\n"
    "data-Length         2\n"
    "data-type           unsigned\n"
    "byte-order          little-endian\n"
    "record-by           vector\n"
    "depthbinsize        1\n"
    "depth1              0\n"
    "depth2              63\n"
    "depthscaleorigin    -0.956\n"
    "depthscaleincrement 0.010002\n"
    "depthscaleunits     keV\n"
)


def counts_of(dtype="u2", shape=(5, 7, 64)):
    return (np.arange(np.prod(shape)) % 120).reshape(shape).astype(dtype)


def description(**changes):
    values = {
        "width": "7",
        "height": "5",
        "depth": "64",
        "offset": "0",
        "data-length": "2",
        "data-type": "unsigned",
        "byte-order": "little-endian",
        "record-by": "vector",
    }
    values |= {key.replace("_", "-"): value for key, value in changes.items()}
    return "\n".join(f"{key}\t{value}" for key, value in values.items() if value is not None)


def store(folder, text, counts=None, name="scan"):
    path = folder / f"{name}.rpl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if counts is None:
        counts = counts_of()
    (folder / f"{name}.raw").write_bytes(counts.tobytes())
    return path


def refusal(path):
    with pytest.raises(ReadError) as caught:
        FORMAT.peek(path)
    assert caught.value.title == "Cannot open this cube."
    assert caught.value.hint
    with pytest.raises(ReadError):
        FORMAT.open(path, OpenOptions())
    return caught.value.message


def test_plain_description_gives_the_counts(tmp_path):
    path = store(tmp_path, description())
    assert FORMAT.sniff(path)
    dataset = FORMAT.peek(path).best
    assert dataset.shape == dataset.stored_shape == (5, 7, 64)
    assert (dataset.dtype, dataset.bytes, dataset.axis, dataset.notes) == ("uint16", 4480, None, ())
    cube = FORMAT.open(path, OpenOptions())
    np.testing.assert_array_equal(cube.counts[:], counts_of())
    assert (cube.name, cube.format, cube.axis) == ("scan", "Ripple", None)


def test_bruker_description_opens_with_its_energy_axis(tmp_path):
    path = store(tmp_path, BRUKER)
    dataset = FORMAT.peek(path).best
    assert dataset.axis == EnergyAxis(-0.956, 0.010002)
    assert dataset.axis.source == "file: depthscaleorigin, depthscaleincrement"
    assert dataset.notes == ()
    cube = FORMAT.open(path, OpenOptions())
    assert cube.axis == dataset.axis
    np.testing.assert_array_equal(cube.counts[4], counts_of()[4])


def test_either_half_in_any_case_of_letters_opens_the_cube(tmp_path):
    store(tmp_path, description())
    (tmp_path / "scan.raw").rename(tmp_path / "Scan.RaW")
    (tmp_path / "scan.rpl").rename(tmp_path / "Scan.Rpl")
    for name in ("Scan.RaW", "Scan.Rpl"):
        assert FORMAT.sniff(tmp_path / name)
        assert FORMAT.peek(tmp_path / name).best.shape == (5, 7, 64)
        assert FORMAT.files(tmp_path / name) == (tmp_path / "Scan.Rpl", tmp_path / "Scan.RaW")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["little-endian", "big-endian"])
@pytest.mark.parametrize("record_by", ["vector", "image"])
def test_every_type_and_order_is_read(tmp_path, dtype, order, record_by):
    counts = counts_of(dtype)
    stored = counts if record_by == "vector" else np.moveaxis(counts, 2, 0)
    stored = stored.astype(("<" if order == "little-endian" else ">") + dtype)
    kind = {"u": "unsigned", "i": "signed", "f": "float"}[dtype[0]]
    text = description(
        data_length=dtype[1], data_type=kind, byte_order=order, record_by=record_by, offset="3"
    )
    path = store(tmp_path, text)
    (tmp_path / "scan.raw").write_bytes(b"abc" + stored.tobytes())
    cube = FORMAT.open(path, OpenOptions())
    assert cube.counts.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(cube.counts[:], counts)
    dataset = FORMAT.peek(path).best
    assert dataset.stored_shape == stored.shape
    assert dataset.dtype == np.dtype(dtype).name


def test_ev_per_chan_alone_gives_a_gain_and_a_note(tmp_path):
    dataset = FORMAT.peek(store(tmp_path, description(ev_per_chan="20"))).best
    assert dataset.axis == EnergyAxis(0.0, 0.02)
    assert dataset.axis.source == "file: ev-per-chan"
    assert dataset.notes == ("The file gives the gain but no energy offset; 0 keV is assumed.",)


def test_axis_in_ev_with_decimal_commas_is_converted(tmp_path):
    text = BRUKER.replace("-0.956", "-956,0").replace("0.010002", "10,002").replace("keV", "eV")
    axis = FORMAT.peek(store(tmp_path, text)).best.axis
    assert axis.offset_kev == pytest.approx(-0.956, rel=1e-12)
    assert axis.gain_kev == pytest.approx(0.010002, rel=1e-12)


def test_hyperspy_scales_give_axis_and_step(tmp_path):
    scales = {"depth-origin": "-0.1", "depth-scale": "0.02", "depth-units": "keV"}
    scales |= {"width-scale": "500", "width-units": "µm", "height-scale": "0.25"}
    scales |= {"height-units": "mm"}
    dataset = FORMAT.peek(store(tmp_path, description(**scales))).best
    assert dataset.axis == EnergyAxis(-0.1, 0.02)
    assert dataset.step_mm == (0.25, 0.5)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"byte_order": "dont-care"}, "does not say the byte order; little-endian is assumed"),
        ({"byte_order": None}, "does not say the byte order; little-endian is assumed"),
        ({"offset": None}, "gives no offset; the counts are taken to begin at byte 0"),
        ({"ev_per_chan": "unknown"}, "ev-per-chan is 'unknown', no number; not used"),
        ({"ev_per_chan": "-5"}, "energy axis is not used. Offset 0.0 keV, gain -0.005 keV"),
        (
            {"depthscaleorigin": "0", "depthscaleincrement": "0.01", "depthscaleunits": "nm"},
            "unit of the depth axis is 'nm'; keV or eV is expected",
        ),
        (
            {"depthscaleorigin": "0", "depthscaleincrement": "0.01"},
            "gives no depthscaleunits; its energies are taken as keV",
        ),
        (
            {"depthscaleorigin": "x", "depthscaleincrement": "1", "depthscaleunits": "keV"},
            "axis by depthscaleorigin and depthscaleincrement cannot be read",
        ),
    ],
)
def test_what_is_assumed_or_left_out_is_told(tmp_path, changes, note):
    notes = FORMAT.peek(store(tmp_path, description(**changes))).best.notes
    assert any(note in text for text in notes), notes


def test_part_of_a_binned_spectrum_is_told(tmp_path):
    text = BRUKER.replace("depth1              0", "depth1  200")
    text = text.replace("depth2              63", "depth2  263")
    text = text.replace("depthbinsize        1", "depthbinsize  4")
    first, second = FORMAT.peek(store(tmp_path, text)).best.notes
    assert "holds channels 200 to 263 of a longer spectrum" in first
    assert "summed in groups of '4'" in second


def test_user_axis_and_picture_size_replace_those_of_the_file(tmp_path):
    path = store(tmp_path, description(ev_per_chan="20"))
    given_axis = EnergyAxis(0.1, 0.03, source="given")
    cube = FORMAT.open(path, OpenOptions(axis=given_axis, rows=7))
    assert (cube.axis, cube.axis.source) == (given_axis, "given")
    np.testing.assert_array_equal(cube.counts[:], counts_of().reshape(7, 5, 64))
    with pytest.raises(ParameterError, match=r"35 pixels; 6 rows × \? columns do not"):
        FORMAT.open(path, OpenOptions(rows=6))
    with pytest.raises(ParameterError, match="no detector “second”"):
        FORMAT.open(path, OpenOptions(detector="second"))


def test_longer_raw_is_noted_with_its_surplus(tmp_path):
    path = store(tmp_path, description())
    with (tmp_path / "scan.raw").open("ab") as stream:
        stream.write(b"12345")
    (note,) = FORMAT.peek(path).best.notes
    assert note.startswith("scan.raw has 5 bytes more than the description")
    np.testing.assert_array_equal(FORMAT.open(path, OpenOptions()).counts[:], counts_of())


# broken files


def test_short_raw_tells_bytes_and_rows(tmp_path):
    path = store(tmp_path, description(), counts_of()[:3])
    message = refusal(path)
    assert "scan.raw: 2,688 bytes found, 4,480 expected" in message
    assert "5 rows × 7 columns × 64 channels of 2 bytes" in message
    assert "enough for 3 of 5 rows" in message


def test_short_raw_of_pictures_tells_channels(tmp_path):
    path = store(tmp_path, description(record_by="image"))
    (tmp_path / "scan.raw").write_bytes(bytes(7 * 5 * 2 * 10 + 1))
    assert "enough for 10 of 64 channels" in refusal(path)


def test_offset_beyond_the_raw_is_named(tmp_path):
    message = refusal(store(tmp_path, description(offset="5000")))
    assert "4,480 bytes found, 9,480 expected" in message
    assert "begin beyond its end, at byte 5,000" in message


def test_missing_raw_is_named(tmp_path):
    path = store(tmp_path, description())
    (tmp_path / "scan.raw").unlink()
    assert "scan.rpl: scan.raw is missing" in refusal(path)


def test_missing_description_of_a_raw_is_named(tmp_path):
    store(tmp_path, description())
    (tmp_path / "scan.rpl").unlink()
    assert "scan.raw: scan.rpl is missing" in refusal(tmp_path / "scan.raw")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"width": None, "data_type": None}, "the keys width, data-type are missing"),
        ({"height": "many"}, "height is 'many'; a whole number of at least 1"),
        ({"width": "7.5"}, "width is '7.5'; a whole number"),
        ({"width": "9" * 50}, "a whole number of at least 1"),
        ({"width": "-7"}, "width is '-7'; a whole number of at least 1"),
        ({"depth": "0"}, "depth is '0'; a whole number of at least 1"),
        ({"offset": "-1"}, "offset is '-1'; a whole number of at least 0"),
        ({"data_length": "3"}, "data-length is '3'; 1, 2, 4 or 8 is expected"),
        ({"data_type": "complex"}, "data-type is 'complex'; unsigned, signed or float"),
        ({"data_type": "float", "data_length": "1"}, "float with data-length 1; floats of 4 or 8"),
        ({"byte_order": "middle"}, "byte-order is 'middle'; little-endian, big-endian or dont"),
        ({"record_by": "column"}, "record-by is 'column'; vector, image or dont-care"),
        ({"record_by": "dont-care", "depth": "1"}, "dont-care with depth '1': this is a single"),
        ({"WIDTH": "8"}, "width is given twice, as '7' and as '8'"),
    ],
)
def test_nonsense_in_the_description_is_named(tmp_path, changes, told):
    message = refusal(store(tmp_path, description(**changes)))
    assert message.startswith("scan.rpl: ")
    assert told in message


def test_binary_and_empty_descriptions_are_told_apart(tmp_path):
    path = store(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert not FORMAT.sniff(path)
    assert "it is not text" in refusal(path)
    path.write_bytes(b" \r\n")
    assert "the description is empty" in refusal(path)
    path.write_bytes(b"width\t7\n" * 200_000)
    assert "more than 1,048,576 bytes" in refusal(path)


# writing


def bent_cube(counts):
    return SpectralCube(
        counts,
        EnergyAxis(-0.1 + 0.2 / 3, 0.01 / 3, 1e-9 / 7),
        Acquisition(step_mm=(0.1 + 0.2, 1 / 3)),
        name="Hände; №3",
    )


def test_written_cube_comes_back_bit_for_bit(tmp_path):
    cube = bent_cube(counts_of())
    path = tmp_path / "out.rpl"
    seen = []
    write_cube(cube, path, lambda fraction, message="": seen.append(fraction))
    again = FORMAT.open(path, OpenOptions())
    np.testing.assert_array_equal(again.counts[:], cube.counts)
    assert again.axis == cube.axis
    assert again.axis.source == "file: velatura offset-kev, gain-kev"
    assert again.acquisition.step_mm == cube.acquisition.step_mm
    assert FORMAT.peek(path).best.notes == ()
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out.raw", "out.rpl"]
    assert "title\tHande No3\n" in path.read_text("ascii")


def test_changed_gain_beside_our_own_is_told(tmp_path):
    path = tmp_path / "out.rpl"
    write_cube(SpectralCube(counts_of(), EnergyAxis(0.0, 0.02)), path, no_progress)
    path.write_text(path.read_text().replace("ev-per-chan\t20.0", "ev-per-chan\t10"))
    dataset = FORMAT.peek(path).best
    assert dataset.axis == EnergyAxis(0.0, 0.02)
    assert (
        "ev-per-chan (10 eV) differs from the gain that Velatura wrote (20 eV)"
        in (dataset.notes[0])
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_rosettasciio_and_pymca_read_what_we_write(tmp_path, dtype):
    from PyMca5.PyMcaIO.LispixMap import LispixMap
    from rsciio.ripple import file_reader

    counts = counts_of(dtype)
    path = tmp_path / "out.rpl"
    write_cube(bent_cube(counts), path, no_progress)
    (theirs,) = file_reader(str(path))
    assert theirs["data"].dtype == counts.dtype
    np.testing.assert_array_equal(theirs["data"], counts)
    energy = next(axis for axis in theirs["axes"] if axis["name"] == "depth")
    assert energy["scale"] == pytest.approx(10 / 3)
    np.testing.assert_array_equal(LispixMap(str(path)).data, counts)


def test_big_endian_counts_are_written_little_endian(tmp_path):
    path = tmp_path / "out.rpl"
    write_cube(SpectralCube(counts_of(">u4")), path, no_progress)
    assert (tmp_path / "out.raw").read_bytes() == counts_of("<u4").tobytes()
    assert FORMAT.peek(path).best.axis is None


def test_cancelled_writing_leaves_nothing(tmp_path):
    def cancel(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_cube(SpectralCube(counts_of()), tmp_path / "out.rpl", cancel)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def refused_description(monkeypatch):
    """The system takes a new `.raw` but refuses the `.rpl`."""
    replace = os.replace

    def refuse(source, target):
        if str(target).endswith(".rpl"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr("app.io.atomic.os.replace", refuse)


@pytest.mark.usefixtures("refused_description")
def test_refused_description_takes_the_raw_back(tmp_path):
    with pytest.raises(WriteError, match="Permission denied"):
        write_cube(SpectralCube(counts_of()), tmp_path / "out.rpl", no_progress)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("refused_description")
def test_refused_description_brings_the_old_raw_back(tmp_path):
    store(tmp_path, description())
    changed = SpectralCube(counts_of() + 1)
    with pytest.raises(WriteError, match="Permission denied"):
        write_cube(changed, tmp_path / "scan.rpl", no_progress, overwrite=True)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["scan.raw", "scan.rpl"]
    assert (tmp_path / "scan.raw").read_bytes() == counts_of().tobytes()


def test_overwriting_replaces_both_files(tmp_path):
    path = store(tmp_path, description())
    smaller = SpectralCube(counts_of("u4", (2, 3, 8)))
    write_cube(smaller, path, no_progress, overwrite=True)
    np.testing.assert_array_equal(FORMAT.open(path, OpenOptions()).counts[:], smaller.counts)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["scan.raw", "scan.rpl"]


@pytest.mark.parametrize("name", ["out.rpl", "out.raw"])
def test_existing_files_are_never_replaced(tmp_path, name):
    (tmp_path / name).write_text("precious")
    with pytest.raises(WriteError, match="exists already"):
        write_cube(SpectralCube(counts_of()), tmp_path / "out.rpl", no_progress)
    assert [item.name for item in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "precious"


@pytest.mark.parametrize("dtype", ["bool", "float16", "complex64"])
def test_types_that_ripple_lacks_are_refused(tmp_path, dtype):
    cube = SpectralCube(counts_of(dtype))
    with pytest.raises(WriteError, match=f"no counts of type {dtype}"):
        write_cube(cube, tmp_path / "out.rpl", no_progress)
    assert list(tmp_path.iterdir()) == []


def test_other_ending_is_refused(tmp_path):
    with pytest.raises(WriteError, match=r"ends in \.rpl"):
        write_cube(SpectralCube(counts_of()), tmp_path / "out.raw", no_progress)


@IN_TMP
@given(
    counts=st.sampled_from(DTYPES).flatmap(
        lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=3, max_dims=3, max_side=5))
    ),
    axis=st.none()
    | st.builds(
        EnergyAxis,
        st.floats(-10, 10),
        st.floats(1e-6, 1),
        st.floats(-1e-6, 1e-6),
    ),
    step_mm=st.none() | st.tuples(st.floats(1e-4, 10), st.floats(1e-4, 10)),
    name=st.text(),
)
def test_any_cube_survives_writing_and_reading(tmp_path_factory, counts, axis, step_mm, name):
    path = tmp_path_factory.mktemp("ripple") / "any.rpl"
    cube = SpectralCube(counts, axis, Acquisition(step_mm=step_mm), name=name)
    write_cube(cube, path, no_progress)
    again = FORMAT.open(path, OpenOptions())
    assert again.counts.dtype == counts.dtype
    assert again.counts[:].tobytes() == counts.tobytes()
    assert again.axis == axis
    assert again.acquisition.step_mm == step_mm
    assert FORMAT.peek(path).best.notes == ()


def test_steps_travel_in_a_comment_line(tmp_path):
    steps = (Step("open", {"name": "Мадонна; №1"}, (InputFile("a.npz", "sha256:0", 9),), seed=3),)
    cube = replace(bent_cube(counts_of()), steps=steps)
    path = tmp_path / "out.rpl"
    write_cube(cube, path, no_progress)
    assert path.read_text("ascii").count("; velatura steps") == 1
    assert FORMAT.open(path, OpenOptions()).steps == steps


def test_damaged_steps_keep_nobody_from_opening(tmp_path):
    path = tmp_path / "out.rpl"
    write_cube(bent_cube(counts_of()), path, no_progress)
    path.write_text(path.read_text("ascii") + "; velatura steps\t[{broken\n", "ascii")
    assert FORMAT.open(path, OpenOptions()).steps == ()
