"""The options by which every command takes its document, and the document they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from contracts.document import Document, load

Command = TypeVar("Command", bound=Callable[..., Any])

spec_option = click.option(
    "--spec",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The OpenAPI file.  [default: the shipped one]",
)
overlay_option = click.option(
    "--overlay",
    "overlays",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Apply this OpenAPI Overlay on top; repeatable.",
)
no_overlay_option = click.option(
    "--no-overlay", is_flag=True, help="Apply none of the overlays that ship with this package."
)
keep_option = click.option(
    "--keep-wart",
    "keep",
    multiple=True,
    metavar="RULE",
    help="Do not make this contract-changing repair (`spec lint` names them); repeatable.",
)


def document_options(command: Command) -> Command:
    """Give a command the arguments `spec`, `overlays`, `no_overlay` and `keep` of `document_from_options`."""
    for option in (keep_option, no_overlay_option, overlay_option, spec_option):
        command = option(command)
    return command


def document_from_options(
    spec: Path | None, overlays: Sequence[Path], no_overlay: bool, keep: Sequence[str]
) -> Document:
    """The document that the options mean.

    Raises:
        KitError: a file cannot be used, or a repair cannot be kept off.
    """
    return load(spec, overlays=overlays, shipped_overlays=not no_overlay, keep=keep)
