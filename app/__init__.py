"""Velatura looks into paintings: MA-XRF scans, elemental maps, pigments, recolouring."""

__version__ = "0.1.0"
