"""Areas of the picture."""

from dataclasses import dataclass

from app.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of pixels: rows row_start..row_stop-1, columns col_start..col_stop-1.

    Raises
    ------
    ParameterError
        If it holds no pixel or begins below 0.
    """

    row_start: int
    row_stop: int
    col_start: int
    col_stop: int

    def __post_init__(self) -> None:
        rows = 0 <= self.row_start < self.row_stop
        if not (rows and 0 <= self.col_start < self.col_stop):
            raise ParameterError(
                "This region is empty.",
                f"Rows {self.row_start}:{self.row_stop}, columns {self.col_start}:{self.col_stop}.",
                "Give start:stop with start below stop, both from 0.",
            )

    @classmethod
    def parse(cls, text: str) -> "Region":
        """Read `r0:r1,c0:c1`, as the command line writes it.

        Raises
        ------
        ParameterError
            If the text has another form or names no pixel.
        """
        try:
            (r0, r1), (c0, c1) = (part.split(":") for part in text.split(","))
            numbers = int(r0), int(r1), int(c0), int(c1)
        except ValueError as error:
            raise ParameterError(
                "This region cannot be read.",
                f"Found {text!r}; expected r0:r1,c0:c1 in whole pixels.",
                "For example 10:20,30:45 for rows 10 to 19 and columns 30 to 44.",
            ) from error
        return cls(*numbers)

    def check_inside(self, rows: int, cols: int) -> None:
        """Raise ParameterError unless the region lies in a picture of rows × cols pixels."""
        if self.row_stop > rows or self.col_stop > cols:
            raise ParameterError(
                "This region reaches beyond the scan.",
                f"Region {self}; the scan has {rows} rows and {cols} columns.",
                "Choose a region inside the scan.",
            )

    @property
    def pixels(self) -> int:
        """How many pixels it holds."""
        return (self.row_stop - self.row_start) * (self.col_stop - self.col_start)

    def __str__(self) -> str:
        return f"{self.row_start}:{self.row_stop},{self.col_start}:{self.col_stop}"
