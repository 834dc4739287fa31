"""The palette of an oil painter, by the names its pigments have in the shipped library."""

OIL_PIGMENTS = (
    "lead white",
    "lead-tin yellow",
    "yellow ochre",
    "red ochre",
    "vermilion",
    "red lake",
    "umber",
    "malachite",
    "azurite",
    "natural ultramarine",
    "bone black",
)
"""What an oil painter of about 1500 to 1700 had, by names the shipped library knows."""
