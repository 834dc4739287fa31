"""Unmixing: how many counts of each pixel which pigments, or which components, account for."""
