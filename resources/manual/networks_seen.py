"""What was seen when each network coloured a real scan, in the words of who looked.

Made by `python -m models.look SCAN`; to be looked at again whenever a network changes.
"""

from collections.abc import Mapping

HANDS = (
    "A scan of a painted copy of the two hands of the *Creation of Adam* (Pesic et al., ICETRAN "
    "2026; 60 × 120 points, some 33 000 counts each, a tube of silver to judge by its lines, "
    "channels up to 29.9 keV) was coloured by each. No photograph of this copy could be had, only "
    "one of the fresco, whose colours are others: so this is what one sees, and no score. The "
    "spectra show mercury (vermilion) and lead in the flesh, iron in its shadows, copper in the "
    "ground, calcium and titanium or barium nearly everywhere."
)

SEEN: Mapping[str, str] = {
    "palette_ridge": "salmon flesh with darker, redder shadows upon an even olive ground: all of "
    "it plausible, but the same muddy mixture of few tones everywhere. It is least sure of the "
    "light parts and of the ground. Novelty is above 0.95 in 98 % of the points and above 0.99 in "
    "8 %: it takes the whole scan for rather unlike what it learnt from, and marks no place.",
    "palette_knn": "pink to crimson flesh, too red, upon a ground that jumps between green, blue "
    "and yellow from one point to the next: neighbours of the spectra are different paints by "
    "chance. Its uncertainty is large just there.",
    "aires_1d_opt_inception_resnet": "the network of AIRES-CH, unchanged: nearly all of it one "
    "pale beige, with brown to black where iron is, so that it looks like a drawing of the hands. "
    "The modelling is legible, the colours of flesh and ground are not there.",
}
"""By file of the network, without suffix."""
