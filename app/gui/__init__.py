"""The window; the only part of Velatura that knows Qt."""
