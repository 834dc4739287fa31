"""Instruments that spectra are often computed for, as far as they are published.

What a preset says is of three kinds, and its comment tells them apart. *Published*: by the
maker or in the paper named, as far as remembered from there; check it before relying on it.
*Usual*: what instruments of this kind have, where nothing was found for this one. *Assumed* or
*estimated*: chosen so that a spectrum looks like one; the photons on the sample and the solid
angle belong here in every preset, as does the energy at which a capillary optic fades, so that
absolute counts mean little until the user puts in what was measured. A scattering angle is
that of beam and detector in one plane with the sample's normal.
"""

from types import MappingProxyType

from app.core.physics.instrument import Instrument

_REFERENCES = (
    # what the library's reference spectra are computed for: no instrument, but a common ground;
    # beam at a right angle and detector at 45°, a collimator, 50 and 15 mm of air, all usual
    Instrument(name="Rh 50 kV"),
    Instrument(name="Mo 40 kV", anode="Mo", tube_kv=40.0),
)

_SCANNERS = (
    # M. Alfeld et al., J. Anal. At. Spectrom. 28 (2013) 760, doi:10.1039/c3ja30341a, and the
    # maker's leaflet: Rh, 50 kV, 600 µA, 30 W, polycapillary, SDD of 30 mm² (later two of
    # 60 mm²) with less than 145 eV at Mn Kα, 4096 channels. As the header of a spectrum from
    # such an instrument says (one of RosettaSciIO's examples): 100 µm Be before a take-off of
    # 12°, beam at a right angle, detector at 60°, 16 mm away, behind 12.5 µm Be, of 0.45 mm
    # Si, 142 eV, the axis. Estimated from that spectrum, of bone: 13 keV for the optic, 100 mm
    # of air through it, 8e8 photons a second at the full current, 0.08 sr for one detector;
    # with these the model meets it within 30 % from 3 to 21 keV, has Rh L 60 % too strong and
    # the continuum beyond 22 keV twice too strong.
    # Assumed: detector and beam in one plane, hence 150°.
    Instrument(
        name="Bruker M6 Jetstream",
        take_off_degrees=12.0,
        tube_window_um=100.0,
        optic_cutoff_kev=13.0,
        beam_photons_per_s=8e8,
        incidence_degrees=90.0,
        exit_degrees=60.0,
        scatter_degrees=150.0,
        beam_path_mm=100.0,
        path_mm=16.0,
        detector_window_um=12.5,
        detector_sr=0.08,
        resolution_ev=142.0,
        live_time_s=0.1,
        offset_kev=-0.9555,
        gain_kev=0.009999,
        channels=4096,
    ),
    # the maker's leaflet and manual: Rh, 50 kV, 600 µA, 100 µm Be, polycapillary, SDD of
    # 30 mm² with less than 145 eV, vacuum to 20 mbar, which is taken for none. Beam and detector
    # at about 51° to the sample as users' papers state. Assumed: both in one plane, hence 102°;
    # tube, optic, detector and axis as the M6's.
    Instrument(
        name="Bruker M4 Tornado",
        take_off_degrees=12.0,
        tube_window_um=100.0,
        optic_cutoff_kev=13.0,
        beam_photons_per_s=8e8,
        incidence_degrees=51.0,
        exit_degrees=51.0,
        scatter_degrees=102.0,
        path="vacuum",
        path_mm=20.0,
        detector_window_um=12.5,
        detector_sr=0.08,
        resolution_ev=142.0,
        live_time_s=0.1,
        offset_kev=-0.9555,
        gain_kev=0.009999,
        channels=4096,
    ),
    # F. Taccetti et al., Rend. Fis. Acc. Lincei 30 (2019) 307, doi:10.1007/s12210-018-0756-x:
    # small side-window tube up to 40 kV and 0.1 mA, collimator, SDD of 50 mm², helium possible.
    # Published cubes of such scanners reach from 0.5 to 38.5 keV. Usual: windows, silicon,
    # about 10 mm of air. Assumed: 38 kV for both anodes, the angles, 4096 channels over the
    # range, 145 eV.
    Instrument(
        name="LABEC/CHNet Mo",
        anode="Mo",
        tube_kv=38.0,
        beam_photons_per_s=5e7,
        incidence_degrees=90.0,
        exit_degrees=45.0,
        scatter_degrees=135.0,
        path_mm=10.0,
        detector_window_um=12.5,
        detector_mm=0.5,
        detector_sr=0.1,
        resolution_ev=145.0,
        gain_kev=0.0095,
        channels=4096,
    ),
    Instrument(
        name="LABEC/CHNet Rh",
        anode="Rh",
        tube_kv=38.0,
        beam_photons_per_s=5e7,
        incidence_degrees=90.0,
        exit_degrees=45.0,
        scatter_degrees=135.0,
        path_mm=10.0,
        detector_window_um=12.5,
        detector_mm=0.5,
        detector_sr=0.1,
        resolution_ev=145.0,
        gain_kev=0.0095,
        channels=4096,
    ),
    # the maker's leaflet: Rh transmission tube, up to 50 kV and 4 W, collimator to 1.2 mm on
    # the sample, SDD of 25 mm² with 130 eV, 14 mm before the sample. Usual: windows, silicon.
    # Assumed: 40 kV in daily use, a tube of ordinary kind, the angles, 2048 channels of 20 eV.
    Instrument(
        name="XGLab ELIO",
        tube_kv=40.0,
        beam_photons_per_s=3e7,
        incidence_degrees=90.0,
        exit_degrees=50.0,
        scatter_degrees=140.0,
        path_mm=14.0,
        detector_window_um=12.5,
        detector_sr=0.1,
        resolution_ev=135.0,
    ),
    # the maker's leaflet: W (also Mo or Rh), up to 50 kV and 800 µA, collimators of 0.1 to
    # 1.5 mm, SDD of 30 mm² with less than 150 eV, in air. Usual: windows, silicon.
    # Assumed: 40 kV, the angles, 20 mm of air, the axis.
    Instrument(
        name="Bruker M1 Mistral",
        anode="W",
        tube_kv=40.0,
        tube_window_um=100.0,
        beam_photons_per_s=1e8,
        incidence_degrees=90.0,
        exit_degrees=45.0,
        scatter_degrees=135.0,
        path_mm=20.0,
        detector_sr=0.06,
        resolution_ev=145.0,
        gain_kev=0.01,
        channels=4096,
    ),
)

PRESETS = MappingProxyType(
    {instrument.name: instrument for instrument in (*_REFERENCES, *_SCANNERS)}
)
"""Instruments by name; the first two are those of the library's reference spectra."""
