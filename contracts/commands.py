"""The subcommands of `sessions-kit`: found by their entry points, each imported when it is first needed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from contracts.errors import KitError, UsageError, did_you_mean

DISTRIBUTION = "sessions-kit"
GROUP = "sessions_kit.commands"

_PARENT = Path(__file__).resolve().parent.parent
_PYPROJECT = _PARENT / "pyproject.toml"


class Commands(click.Group):
    """A group whose subcommands are entry points, and whose errors are one line on stderr and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, without importing any."""
        return sorted(entry_points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one."""
        entry_point = entry_points().get(cmd_name)
        if entry_point is None:
            return None
        loaded: click.Command = entry_point.load()
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them with their summaries, without importing any: some take a second to import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(point)) for name, point in sorted(entry_points().items())])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name.

        Raises:
            UsageError: there is no such command, or another distribution's package is in the way of ours.
        """
        check_name_clash()  # before the import of a command stumbles over it
        if args and args[0] not in (known := entry_points()) and not args[0].startswith("-"):
            raise UsageError(f"There is no command {args[0]!r}.", cure=did_you_mean(args[0], known))
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> Any:
        """Run, and end the process. Every error a user can cause is one line and exit code 2."""
        settings["standalone_mode"] = False
        try:
            status = super().main(args, *rest, **settings)
        except KitError as error:
            fail(str(error))
        except RecursionError:
            fail("The document is nested too deeply, or its schemas refer to each other without end.")
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            raise SystemExit(2) from None
        except click.ClickException as error:
            fail(_sentence(error))
        except (click.Abort, KeyboardInterrupt):
            raise SystemExit(130) from None  # as a shell reports a process that SIGINT ended
        raise SystemExit(status if isinstance(status, int) else 0)


def fail(message: str) -> None:
    """Say in one line why nothing could be done, and end with exit code 2.

    Raises:
        SystemExit: always.
    """
    click.echo(f"{DISTRIBUTION}: {' '.join(message.split())}", err=True)
    raise SystemExit(2)


def _sentence(error: click.ClickException) -> str:
    message = error.format_message()
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return message
    return f"{message} See {error.ctx.command_path} --help."


def entry_points() -> dict[str, metadata.EntryPoint]:
    """The subcommands by name: those of the installed distributions, else those the checkout declares."""
    installed = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if installed or not _PYPROJECT.is_file():
        return installed
    declared = _pyproject()["project"]["entry-points"][GROUP]
    return {name: metadata.EntryPoint(name, value, GROUP) for name, value in declared.items()}


def _summary(entry_point: metadata.EntryPoint) -> str:
    """The first line of a command's docstring, read from its source."""
    package, *rest = entry_point.module.split(".")
    found = find_spec(package)  # of the whole module it would import the package
    for place in (found.submodule_search_locations or ()) if found else ():
        source = Path(place, *rest).with_suffix(".py")
        for node in ast.parse(source.read_text(encoding="utf-8")).body if source.is_file() else ():
            if isinstance(node, ast.FunctionDef) and node.name == entry_point.attr:
                return (ast.get_docstring(node) or "").partition("\n")[0]
    return ""


def version() -> str:
    """The version of the installed distribution, else of the checkout."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return str(_pyproject()["project"]["version"])


def _pyproject() -> dict[str, Any]:
    return tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))


def check_name_clash() -> None:
    """Refuse to start where another distribution's `mockserver` package is mixed with ours or hides it.

    No file of ours is called `client.py` there, so one `stat` tells; who is to blame is looked up afterwards.

    Raises:
        UsageError: there is such a distribution.
    """
    ours = _PARENT / "mockserver"
    found = find_spec("mockserver")
    places = [Path(place).resolve() for place in found.submodule_search_locations or ()] if found else []
    if not places or (places == [ours] and not (ours / "client.py").exists()):
        return
    owners = [
        name for name in metadata.packages_distributions().get("mockserver", []) if name != DISTRIBUTION
    ]
    other = ", ".join(sorted(set(owners))) or str(places[0])
    uninstall = f"pip uninstall {' '.join(sorted(set(owners)))} && " if owners else ""
    reinstall = f"{uninstall}pip install --force-reinstall {DISTRIBUTION}"
    raise UsageError(
        f"The package `mockserver` of {DISTRIBUTION} is mixed with, or hidden by, that of {other}.",
        cure=f"Give each an environment of its own, or run: {reinstall}",
    )
