"""The stages a request passes on its way in, outermost first.

problem writer → routing → security → request validation → the application
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import partial
from typing import Any

from connexion.exceptions import InvalidSpecification
from connexion.middleware.main import ConnexionMiddleware
from connexion.resolver import Resolution, Resolver
from starlette.types import ASGIApp

from contracts.document import Document
from contracts.errors import DocumentError
from contracts.operations import Operation
from contracts.pointers import join
from mockserver.accounts import Accounts
from mockserver.edge.answers import AnswerCheck, contracts
from mockserver.edge.bodies import Limits
from mockserver.edge.declared_errors import DeclaredErrors, Value
from mockserver.edge.failures import ProblemWriter
from mockserver.edge.routing import Routes, TableRouting
from mockserver.edge.security import KeySecurity, key_checks, stock_handlers
from mockserver.edge.validation import CompiledValidation, validations


def connexion_stack(
    document: Document,
    operations: Iterable[Operation],
    app: ASGIApp,
    *,
    base_path: str,
    accounts: Accounts,
    value: Value,
    check_answers: bool = False,
    limits: Limits | None = None,
) -> ASGIApp:
    """`app` under Connexion.

    Args:
        app: finds the `Call` of a routed, authorised and validated request under
            `scope["extensions"][SCOPE_KEY]`, and may raise `Problem`.
        base_path: where the API stands: "" or "/api".
        value: makes up what the document asks errors for.
        check_answers: whether every answer is checked against the document.

    Raises:
        DocumentError: the document cannot be served.
    """
    all_operations = tuple(operations)
    _check_ids(document, all_operations)
    limits = limits or Limits()
    checks, challenge = key_checks(document, all_operations, accounts)
    middlewares: list[Any] = [
        partial(ProblemWriter, declared=DeclaredErrors(document.data, all_operations, value)),
        partial(TableRouting, routes=Routes(all_operations, base_path.rstrip("/"))),
        KeySecurity,
        CompiledValidation,
    ]
    if check_answers:
        middlewares.insert(0, partial(AnswerCheck, contracts=contracts(document, all_operations)))
    connexion = ConnexionMiddleware(app, import_name=__name__, middlewares=middlewares)
    try:
        connexion.add_api(
            copy.deepcopy(document.data),  # Connexion writes into what it is given
            base_path=base_path.rstrip("/"),
            resolver=_OperationIds(all_operations),
            security_map=stock_handlers(document, accounts),
            key_checks=checks,
            challenge=challenge,
            validations=validations(document, all_operations, limits),
            limits=limits,
        )
    except InvalidSpecification as error:
        pointer = join("", *map(str, error.absolute_path))
        raise DocumentError(
            f"Connexion cannot use the document: {error.message[:300]}.", place=document.place(pointer)
        ) from error
    return connexion


def _check_ids(document: Document, operations: Iterable[Operation]) -> None:
    """Everything here finds operations by id (OpenAPI 3.0.3, Operation Object: "MUST be unique")."""
    seen: dict[str, Operation] = {}
    for operation in operations:
        other = seen.setdefault(operation.id, operation)
        if other is not operation:
            raise DocumentError(
                f"{operation} has the operationId {operation.id!r} of {other}.",
                place=document.place(join(operation.pointer, "operationId")),
                cure="Give each operation an operationId of its own.",
            )


class _OperationIds(Resolver):
    """Names operations as our own reading of the document does; there are no functions to find."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        super().__init__()
        self._ids = {(operation.method, operation.path): operation.id for operation in operations}

    def resolve(self, operation: Any) -> Resolution:
        """The operation's id, whichever of Connexion's stages asks."""
        return Resolution(None, self._ids[operation.method.upper(), operation.path])
