"""`velatura models`: the networks there are, their cards, and whether they work."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import AsJson, Axis, print_json, progress_bar, source
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.recolouring.card import ModelCard
    from app.core.recolouring.verdict import Verdict
    from app.engine.model_library import ModelEntry

Model = Annotated[str, typer.Argument(help="A network: its name, or an .onnx file.")]
Scan = Annotated[
    Path | None, typer.Option("--scan", metavar="FILE", help="Judge whether this scan fits.")
]
Provider = Annotated[str, typer.Option("--provider", help="auto, cpu, cuda, dml or coreml.")]


def build() -> typer.Typer:
    """The commands under `velatura models`."""
    cli = typer.Typer(add_completion=False, help="Networks that predict colours: list, look, try.")
    cli.command("list")(list_)
    cli.command("show")(show)
    cli.command("check")(check)
    cli.command("providers")(list_providers)
    return cli


def list_(as_json: AsJson = False) -> None:
    """List the networks that come with Velatura and your own."""
    from app.engine.model_library import Models

    models = Models()
    entries = models.entries()
    if as_json:
        print_json([_listed(entry) for entry in entries])
        return
    for entry in entries:
        card = entry.card
        told = entry.problem or ("it has no card" if card is None else f"{card.version:<6}")
        task = "" if card is None else f"{card.task.value:<5}{card.layout.value:<22}"
        typer.echo(f"{entry.name:<36}{entry.origin.value:<9}{task}{told}".rstrip())
    if not entries:
        typer.echo("There are none.")
    typer.echo(f"Your own are the .onnx files in {models.folder}")


def show(model: Model, as_json: AsJson = False) -> None:
    """Show the card of a network."""
    from app.engine.model_library import Models, required_card

    entry = Models().find(model)
    card = required_card(entry)
    if as_json:
        print_json({**_listed(entry), **card.to_plain()})
        return
    for line in _readable(entry, card):
        typer.echo(line)


def check(
    model: Model,
    scan: Scan = None,
    provider: Provider = "auto",
    axis: Axis = None,
    as_json: AsJson = False,
) -> None:
    """Look into a network, load it within limits, and try it on a few spectra."""
    from app.engine.model_library import Models, required_card
    from app.engine.network import Network

    entry = Models().find(model)
    card = required_card(entry)
    started = time.monotonic()
    with progress_bar(hidden=as_json) as progress:
        progress(None, f"Trying {card.name}")
        with Network(entry.path, card, provider) as network:
            report: dict[str, Any] = {
                **_listed(entry),
                "sha256": network.facts.sha256,
                "state": "works",
                "provider": network.provider,
                "remarks": list(network.remarks),
                "input_shapes": {name: list(shape) for name, shape in network.facts.inputs.items()},
                "output_shapes": {
                    name: list(shape) for name, shape in network.facts.outputs.items()
                },
                "memory_mb": round(network.memory_mb, 1),
                "seconds": round(time.monotonic() - started, 3),
            }
    if scan is not None:
        found = _verdict(card, scan, axis)
        report["scan"] = scan.name
        report["verdict"] = {"level": found.level.value, "sentences": list(found.sentences)}
    if as_json:
        print_json(report)
        return
    typer.echo(f"{card.name} works: run with {network.provider}, {report['memory_mb']:.0f} MB")
    for name, shape in (*network.facts.inputs.items(), *network.facts.outputs.items()):
        way = "takes" if name in network.facts.inputs else "gives"
        sizes = " × ".join("n" if size is None else str(size) for size in shape)
        typer.echo(f"{way:<10}{name} ({sizes or 'any shape'})")
    for remark in network.remarks:
        typer.echo(f"note      {remark}")
    if scan is not None:
        typer.echo(f"{scan.name}: {found.level.value}")
        for sentence in found.sentences:
            typer.echo(f"          {sentence}")


def list_providers(as_json: AsJson = False) -> None:
    """List what networks can be run with on this machine, and why not with others."""
    from app.engine.providers import providers

    found = providers()
    if as_json:
        print_json(
            [
                {
                    "name": item.name,
                    "title": item.title,
                    "is_available": item.is_available,
                    "reason": item.reason,
                }
                for item in found
            ]
        )
        return
    for item in found:
        typer.echo(
            f"{item.name:<8}{item.title}" + (f": not here, {item.reason}" * bool(item.reason))
        )


def _listed(entry: "ModelEntry") -> dict[str, Any]:
    """A row of the list as JSON can hold it."""
    card = entry.card
    return {
        "name": entry.name,
        "origin": entry.origin.value,
        "path": str(entry.path),
        "has_card": card is not None,
        "problem": entry.problem,
        "version": "" if card is None else card.version,
        "task": "" if card is None else card.task.value,
        "layout": "" if card is None else card.layout.value,
        "outputs": [] if card is None else [item.kind.value for item in card.outputs],
    }


def _readable(entry: "ModelEntry", card: "ModelCard") -> list[str]:
    """A card as lines for people."""
    lines = [f"{card.name} {card.version}".rstrip()]
    rows = {
        "file": str(entry.path),
        "authors": ", ".join(card.authors),
        "licence": card.licence,
        "citation": card.citation,
        "task": card.task.value,
        "layout": card.layout.value,
        "field": "" if not card.is_image else f"{card.receptive_field_px} pixels to each side",
    }
    lines += [f"{key:<10}{value}" for key, value in rows.items() if value]
    for item in card.inputs:
        edges = item.energy.edges_kev
        steps = ", ".join(step.kind.value for step in item.steps) or "as counted"
        lines.append(
            f"takes     {item.name}: {item.channels} bins of {edges[0]:.2f}–{edges[-1]:.2f} keV; "
            f"{steps}"
        )
    lines += [
        f"gives     {item.name}: {item.kind.value} {', '.join(item.elements)}".rstrip()
        for item in card.outputs
    ]
    for key, values in (("trained", card.trained_on), ("score", card.metrics)):
        for name, value in values.items():
            nested = value if isinstance(value, Mapping) else {"": value}
            for row, item in nested.items():
                head = ", ".join(filter(None, (name, str(row))))
                lines.append(f"{key:<10}{head}: {_in_words(item)}")
    return [*lines, f"notes     {card.notes}"] if card.notes else lines


def _in_words(value: Any) -> str:
    """A free value of a card: "network 14.01, constant 12.91"."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_in_words(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(_in_words, value))
    return str(value)


def _verdict(card: "ModelCard", scan: Path, axis: str | None) -> "Verdict":
    """Whether a scan fits, by what its header tells."""
    from app.core.recolouring.verdict import ScanFacts, verdict
    from app.io import formats

    given = source(scan, axis, None, "sum", None, None)
    cube = formats.open_cube(given.path, given.options)
    if cube.axis is None:
        raise ParameterError(
            "Whether this scan fits cannot be told.",
            f"{scan.name} has no energy axis.",
            "Give it as --axis OFFSET_KEV,GAIN_KEV.",
        )
    told = cube.acquisition
    return verdict(
        card,
        ScanFacts(
            cube.axis,
            cube.channels,
            tube_anode=told.tube_anode,
            tube_kv=told.tube_kv,
            live_time_s=told.live_time_s,
        ),
    )
