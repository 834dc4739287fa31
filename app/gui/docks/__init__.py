"""Panels around the picture."""
