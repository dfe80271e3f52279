"""What a list promises: everything, once, in order, in pages, and only what was asked for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.compare import changed
from contracts.dialect import Listing, Stamp, stamp_named
from contracts.document import JSON
from contracts.hints import ORDER
from contracts.laws.demands import demand_none, demand_refused, ids_of, must_read, stamp_of
from contracts.laws.law import Basis, law
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import resolve
from contracts.world import Thing, World

_LISTED = frozenset({Verb.CREATE, Verb.LIST})
_MIXED_UP = ("child-is-listed-under-its-parent-alone", "foreign-is-not-listed")


def _dialect(resource: Resource) -> Listing:
    return resource.listing or Listing(envelope=None)


def _pages(model: ResourceModel, resource: Resource) -> bool:
    listing = _dialect(resource)
    return bool(listing.limit and (listing.offset or listing.page))


def _beside(world: World, resource: Resource, number: int) -> list[Thing]:
    """Several records of one owner of their own, the first one made first."""
    first = world.make(resource, fresh_owner=True)
    return [first, *(world.make(resource, owner=first.owner) for _ in range(number - 1))]


@law("created-is-listed", "What was created is in the list.", Basis.SPEC, needs=_LISTED, steady=True)
def created_is_listed(world: World, resource: Resource) -> None:
    """On the first page where the newest come first, else somewhere."""
    thing = world.make(resource)
    found = ids_of(resource, world.listed(resource, thing.owner))
    if thing.id not in found:
        found = ids_of(resource, world.everything(resource, thing.owner))
    lister = resource.verbs[Verb.LIST]
    world.expect(
        thing.id in found,
        "A created record is not listed.",
        operation=lister,
        expected=thing.id,
        observed=found[:5],
    )


@law(
    "list-and-detail-agree",
    "A record reads in a list as it reads by its own path.",
    Basis.SPEC,
    needs=_LISTED | {Verb.GET},
    varied=True,
)
def list_and_detail_agree(world: World, resource: Resource) -> None:
    """Every property of it."""
    thing = world.make(resource)
    detail, lister = must_read(world, thing, "What was created cannot be read."), resource.verbs[Verb.LIST]
    id_name = resource.id_property or "id"
    page = world.listed(resource, thing.owner)
    if thing.id not in ids_of(resource, page):
        page = world.everything(resource, thing.owner)
    listed = [record for record in page if str(record.get(id_name)) == thing.id]
    world.expect(
        len(listed) == 1, "A record is not listed once.", operation=lister, observed=len(listed), expected=1
    )
    demand_none(world, changed(detail, listed[0]), "A list disagrees with the record.", lister)


def _says_its_order(model: ResourceModel, resource: Resource) -> bool:
    """By a hint, or by the default of what sorts it."""
    lister, listing = resource.verbs[Verb.LIST], _dialect(resource)
    sorted_by = (lister.parameter(name) for name in (listing.sort, listing.order) if name)
    return ORDER in lister.extensions or any(each and "default" in each.schema for each in sorted_by)


@law(
    "lists-are-in-order",
    "A list is ordered by the time of creation, newest first unless the document says otherwise.",
    Basis.SPEC,
    needs=_LISTED,
    said=_says_its_order,
    steady=True,
)
def lists_are_in_order(world: World, resource: Resource) -> None:
    """Three records, made one after the other."""
    things = _beside(world, resource, 3)
    wanted = [thing.id for thing in things]
    if _dialect(resource).descending:
        wanted.reverse()
    _demand_order(world, resource, things, {}, wanted)


@law(
    "sorting-sorts",
    "A list is sorted by the property and in the direction that are asked for.",
    Basis.SPEC,
    needs=_LISTED,
    applies=lambda model, resource: bool(_dialect(resource).sort),
    steady=True,
)
def sorting_sorts(world: World, resource: Resource) -> None:
    """Three records, one of them updated last; every value the parameter may have, both directions."""
    listing, things = _dialect(resource), _beside(world, resource, 3)
    by_update = list(things)
    writer = next((verb for verb in (Verb.MERGE, Verb.REPLACE) if verb in resource.verbs), None)
    if writer is not None and stamp_of(resource, Stamp.UPDATED):
        world.accepted(world.step(things[0], writer, body=world.body(resource, writer)))
        by_update = [*things[1:], things[0]]
    values = [value for value in _enum(world, resource, listing.sort or "") if stamp_named(value)]
    if not values:
        world.unreachable("it sorts by nothing that is known")
    directions = _enum(world, resource, listing.order or "") if listing.order else []
    for value, order in itertools.product(values, directions or [""]):
        inorder = by_update if stamp_named(value) is Stamp.UPDATED else things
        wanted = [thing.id for thing in inorder]
        descending = order.lower().startswith("desc") if order else listing.descending
        query = {listing.sort or "": value} | ({listing.order: order} if listing.order and order else {})
        wanted = wanted[::-1] if descending else wanted
        _demand_order(world, resource, things, query, wanted, stamp_named(value) or Stamp.CREATED)


@law("pages-partition", "Pages hold every record once.", Basis.SPEC, needs=_LISTED, applies=_pages)
def pages_partition(world: World, resource: Resource) -> None:
    """Five records in pages of one to three; the pages joined are the whole list."""
    listing, lister = _dialect(resource), resource.verbs[Verb.LIST]
    body, query = _apart(world, resource)
    first = world.make(resource, fresh_owner=True, body=body)
    things = [first, *(world.make(resource, owner=first.owner, body=body) for _ in range(4))]
    wanted = sorted(thing.id for thing in things)
    if query and sorted(ids_of(resource, world.listed(resource, first.owner, query))) != wanted:
        world.unreachable("its filter does not set records apart")
    size = world.integer(1, 3, "the size of a page")
    seen: list[str] = []
    for number in range(-(-len(things) // size)):
        page = world.listed(resource, first.owner, query | _page(listing, number, size))
        message = "A page holds more than its limit."
        world.expect(len(page) <= size, message, operation=lister, expected=size, observed=len(page))
        seen += ids_of(resource, page)
    message = "Pages overlap, or skip a record."
    world.expect(sorted(seen) == wanted, message, operation=lister, expected=wanted, observed=seen)
    _demand_ordered_pages(world, resource, first.owner, query)


def _defaults_its_limit(model: ResourceModel, resource: Resource) -> bool:
    parameter = resource.verbs[Verb.LIST].parameter(_dialect(resource).limit or "")
    return parameter is not None and isinstance(parameter.schema.get("default"), int)


@law(
    "default-limit-holds",
    "A list that is asked for without a limit holds as many records as the default of its limit.",
    Basis.SPEC,
    needs=_LISTED,
    applies=_defaults_its_limit,
    follows=("create-reads-back", "created-is-listed", "ids-are-unique", "pages-partition", *_MIXED_UP),
    steady=True,
)
def default_limit_holds(world: World, resource: Resource) -> None:
    """Some more records than most servers list by habit."""
    lister, thing = resource.verbs[Verb.LIST], world.make(resource, fresh_owner=True)
    parameter = lister.parameter(_dialect(resource).limit or "")
    default = parameter.schema["default"] if parameter else 0
    there = 1
    for _ in range(_MANY // _AT_ONCE):
        again = world.step(thing, Verb.CREATE, body=thing.sent)
        there += sum(answer.ok for answer in world.parallel([again] * _AT_ONCE))
    found, least = len(world.listed(resource, thing.owner)), min(there, default)
    world.expect(
        least <= found <= default,
        "Without a limit, a list does not hold what the default of its limit says.",
        operation=lister,
        expected=f"{least} of {there} records (default {default})",
        observed=found,
    )


@law(
    "past-the-end-is-empty",
    "A page past the end is empty, not an error.",
    Basis.SPEC,
    needs=_LISTED,
    applies=_pages,
    steady=True,
)
def past_the_end_is_empty(world: World, resource: Resource) -> None:
    """Far past it."""
    thing = world.make(resource)
    lister, dialect = resource.verbs[Verb.LIST], _dialect(resource)
    offset = lister.parameter(dialect.offset) if dialect.offset else None
    furthest = resolve(world.document.data, offset.schema).get("maximum", 1_000_000) if offset else 1_000_000
    if furthest < _FAR:
        world.unreachable("it cannot be paged far")
    query = _page(dialect, min(int(furthest), 1_000_000), 1)
    answer = world.send(world.list_step(resource, thing.owner, query))
    message = "A page past the end is refused."
    world.expect(answer.ok, message, operation=lister, expected="2xx", observed=answer.status)
    page = world.listed(resource, thing.owner, query)
    world.expect(
        not page, "A page past the end is not empty.", operation=lister, observed=page[:2], expected=[]
    )


@law(
    "filters-select",
    "A filter on an object lists the records whose object has equal members, and no others.",
    Basis.SPEC,
    needs=_LISTED,
    applies=lambda model, resource: bool(_dialect(resource).matching),
    varied=True,
)
def filters_select(world: World, resource: Resource) -> None:
    """One record with the members; one with another value of either member, and one without the second."""
    name, field = next(iter(_dialect(resource).matching.items()))
    mark = world.mark()
    value = world.choose(["x", 1, True, "“ü”", 0.5], "the value")
    # The first holds the value of most tries, and has to be told from it.
    other = world.choose([v for v in ("xy", 2, False, "X") if v != value], "another value")
    wanted = world.make(resource, body={field: {"mark": mark, "k": value}}, fresh_owner=True)
    unlike = world.make(resource, owner=wanted.owner, body={field: {"mark": mark, "k": other}})
    without = world.make(resource, owner=wanted.owner, body={field: {"mark": mark}})
    apart = world.make(resource, owner=wanted.owner, body={field: {"mark": world.mark(), "k": value}})
    query = {name: json.dumps({"mark": mark, "k": value})}
    found = ids_of(resource, world.listed(resource, wanted.owner, query))
    lister = resource.verbs[Verb.LIST]
    world.expect(
        wanted.id in found,
        "A filter hides what it selects.",
        operation=lister,
        expected=wanted.id,
        observed=found[:5],
    )
    if limit := _dialect(resource).limit:
        first = ids_of(resource, world.listed(resource, wanted.owner, query | {limit: 1}))
        world.expect(
            bool(first),
            "A filter selects from a page instead of the list.",
            operation=lister,
            expected=wanted.id,
            observed=first,
        )
    wrong = [id for id in (unlike.id, without.id, apart.id) if id in found]
    world.expect(
        not wrong,
        "A filter lists what it does not select.",
        operation=lister,
        observed=wrong,
        expected=wanted.id,
    )
    both = ids_of(resource, world.listed(resource, wanted.owner, {name: json.dumps({"mark": mark})}))
    missing = [thing.id for thing in (wanted, unlike, without) if thing.id not in both]
    world.expect(
        not missing, "A filter hides what it selects.", operation=lister, expected=missing, observed=both[:5]
    )


@law(
    "filters-compare-by-type",
    'A filter compares by type and value: 1 is not true, and not "1".',
    Basis.CONVENTION,
    needs=_LISTED,
    applies=lambda model, resource: bool(_dialect(resource).matching),
    varied=True,
)
def filters_compare_by_type(world: World, resource: Resource) -> None:
    """The three that are taken for each other; a filter that confuses other values, too, compares nothing."""
    name, field = next(iter(_dialect(resource).matching.items()))
    values: list[Any] = [1, True, "1"]
    mark = world.mark()
    first = world.make(resource, body={field: {"mark": mark, "k": values[0]}}, fresh_owner=True)
    things = [first] + [
        world.make(resource, owner=first.owner, body={field: {"mark": mark, "k": value}})
        for value in values[1:]
    ]
    index = world.integer(0, 2, "which value")
    ours = {thing.id for thing in things}

    def selected(value: Any) -> list[str]:
        query = {name: json.dumps({"mark": mark, "k": value})}
        return [id for id in ids_of(resource, world.listed(resource, first.owner, query)) if id in ours]

    if selected("none of these"):
        world.unreachable("its filter selects records whatever the value")
    found, lister, wanted = selected(values[index]), resource.verbs[Verb.LIST], [things[index].id]
    world.expect(
        found == wanted, "A filter confuses types.", operation=lister, expected=wanted, observed=found
    )


@law(
    "filters-must-be-objects",
    "A filter that is no JSON object is refused.",
    Basis.CONVENTION,
    needs=frozenset({Verb.LIST}),
    applies=lambda model, resource: bool(_dialect(resource).matching),
    varied=True,
)
def filters_must_be_objects(world: World, resource: Resource) -> None:
    """No JSON, or JSON of another kind."""
    name = next(iter(_dialect(resource).matching))
    bad, lister = world.choose(["{", "[]", "1", "x", '"a"'], "the filter"), resource.verbs[Verb.LIST]
    answer = world.send(world.list_step(resource, world.owner(resource), {name: bad}))
    demand_refused(world, answer, "A filter that is no object is accepted.", lister, f"`{name}` is {bad!r}")


def _demand_order(
    world: World,
    resource: Resource,
    things: Sequence[Thing],
    query: Mapping[str, Any],
    wanted: list[str],
    stamp: Stamp = Stamp.CREATED,
) -> None:
    """Records of equal times, as where whole seconds are kept, have no order among themselves."""
    lister, ours = resource.verbs[Verb.LIST], {thing.id for thing in things}
    listed = world.everything(resource, things[0].owner, query=query)
    # Others may write to a list at the top level: a page may then begin with what the last one ended with.
    found = list(dict.fromkeys(id for id in ids_of(resource, listed) if id in ours))
    time = stamp_of(resource, stamp) or stamp_of(resource, Stamp.CREATED) or ""
    times = {id: record.get(time) for record in listed for id in ids_of(resource, [record])}
    good = [times.get(id) or id for id in found] == [times.get(id) or id for id in wanted]
    message = "A list is not in the order that was asked for."
    good = good and sorted(found) == sorted(wanted)
    world.expect(good, message, operation=lister, expected=wanted, observed=found)


def _demand_ordered_pages(
    world: World, resource: Resource, owner: Mapping[str, str], query: Mapping[str, Any]
) -> None:
    """Pages in either direction are the list in that direction: to sort each by itself is not enough."""
    listing, created = _dialect(resource), stamp_of(resource, Stamp.CREATED) or ""
    for order in _enum(world, resource, listing.order) if listing.order else ():
        asked = {**query, listing.order or "": order}
        whole = world.listed(resource, owner, asked)
        if len({str(record.get(created)) for record in whole}) < len(whole):
            continue  # equal times have no order
        pages = [
            ids_of(resource, world.listed(resource, owner, asked | _page(listing, number, _FEW)))
            for number in range(-(-len(whole) // _FEW))
        ]
        world.expect(
            list(itertools.chain(*pages)) == ids_of(resource, whole),
            "Pages are not in the order of the whole list.",
            operation=resource.verbs[Verb.LIST],
            expected=ids_of(resource, whole),
            observed=pages,
        )


def _apart(world: World, resource: Resource) -> tuple[JSON, JSON]:
    """What sets the records of a law apart from others of their list: a body, and the query that selects it.

    Below an owner of its own there are no others; at the top level other clients may write at any time.
    """
    if resource.owner_parameters:
        return {}, {}
    if not _dialect(resource).matching:
        world.unreachable("nothing sets records apart from those of other clients")
    name, field = next(iter(_dialect(resource).matching.items()))
    mark = {"mark": world.mark()}
    return {field: mark}, {name: json.dumps(mark)}


_MANY, _AT_ONCE = 20, 5  # records
_FEW = 3  # records on a page, of five
_FAR = 10_000  # records; nearer than that, a page may well hold some


def _page(listing: Listing, number: int, size: int) -> JSON:
    place = {listing.offset: number * size} if listing.offset else {listing.page or "": number + 1}
    return {listing.limit or "": size, **place}


def _enum(world: World, resource: Resource, name: str) -> list[str]:
    parameter = resource.verbs[Verb.LIST].parameter(name)
    schema = resolve(world.document.data, parameter.schema) if parameter else {}
    return [str(value) for value in schema.get("enum", [])]


LAWS = (
    created_is_listed,
    list_and_detail_agree,
    lists_are_in_order,
    sorting_sorts,
    pages_partition,
    default_limit_holds,
    past_the_end_is_empty,
    filters_select,
    filters_compare_by_type,
    filters_must_be_objects,
)
