"""Synthetic scans from pictures: palette, pigments for each colour, counts for each pixel."""
