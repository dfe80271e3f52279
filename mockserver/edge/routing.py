"""Finding the operation a request means, by a table compiled at start.

Connexion's routers try one regular expression after the other and see percent-decoded paths, where `%2F`
inside an id looks like a separator. Here the raw path is cut first and decoded after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.spec import Specification
from starlette.routing import Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.operations import Operation
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.percent import Undecodable, decode
from mockserver.edge.wording import shorten
from mockserver.problems import Malformed, MethodNotAllowed, NoSuchPath, Offence


@dataclass(frozen=True, slots=True)
class Target:
    """An operation and what a match of its path is called.

    Attributes:
        names: the path parameters in the order of the path.
        context: what Connexion's later stages find their operation by.
    """

    operation: Operation
    names: tuple[str, ...]
    context: dict[str, str]


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    targets: dict[str, Target] = field(default_factory=dict)


class Routes:
    """Paths as a tree of segments; a literal segment wins over a parameter (OpenAPI 3.0.3, Paths Object).

    Attributes:
        stock: ids of the operations whose path has a segment that is neither a literal nor one parameter.
    """

    def __init__(self, operations: Iterable[Operation], base_path: str) -> None:
        self.base_path = base_path
        self.stock: dict[str, Operation] = {}
        self._root = _Node()
        for operation in operations:
            self._add(operation)

    def find(self, raw_path: bytes) -> tuple[Mapping[str, Target], list[str]] | None:
        """The targets of a raw path by method, and the decoded values of its parameters.

        Raises:
            Malformed: the path is not percent-encoded UTF-8, or holds NUL.
        """
        root, *raw_segments = raw_path.split(b"/")
        segments = [_decoded(segment) for segment in raw_segments]
        if root or not segments:
            return None  # `*`, or no path at all
        values: list[str] = []
        node = _walk(self._root, segments, 0, values)
        return (node.targets, values) if node is not None else None

    def _add(self, operation: Operation) -> None:
        names = []
        node = self._root
        for segment in (self.base_path + operation.path).split("/")[1:]:
            if "{" not in segment:
                node = node.literals.setdefault(unquote(segment), _Node())
            elif _is_parameter(segment):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                self.stock[operation.id] = operation
                return
        context = {"api_base_path": self.base_path, "operation_id": operation.id}
        node.targets[operation.method] = Target(operation, tuple(names), context)


class TableRouting(RoutingMiddleware):
    """Connexion's routing stage with the table in front; its own routers for what the table cannot hold."""

    def __init__(self, app: ASGIApp, routes: Routes) -> None:
        super().__init__(_StockCall(app, routes))
        self.next_app = app
        self.routes = routes

    def add_api(
        self,
        specification: Specification,
        base_path: str | None = None,
        arguments: dict[Any, Any] | None = None,
        **options: Any,
    ) -> None:
        """Builds Connexion's routers when there is something for them to do."""
        if self.routes.stock:
            super().add_api(specification, base_path=base_path, arguments=arguments, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Attaches the call and Connexion's routing context to the scope.

        Raises:
            NoSuchPath: the document has no such path.
            MethodNotAllowed: the path has other methods.
        """
        if scope["type"] != "http":
            await self.next_app(scope, receive, send)
            return
        raw_path = scope.get("raw_path") or scope["path"].encode()
        found = self.routes.find(raw_path)
        if found is None:
            await self._ask_stock(scope, receive, send)
            return
        targets, values = found
        method = scope["method"]
        target = targets.get(method) or (targets.get("GET") if method == "HEAD" else None)
        if target is None:
            await _answer_other_method(scope, send, targets)
            return
        call = Call(target.operation, dict(zip(target.names, values, strict=True)))
        _extensions(scope).update({ROUTING_CONTEXT: target.context, SCOPE_KEY: call})
        await self.next_app(scope, receive, send)

    async def _ask_stock(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Connexion's routers would name in `Allow` the methods of the first route alone.
        methods = self._stock_methods(scope) if self.routes.stock and _is_normal(scope["path"]) else set()
        if not methods:
            raise no_such_path(scope["path"])
        if scope["method"] not in methods:
            await _answer_other_method(scope, send, methods)
            return
        _extensions(scope)  # the stock stage works on a copy of the scope; this dict is in both
        await super().__call__(scope, receive, send)

    def _stock_methods(self, scope: Scope) -> set[str]:
        found: set[str] = set()
        for mount in self.router.routes:
            match, inner = mount.matches(scope)
            if match is not Match.NONE and isinstance(mount, Mount):
                child = {**scope, **inner}
                matching = (route for route in mount.routes if route.matches(child)[0] is not Match.NONE)
                found.update(*(route.methods or () for route in matching if isinstance(route, Route)))
        return found


class _StockCall:
    """Turns what Connexion's routers found into a call."""

    def __init__(self, app: ASGIApp, routes: Routes) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        id = scope["extensions"][ROUTING_CONTEXT]["operation_id"]
        operation = self._routes.stock.get(id)
        if operation is None:
            raise no_such_path(scope["path"])
        written = {name.replace("-", "_"): name for name in _names(operation)}
        path = {written.get(name, name): str(value) for name, value in scope["path_params"].items()}
        scope["extensions"][SCOPE_KEY] = Call(operation, path)
        await self._app(scope, receive, send)


def no_such_path(path: str) -> NoSuchPath:
    """The refusal of a path, with a guess at what went wrong."""
    guess = ""
    if "//" in path:
        guess = " It has an empty segment: does the base URL end in a slash?"
    elif len(path) > 1 and path.endswith("/"):
        guess = " It ends in a slash, which the document's paths do not."
    return NoSuchPath(f"{shorten(path)} is not a path of this API.{guess}")


def _walk(node: _Node, segments: Sequence[str], index: int, values: list[str]) -> _Node | None:
    while index < len(segments):
        segment = segments[index]
        index += 1
        literal = node.literals.get(segment)
        parameter = node.parameter if segment not in ("", ".", "..") else None
        if literal is not None and parameter is not None:
            kept = len(values)
            found = _walk(literal, segments, index, values)
            if found is not None:
                return found
            del values[kept:]
            literal = None
        if literal is not None:
            node = literal
        elif parameter is not None:
            values.append(segment)
            node = parameter
        else:
            return None
    return node if node.targets else None


async def _answer_other_method(scope: Scope, send: Send, methods: Iterable[str]) -> None:
    allowed = sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])})
    if scope["method"] != "OPTIONS":
        raise MethodNotAllowed.of(scope["method"], shorten(scope["path"]), allowed)
    headers = [(b"allow", ", ".join(allowed).encode())]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _decoded(segment: bytes) -> str:
    try:
        text = decode(segment)
    except Undecodable as error:
        raise _unreadable(str(error)) from error
    if "\0" in text:
        raise _unreadable("holds NUL, which no id has")
    return text


def _unreadable(detail: str) -> Malformed:
    return Malformed(f"The path {detail}.", (Offence("path", detail),))


def _extensions(scope: Scope) -> dict[str, Any]:
    extensions: dict[str, Any] = dict(scope.get("extensions") or {})
    scope["extensions"] = extensions
    return extensions


def _is_parameter(segment: str) -> bool:
    return segment[0] == "{" and segment[-1] == "}" and segment.count("{") == 1


def _is_normal(path: str) -> bool:
    return not path.endswith("/") and not any(part in ("", ".", "..") for part in path.split("/")[1:])


def _names(operation: Operation) -> Iterable[str]:
    return [parameter.name for parameter in operation.parameters if parameter.location == "path"]
