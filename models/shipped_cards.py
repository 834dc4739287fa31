"""What the cards of the shipped networks say beside what their trainings wrote."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.core.recolouring.card import ModelCard, OutputKind

TITLES = {
    "velatura_pixel": "Velatura, single spectra",
    "velatura_image": "Velatura, pictures",
    "element_mlp": "Velatura, maps of elements",
}
"""Names of our own networks as users read them, by file."""

_WHAT = {
    "velatura_pixel": "Takes each spectrum by itself: sharp at every point, grainy where counts "
    "are few. The one to begin with.",
    "velatura_image": "Also looks at the spectra around each point: smoother than single spectra "
    "where counts are few, and fine detail of a point or two may be lost.",
    "element_mlp": "Tells counts of elements' lines apart, not colours: one hidden layer, after a "
    "poster of Gerodimos et al. (EXRS 2022).",
}
_AFTER = {"Bombini": "AIRES-CH", "Gerodimos": "Gerodimos et al."}
_COMPARISON = (
    "For comparison: a design of {whose}, taught anew on the synthetic scans that Velatura's own "
    "networks learnt from. Its published weights and scores are others."
)
_NOVELTY = (
    "output “novelty”: share of the training spectra that are less unlike the others, by what "
    "principal components leave over and by lines that do not belong; above 0.95 be careful, 1 is "
    "beyond all that was learnt"
)
_NO_NOVELTY = "not told: this network has no output for it"
_SCORES = ("psnr_db", "ssim", "ms_ssim", "bce", "mse", "delta_e2000", "spearman", "within_90")
_PADDED = ("psnr_db_padded", "ssim_padded")
_ALL = "all"
_CONDITIONS = {
    "many": "3 000 counts per point",
    "few": "300 counts",
    "tungsten": "A tungsten tube, which it has never seen",
}
_IN_WORDS = {
    "psnr_db": "PSNR {:.1f} dB",
    "ssim": "SSIM {:.2f}",
    "delta_e2000": "mean ΔE2000 {:.0f}",
}


def shipped_card(name: str, card: ModelCard, weights: Mapping[str, Any]) -> ModelCard:
    """A training's card with a title that users understand, and how weights are kept.

    Parameters
    ----------
    name
        Of the network's file, without suffix.
    card
        As the training wrote it.
    weights
        How weights are kept and what rounding them did to scores.
    """
    has_novelty = card.output_of(OutputKind.NOVELTY) is not None
    return replace(
        card,
        name=title(name, card),
        metrics={**card.metrics, "kept_as": dict(weights)},
        in_distribution={
            **card.in_distribution,
            "novelty": _NOVELTY if has_novelty else _NO_NOVELTY,
        },
        notes=f"{what(name, card)} {card.notes}".strip(),
    )


def title(name: str, card: ModelCard) -> str:
    """The network's name for users: our own are called so, others after whose design it is."""
    if name in TITLES:
        return TITLES[name]
    whose = _whose(card)
    return f"{card.name}, after {whose}" if whose else card.name


def what(name: str, card: ModelCard) -> str:
    """What the network does, in a sentence or two for users."""
    if name in _WHAT:
        return _WHAT[name]
    whose = _whose(card)
    return _COMPARISON.format(whose=whose) if whose else ""


def described(card: ModelCard) -> str:
    """Title and first sentence of a card's notes, for a list."""
    first = card.notes.split(". ", 1)[0].rstrip(".")
    return f"*{card.name}*. {first}." if first else f"*{card.name}*"


def with_scores(card: ModelCard, judged: Mapping[str, Any], about: Mapping[str, Any]) -> ModelCard:
    """A card with the scores of the shipped file itself.

    Parameters
    ----------
    judged
        What an evaluation says of the network: groups of pictures, conditions, means.
    about
        How the evaluation was made.
    """
    groups = judged.get("groups", {})
    chosen: Mapping[str, Any] = groups.get(_ALL) or next(iter(groups.values()), {})
    held_out: dict[str, Any] = {}
    for condition, values in chosen.items():
        keys = (*_SCORES, *_PADDED, *(key for key in values if key.startswith("r_")))
        told = {key: round(values[key]["mean"], 4) for key in keys if key in values}
        held_out[condition] = {"scans": values["n"], **told}
    pictures = about.get("pictures", {}).get("test", ())
    held_out["measured_on"] = (
        f"synthetic scans of {', '.join(pictures) or 'made-up pictures'} and of made-up pictures, "
        f"shorter side {about.get('shorter_side', '?')} points, seed {about.get('seed', '?')}; "
        "pictures, palettes and scanners that nothing was learnt from"
    )
    told = {"held_out": held_out, "summary": summary(held_out)}
    return replace(card, metrics={**card.metrics, **told})


def summary(held_out: Mapping[str, Any]) -> str:
    """Scores as a user reads them, a sentence for each condition that matters most."""
    told = []
    for condition, words in _CONDITIONS.items():
        values = held_out.get(condition, {})
        parts = [text.format(values[key]) for key, text in _IN_WORDS.items() if key in values] or [
            f"r of {key[2:]} {values[key]:.2f}" for key in values if key.startswith("r_")
        ]
        if "within_90" in values:
            share = 100 * values["within_90"]
            parts.append(f"{share:.0f} % of the errors within what it tells for 90 %")
        if parts:
            told.append(f"{words}: {', '.join(parts)}.")
    if not told:
        return ""
    return " ".join(("On synthetic scans of pictures that it did not learn from.", *told))


def _whose(card: ModelCard) -> str:
    # spectra and colours are cited after the first full stop of the architecture
    first = card.citation.split(". Spectra", 1)[0]
    return next((whose for name, whose in _AFTER.items() if name in first), "")
