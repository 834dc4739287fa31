"""The task that writes a cube in another format."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.core import parameters as parameter_checks
from app.core.parameters import parameter
from app.core.progress import part_of
from app.core.provenance import Step
from app.core.rebinned import rebinned
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.io import formats, store
from app.io.atomic import check_free, check_not_input


@dataclass(frozen=True, slots=True)
class ConvertParameters:
    """How a cube is written in another format."""

    bin: int = parameter(
        1,
        label="Channels joined",
        minimum=1,
        maximum=1024,
        help="Sums this many neighbouring channels into one; 1 keeps all.",
    )


def convert(
    source: Source,
    parameters: ConvertParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write any readable cube as `.h5` or `.rpl`, by the suffix of `out`.

    Raises
    ------
    AppError
        If the input cannot be read, the suffix is of no format that can be written, or the
        output cannot be written; nothing is left behind then.
    """
    parameter_checks.check(parameters)
    exports.check_suffix(out, exports.CUBE_SUFFIXES, "cube")
    written = (out, out.with_suffix(".raw")) if out.suffix.lower() == ".rpl" else (out,)
    check_free(written, overwrite=overwrite)
    check_not_input(written, formats.format_of(source.path).files(source.path))
    cube = store.identified(source.path, source.options, part_of(context.progress, 0.0, 0.2))
    step = Step("convert", asdict(parameters), cube.inputs)
    cube = replace(rebinned(cube, parameters.bin), steps=(*cube.steps, step))
    writing = part_of(context.progress, 0.2, 1.0)
    exports.write_cube(cube, out, writing, overwrite=overwrite)
    return written
