"""The mock on one page: document → resource model → store → handlers → ASGI app under Connexion."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.document import Document
from contracts.errors import DocumentError, did_you_mean
from contracts.inference import infer
from contracts.operations import operations
from contracts.resources import Behaviour, ResourceModel
from mockserver.accounts import Accounts, AnyKey
from mockserver.behaviours import BEHAVIOURS
from mockserver.call import SCOPE_KEY, Answer, Call, Handler
from mockserver.clock import Clock, SystemClock
from mockserver.documentation import Documentation
from mockserver.edge.cors import Cors
from mockserver.edge.stack import connexion_stack
from mockserver.faults.sabotage.defect import SOUND, Defect, Seat
from mockserver.ids import Ids, fresh_seed
from mockserver.imitation import imitation
from mockserver.records import Records
from mockserver.store.base import Store
from mockserver.store.memory import MemoryStore
from mockserver.synth import Synth
from mockserver.verbs import verb_handler


@dataclass(frozen=True)
class Settings:
    """How a mock is to behave.

    Attributes:
        prefix: the path the API stands under; None takes it from the document's first server.
        accounts: which keys open which workspace.
        seed: of ids and text; None draws one.
        check_answers: validate every answer against the document before it leaves.
        fault: a defect on purpose, for testing test suites.
    """

    prefix: str | None = None
    seed: int | None = None
    check_answers: bool = False
    accounts: Accounts = field(default_factory=AnyKey)
    clock: Clock = field(default_factory=SystemClock)
    store: Store = field(default_factory=MemoryStore)
    fault: Defect = SOUND


@dataclass(frozen=True)
class Mock:
    """A mock that is ready to be served.

    Attributes:
        app: the ASGI application.
        prefix: the path the API stands under, without a trailing slash.
    """

    app: ASGIApp
    document: Document
    model: ResourceModel
    records: Records
    prefix: str
    seed: int


def build(document: Document, settings: Settings | None = None) -> Mock:
    """The mock of a document.

    Raises:
        DocumentError: a hint names a behaviour that the mock does not know.
    """
    settings = settings or Settings()
    seed = fresh_seed() if settings.seed is None else settings.seed
    prefix = _prefix(document) if settings.prefix is None else settings.prefix.rstrip("/")
    fault, entrance = settings.fault, settings.fault.document(document)
    model = infer(document)
    ids = Ids(seed)
    synth = Synth(document.data, ids)
    records = Records(document, model, fault.store(settings.store), settings.clock, ids, synth.value)
    guarded = connexion_stack(
        entrance,
        operations(entrance),
        _dispatcher(_handlers(document, records, synth, fault)),
        base_path=prefix,
        accounts=fault.accounts(settings.accounts),
        value=Synth(entrance.data, ids).value,
        check_answers=settings.check_answers,
    )
    # Even a path outside the prefix is answered to a script, which may have mistaken its base URL.
    app = Cors(Documentation(document, prefix, fault.app(guarded)), prefix="")
    return Mock(app, document, model, records, prefix, seed)


def _handlers(document: Document, records: Records, synth: Synth, fault: Defect) -> dict[str, Handler]:
    """A handler for each operation: its behaviour's, else its verb's, else an imitation of its answer."""
    model = records.model
    handlers: dict[str, Handler] = {}
    seats = [
        Seat(document, records, synth, resource, verb, operation)
        for resource in model.resources.values()
        for verb, operation in resource.operations()
    ]
    for seat in seats:
        if seat.verb is not None:
            handlers[seat.operation.id] = verb_handler(
                document, records, synth, seat.resource, seat.verb, seat.operation
            )
    for operation_id, behaviour in model.behaviours.items():
        handlers[operation_id] = _behaviour(behaviour, records, document)
    for operation in operations(document):
        if operation.id not in handlers:
            handlers[operation.id] = imitation(document, records, synth, operation)
    return handlers | {seat.operation.id: fault.wrap(seat, handlers[seat.operation.id]) for seat in seats}


def _behaviour(behaviour: Behaviour, records: Records, document: Document) -> Handler:
    factory = BEHAVIOURS.get(behaviour.name)
    if factory is None:
        raise DocumentError(
            f"There is no behaviour {behaviour.name!r}.",
            place=document.place(behaviour.operation.pointer),
            cure=did_you_mean(behaviour.name, BEHAVIOURS),
        )
    return factory(behaviour, records, document)


def _dispatcher(handlers: dict[str, Handler]) -> ASGIApp:
    async def api(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        call: Call = scope["extensions"][SCOPE_KEY]
        await _write(await handlers[call.operation.id](call), send)

    return api


async def _live(receive: Receive, send: Send) -> None:
    """Starting and stopping need no work, but who runs the application waits for a word (ASGI lifespan)."""
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


async def _write(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if answer.media_type:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    if answer.stream is None:
        if answer.status != 204:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    async for part in answer.stream:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _prefix(document: Document) -> str:
    servers = document.data.get("servers") or [{"url": ""}]
    url = str(servers[0].get("url", ""))
    for name, variable in (servers[0].get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    path = url.partition("://")[2].partition("/")[2] if "://" in url else url.lstrip("/")
    return f"/{path.rstrip('/')}" if path.rstrip("/") else ""
