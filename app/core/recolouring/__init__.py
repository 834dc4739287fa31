"""Colours from spectra: what a network needs, gives and leaves open."""
