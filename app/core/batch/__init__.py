"""Batches: many scans, the same tasks, and what becomes of each."""
