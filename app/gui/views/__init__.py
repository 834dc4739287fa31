"""Widgets that draw arrays and emit what the user intends; they own no data."""
