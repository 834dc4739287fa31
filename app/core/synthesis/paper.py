"""The pigments of the ganX paper, by the names they have in the shipped library."""

PAPER_PIGMENTS = (
    "lead red",
    "vermilion",
    "organic red dye",
    "lead-tin yellow",
    "ultramarine",
    "azurite",
    "indigo",
    "malachite",
    "chalk white",
)
"""Names or synonyms, as A. Bombini et al., arXiv:2304.14078, list them."""
