"""Is the request what its operation declares? Compiled per operation at start.

Connexion builds its validators anew for each request and lets much through; only the parameter styles that
are not read here are left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connexion.middleware.request_validation import (
    RequestValidationAPI,
    RequestValidationMiddleware,
    RequestValidationOperation,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.document import JSON, Document
from contracts.errors import DocumentError
from contracts.operations import Operation
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.bodies import Body, Limits
from mockserver.edge.negotiation import media_type_chooser
from mockserver.edge.parameters import Parameters
from mockserver.edge.stock_validation import StockValidation
from mockserver.edge.styles import NotCompilable


class Validation:
    """The compiled checks of one operation.

    Raises:
        NotCompilable: a parameter has a style that only Connexion reads.
        ValueError: a schema is not valid.
    """

    def __init__(self, root: JSON, operation: Operation, limits: Limits) -> None:
        self.parameters = Parameters(root, operation)
        content = operation.body
        self.body = Body(root, content, limits) if content is not None and content.media else None
        self.media_type = media_type_chooser(operation)


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
            return _Validated(validation, self.next_app)

        def stock(next_app: ASGIApp) -> ASGIApp:
            return RequestValidationOperation(
                next_app,
                operation=operation,
                strict_validation=self.strict_validation,
                validator_map=self.validator_map,
            )

        return StockValidation(operation, stock, self.next_app, self._limits)


class CompiledValidation(RequestValidationMiddleware):
    """Connexion's validation stage with the compiled checks in it."""

    api_cls: type[RequestValidationAPI] = _CompiledValidationAPI


class _Validated:
    def __init__(self, validation: Validation, next_app: ASGIApp) -> None:
        self._parameters = validation.parameters
        self._body = validation.body
        self._media_type = validation.media_type
        self._next_app = next_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        self._parameters.read(scope, call)
        if self._body is not None:
            call.body = await self._body.read(scope, receive)
        call.media_type = self._media_type.choose(scope)
        await self._next_app(scope, receive, send)
