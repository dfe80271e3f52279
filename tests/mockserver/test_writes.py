"""Create, replace, merge and delete of every resource that has them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts.resources import Verb
from tests.mockserver.api import UNKNOWN, Api
from tests.mockserver.samples import CREATABLE, METADATA, WRITABLE, make
from tests.mockserver.shipped import MODEL, sent_by, with_verb

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
WITH_METADATA = [template for template in WRITABLE if "metadata" in CREATABLE[template].whole]
READ_ALONE = [template for template in CREATABLE if Verb.GET in MODEL.resources[template].verbs]


def test_every_resource_that_is_written_is_looked_at() -> None:
    assert set(CREATABLE) == set(with_verb(Verb.CREATE))
    assert set(WRITABLE) == set(with_verb(Verb.REPLACE)) == set(with_verb(Verb.MERGE))


@pytest.mark.parametrize("template", CREATABLE)
class TestCreate:
    def test_answers_201_with_id_time_and_jobs(self, api: Api, template: str) -> None:
        _, receipt = make(api, template)
        assert set(receipt) == {"id", "created_at", "jobs"}
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", receipt["id"]
        )
        assert TIME.fullmatch(receipt["created_at"])
        assert receipt["jobs"] == []

    def test_reads_back_what_was_sent(self, api: Api, template: str) -> None:
        whole = CREATABLE[template].whole
        place, receipt = make(api, template, **whole)
        record = api.read(place, receipt["id"])
        assert {name: record[name] for name in whole} == whole
        assert record["id"] == receipt["id"]
        assert record.get("created_at", receipt["created_at"]) == receipt["created_at"]

    def test_fills_in_defaults_and_leaves_the_rest_unset(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, receipt = make(api, template)
        record = api.read(place, receipt["id"])
        assert {name: record[name] for name in sample.defaults} == sample.defaults
        unset = set(sample.whole) - set(sample.defaults) - set(sample.create(api))
        assert unset.isdisjoint(record)

    def test_takes_null_for_not_sent(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place = sample.place(api)
        least = sample.create(api)
        nulls = dict.fromkeys(sample.whole) | least
        records = [api.read(place, api.create(place, body)["id"]) for body in (least, nulls)]
        assert _apart_from_identity(records[0]) == _apart_from_identity(records[1])

    def test_ignores_what_it_does_not_know_and_what_it_decides_itself(self, api: Api, template: str) -> None:
        extra = {"id": UNKNOWN, "created_at": "1999-01-01T00:00:00Z", "no such property": [None], "": {}}
        place, receipt = make(api, template, **extra)
        record = api.read(place, receipt["id"])
        assert record["id"] == receipt["id"] != UNKNOWN
        assert record.get("created_at", receipt["created_at"]) == receipt["created_at"]
        assert {"no such property", ""}.isdisjoint(record)

    def test_twice_makes_two(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, body = sample.place(api), sample.create(api)
        ids = [api.create(place, body)["id"] for _ in range(2)]
        assert len(set(ids)) == 2
        assert api.get(place).ids == ids[::-1]


@pytest.mark.parametrize("template", READ_ALONE)
def test_times_are_utc_with_microseconds_and_equal_at_first(api: Api, template: str) -> None:
    place, receipt = make(api, template)
    record = api.get(f"{place}/{receipt['id']}").ok()
    assert TIME.fullmatch(record["created_at"])
    assert record["created_at"] == record["updated_at"]


@pytest.mark.parametrize("template", WRITABLE)
class TestReplace:
    def test_answers_200_with_id_time_and_jobs(self, api: Api, template: str) -> None:
        place, made = make(api, template)
        receipt = api.put(f"{place}/{made['id']}", CREATABLE[template].replace).ok()
        assert set(receipt) == {"id", "updated_at", "jobs"}
        assert (receipt["id"], receipt["jobs"]) == (made["id"], [])

    def test_leaves_out_means_default_or_gone(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template, **sample.whole)
        api.put(f"{place}/{made['id']}", sample.replace).ok()
        record = api.read(place, made["id"])
        operation = MODEL.resources[template].verbs[Verb.REPLACE]
        expected = {name: sample.defaults.get(name) for name in sent_by(operation)} | sample.replace
        assert {name: record.get(name) for name in expected} == expected

    def test_keeps_what_its_request_does_not_speak_of(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template, **sample.whole)
        before = api.read(place, made["id"])
        api.put(f"{place}/{made['id']}", sample.replace).ok()
        after = api.read(place, made["id"])
        operation = MODEL.resources[template].verbs[Verb.REPLACE]
        untouched = set(before) - sent_by(operation) - {"updated_at"}
        assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}

    def test_twice_is_once(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template)
        states = []
        for _ in range(2):
            api.put(f"{place}/{made['id']}", sample.replace | sample.merge | sample.replace).ok()
            states.append(_apart_from_identity(api.read(place, made["id"])))
        assert states[0] == states[1]

    def test_of_an_unknown_id_creates_nothing(self, api: Api, template: str) -> None:
        place, _ = make(api, template)
        before = api.dump()
        api.put(f"{place}/{UNKNOWN}", CREATABLE[template].replace).refused(404, "not-found")
        assert api.dump() == before


@pytest.mark.parametrize("template", WRITABLE)
class TestMerge:
    def test_changes_what_was_sent_and_nothing_else(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        for name, value in sample.merge.items():
            place, made = make(api, template, **sample.whole)
            before = api.read(place, made["id"])
            api.patch(f"{place}/{made['id']}", {name: value}).ok()
            after = api.read(place, made["id"])
            if isinstance(value, dict):
                value = before[name] | value
            assert after == before | {name: value} | _moved(after)

    def test_of_nothing_changes_the_time_alone(self, api: Api, template: str) -> None:
        place, made = make(api, template, **CREATABLE[template].whole)
        before = api.read(place, made["id"])
        nothing: Any = {"function": {}} if "function" in before else {}
        receipt = api.patch(f"{place}/{made['id']}", nothing).ok()
        after = api.read(place, made["id"])
        assert after == before | _moved(after)
        assert receipt["updated_at"] > made["created_at"]

    def test_fills_in_no_defaults(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template, **sample.whole)
        first = {name: value for name, value in sample.merge.items() if name not in sample.defaults}
        api.patch(f"{place}/{made['id']}", first).ok()
        record = api.read(place, made["id"])
        assert {name: record[name] for name in sample.defaults} == {
            name: sample.whole.get(name, default) for name, default in sample.defaults.items()
        }

    def test_takes_null_for_not_sent(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template, **sample.whole)
        before = api.read(place, made["id"])
        names = {"function"} if "function" in before else set(sample.merge)
        nulls: Any = {"function": {"name": None, "description": None}} if "function" in names else {}
        api.patch(f"{place}/{made['id']}", dict.fromkeys(names - {"function"}) | nulls).ok()
        after = api.read(place, made["id"])
        assert after == before | _moved(after)

    def test_of_an_unknown_id_creates_nothing(self, api: Api, template: str) -> None:
        place, _ = make(api, template)
        before = api.dump()
        api.patch(f"{place}/{UNKNOWN}", CREATABLE[template].merge).refused(404, "not-found")
        assert api.dump() == before


@pytest.mark.parametrize("template", WITH_METADATA)
def test_metadata_merge_deeply_and_null_inside_is_a_value(api: Api, template: str) -> None:
    place, made = make(api, template, metadata=METADATA)
    change = {"tier": None, "deep": {"list": [3], "new": {"a": None}}}
    api.patch(f"{place}/{made['id']}", {"metadata": change}).ok()
    assert api.read(place, made["id"])["metadata"] == {
        "tier": None,
        "none": None,
        "deep": {"list": [3], "empty": {}, "new": {"a": None}},
    }


@pytest.mark.parametrize("template", WRITABLE)
def test_every_update_moves_the_time_though_the_clock_stands_still(api: Api, template: str) -> None:
    sample = CREATABLE[template]
    place, made = make(api, template)
    address = f"{place}/{made['id']}"
    times = [made["created_at"]]
    times += [api.patch(address, sample.merge).ok()["updated_at"] for _ in range(3)]
    times += [api.put(address, sample.replace).ok()["updated_at"] for _ in range(3)]
    assert times == sorted(set(times))
    record = api.read(place, made["id"])
    assert record["id"] == made["id"]
    assert record.get("created_at", made["created_at"]) == made["created_at"]
    assert record.get("updated_at", times[-1]) == times[-1]


@pytest.mark.parametrize("template", CREATABLE)
class TestDelete:
    def test_answers_202_with_id_time_and_jobs(self, api: Api, template: str) -> None:
        place, made = make(api, template)
        receipt = api.delete(f"{place}/{made['id']}").ok(202)
        assert set(receipt) == {"id", "deleted_at", "jobs"}
        assert (receipt["id"], receipt["jobs"]) == (made["id"], [])
        assert receipt["deleted_at"] > made["created_at"]

    def test_leaves_no_trace(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, made = make(api, template)
        address = f"{place}/{made['id']}"
        api.delete(address).ok(202)
        assert api.get(place).items == []
        answers = [api.delete(address)]
        if Verb.GET in MODEL.resources[template].verbs:
            answers.append(api.get(address))
        if template in WRITABLE:
            answers += [api.put(address, sample.replace), api.patch(address, sample.merge)]
        for answer in answers:
            answer.refused(404, "not-found", f"path/{MODEL.resources[template].id_parameter}")

    def test_takes_one_and_leaves_its_neighbours(self, api: Api, template: str) -> None:
        sample = CREATABLE[template]
        place, body = sample.place(api), sample.create(api)
        first, second, third = [api.create(place, body)["id"] for _ in range(3)]
        api.delete(f"{place}/{second}").ok(202)
        assert api.get(place).ids == [third, first]


@pytest.mark.parametrize("template", CREATABLE)
def test_a_write_touches_no_other_record(api: Api, template: str) -> None:
    """Every record that a write does not name is byte for byte as it was."""
    others = {other: make(api, other) for other in CREATABLE}
    assert len(others) == 6
    place, made = make(api, template)
    writes = [lambda address: api.delete(address)]
    if template in WRITABLE:
        sample = CREATABLE[template]
        writes[:0] = [
            lambda address: api.put(address, sample.replace),
            lambda address: api.patch(address, sample.merge),
        ]
    for write in writes:
        before = _without(api, made["id"])
        assert write(f"{place}/{made['id']}").status in (200, 202)
        assert _without(api, made["id"]) == before


def test_an_id_in_capital_letters_is_the_same_id(api: Api) -> None:
    for template in CREATABLE:
        place, made = make(api, template)
        address = "/".join(part.upper() if "-" in part else part for part in place.split("/"))
        shouted = f"{address}/{made['id'].upper()}"
        assert api.get(address).ids == [made["id"]]
        if template in WRITABLE:
            assert api.patch(shouted, CREATABLE[template].merge).ok()["id"] == made["id"]
        assert api.delete(shouted).ok(202)["id"] == made["id"]
        assert api.get(address).items == []


def _moved(record: dict[str, Any]) -> dict[str, Any]:
    return {"updated_at": record["updated_at"]} if "updated_at" in record else {}


def _apart_from_identity(record: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in record.items() if k not in ("id", "created_at", "updated_at")}


def _without(api: Api, id: str) -> set[tuple[str, str, bytes]]:
    records = [(place, record) for place, found in api.dump().items() for record in found]
    return {(place[0], record.id, record.body) for place, record in records if record.id != id}
