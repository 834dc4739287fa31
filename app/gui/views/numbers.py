"""Numbers as the views write them: thin spaces between thousands, a true minus, units."""

import math

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def grouped(value: float, decimals: int = 0) -> str:
    """A number with thin spaces between thousands: 1 234 or −12.5."""
    if not math.isfinite(value):
        return "no value"
    text = f"{value:,.{decimals}f}".replace(",", THIN_SPACE)
    return text.replace("-", MINUS) if float(f"{value:.{decimals}f}") else text.lstrip("-")


def counts_text(value: float) -> str:
    """Counts with their unit; one decimal where they are not whole, as net counts are."""
    whole = math.isfinite(value) and value == int(value)
    unit = "count" if value == 1 else "counts"
    return f"{grouped(value, 0 if whole else 1)} {unit}"


def short_counts(value: float) -> str:
    """Counts for a tick: grouped below a million, then as 2.5×10⁶."""
    if abs(value) < 1e6:
        return f"{value:g}" if value != int(value) else grouped(value)
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    mantissa = f"{value / 10.0**exponent:.3g}"
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}×{power}".replace("-", MINUS)


def length_text(length_mm: float) -> str:
    """A round length: 20 mm, 0.5 mm or 50 µm."""
    return f"{length_mm:g} mm" if length_mm >= 0.1 else f"{length_mm * 1000:g} µm"


def nice_step(span: float, at_most: int) -> float:
    """The smallest 1, 2 or 5 times a power of ten that divides a span into so many parts."""
    rough = span / max(at_most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def in_bytes(count: int) -> str:
    """The size of a file: 33 MB."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.2g} {unit}" if count < 100 * size else f"{count // size} {unit}"
    return f"{max(count // 1000, 1)} kB"
