from pathlib import Path

import numpy as np
import pytest

from app.errors import ReadError
from app.io.spectrum_spx import is_spx, read_spx

REAL = "bruker/bruker_m6_jetstream_file_example.spx"

# the parts of the layout that are read, with a spectrum computed for it inside
SPX = """<?xml version="1.0" encoding="WINDOWS-1252" standalone="yes"?>
<TRTSpectrum>
 <ClassInstance Type="TRTSpectrum" Name="Grün 3">
  <TRTHeaderedClass>
   <ClassInstance Type="TRTSpectrumHardwareHeader">
    <RealTime>30000</RealTime><LifeTime>2,8046E4</LifeTime>
    <ZeroPeakPosition>2</ZeroPeakPosition>
   </ClassInstance>
   <ClassInstance Type="TRTDetectorHeader"><TRTKnownHeader><Type>RTDetector</Type></TRTKnownHeader>
    <Type>XFlash 430</Type></ClassInstance>
   <ClassInstance Type="TRTXrfHeader"><Voltage>50</Voltage><Anode>45</Anode></ClassInstance>
  </TRTHeaderedClass>
  <ClassInstance Type="TRTSpectrumHeader">
   <CalibAbs>-9,55E-1</CalibAbs><CalibLin>0,01</CalibLin>
  </ClassInstance>
  <Channels>0,1,7,1,0,3</Channels>
  <ClassInstance Type="TRTSpectrum" Name="Background">
   <ClassInstance Type="TRTSpectrumHeader"><CalibAbs>5</CalibAbs></ClassInstance>
   <Channels>9,9,9</Channels>
  </ClassInstance>
 </ClassInstance>
</TRTSpectrum>
"""


def read(text):
    return read_spx(Path("a.spx"), text.encode("cp1252"))


def test_what_the_file_says_is_read_with_decimal_commas():
    found = read(SPX)
    np.testing.assert_array_equal(found.counts, [0.0, 1.0, 7.0, 1.0, 0.0, 3.0])
    assert found.counts.dtype == np.float64
    assert (found.axis.offset_kev, found.axis.gain_kev) == (-0.955, 0.01)
    assert found.live_time_s == pytest.approx(28.046)
    assert (found.name, found.instrument) == ("Grün 3", "Rh 50 kV, XFlash 430")
    assert found.notes == ("The detector's reference peak at 0 keV (channel 2) is in the counts.",)


def test_only_counts_and_calibration_are_needed():
    least = (
        "<TRTSpectrum><ClassInstance Type='TRTSpectrum'>"
        "<ClassInstance Type='TRTSpectrumHeader'><CalibAbs>0</CalibAbs><CalibLin>0.02</CalibLin>"
        "</ClassInstance><Channels>1,2,3</Channels></ClassInstance></TRTSpectrum>"
    )
    found = read(least)
    assert (found.name, found.instrument, found.live_time_s, found.notes) == ("a", "", None, ())
    second = least.replace("</ClassInstance></TRT", "</ClassInstance><ClassInstance "
                           "Type='TRTSpectrum'/></TRT")  # fmt: skip
    assert read(second).notes == ("The file holds 2 spectra; this is the first.",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<CalibLin>0,01</CalibLin>", "", "CalibAbs .* and CalibLin .* expected"),
        ("<CalibLin>0,01", "<CalibLin>-0,01", "a positive gain"),
        ("0,1,7,1", "0,x,7,1", "channel 1 holds 'x'"),
        ("0,1,7,1", "0,-1,7,1", "channel 1 .* holds -1"),
        ("<Channels>0,1,7,1,0,3</Channels>", "", "0 channels found"),
        ("</TRTSpectrum>", "", "damaged or cut short"),
        ("WINDOWS-1252", "KLINGON", "damaged or cut short"),
    ],
)
def test_what_is_missing_or_odd_is_told(old, new, words):
    assert old in SPX
    with pytest.raises(ReadError, match=words):
        read(SPX.replace(old, new, 1))


def test_entities_that_grow_without_end_are_refused():
    entities = "<!ENTITY a0 'ha'>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
    )
    with pytest.raises(ReadError, match="damaged or cut short"):
        read(f"<!DOCTYPE x [{entities}]><TRTSpectrum>&a11;</TRTSpectrum>")


def test_the_format_is_recognised():
    assert is_spx(SPX.encode("cp1252"))
    assert not is_spx(b"<html>")


@pytest.mark.validation
def test_a_real_file_is_read_as_by_another_reader(shared_data):
    """Against RosettaSciIO's reader, on a spectrum of the M6 Jetstream."""
    from rsciio.bruker import file_reader

    path = shared_data(REAL)
    (other,) = file_reader(str(path))
    found = read_spx(path, path.read_bytes())
    np.testing.assert_array_equal(found.counts, other["data"])
    assert found.counts.shape == (4096,)
    assert found.axis.offset_kev == other["axes"][0]["offset"] == -0.95550444
    assert found.axis.gain_kev == other["axes"][0]["scale"] == 0.009999
    detector = other["metadata"]["Acquisition_instrument"]["TEM"]["Detector"]["EDS"]
    assert found.live_time_s == detector["live_time"] == 28.046
    assert found.instrument == f"Rh 50 kV, {detector['detector_type']}"
    assert found.name == other["metadata"]["Sample"]["name"]
    # the reference peak is where the note says it is
    assert found.counts[90:103].argmax() + 90 == pytest.approx(96, abs=1)
    assert "channel 96" in found.notes[0]
