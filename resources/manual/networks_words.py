"""The words of the manual's page of the networks, around the numbers of an evaluation."""

from collections.abc import Mapping

TEXT = """# The networks

All of them learnt from synthetic scans alone, which Velatura computed: random paints in random
pictures under random scanners. No painting was measured for them. Their colours are an **estimate
from chemistry**; how good it is stands below, and what it cannot know in
[Predicted colour](06-recolouring.md).

{facts}

{which}

## How they were measured

{about} Nothing of it was learnt from: neither pictures nor scanners. {rivals}Networks that do not
come along are the architectures of others, taught by us on the same scenes for the same time, for
comparison: `velatura train models/configs/NAME.toml` makes them anew. The rows of those that come
along follow from their files, with many more numbers, by

    velatura evaluate --pictures FOLDER --out evaluation

What was measured of the others is kept in `models/evaluation/others.json`; with `--beside` and this
file they stand in the new tables, too.

## Colours

PSNR in dB, the mean over scans; 3 dB more mean half the squared error. *One colour for all* and
*Each picture's own mean colour* look at no spectrum: only what is above them was read from spectra.

{small}{conditions}

{losses}The same for random scanners, by the five scores of AIRES-CH, as measured, then fitted into
288 × 384 points with black around it, as that project's own networks for pictures are scored: the
black is right for everyone and flatters.

{native}

{padded}

Published scores of that project's networks, **measured on other data** (its own scans, which
nobody else has). They are here for orientation and no comparison:

{published}

## Does it know when it is wrong?

{doubt}

## Pure paints

{paints}

## Paints that are one to XRF

{groups}

## Materials it never saw

{novelty}

## Maps of elements

{maps}

{seen}"""

SMALL = (
    "The many small scans say most about palettes in general, the few large pictures below about "
    "ways of measuring. Scans differ more than networks do: so each network is held against "
    "*Velatura, single spectra* scan by scan, the mean with its standard error."
)
"""Before the table of small scans."""

WHICH: Mapping[str, str] = {
    "velatura_pixel": "*Velatura, single spectra* is the one to begin with.",
    "velatura_image": "*Velatura, pictures* looks at neighbours, too: take it where counts are "
    "few.",
    "element_mlp": "*Velatura, maps of elements* gives counts of elements, not colours.",
    "refiner": "*Refiner*, after AIRES-CH, was the best of the designs of others that were taught "
    "here; it merges *Dense* and *Dilated-residual U-Net*, which had ten minutes each before it.",
    "palette_knn": "The others are there to be compared with.",
}
"""What each network is for, by file."""

GROUPS: Mapping[str, str] = {
    "copper": "copper (azurite, malachite, verdigris)",
    "lead": "lead (lead white, red lead, massicot)",
    "iron": "iron (ochres, sienna, haematite)",
    "nothing": "nothing or little (carbon black, indigo, lakes, ultramarine)",
}
"""Paints that one spectrum does not tell apart."""

NAMED: Mapping[str, str] = {
    "vermilion": "vermilion",
    "lead-tin-yellow-i": "lead-tin yellow",
    "smalt": "smalt",
    "cobalt-blue": "cobalt blue",
    "chrome-yellow": "chrome yellow",
    "viridian": "viridian",
}
"""Paints whose ΔE2000 is told one by one."""

HANDS = (
    "A scan of a painted copy of the two hands of the *Creation of Adam* (Pesic et al., ICETRAN "
    "2026; 60 × 120 points, some 27 000 counts each, a tube of silver, to judge by its lines, "
    "channels up to 29.9 keV) was coloured by each. No photograph of this copy could be had, only "
    "one of the fresco, whose colours are others: so this is what one sees, and no score. The "
    "spectra show mercury (vermilion) and lead in the flesh, iron in its shadows, copper in the "
    "ground, calcium and titanium or barium nearly everywhere."
)

SEEN: Mapping[str, str] = {
    "velatura_pixel": "warm, orange-brown flesh that follows light and shadow, upon a cool "
    "grey-green ground "
    "with cloudy changes of tone: muted, calm, and plausible. A rectangle between the hands, "
    "where the scan has a third fewer counts, comes out lighter and yellower than the ground "
    "about it, with straight edges: that is the measurement, not the painting. How red the "
    "flesh or how blue the ground was it does not tell: its uncertainty is ± 42 of 255, less "
    "on the hands, where iron and mercury speak clearly. Its maps of Ca, Fe, Cu, Hg and Pb "
    "look like the measured ones, and where there is neither potassium nor gold it tells "
    "none. Novelty is above 0.95 in 98 % of the points and above 0.99 in 4 %: it takes the "
    "whole scan for unlike what it learnt from, which lacks most of the scatter and "
    "background that this scanner has, and marks no place.",
    "velatura_image": "the same colours, a little calmer: grain is gone from the ground, hands and "
    "fingers keep their edges. The rectangle is there, too. Its uncertainty is no smaller "
    "(± 43 of 255); its maps are those of single spectra with less noise. Novelty is above 0.95 in "
    "81 % of the points and above 0.99 in 6 %, mostly upon the ground.",
    "element_mlp": "maps of Ca, Fe, Cu, Hg and Pb like the measured ones. Behind the hands, where "
    "none was measured, it tells a little copper, and zinc everywhere; gold and potassium, "
    "rightly, nowhere.",
    "refiner": "pinkish brown flesh with light high places and dark red shadows upon a flat "
    "grey-olive ground: plausible, a little softer than single spectra, without the rectangle. A "
    "fine mesh of one point lies over it, and edges have a pale seam. It tells neither uncertainty "
    "nor novelty, so that nobody knows where to doubt it.",
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
"""What was seen, by file of the network without suffix.

Made by `python -m models.look SCAN`; to be looked at again whenever a network changes.
"""
