"""What the document promises, operation by operation, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.document import JSON, Document
from contracts.pointers import join
from contracts.schemas import resolve
from contracts.structure import METHODS


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query, header or cookie parameter.

    Attributes:
        schema: its schema; for `content` parameters the schema of that one media type.
        media_type: set when the value is a serialised document (`content`), not a styled value (`schema`).
    """

    name: str
    location: str
    required: bool
    schema: JSON
    style: str
    explode: bool
    media_type: str | None
    pointer: str
    extensions: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """A request body or a response: schemas by media type."""

    media: Mapping[str, JSON]
    pointer: str
    required: bool = False

    @property
    def json_schema(self) -> JSON | None:
        """The schema of the JSON form, when there is one."""
        for media_type, schema in self.media.items():
            if is_json(media_type):
                return schema
        return None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        security: alternatives; each maps scheme names to scopes. Empty: no key needed.
        responses: by status as written: "201", "4XX" or "default".
    """

    id: str
    method: str
    path: str
    pointer: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: Content | None
    responses: Mapping[str, Content]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    extensions: Mapping[str, Any]

    @property
    def success_status(self) -> int:
        """The lowest declared 2xx status; 200 when the document names none."""
        declared = [int(status) for status in self.responses if status.isdigit() and status.startswith("2")]
        return min(declared, default=200)

    @property
    def success(self) -> Content:
        """The response that is given with `success_status`."""
        name = self.success_name
        return self.responses[name] if name else Content({}, f"{self.pointer}/responses")

    @property
    def success_name(self) -> str | None:
        """What `success` is called: by its status, else as a range, else the default; None where none is."""
        names = (str(self.success_status), "2XX", "default")
        return next((name for name in names if name in self.responses), None)

    def parameter(self, name: str, location: str = "query") -> Parameter | None:
        """The parameter of that name and location, if declared."""
        return next((p for p in self.parameters if p.name == name and p.location == location), None)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or has its structured syntax suffix (RFC 6839 §3.1)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def operations(document: Document) -> tuple[Operation, ...]:
    """All operations of the document in force, in the order of the file."""
    return tuple(_walk(document.data))


def _walk(root: JSON) -> Iterator[Operation]:
    for path, item in root.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                yield _operation(root, path, method, item[method], shared)


def _operation(root: JSON, path: str, method: str, node: JSON, shared: list[JSON]) -> Operation:
    pointer = join("", "paths", path, method)
    security: list[JSON] = node["security"] if "security" in node else root.get("security", [])
    parameters = {
        p.location + p.name: p for p in _parameters(root, shared, join("", "paths", path, "parameters"))
    }
    parameters |= {
        p.location + p.name: p for p in _parameters(root, node.get("parameters", []), f"{pointer}/parameters")
    }
    return Operation(
        id=node.get("operationId") or f"{method} {path}",
        method=method.upper(),
        path=path,
        pointer=pointer,
        summary=node.get("summary", ""),
        parameters=tuple(parameters.values()),
        body=_content(root, node["requestBody"], f"{pointer}/requestBody") if "requestBody" in node else None,
        responses={
            str(status): _content(root, response, join(pointer, "responses", str(status)))
            for status, response in node.get("responses", {}).items()
        },
        security=tuple({name: tuple(scopes) for name, scopes in need.items()} for need in security),
        extensions=_extensions(node),
    )


def _parameters(root: JSON, nodes: list[JSON], pointer: str) -> Iterator[Parameter]:
    for index, written in enumerate(nodes):
        node = resolve(root, written)
        location = node["in"]
        if location == "header" and node["name"].lower() in {"accept", "content-type", "authorization"}:
            continue  # OpenAPI 3.0.3, Parameter Object: "the parameter definition SHALL be ignored"
        contents: JSON = node.get("content", {})
        media_type = next(iter(contents), None)
        style = node.get("style", "form" if location in {"query", "cookie"} else "simple")
        yield Parameter(
            name=node["name"],
            location=location,
            required=bool(node.get("required", location == "path")),
            schema=contents[media_type].get("schema", {}) if media_type else node.get("schema", {}),
            style=style,
            explode=bool(node.get("explode", style == "form")),
            media_type=media_type,
            pointer=join(pointer, str(index)),
            extensions=_extensions(node),
        )


def _content(root: JSON, written: JSON, pointer: str) -> Content:
    node = resolve(root, written)
    media = {media_type: entry.get("schema", {}) for media_type, entry in node.get("content", {}).items()}
    return Content(media, pointer, bool(node.get("required", False)))


def _extensions(node: JSON) -> JSON:
    return {key: value for key, value in node.items() if key.startswith("x-")}
