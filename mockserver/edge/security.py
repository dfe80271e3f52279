"""Who is calling: the key of a request, and the workspace it opens.

API keys and bearer tokens are compiled; operations that ask for anything else go through Connexion's stock
stage, whose handlers then ask the same accounts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from connexion.exceptions import OAuthProblem
from connexion.lifecycle import ConnexionRequest
from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.security import NO_VALUE, AbstractSecurityHandler
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.schemas import resolve
from mockserver.accounts import Accounts, key_of
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.headers import cookies, single
from mockserver.edge.percent import Undecodable, decode_form
from mockserver.ids import workspace_of
from mockserver.problems import Unauthorized

#: Finds the key that a request sends by one scheme.
KeyReader = Callable[[Scope], str | None]

ANONYMOUS = workspace_of("")


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a 401 says what is wanted: its `WWW-Authenticate` (RFC 9110 §11.6.1), and a sentence."""

    header: str
    cure: str

    def refusal(self, *, sent: bool) -> Unauthorized:
        """The 401, for a key that was sent or for the lack of one."""
        detail = "The key that was sent is not accepted." if sent else "No key was sent."
        return Unauthorized(f"{detail} {self.cure}".strip(), headers={"www-authenticate": self.header})


class KeyCheck:
    """What one operation demands.

    Args:
        alternatives: each a set of keys that must all be there; one alternative is enough.
        optional: whether no key at all will do, too.
    """

    def __init__(
        self,
        alternatives: Iterable[tuple[KeyReader, ...]],
        accounts: Accounts,
        *,
        optional: bool,
        challenge: Challenge,
    ) -> None:
        self._alternatives = tuple(alternatives)
        self._accounts = accounts
        self._optional = optional
        self._challenge = challenge

    def workspace(self, scope: Scope) -> str:
        """The workspace of the first key of the first alternative that is satisfied.

        Raises:
            Unauthorized: none is.
        """
        sent = False
        for readers in self._alternatives:
            keys = [read(scope) for read in readers]
            sent = sent or any(keys)
            opened = [self._accounts.workspace(key) for key in keys]
            if opened[0] is not None and None not in opened:
                return opened[0]
        if self._optional:
            return ANONYMOUS
        raise self._challenge.refusal(sent=sent)


class _KeySecurityAPI(SecurityAPI):
    def __init__(
        self, *args: Any, key_checks: Mapping[str, KeyCheck], challenge: Challenge, **options: Any
    ) -> None:
        self._checks = key_checks
        self._challenge = challenge
        super().__init__(*args, **options)

    def make_operation(self, operation: Any) -> Any:
        """The compiled check of an operation, else Connexion's own."""
        check = self._checks.get(operation.operation_id)
        if check is not None:
            return _Checked(check, self.next_app)
        return _StockChecked(super().make_operation(operation), self._challenge)


class KeySecurity(SecurityMiddleware):
    """Connexion's security stage with the compiled checks in it."""

    api_cls: type[SecurityAPI] = _KeySecurityAPI


class _Checked:
    def __init__(self, check: KeyCheck, next_app: ASGIApp) -> None:
        self._check = check
        self._next_app = next_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        call.workspace = self._check.workspace(scope)
        await self._next_app(scope, receive, send)


class _StockChecked:
    """Connexion's stock check; its handlers set the workspace (see `stock_handlers`)."""

    def __init__(self, stock: SecurityOperation, challenge: Challenge) -> None:
        self._stock = stock
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        call.workspace = ANONYMOUS
        try:
            await self._stock(scope, receive, send)
        except OAuthProblem as error:
            raise self._challenge.refusal(sent=False) from error


def key_checks(
    document: Document, operations: Iterable[Operation], accounts: Accounts
) -> tuple[dict[str, KeyCheck], Challenge]:
    """The checks by operation id, of the operations that can be compiled, and the challenge of a 401."""
    schemes = _schemes(document)
    challenge = _challenge(schemes.values(), str(document.data.get("info", {}).get("title", "mock")))
    readers = {name: reader for name, scheme in schemes.items() if (reader := key_reader(scheme))}
    anyhow = [(key_reader(scheme) or _credential,) for scheme in schemes.values()]
    checks = {}
    for operation in operations:
        needs = [tuple(need) for need in operation.security if need]
        if any(name not in readers for need in needs for name in need):
            continue
        open_to_all = not operation.security or len(needs) < len(operation.security)
        # Where no key is asked for, one that comes all the same still tells whose world is meant.
        alternatives = [tuple(readers[name] for name in need) for need in needs]
        checks[operation.id] = KeyCheck(
            alternatives or anyhow,
            accounts,
            optional=open_to_all,
            challenge=challenge,
        )
    return checks, challenge


