"""Make the bundled sample scan anew.

Run from the top of the repository: `python -m resources.sample.make_sample`. The same recipe
gives the same counts; what is true about every pixel goes into a file of its own.
"""

import json
from dataclasses import asdict
from pathlib import Path

from app.core.sample import SampleScan, make_sample
from app.io.atomic import written
from app.io.native import write_cube

TARGET = Path(__file__).with_name("sample.h5")


def main(target: Path = TARGET) -> None:
    """Write the sample scan and, beside it, `truth.h5`, replacing older ones."""
    sample = make_sample()
    with written(target, overwrite=True) as path:
        write_cube(sample.cube, path, gzip_level=9)
    with written(target.with_name("truth.h5"), overwrite=True) as path:
        write_truth(path, sample)


def write_truth(path: Path, sample: SampleScan) -> None:
    """Write what the pixels of the sample are made of."""
    import h5py

    with h5py.File(path, "w") as truth:
        truth.attrs["description"] = (
            "What the synthetic scan was computed from: pigments in every pixel, as mass per "
            "area, the pigment of which most shows, and what the eye would see."
        )
        truth["materials"] = list(sample.materials)
        masses = truth.create_dataset(
            "masses", data=sample.masses.round(3), compression="gzip", shuffle=True
        )
        masses.attrs.update({"units": "mg/cm2", "axes": "material, row, column"})
        truth.create_dataset("labels", data=sample.labels, compression="gzip")
        picture = truth.create_dataset("picture", data=sample.picture, compression="gzip")
        picture.attrs["interpretation"] = "rgba-image"
        truth["lines"] = [line.key for line in sample.lines]
        energies = truth.create_dataset("energies", data=[i.energy_kev for i in sample.lines])
        energies.attrs["units"] = "keV"
        truth["recipe"] = json.dumps(asdict(sample.recipe))


if __name__ == "__main__":
    main()
