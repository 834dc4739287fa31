"""Write fisx_reference.json: intensities of layered samples after PyMca's fundamental parameters.

Run by hand in an environment that has fisx, from the root of the repository:

    PYTHONPATH=. python tests/validation/make_fisx_reference.py

fisx: V. A. Solé, ESRF, https://github.com/vasole/fisx, MIT licence.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

from app.core.formulas import mass_fractions
from app.core.physics.materials import Layer, Material, Stack, material, mixed

TARGET = Path(__file__).with_name("fisx_reference.json")

# lines with a smaller share of the strongest line are not written
WEAKEST = 1e-5

Beam = tuple[tuple[float, float], ...]
Case = tuple[str, Stack, Beam, tuple[float, float]]


def compound(formula: str, density: float) -> Material:
    """A material by its formula."""
    return material(formula, mass_fractions(formula), density)


OIL = compound("C57H98O6", 0.93)


def paint(formula: str, density: float, volume: float = 0.3) -> Material:
    """A pigment in linseed oil."""
    return mixed(f"{formula} in oil", [(compound(formula, density), volume), (OIL, 1 - volume)])


LEAD_WHITE = paint("2PbCO3·Pb(OH)2", 6.8)
VERMILION = paint("HgS", 8.1)
CHALK = paint("CaCO3", 2.71, 0.5)
AZURITE = paint("Cu3(CO3)2(OH)2", 3.77)
LEAD_TIN = paint("Pb2SnO4", 8.0)
OCHRE = paint("Fe2O3", 5.2)
LITHOPONE = mixed(
    "lithopone in oil",
    [(compound("BaSO4", 4.48), 0.15), (compound("ZnS", 4.1), 0.1), (OIL, 0.75)],
)
SMALT = mixed(
    "smalt in oil",
    [
        (
            material(
                "smalt",
                {"Si": 0.32, "O": 0.42, "K": 0.13, "Co": 0.06, "As": 0.04, "Fe": 0.02, "Ni": 0.01},
                2.5,
            ),
            0.3,
        ),
        (OIL, 0.7),
    ],
)
VARNISH = compound("C10H16O", 1.05)
STEEL = material("CrFeNi", {"Cr": 18, "Fe": 70, "Ni": 12}, 7.9)
BRONZE = material("CuSnPb", {"Cu": 85, "Sn": 10, "Pb": 5}, 8.8)
GOLD = compound("Au", 19.3)

WIDE: Beam = tuple((float(energy), 50.0 - energy) for energy in range(8, 46, 4))

CASES: tuple[Case, ...] = (
    ("iron, endless", (Layer("iron", compound("Fe", 7.87), 1e4),), ((20.0, 1.0),), (90, 45)),
    ("lead white, endless", (Layer("paint", LEAD_WHITE, 1e4),), ((45.0, 1.0),), (90, 45)),
    (
        "lead white on chalk",
        (Layer("paint", LEAD_WHITE, 15), Layer("ground", CHALK, 200)),
        ((30.0, 1.0),),
        (90, 45),
    ),
    (
        "thin lead white on chalk",
        (Layer("paint", LEAD_WHITE, 2), Layer("ground", CHALK, 200)),
        ((17.5, 1.0),),
        (45, 45),
    ),
    (
        "vermilion under lead white",
        (Layer("cover", LEAD_WHITE, 15), Layer("hidden", VERMILION, 20)),
        ((35.0, 1.0),),
        (45, 45),
    ),
    (
        "azurite, lead-tin yellow, chalk",
        (Layer("upper", AZURITE, 20), Layer("lower", LEAD_TIN, 20), Layer("ground", CHALK, 200)),
        ((40.0, 1.0),),
        (90, 45),
    ),
    (
        "azurite, lead-tin yellow, chalk in a wide beam",
        (Layer("upper", AZURITE, 20), Layer("lower", LEAD_TIN, 20), Layer("ground", CHALK, 200)),
        WIDE,
        (45, 45),
    ),
    (
        "varnish, vermilion, lead white",
        (
            Layer("varnish", VARNISH, 20),
            Layer("red", VERMILION, 20),
            Layer("white", LEAD_WHITE, 50),
        ),
        ((10.0, 1.0), (20.0, 2.0), (40.0, 1.0)),
        (45, 45),
    ),
    ("CrFeNi, endless", (Layer("alloy", STEEL, 1e4),), ((17.5, 1.0),), (45, 45)),
    ("CrFeNi foil", (Layer("alloy", STEEL, 5),), ((17.5, 1.0),), (90, 45)),
    ("bronze", (Layer("alloy", BRONZE, 1e4),), WIDE, (90, 45)),
    (
        "gold leaf on bole and chalk",
        (Layer("leaf", GOLD, 0.2), Layer("bole", OCHRE, 15), Layer("ground", CHALK, 200)),
        ((25.0, 1.0),),
        (90, 45),
    ),
    (
        "smalt on lead white",
        (Layer("paint", SMALT, 25), Layer("ground", LEAD_WHITE, 60)),
        WIDE,
        (45, 45),
    ),
    (
        "lithopone on azurite",
        (Layer("paint", LITHOPONE, 10), Layer("hidden", AZURITE, 20)),
        ((42.0, 1.0),),
        (90, 45),
    ),
)


class Reference:
    """fisx with PyMca's constants."""

    def __init__(self) -> None:
        from fisx import Elements

        self.elements = Elements()
        self.elements.initializeAsPyMca()
        self.materials = 0

    def lines(self, case: Case) -> list[list[Any]]:
        """Element, transition, layer, energy, primary and secondary of every line.

        Rates are per photon of the beam into all directions, with the way out through the layers
        above; secondary is of first order, by lines and by coherent scattering.
        """
        from fisx import XRF

        _, stack, beam, angles = case
        asked = XRF()
        asked.setBeam(
            [energy for energy, _ in beam], [weight for _, weight in beam], [1] * len(beam)
        )
        asked.setSample([[self.known(layer), *self.size(layer), 1.0] for layer in stack])
        asked.setGeometry(*map(float, angles))
        symbols = dict.fromkeys(s for layer in stack for s in layer.material.elements)
        highest = max(energy for energy, _ in beam)
        families = [
            family
            for symbol in symbols
            for family in self.elements.getPeakFamilies(symbol, highest)
        ]
        found = asked.getMultilayerFluorescence(
            [family for family, _ in families],
            self.elements,
            secondary=2,
            useGeometricEfficiency=0,
            useMassFractions=1,
        )
        written = [
            [
                family.split()[0],
                transition,
                layer,
                round(line["energy"], 5),
                float(f"{line['primary'] * line['efficiency']:.6g}"),
                float(f"{line['secondary'] * line['efficiency']:.6g}"),
            ]
            for family, layers in found.items()
            for layer, lines in layers.items()
            for transition, line in lines.items()
        ]
        strongest = max(line[4] + line[5] for line in written)
        return sorted(line for line in written if line[4] + line[5] > WEAKEST * strongest)

    def known(self, layer: Layer) -> str:
        """Tell fisx of a layer's material and give its name there."""
        from fisx import Material as FisxMaterial

        self.materials += 1
        name = f"material{self.materials}"
        told = FisxMaterial(name, *self.size(layer))
        told.setComposition(dict(layer.material.fractions))
        self.elements.addMaterial(told)
        return name

    @staticmethod
    def size(layer: Layer) -> tuple[float, float]:
        """Density in g/cm³ and thickness in cm."""
        return layer.material.density_g_cm3, layer.thickness_um * 1e-4


def described(case: Case, reference: Reference) -> dict[str, Any]:
    """A case with its lines, for the file."""
    name, stack, beam, (incidence, exit_angle) = case
    total = math.fsum(weight for _, weight in beam)
    return {
        "name": name,
        "layers": [
            {
                "name": layer.name,
                "mass_fractions": dict(layer.material.fractions),
                "density_g_cm3": layer.material.density_g_cm3,
                "thickness_um": layer.thickness_um,
            }
            for layer in stack
        ],
        "energies_kev": [energy for energy, _ in beam],
        "photons": [weight / total for _, weight in beam],
        "incidence_degrees": incidence,
        "exit_degrees": exit_angle,
        "lines": reference.lines(case),
    }


def main() -> None:
    """Write the file."""
    import fisx

    reference = Reference()
    content = {
        "source": "fisx, initializeAsPyMca, getMultilayerFluorescence(secondary=2)",
        "version": fisx.__version__,
        "unit": "photons per photon of the beam, into all directions",
        "columns": ["element", "transition", "layer", "energy_kev", "primary", "secondary"],
        "cases": [described(case, reference) for case in CASES],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    # innermost lists on one line of the file each
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda match: f"[{' '.join(match[1].split())}]", text)
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