def stock_handlers(
    document: Document, accounts: Accounts
) -> dict[str, Callable[[], AbstractSecurityHandler]]:
    """A handler for every kind of scheme the document declares, for Connexion's `security_map`."""
    kinds = {
        scheme["scheme"].lower() if scheme["type"] == "http" else scheme["type"]
        for scheme in _schemes(document).values()
    }
    return {kind: partial(_AccountsHandler, accounts) for kind in kinds}


def key_reader(scheme: JSON) -> KeyReader | None:
    """Finds the key of an apiKey or bearer scheme; None for a scheme that has no compiled form."""
    kind = (scheme["type"], scheme.get("in") or str(scheme.get("scheme", "")).lower())
    name = str(scheme.get("name", ""))
    match kind:
        case ("apiKey", "header"):
            return _header_reader(name)
        case ("apiKey", "query"):
            return partial(_query_key, name)
        case ("apiKey", "cookie"):
            return partial(_cookie_key, name)
        case ("http", "bearer"):
            return _bearer_key
    return None


def _header_reader(name: str) -> KeyReader:
    wanted = name.lower().encode("latin-1")
    key = lru_cache(maxsize=1024)(_authorization_key if wanted == b"authorization" else _plain_key)

    def read(scope: Scope) -> str | None:
        value = single(scope["headers"], wanted)
        return key(value) if value is not None else None

    return read


def _authorization_key(value: bytes) -> str | None:
    return key_of(value.decode("latin-1"))


def _plain_key(value: bytes) -> str | None:
    return value.decode("latin-1").strip() or None


def _query_key(name: str, scope: Scope) -> str | None:
    for pair in scope["query_string"].split(b"&"):
        key, _, value = pair.partition(b"=")
        try:
            if decode_form(key) == name:
                return decode_form(value) or None
        except Undecodable:
            continue  # no key, whatever it is
    return None


def _cookie_key(name: str, scope: Scope) -> str | None:
    return next((value for key, value in cookies(scope["headers"]) if key == name), None) or None


def _bearer_key(scope: Scope) -> str | None:
    value = (single(scope["headers"], b"authorization") or b"").decode("latin-1").strip()
    return key_of(value) if value[:7].lower() == "bearer " else None


class _AccountsHandler(AbstractSecurityHandler):
    """For every scheme without a compiled form: whatever credential it carries is the key."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def get_fn(self, security_scheme: JSON, required_scopes: Any) -> Callable[[ConnexionRequest], Any]:
        """The check of one scheme, as Connexion calls it."""
        read = key_reader(security_scheme) or _credential

        def verify(request: ConnexionRequest) -> Any:
            workspace = self._accounts.workspace(read(request.scope))
            if workspace is None:
                return NO_VALUE
            request.scope["extensions"][SCOPE_KEY].workspace = workspace
            return {"sub": workspace}

        return verify


def _credential(scope: Scope) -> str | None:
    """The credential of any scheme: user and password of Basic (RFC 7617), else what follows the scheme."""
    value = (single(scope["headers"], b"authorization") or b"").decode("latin-1").strip()
    scheme, _, credential = value.partition(" ")
    credential = credential.strip()
    if scheme.lower() != "basic":
        return credential or None
    try:
        return base64.b64decode(credential, validate=True).decode("utf-8", "surrogateescape") or None
    except ValueError:
        return None


def _schemes(document: Document) -> dict[str, JSON]:
    written = document.data.get("components", {}).get("securitySchemes", {})
    return {name: resolve(document.data, scheme) for name, scheme in written.items()}


def _challenge(schemes: Iterable[JSON], title: str) -> Challenge:
    realm = "".join(char for char in title if char.isascii() and char.isprintable() and char not in '"\\')
    declared = list(schemes)
    names = {scheme["scheme"].capitalize() for scheme in declared if scheme["type"] == "http"} or {"Bearer"}
    header = ", ".join(f'{name} realm="{realm}"' for name in sorted(names))
    places = dict.fromkeys(_place(scheme) for scheme in declared)
    return Challenge(header, f"Send it as {' or '.join(places)}." if places else "")


def _place(scheme: JSON) -> str:
    """Where a scheme wants its key, in words."""
    name = scheme.get("name", "")
    match scheme["type"], scheme.get("in"):
        case "apiKey", "query":
            return f"the query parameter {name}"
        case "apiKey", place if str(name).lower() != "authorization":
            return f"the {place} {name}"
    method = str(scheme.get("scheme", "bearer")).capitalize()
    return f"the header Authorization: {method} {'KEY' if method == 'Bearer' else 'CREDENTIALS'}"
