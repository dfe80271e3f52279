"""Requests that fit their schema and that a correct server may refuse, by what the resource model says."""

from __future__ import annotations

from urllib.parse import parse_qsl

from conformance.validity import parsed_json
from contracts.document import JSON
from contracts.exchange import Request
from contracts.operations import Operation
from contracts.resources import ResourceModel, Verb
from contracts.schemas import compile_schema, properties


class Doubts:
    """What may speak against the requests of one operation.

    A cursor that nobody gave leads nowhere; a body that names a record may name one that is not there; what
    the request allows and the record forbids cannot be kept.
    """

    def __init__(self, root: JSON, model: ResourceModel, operation: Operation) -> None:
        resource, verb = next(
            (
                (r, v)
                for r in model.resources.values()
                for v, each in r.verbs.items()
                if each.id == operation.id
            ),
            (None, None),
        )
        listing = resource.listing if resource and verb is Verb.LIST else None
        self._cursor = listing.cursor if listing else None
        self._said = resource.requests.get(verb) if resource and verb else None
        fields = properties(root, resource.record) if resource and self._said else {}
        self._record = compile_schema(root, {"properties": fields}, "part") if fields else None

    def has(self, request: Request) -> bool:
        """Whether there are any."""
        query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        if self._cursor and any(name == self._cursor for name, _ in query):
            return True
        if self._said is None:
            return False
        return self._said.names is not None or any(map(self._breaks_the_record, parsed_json(request.body)))

    def _breaks_the_record(self, body: object) -> bool:
        wrapper = self._said.wrapper if self._said else None
        said = body.get(wrapper) if wrapper and isinstance(body, dict) else body
        if not isinstance(said, dict) or self._record is None:
            return False
        return not self._record.is_valid({name: value for name, value in said.items() if value is not None})
