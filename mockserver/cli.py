"""`sessions-kit mock`."""

from __future__ import annotations

import re
import shlex
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from contracts.document import JSON
from contracts.errors import UsageError
from contracts.operations import operations
from contracts.options import document_from_options, document_options
from mockserver.accounts import accounts
from mockserver.app import Mock, Settings, build
from mockserver.clock import FrozenClock, SystemClock, from_text
from mockserver.faults.sabotage import DEFECTS, defect


def list_sabotages(context: click.Context, option: click.Parameter, asked: bool) -> None:
    """Prints the defects and ends, when it was asked for."""
    if asked:
        for each in DEFECTS.values():
            click.echo(f"{each.name:<28} {each.sentence} Caught by {each.caught_by}.")
        context.exit()


_EARLIEST, _LATEST = "1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z"

# RFC 3986 §3.3, without what would have to be percent-encoded; "." and ".." lead elsewhere.
_SEGMENT = re.compile(r"(?!\.\.?$)[A-Za-z0-9._~!$&'()*+,;=:@-]+")


@click.command(short_help="Serve a stateful mock of the API.")
@document_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port."
)
@click.option(
    "--prefix", metavar="PATH", help="The path the API stands under.  [default: the spec's first server]"
)
@click.option(
    "--api-key", "keys", multiple=True, metavar="KEY", help="Accept this key and no other; repeatable."
)
@click.option("--no-auth", is_flag=True, help="Ask for no key.")
@click.option("--seed", type=int, help="Makes ids and text reproducible.")
@click.option("--freeze", metavar="TIME", help="Hold the clock at this RFC 3339 time, or at `now`.")
@click.option(
    "--check-answers", is_flag=True, help="Validate every answer against the document before it leaves."
)
@click.option("--sabotage", metavar="NAME", help="Serve with this defect, for testing test suites.")
@click.option(
    "--list-sabotages",
    is_flag=True,
    is_eager=True,
    callback=list_sabotages,
    expose_value=False,
    help="List the defects there are, with the law or check that must catch each.",
)
@click.option("--print-url", is_flag=True, help="Print the URL and nothing else, for scripts.")
def mock(
    spec: Path | None,
    overlays: Sequence[Path],
    no_overlay: bool,
    keep: Sequence[str],
    host: str,
    port: int,
    prefix: str | None,
    keys: Sequence[str],
    no_auth: bool,
    seed: int | None,
    freeze: str | None,
    check_answers: bool,
    sabotage: str | None,
    print_url: bool,
) -> None:
    """Serve a stateful mock of the API, built from its OpenAPI file.

    Every key opens a world of its own; state is kept in memory until the mock stops.
    """
    settings = Settings(
        prefix=_checked_prefix(prefix),
        accounts=accounts(keys, no_auth=no_auth),
        seed=seed,
        check_answers=check_answers,
        clock=_clock(freeze),
        fault=defect(sabotage),
    )
    document = document_from_options(spec, overlays, no_overlay, keep)
    listener = _listen(host, port)
    # Ctrl-C is how a mock ends; uvicorn raises it again once it is down.
    with listener, suppress(KeyboardInterrupt):
        served = build(document, settings)
        url = f"http://{_for_url(host)}:{listener.getsockname()[1]}"
        click.echo(f"{url}{served.prefix}" if print_url else _welcome(served, url, keys, no_auth))
        sys.stdout.flush()
        _serve(served, listener)


def _serve(served: Mock, listener: socket.socket) -> None:
    import uvicorn  # only a mock that really serves pays for it

    from mockserver.edge.protocol import ProblemProtocol

    config = uvicorn.Config(
        served.app,
        http=ProblemProtocol,
        ws="none",
        log_level="critical",  # clients are told what goes wrong; the mock has a log of its own
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no host has that name"
        cure = "Try --host 127.0.0.1."
        raise UsageError(f"{host!r} is no address to listen on ({reason}).", cure=cure) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        cure = "Stop what listens there, or choose another with --port (0 takes any free port)."
        raise UsageError(f"Cannot listen on {host}:{port} ({error.strerror}).", cure=cure) from error
    return listener


def _clock(freeze: str | None) -> SystemClock | FrozenClock:
    if freeze is None:
        return SystemClock()
    if freeze == "now":
        return FrozenClock(SystemClock().now())
    cure = "Write it like 2024-05-01T12:00:00Z, or `now`."
    try:
        moment = from_text(freeze)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--freeze {freeze!r} is no RFC 3339 time with an offset.", cure=cure) from error
    if not from_text(_EARLIEST) <= moment < from_text(_LATEST):
        # Time goes on by a microsecond with each write, and must stay a time that can be written.
        raise UsageError(f"--freeze {freeze!r} is not between {_EARLIEST} and {_LATEST}.", cure=cure)
    return FrozenClock(moment)


def _checked_prefix(prefix: str | None) -> str | None:
    if prefix is None:
        return None
    segments = prefix.strip("/").split("/") if prefix.strip("/") else []
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise UsageError(f"--prefix {prefix!r} is no plain path.", cure="Write it like /api or /v1/api.")
    return "".join(f"/{segment}" for segment in segments)


def _for_url(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1"}.get(host, host)


def _welcome(served: Mock, url: str, keys: Sequence[str], no_auth: bool) -> str:
    key = keys[0] if keys else "any-key"
    schemes = served.document.data.get("components", {}).get("securitySchemes", {})
    asks_none = no_auth or not schemes
    rule = (
        "none is asked for"
        if asks_none
        else "one of those given"
        if keys
        else "any; each opens a world of its own"
    )
    header = [] if asks_none else ["-H", _credential(next(iter(schemes.values())), key)]
    lines = [
        ("API", f"{url}{served.prefix}"),
        ("Docs", f"{url}/docs"),
        ("Spec", f"{served.document.path} ({len(served.model.resources)} resources)"),
        ("Key", rule),
        ("Seed", f"{served.seed} (--seed {served.seed} gives the same ids and text again)"),
        ("Try", shlex.join(["curl", *header, url + _simplest(served)])),
        ("Stop", "Ctrl-C"),
    ]
    return "\n".join(f"{name:<5} {text}" for name, text in lines)


def _simplest(served: Mock) -> str:
    """The path of an operation that answers without being given anything, else of the document."""
    for operation in operations(served.document):
        if operation.method == "GET" and not any(parameter.required for parameter in operation.parameters):
            return served.prefix + operation.path
    return "/openapi.json"


def _credential(scheme: JSON, key: str) -> str:
    """The header that carries a key as a security scheme wants it."""
    match scheme.get("in"), str(scheme.get("name", "")):
        case "cookie", name:
            return f"Cookie: {name}={key}"
        case "header", name if name.lower() != "authorization":
            return f"{name}: {key}"
    return f"Authorization: Bearer {key}"
