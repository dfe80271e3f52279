"""Is the request what its operation declares? Compiled per operation at start.

Connexion builds its validators anew for each request and lets much through; what it does well enough, form
data and the rarer parameter styles, is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from connexion.middleware.request_validation import RequestValidationAPI, RequestValidationMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.document import JSON, Document
from contracts.errors import DocumentError
from contracts.operations import Operation
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.bodies import Body, Limits, read_body
from mockserver.edge.headers import values
from mockserver.edge.media_types import negotiate
from mockserver.edge.parameters import Parameters
from mockserver.edge.stock_validation import fill_call, read_form, replay, stock_scope
from mockserver.edge.styles import NotCompilable


class Validation:
    """The compiled checks of one operation.

    Raises:
        NotCompilable: a parameter has a style that only Connexion reads.
        ValueError: a schema is not valid.
    """

    def __init__(self, root: JSON, operation: Operation, limits: Limits) -> None:
        self.limits = limits
        self.parameters = Parameters(root, operation)
        content = operation.body
        self.body = Body(root, content, limits) if content is not None and content.media else None
        self.media_type = media_type_chooser(operation)


class MediaTypeChooser:
    """Chooses the media type of an answer among those the success response declares."""

    def __init__(self, offered: tuple[str, ...]) -> None:
        self._default = offered[0] if offered else "application/json"
        self._has_choice = len(offered) > 1
        self._negotiate = lru_cache(maxsize=256)(lambda accept: negotiate(accept, offered))

    def choose(self, scope: Scope) -> str:
        """The media type that `Accept` prefers."""
        if not self._has_choice:
            return self._default
        accept = b",".join(values(scope["headers"], b"accept"))
        return self._negotiate(accept.decode("latin-1"))


def media_type_chooser(operation: Operation) -> MediaTypeChooser:
    """The chooser of an operation's success response; ranges in it name nothing that could be sent."""
    return MediaTypeChooser(tuple(name for name in operation.success.media if "*" not in name))


def validations(document: Document, operations: Iterable[Operation], limits: Limits) -> dict[str, Validation]:
    """The compiled checks by operation id; operations left out are Connexion's.

    Raises:
        DocumentError: a schema is not valid.
    """
    compiled = {}
    for operation in operations:
        try:
            compiled[operation.id] = Validation(document.data, operation, limits)
        except NotCompilable:
            continue
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise DocumentError(
                f"A schema of {operation} is not valid: {reason}.",
                place=document.place(operation.pointer),
                cure="Mend the schema.",
            ) from error
    return compiled


class _CompiledValidationAPI(RequestValidationAPI):
    def __init__(
        self, *args: Any, validations: Mapping[str, Validation], limits: Limits, **options: Any
    ) -> None:
        self._validations = validations
        self._limits = limits
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]

    def make_operation(self, operation: Any) -> Any:
        """The compiled checks of an operation, else Connexion's own."""
        validation = self._validations.get(operation.operation_id)
        if validation is not None:
            return _Validated(validation, operation, self.next_app)
        next_app, self.next_app = self.next_app, _StockValidated(operation, self.next_app)
        try:
            return _LimitedStock(super().make_operation(operation), self._limits)
        finally:
            self.next_app = next_app


class CompiledValidation(RequestValidationMiddleware):
    """Connexion's validation stage with the compiled checks in it."""

    api_cls: type[RequestValidationAPI] = _CompiledValidationAPI


class _Validated:
    def __init__(self, validation: Validation, stock_operation: Any, next_app: ASGIApp) -> None:
        self._parameters = validation.parameters
        self._body = validation.body
        self._media_type = validation.media_type
        self._limits = validation.limits
        self._stock_operation = stock_operation
        self._next_app = next_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        self._parameters.read(scope, call)
        if self._body is not None:
            call.body = await self._read_body(self._body, scope, receive)
        call.media_type = self._media_type.choose(scope)
        await self._next_app(scope, receive, send)

    async def _read_body(self, body: Body, scope: Scope, receive: Receive) -> Any:
        form = body.is_form(scope)
        if form is None:
            return await body.read(scope, receive)
        raw = await read_body(scope, receive, self._limits)
        return await read_form(self._stock_operation, form, scope, raw)


class _LimitedStock:
    """Connexion's stock checks, given a body that is whole and not too large."""

    def __init__(self, stock: ASGIApp, limits: Limits) -> None:
        self._stock = stock
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = await read_body(scope, receive, self._limits)
        await self._stock(stock_scope(scope, raw), replay(raw), send)


class _StockValidated:
    """Takes over from Connexion's stock checks: what they let through becomes part of the call."""

    def __init__(self, stock_operation: Any, next_app: ASGIApp) -> None:
        self._stock_operation = stock_operation
        self._next_app = next_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        await fill_call(self._stock_operation, call, scope, receive)
        call.media_type = media_type_chooser(call.operation).choose(scope)
        await self._next_app(scope, receive, send)
