"""Each key is a tenant: what is foreign is unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.resources import Verb
from mockserver.accounts import AnyKey
from mockserver.app import Mock, Settings, build
from mockserver.clock import FrozenClock
from tests.mockserver.api import NOON, UNKNOWN, Api, Reply, ask, build_mock
from tests.mockserver.samples import ARISING, CREATABLE, WRITABLE, agent, fill, make, session
from tests.mockserver.shipped import DOCUMENT, MODEL


@pytest.fixture
def other(mock: Mock, request: pytest.FixtureRequest) -> Api:
    return Api(mock, f"{request.node.nodeid} other")


@pytest.mark.parametrize("template", CREATABLE)
def test_a_foreign_id_answers_exactly_as_an_unknown_one(api: Api, other: Api, template: str) -> None:
    sample = CREATABLE[template]
    place, made = make(api, template)
    own, _ = make(other, template)
    for collection, reached in ((place, made["id"]), (own, made["id"])):
        before = api.dump(), other.dump()
        for call in _calls(template):
            foreign = call(other, f"{collection}/{reached}")
            unknown = call(other, f"{collection}/{UNKNOWN}")
            assert foreign.status == unknown.status == 404
            assert foreign.body.decode().replace(reached, UNKNOWN) == unknown.body.decode()
        assert (api.dump(), other.dump()) == before
    assert sample


def _calls(template: str) -> list[Callable[[Api, str], Reply]]:
    sample = CREATABLE[template]
    calls: list[Callable[[Api, str], Reply]] = []
    if Verb.GET in MODEL.resources[template].verbs:
        calls.append(lambda api, address: api.get(address))
    if template in WRITABLE:
        calls.append(lambda api, address: api.put(address, sample.replace))
        calls.append(lambda api, address: api.patch(address, sample.merge))
    calls.append(lambda api, address: api.delete(address))
    return calls


@pytest.mark.parametrize("template", [*CREATABLE, *ARISING])
def test_lists_show_what_is_ones_own(api: Api, other: Api, template: str) -> None:
    place, made, query = fill(api, template, 2)
    assert len(api.get(place, **query).items) == 2
    if MODEL.resources[template].parent is None:
        assert not set(made) & set(other.get(place, limit=1000).ids)
    else:
        other.get(place, **query).refused(404, "not-found")


def test_a_foreign_record_cannot_be_referred_to(api: Api, other: Api) -> None:
    foreign = agent(api)
    before = other.dump()
    other.post("/sessions", {"agent_id": foreign}).refused(404, "not-found", "/agent_id")
    assert other.dump() == before


def test_what_one_tenant_deletes_the_other_keeps(api: Api, other: Api) -> None:
    for each in (api, other):
        session(each, agent_id=agent(each))
    kept = api.dump()
    for path in ("/sessions", "/agents"):
        for id in other.get(path).ids:
            other.delete(f"{path}/{id}").ok(202)
    assert other.dump() == {}
    assert api.dump() == kept


@pytest.mark.parametrize(
    "form", ["Bearer {}", "bearer {}", "BEARER {}", "{}", "Bearer  {}", " {} ", "Bearer\t{}"]
)
def test_a_key_is_one_key_with_or_without_its_scheme(api: Api, form: str) -> None:
    api = Api(api.mock, "a-plain-key")
    made = agent(api)
    found = api.call("GET", f"/agents/{made}", headers={"authorization": form.format(api.key)})
    assert found.ok()["id"] == made


@pytest.mark.parametrize("sent", [None, "", " ", "Bearer", "Bearer ", "bearer\t", "three", "Bearer three"])
def test_without_an_accepted_key_nothing_is_answered_and_nothing_happens(sent: str | None) -> None:
    mock = build_mock(DOCUMENT, "one", "two")
    one = Api(mock, "one")
    made = agent(one)
    before = one.dump()
    fields = [] if sent is None else [("authorization", sent)]
    requests = [
        ("GET", "/agents", b""),
        ("GET", f"/agents/{made}", b""),
        ("DELETE", f"/agents/{made}", b""),
        ("POST", "/agents", b'{"name": "x"}'),
        ("POST", "/agents", b"not even JSON"),
        ("PUT", f"/agents/{made}", b'{"name": "x", "about": "x"}'),
    ]
    for method, path, body in requests:
        typed = [*fields, ("content-type", "application/json")]
        reply = ask(mock.app, method, mock.prefix + path, typed, body)
        reply.refused(401, "unauthorized")
        assert reply.headers["www-authenticate"].startswith("Bearer")
    assert one.dump() == before


def test_one_key_twice_is_one_key_and_two_are_none(api: Api) -> None:
    key = ("authorization", f"Bearer {api.key}")
    path = f"{api.mock.prefix}/agents"
    assert ask(api.mock.app, "GET", path, [key, key], b"").status == 200
    two = ask(api.mock.app, "GET", path, [key, ("authorization", "Bearer another")], b"")
    assert two.status in (400, 401)


def test_two_tenants_never_share_an_id_and_equal_tenants_get_equal_ones() -> None:
    def ids(key: str, seed: int) -> list[str]:
        settings = Settings(seed=seed, accounts=AnyKey(), clock=FrozenClock(NOON))
        api = Api(build(DOCUMENT, settings), key)
        return [agent(api) for _ in range(5)]

    assert ids("one", 7) == ids("one", 7)
    assert len({*ids("one", 7), *ids("two", 7), *ids("one", 8)}) == 15
