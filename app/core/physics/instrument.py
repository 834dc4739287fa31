"""The instrument a spectrum is computed for: tube, path, geometry, detector, energy axis."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from app.core.axis import EnergyAxis
from app.core.parameters import check, parameter

ANODES = ("Rh", "Mo", "Ag", "W", "Cr", "Cu")
FILTERS = ("none", "Al", "Cu", "Ag", "Rh", "Ti", "Ni", "Zr")
PATHS = ("air", "helium", "vacuum")


@dataclass(frozen=True, slots=True)
class Instrument:
    """All that decides which spectrum a sample gives.

    Angles are between the beam, or the way to the detector, and the plane of the sample.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    name: str = "Rh 50 kV"
    anode: str = parameter("Rh", label="Anode", choices=ANODES)
    tube_kv: float = parameter(50.0, label="Tube voltage", unit="kV", minimum=10, maximum=60)
    take_off_degrees: float = parameter(
        20.0, label="Take-off angle at the anode", unit="°", minimum=5, maximum=85
    )
    tube_window_um: float = parameter(
        125.0, label="Beryllium window of the tube", unit="µm", minimum=0, maximum=1000
    )
    filter_element: str = parameter("none", label="Filter", choices=FILTERS)
    filter_um: float = parameter(
        0.0, label="Thickness of the filter", unit="µm", minimum=0, maximum=2000
    )
    optic_cutoff_kev: float = parameter(
        0.0,
        label="Polycapillary fades above",
        unit="keV",
        minimum=0,
        maximum=60,
        help="0 for a collimator, which passes all energies alike.",
    )
    beam_photons_per_s: float = parameter(
        1e8,
        label="Photons on the sample",
        unit="1/s",
        minimum=1,
        maximum=1e14,
        help="Behind filter, optic and gas: they change the beam's energies, not this number.",
    )
    incidence_degrees: float = parameter(
        90.0, label="Beam to the surface", unit="°", minimum=5, maximum=90
    )
    exit_degrees: float = parameter(
        45.0, label="Detector to the surface", unit="°", minimum=5, maximum=90
    )
    scatter_degrees: float = parameter(
        135.0, label="Scattering angle", unit="°", minimum=1, maximum=180
    )
    path: str = parameter(
        "air",
        label="Around the sample",
        choices=PATHS,
        help="What the beam goes through to the sample, and the radiation to the detector.",
    )
    beam_path_mm: float = parameter(
        50.0,
        label="Way from tube to sample",
        unit="mm",
        minimum=0,
        maximum=500,
        help="Through the gas; an optic that is not evacuated counts.",
    )
    path_mm: float = parameter(
        15.0, label="Way from sample to detector", unit="mm", minimum=0, maximum=500
    )
    detector_window_um: float = parameter(
        8.0, label="Beryllium window of the detector", unit="µm", minimum=0, maximum=500
    )
    detector_mm: float = parameter(
        0.45, label="Thickness of the silicon", unit="mm", minimum=0.05, maximum=5
    )
    detector_sr: float = parameter(
        0.1, label="Solid angle of the detector", unit="sr", minimum=1e-6, maximum=6.3, decimals=6
    )
    resolution_ev: float = parameter(
        140.0, label="Resolution at Mn Kα", unit="eV", minimum=118.5, maximum=400
    )
    live_time_s: float = parameter(
        1.0, label="Live time", unit="s", minimum=1e-6, maximum=1e6, decimals=6
    )
    offset_kev: float = parameter(
        0.0, label="Offset of the axis", unit="keV", minimum=-5, maximum=5, decimals=6
    )
    gain_kev: float = parameter(
        0.02, label="Gain", unit="keV per channel", minimum=0.001, maximum=0.2, decimals=6
    )
    channels: int = parameter(2048, label="Channels", minimum=64, maximum=16384)

    def __post_init__(self) -> None:
        check(self)

    @property
    def axis(self) -> EnergyAxis:
        """The energy axis."""
        return EnergyAxis(self.offset_kev, self.gain_kev, source=f"instrument {self.name}")

    def to_json(self) -> dict[str, Any]:
        """All fields by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Instrument":
        """An instrument from fields by name; unknown ones are passed over.

        Raises
        ------
        ParameterError
            If a value is out of its limits.
        """
        names = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})
