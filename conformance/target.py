"""The server under test: where it is, whose keys it is asked with, and what it was asked so far."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

import httpx

from contracts.credentials import KEY, KeyForm
from contracts.errors import KitError, UsageError
from contracts.exchange import Exchange, Request, Response
from contracts.world import Identity, Unreachable

# Issued by nobody; of a form that parsers of keys accept.
STRANGERS_KEY = "never-issued-5f0c1a9e3b7d4e628a14c9d2b6e7f035"
LARGEST_ANSWER = 64 * 1024 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_SENDINGS = 4  # of one request to a server that limits the rate
_LONGEST_WAIT = 10.0
# Shorter than any server keeps an idle connection open, so that none is closed while it is used again.
_IDLE_SECONDS = 1.0


class TargetUnavailable(KitError):
    """The server answers nobody, or not us: what was under way says nothing about its contract."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys a run was given.

    Attributes:
        second: of another tenant; without it, laws that need one are unreachable.
        form: how a key is sent; None where the document asks for none.
    """

    first: str = ""
    second: str | None = None
    form: KeyForm | None = field(default_factory=KeyForm)

    def of(self, identity: str) -> str | None:
        """The key of an identity; None for nobody.

        Raises:
            Unreachable: there is no second key, or none is asked for, so that nobody is told apart.
        """
        if identity == Identity.SECOND and self.form is None:
            raise Unreachable("the document asks for no key")
        if identity == Identity.SECOND and self.second is None:
            raise Unreachable("a second key is needed (--api-key2)")
        known = {
            Identity.FIRST: self.first or None,
            Identity.SECOND: self.second,
            Identity.STRANGER: STRANGERS_KEY,
        }
        return known.get(Identity(identity))


@dataclass
class Tally:
    """What was asked so far.

    Attributes:
        requests: how many were sent.
        asked: by operationId, how many were sent.
        reached: by operationId, how many were answered 2xx.
        late: by operationId, how many were not answered in time.
    """

    requests: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    late: Counter[str | None] = field(default_factory=Counter)

    def note(self, exchange: Exchange) -> None:
        """Counts one exchange."""
        self.requests += 1
        operation = exchange.request.operation
        if operation is not None:
            self.asked[operation] += 1
            if exchange.response is not None and exchange.response.ok:
                self.reached[operation] += 1


class Target:
    """A server, spoken to over connections that are kept and used again. Threads may share it.

    Args:
        base_url: what the paths of the document are put behind.
        timeout: the seconds an answer may take, to its last byte.
        transport: what carries the requests, in place of the network.
        sleep: waits some seconds, where the server asks for that.

    Raises:
        UsageError: `base_url` is no http or https URL.
    """

    def __init__(
        self,
        base_url: str,
        keys: Keys | None = None,
        *,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.keys = keys or Keys()
        self.timeout = timeout
        self.tally = Tally()
        self._sleep = sleep
        self._failed = False  # whether the last answer was a 5xx
        self._lock = threading.Lock()
        self._probe = Request("GET", "/")
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(
                f"{base_url!r} is no http or https URL.", cure="Say it in full: http://127.0.0.1:8080/api"
            )
        self._prefix = parts.path
        self._client = httpx.Client(
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
            trust_env=parts.hostname not in _LOOPBACK,  # a proxy cannot reach what only listens here
            limits=httpx.Limits(max_connections=64, keepalive_expiry=_IDLE_SECONDS),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def send(self, request: Request, *, batch: int | None = None) -> Exchange:
        """Sends a request with the key of its identity; again, when the server limits the rate.

        Returns:
            What came of it; the keys are in none of it.

        Raises:
            TargetUnavailable: no connection could be made, nothing is answered any more, or the rate stays
                limited (RFC 6585 §4).
            ValueError: it is no HTTP (a line break in a header, say).
            Unreachable: there is no key for the identity.
        """
        for _ in range(_MOST_SENDINGS):
            exchange = self._tallied(request, batch)
            if exchange.response is None or exchange.response.status != 429:
                return exchange
            self._sleep(_pause(exchange.response))
        raise TargetUnavailable(
            f"{self.base_url} limits the rate: {request.method} {request.target} is answered 429 every time.",
            cure="Raise its limit for this key, or check fewer things at once (--only, --depth smoke).",
        )

    def _tallied(self, request: Request, batch: int | None) -> Exchange:
        exchange, in_time = self._carried(request, batch)
        if self._failed and in_time and exchange.response is None:
            # Many servers close the connection behind a 5xx without a word: no silence (RFC 9112 §9.3.1).
            exchange, in_time = self._carried(request, batch)
        self._failed = exchange.response is not None and exchange.response.status >= 500
        with self._lock:
            self.tally.note(exchange)
            self.tally.late[request.operation] += not in_time
        if in_time and exchange.response is None:
            self._carried(self._probe, None)  # raises where it broke because nothing listens any more
        # A request that is never answered is a finding; a server that answers nobody says nothing of itself.
        if not in_time and not self._carried(self._probe, None)[1]:
            raise TargetUnavailable(
                f"Nothing is answered any more at {self.base_url}, within {self.timeout:g} seconds each.",
                cure="See what holds the server up.",
            )
        return exchange

    def _carried(self, request: Request, batch: int | None) -> tuple[Exchange, bool]:
        """What came of a request, and whether it came in time."""
        outgoing = self._outgoing(request)
        began = time.perf_counter()
        try:
            answer = self._client.send(outgoing, stream=True)
            with closing(answer):  # one that is not read to its end, too
                body = _read(answer, began + self.timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise TargetUnavailable(
                f"Nothing answers at {self.base_url} ({error}).", cure="Start the server, or correct the URL."
            ) from error
        except httpx.LocalProtocolError as error:
            raise ValueError(f"{request.method} {request.target!r} cannot be written: {error}") from error
        except httpx.TimeoutException:
            reason = f"no whole answer within {self.timeout:g} seconds"
            return Exchange(request, failure=reason, batch=batch), False
        except httpx.HTTPError as error:
            return Exchange(request, failure=str(error) or type(error).__name__, batch=batch), True
        seconds = time.perf_counter() - began
        response = Response(answer.status_code, _headers(answer), body, seconds=seconds)
        return Exchange(request, response, batch=batch), True

    def wait_until_ready(
        self, probe: Request, seconds: float = 10.0, sleep: Callable[[float], None] = time.sleep
    ) -> Exchange:
        """Asks until any answer comes, whatever its status.

        Raises:
            TargetUnavailable: none came in that time.
        """
        self._probe = probe
        end = time.monotonic() + seconds
        while True:
            try:
                exchange = self.send(probe)
                if exchange.response is not None:
                    return exchange
                reason = TargetUnavailable(f"No answer came from {self.base_url}: {exchange.failure}.")
            except TargetUnavailable as error:
                reason = error
            if time.monotonic() >= end:
                raise reason
            sleep(0.1)

    def take_key_form(self, form: KeyForm | None) -> None:
        """Sends keys so from now on; not at all without a form."""
        self.keys = Keys(self.keys.first, self.keys.second, form)

    def settle_key_form(self, probe: Request, forms: Sequence[KeyForm]) -> bool:
        """Takes the first form in which the first key is not refused; whether there is one.

        Args:
            probe: a request that any accepted key allows.
            forms: as `contracts.credentials.key_forms` says them; none where no key is asked for.
        """
        for form in forms or (None,):
            self.take_key_form(form)
            response = self.send(probe).response
            if response is not None and response.status not in {401, 403}:
                return True
        return False

    def _outgoing(self, request: Request) -> httpx.Request:
        key, form = self.keys.of(request.identity), self.keys.form
        target = self._prefix + request.target
        headers = [(name, value.replace(KEY, key or "")) for name, value in request.headers]
        given = {name.lower() for name, _ in headers}
        if key is not None and form is not None:
            if form.location == "query":
                target += (
                    f"{'&' if '?' in target else '?'}{quote(form.name)}={quote(form.value(key), safe='')}"
                )
            else:
                name = "Cookie" if form.location == "cookie" else form.name
                value = form.value(key) if form.location == "header" else f"{form.name}={form.value(key)}"
                headers += [] if name.lower() in given else [(name, value)]
        if "user-agent" not in given:
            headers.append(("User-Agent", "sessions-kit"))
        return httpx.Request(
            request.method,
            _url(self.base_url, target.removeprefix(self._prefix)),
            headers=[(name.encode(), value.encode()) for name, value in headers],
            content=request.body or None,
            extensions={"target": target.encode(), "timeout": httpx.Timeout(self.timeout).as_dict()},
        )


def _url(base_url: str, target: str) -> httpx.URL:
    """Where to send it; what stands on the wire is the target as given, which need not be a URL."""
    try:
        return httpx.URL(base_url + target)
    except httpx.InvalidURL:
        return httpx.URL(base_url)


def _read(answer: httpx.Response, deadline: float) -> bytes:
    """The whole body, decoded.

    Raises:
        httpx.ReadTimeout: it is still coming when it should have ended, or it is larger than any answer.
    """
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if time.perf_counter() > deadline or size > LARGEST_ANSWER:
            raise httpx.ReadTimeout("the answer does not end")
    return b"".join(pieces)


def _headers(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw)


def _pause(response: Response) -> float:
    """The seconds to wait before a request is sent again; a date is no number, and counts as one second."""
    said = response.header("retry-after") or ""
    return min(float(said), _LONGEST_WAIT) if said.isdecimal() else 1.0
