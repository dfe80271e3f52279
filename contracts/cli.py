"""`sessions-kit`, and those of its commands that need the contract alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from contracts import lint
from contracts.commands import DISTRIBUTION, Commands, version
from contracts.document import load
from contracts.errors import KitError
from contracts.explain import explanation
from contracts.inference import infer
from contracts.options import (
    document_from_options,
    document_options,
    keep_option,
    no_overlay_option,
    overlay_option,
)

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path))


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"{DISTRIBUTION} {version()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Mock an API, and look at its contract, from one OpenAPI file."""


@click.command()
@document_options
def explain(spec: Path | None, overlays: tuple[Path, ...], no_overlay: bool, keep: tuple[str, ...]) -> None:
    """Print the resource model that is inferred, each conclusion with its reason."""
    document = document_from_options(spec, overlays, no_overlay, keep)
    click.echo(explanation(document, infer(document)))


@click.group("spec")
def spec() -> None:
    """Look at an OpenAPI file as every command sees it."""


@spec.command("lint")
@_FILE
@keep_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def lint_command(file: Path | None, keep: tuple[str, ...], form: str) -> None:
    """List what has to be mended in FILE before it is used; the shipped spec if left out.

    Exit code 0: the file is usable, mended or not. 2: it is not, and the first reason is named.
    """
    try:
        document = load(file, shipped_overlays=False, keep=keep)
    except KitError as error:
        if form == "json":
            click.echo(lint.failure_as_json(file, error))
        raise
    if form == "json":
        click.echo(lint.as_json(document))
    elif document.repairs and sys.stdout.isatty():
        lint.print_table(document)
    else:
        click.echo(lint.as_text(document))


@spec.command("show")
@_FILE
@overlay_option
@no_overlay_option
@keep_option
@click.option(
    "--layer",
    type=click.Choice(["base", "hinted", "data"]),
    default="data",
    help="base: FILE mended; hinted: plus the shipped hints and your overlays; data: plus the conventions.",
)
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", help="How to print.")
def show_command(
    file: Path | None,
    overlays: tuple[Path, ...],
    no_overlay: bool,
    keep: tuple[str, ...],
    layer: str,
    form: str,
) -> None:
    """Print the document in force for FILE; the shipped spec if left out."""
    document = document_from_options(file, overlays, no_overlay, keep)
    layers = {"base": document.base, "hinted": document.hinted, "data": document.data}
    if form == "json":
        click.echo(json.dumps(layers[layer], ensure_ascii=False, indent=2))
    else:
        click.echo(
            yaml.dump(layers[layer], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110), nl=False
        )


class _Dumper(yaml.SafeDumper):
    """Writes every value in full: anchors would puzzle readers."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
