"""Doing it without blocking anyone: jobs and the task catalogue."""
