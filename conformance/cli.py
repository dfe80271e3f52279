"""`sessions-kit check` and `sessions-kit laws`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from conformance.options import OPTIONS, Option
from conformance.settings import settings_from
from contracts.inference import infer
from contracts.laws import LAWS, Law
from contracts.options import document_from_options, document_options

Command = TypeVar("Command", bound=Callable[..., Any])

_ELSEWHERE = {"target"}  # the argument


def _run_options(command: Command) -> Command:
    """The options of `conformance.options`, apart from those that every command has for its document."""
    for option in reversed(OPTIONS):
        if not option.document and option.key not in _ELSEWHERE:
            command = click.option(option.flag, option.key, **_described(option))(command)
    return command


def _described(option: Option) -> dict[str, Any]:
    described: dict[str, Any] = {"help": option.help, "default": None, "metavar": option.metavar}
    if option.kind is bool:
        return described | {"is_flag": True, "default": False}
    if option.choices:
        described["type"] = click.Choice(option.choices)
    else:
        described["type"] = click.Path(path_type=Path) if option.kind is Path else option.kind
    return described | ({"multiple": True} if option.repeatable else {})


@click.command(short_help="Check a server against its contract.")
@click.argument("url", required=False)
@document_options
@_run_options
@click.option("-n", "processes", metavar="N", help="Try in N processes at once; needs pytest-xdist.")
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read settings from this TOML file.  [default: sessions-kit.toml, or pyproject.toml]",
)
def check(
    url: str | None,
    processes: str | None,
    file: Path | None,
    overlays: tuple[Path, ...],
    keep: tuple[str, ...],
    **said: Any,
) -> int:
    """Check that the server at URL keeps its contract; without a URL, that the installed mock does.

    It writes to the server, and deletes what it wrote. Exit code 0: kept. 1: broken. 2: wrong usage.
    3: inconclusive, nothing was really tested.
    """
    from conformance.command import check_server  # pytest and Hypothesis take a moment to import

    said |= {"target": url, "overlay": overlays, "keep_wart": keep}
    settings = settings_from(said, Path.cwd(), os.environ, file)
    return check_server(settings, processes)


@click.command(short_help="List the laws that a server is checked against.")
@document_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def laws(
    spec: Path | None, overlays: Sequence[Path], no_overlay: bool, keep: Sequence[str], form: str
) -> None:
    """List the laws that a server is checked against, each with its sentence and what it rests on.

    A law holds for every resource of the document that it can be tried on; no server is needed to tell.
    """
    model = infer(document_from_options(spec, overlays, no_overlay, keep))
    held = {
        law.name: [path for path, resource in model.resources.items() if law.concerns(model, resource)]
        for law in LAWS
    }
    if form == "json":
        click.echo(json.dumps([_told(law, held[law.name]) for law in LAWS], indent=2, ensure_ascii=False))
        return
    width = max(len(law.name) for law in LAWS)
    for law in LAWS:
        basis = f"{law.basis}, {law.source}" if law.source else str(law.basis)
        nowhere = "" if held[law.name] else " Of no resource here."
        click.echo(f"{law.name:<{width}}  {law.sentence} ({basis}){nowhere}")


def _told(law: Law, resources: Sequence[str]) -> dict[str, Any]:
    return {
        "name": law.name,
        "sentence": law.sentence,
        "basis": str(law.basis),
        "source": law.source,
        "resources": resources,
    }
