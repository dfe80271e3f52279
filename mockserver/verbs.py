"""The verbs, generic over the resource model: from a call to an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace as with_other
from functools import partial

from contracts.document import Document
from contracts.operations import Operation
from contracts.resources import Resource, Verb
from mockserver.call import Answer, Call, Handler
from mockserver.pages import Page
from mockserver.records import Records
from mockserver.site import Site
from mockserver.store.base import Query
from mockserver.synth import Synth


async def create(site: Site, call: Call) -> Answer:
    """POST on a collection."""
    owner = await site.owner(call)
    with site.naming():
        sent = site.sent(call)
        made = await site.records.create(call.workspace, site.resource, owner, sent, check=site.check)
    return site.answer(made, 0)


async def list_(site: Site, call: Call) -> Answer:
    """GET on a collection."""
    owner = await site.owner(call)
    query = await site.behind(call, owner, site.query(call))
    records, writer = site.records, site.writer
    more, found = False, await records.find(call.workspace, site.resource, owner, _ahead(site, query))
    if query.limit is not None and len(found) > query.limit and writer.looks_ahead:
        more, found = True, found[: query.limit]
    total = await records.count(call.workspace, site.resource, owner, query) if writer.counts else len(found)
    return writer.write(Page(found, total, query, call.query, more))


def _ahead(site: Site, query: Query) -> Query:
    """One more than is asked for, where the answer says whether there is more."""
    if query.limit is None or not site.writer.looks_ahead:
        return query
    return with_other(query, limit=query.limit + 1)


async def get(site: Site, call: Call) -> Answer:
    """GET on a record."""
    owner, id = await site.address(call)
    return site.answer(await site.records.get(call.workspace, site.resource, owner, id), 0)


async def replace(site: Site, call: Call) -> Answer:
    """PUT on a record."""
    owner, id = await site.address(call)
    with site.naming():
        sent = site.sent(call)
        replaced = await site.records.replace(call.workspace, site.resource, owner, id, sent, site.check)
    return site.answer(replaced, 0)


async def merge(site: Site, call: Call) -> Answer:
    """PATCH on a record."""
    owner, id = await site.address(call)
    with site.naming():
        sent = site.sent(call)
        merged = await site.records.merge(call.workspace, site.resource, owner, id, sent, site.check)
    return site.answer(merged, 0)


async def delete(site: Site, call: Call) -> Answer:
    """DELETE on a record."""
    owner, id = await site.address(call)
    record = await site.records.get(call.workspace, site.resource, owner, id)
    gone = await site.records.delete(call.workspace, site.resource, owner, id)
    return site.answer(record, gone.time)


async def clear(site: Site, call: Call) -> Answer:
    """DELETE on a collection. What its answer names is the record the collection belongs to."""
    owner = await site.owner(call)
    above = await site.above(call)
    gone = await site.records.clear(call.workspace, site.resource, owner)
    return site.answer(above, gone.time)


VERBS: dict[Verb, Callable[[Site, Call], Awaitable[Answer]]] = {
    Verb.CREATE: create,
    Verb.LIST: list_,
    Verb.GET: get,
    Verb.REPLACE: replace,
    Verb.MERGE: merge,
    Verb.DELETE: delete,
    Verb.CLEAR: clear,
}


def verb_handler(
    document: Document, records: Records, synth: Synth, resource: Resource, verb: Verb, operation: Operation
) -> Handler:
    """The handler of one verb of one resource."""
    return partial(VERBS[verb], Site(document, records, synth, resource, verb, operation))
