"""The mock's domain, without HTTP: records, and what the resource model says of them.

Every method acts in one workspace. Refusals are raised before the first write, so that a refused write
has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from contracts.document import JSON, Document
from contracts.hints import REFERENCE_CHECK
from contracts.resources import Embedding, Reference, Resource, ResourceModel, Verb
from mockserver.clock import Clock
from mockserver.identity import Synthesiser, id_maker
from mockserver.ids import Ids
from mockserver.problems import Conflict, NotFound, Offence
from mockserver.shapes import Shape, shape
from mockserver.store.base import Query, Record, Store, Tick
from mockserver.strict_json import dump, load

#: How many records a collection has that can be read and that nothing fills.
_STOCK = 5

#: Where the store remembers which of them were filled; no path of a document is called so.
_STOCKED = "stocked"

#: How often an id that is drawn may turn out to be taken.
_DRAWS = 100

#: Raises what speaks against a record that is about to be kept: (what was sent, the record).
Check = Callable[[JSON, JSON], None]


class Records:
    """Creates, reads, writes and deletes records of any resource of a document.

    Args:
        synthesise: makes the values that a record must have and nobody sends.
    """

    def __init__(
        self,
        document: Document,
        model: ResourceModel,
        store: Store,
        clock: Clock,
        ids: Ids,
        synthesise: Synthesiser,
    ) -> None:
        self.model = model
        self.store = store
        self.clock = clock
        self.ids = ids
        self._synthesise = synthesise
        self._shapes = {
            path: shape(document, resource, synthesise) for path, resource in model.resources.items()
        }
        self._new_id = {
            path: id_maker(
                document.data,
                resource.id_property,
                self._shapes[path].declared.get(resource.id_property or "", {}),
                ids,
                synthesise,
            )
            for path, resource in model.resources.items()
        }
        self._stocked = frozenset(
            path
            for path, resource in model.resources.items()
            if _is_stocked(resource) and self._shapes[path].declared
        )
        self._checks_references = bool(document.data.get(REFERENCE_CHECK, False))

    def resource(self, path: str) -> Resource:
        """The resource whose collection has this path."""
        return self.model.resources[path]

    def shape(self, resource: Resource) -> Shape:
        """The compiled shape of a resource's records."""
        return self._shapes[resource.path]

    async def tick(self, workspace: str) -> Tick:
        """The next moment of a workspace: a rising number and a rising time."""
        return await self.store.tick(workspace, self.clock.now())

    async def owner(self, workspace: str, resource: Resource, path: Mapping[str, Any]) -> str:
        """The owner that a request's path parameters name.

        Raises:
            NotFound: a record above is not there.
        """
        values = [str(path[name]) for name in resource.owner_parameters]
        if resource.parent is not None:
            parent = self.resource(resource.parent)
            above = len(parent.owner_parameters)
            if parent.id_parameter is not None:
                await self.get(workspace, parent, owner_key(values[:above]), values[above])
        return owner_key(values)

    async def get(self, workspace: str, resource: Resource, owner: str, id: str) -> Record:
        """A record. What has no id in its path is always there, and is made when first asked for.

        Raises:
            NotFound: it is not there, or not under that owner.
        """
        await self._stock(workspace, resource, owner)
        record = await self.store.get(workspace, resource.path, owner, id)
        if record is None and resource.singleton:
            return await self.create(workspace, resource, owner, {}, id=id)
        if record is None:
            raise NotFound(f"There is no {resource.label} {id}.", (_place(resource, id),))
        return record

    async def find(self, workspace: str, resource: Resource, owner: str, query: Query) -> list[Record]:
        """The records of one owner that a query selects."""
        await self._stock(workspace, resource, owner)
        return await self.store.find(workspace, resource.path, owner, query)

    async def count(self, workspace: str, resource: Resource, owner: str, query: Query) -> int:
        """How many records of one owner a query selects, its slice aside."""
        await self._stock(workspace, resource, owner)
        return await self.store.count(workspace, resource.path, owner, query)

    async def create(
        self,
        workspace: str,
        resource: Resource,
        owner: str,
        sent: JSON,
        *,
        id: str | None = None,
        hidden: JSON | None = None,
        check: Check | None = None,
    ) -> Record:
        """A new record, with the records embedded in `sent` created under it.

        Args:
            check: raises what speaks against the record that is about to be kept.

        Raises:
            NotFound: `sent` refers to a record that is not there.
            Conflict: `id` is taken.
        """
        await self._check_references(workspace, resource, sent)
        for embedding, part in _embedded(resource, sent):
            await self._check_references(workspace, self.resource(embedding.target), part)
        record = await self._inserted(workspace, resource, owner, sent, id=id, hidden=hidden, check=check)
        for embedding, part in _embedded(resource, sent):
            await self.create(workspace, self.resource(embedding.target), below(record), part)
        return record

    async def _inserted(
        self,
        workspace: str,
        resource: Resource,
        owner: str,
        sent: JSON,
        *,
        id: str | None,
        hidden: JSON | None,
        check: Check | None,
    ) -> Record:
        given = id is not None or self._given_id(resource, sent) is not None
        for _ in range(1 if given else _DRAWS):
            record = await self.draft(workspace, resource, owner, sent, id=id, hidden=hidden, check=check)
            if await self.store.insert(workspace, resource.path, record):
                return record
        taken = Offence(f"/{resource.id_property}", f"{record.id} is the id of another.")
        raise Conflict(f"There is a {resource.label} {record.id} already.", (taken,))

    async def draft(
        self,
        workspace: str,
        resource: Resource,
        owner: str,
        sent: JSON,
        *,
        id: str | None = None,
        hidden: JSON | None = None,
        check: Check | None = None,
    ) -> Record:
        """A record as `create` would make it, with an id and a time of its own, that is not kept."""
        tick = await self.tick(workspace)
        id = self._given_id(resource, sent) if id is None else id
        # What has no id in its path is kept under none, yet its body may have one.
        shown = id or self._new_id[resource.path](workspace, tick.number)
        body = self.shape(resource).created(sent, shown, _owners(resource, owner), tick.time)
        if check is not None:
            check(sent, body)
        return Record(
            shown if id is None else id,
            owner,
            tick.number,
            tick.time,
            tick.time,
            _kept(body),
            _kept(hidden or {}),
        )

    async def replace(
        self,
        workspace: str,
        resource: Resource,
        owner: str,
        id: str,
        sent: JSON,
        check: Check | None = None,
    ) -> Record:
        """PUT: every property of the replace request is as sent, else its default, else gone.

        Raises:
            NotFound: the record, or one that `sent` refers to, is not there.
        """
        await self.get(workspace, resource, owner, id)
        await self._check_references(workspace, resource, sent)
        write = _checked(self.shape(resource).replaced, sent, check)
        return await self._change(workspace, resource, owner, id, write)

    async def merge(
        self,
        workspace: str,
        resource: Resource,
        owner: str,
        id: str,
        sent: JSON,
        check: Check | None = None,
    ) -> Record:
        """PATCH: the properties that were sent change, all others stay.

        Raises:
            NotFound: the record, or one that `sent` refers to, is not there.
        """
        await self.get(workspace, resource, owner, id)
        await self._check_references(workspace, resource, sent)
        write = _checked(self.shape(resource).merged, sent, check)
        return await self._change(workspace, resource, owner, id, write)

    async def amend(self, workspace: str, resource: Resource, owner: str, id: str, changes: JSON) -> Record:
        """Changes the server makes by itself; they move the time of the last update.

        Raises:
            NotFound: the record is not there.
        """
        write = self.shape(resource).amended
        return await self._change(workspace, resource, owner, id, lambda old, time: write(old, changes, time))

    async def delete(self, workspace: str, resource: Resource, owner: str, id: str) -> Tick:
        """Removes a record, what is under it, and what refers to it where a hint says so.

        Returns:
            When.

        Raises:
            NotFound: it is not there.
        """
        record = await self.get(workspace, resource, owner, id)
        await self.store.delete(workspace, resource.path, owner, id)
        for child in self.model.children(resource.path):
            await self._clear(workspace, child, below(record))
        for referrer, reference in self.model.referrers(resource.path):
            if referrer.path in resource.cascades:
                await self._delete_referring(workspace, referrer, reference.property, id)
        return await self.tick(workspace)

    async def clear(self, workspace: str, resource: Resource, owner: str) -> Tick:
        """Empties a collection of one owner.

        Returns:
            When.
        """
        await self._clear(workspace, resource, owner)
        return await self.tick(workspace)

    async def _clear(self, workspace: str, resource: Resource, owner: str) -> None:
        children = self.model.children(resource.path)
        if children:
            for record in await self.find(workspace, resource, owner, Query()):
                for child in children:
                    await self._clear(workspace, child, below(record))
        await self.store.clear(workspace, resource.path, owner)

    async def _delete_referring(self, workspace: str, resource: Resource, name: str, id: str) -> None:
        wanted = self.shape(resource).naming(name, id)
        for owner in await self.store.owners(workspace, resource.path):
            for record in await self.find(workspace, resource, owner, Query(equal=(((name,), wanted),))):
                await self.delete(workspace, resource, owner, record.id)

    async def _stock(self, workspace: str, resource: Resource, owner: str) -> None:
        """Fills a collection that nothing else fills when it is first looked at, and never again."""
        if resource.path not in self._stocked:
            return
        mark = Record(resource.path, owner, 0, 0, 0, b"{}")
        if not await self.store.insert(workspace, _STOCKED, mark):
            return
        for number in range(_STOCK):
            draw = f"{resource.path} {owner} {number}"
            sent = self._synthesise(resource.label, resource.record, draw)
            for reference in resource.references:
                await self._refer(workspace, resource, reference, sent, number)
            await self.create(workspace, resource, owner, sent)

    async def _refer(
        self, workspace: str, resource: Resource, reference: Reference, sent: JSON, number: int
    ) -> None:
        """Lets a drawn record refer to one that is there, or to none."""
        there = await self.find(workspace, self.resource(reference.target), "", Query(limit=_STOCK))
        sent.pop(reference.property, None)
        if there:
            id = there[number % len(there)].id
            sent[reference.property] = self.shape(resource).naming(reference.property, id)

    async def _change(
        self, workspace: str, resource: Resource, owner: str, id: str, write: Callable[[JSON, int], JSON]
    ) -> Record:
        tick = await self.tick(workspace)

        def changed(old: Record) -> Record:
            body = _kept(write(load(old.body), tick.time))
            return Record(old.id, old.owner, tick.number, old.created, tick.time, body, old.hidden)

        record = await self.store.update(workspace, resource.path, owner, id, changed)
        if record is None:
            raise NotFound(f"There is no {resource.label} {id}.", (_place(resource, id),))
        return record

    def _given_id(self, resource: Resource, sent: JSON) -> str | None:
        name = resource.id_property if resource.client_id else None
        given = self.shape(resource).named(name, sent.get(name)) if name else None
        return given or None  # no path can hold an empty one: the server gives another

    async def _check_references(self, workspace: str, resource: Resource, sent: JSON) -> None:
        if not self._checks_references:
            return
        offences = []
        for reference in resource.references:
            sought = sent.get(reference.property)
            id = self.shape(resource).named(reference.property, sought)
            target = self.resource(reference.target)
            if id is None or target.owner_parameters:
                continue
            if await self.store.get(workspace, target.path, "", id) is None:
                offences.append(Offence(f"/{reference.property}", f"There is no {target.label} {sought}."))
        if offences:
            raise NotFound("The body refers to a record that does not exist.", tuple(offences))


def _checked(
    write: Callable[[JSON, JSON, int], JSON], sent: JSON, check: Check | None
) -> Callable[[JSON, int], JSON]:
    if check is None:
        return lambda old, time: write(old, sent, time)

    def checked(old: JSON, time: int) -> JSON:
        new = write(old, sent, time)
        check(sent, new)
        return new

    return checked


def _kept(value: JSON) -> bytes:
    # Copied: the writer hands out its whole buffer, several kilobytes even for an empty object.
    return bytes(memoryview(dump(value)))


def owner_key(values: list[str]) -> str:
    """Path parameters as one owner; a slash inside a value stays inside."""
    return "/".join(quote(value, safe=":@ ") if "/" in value or "%" in value else value for value in values)


def below(record: Record) -> str:
    """The owner that a record is to the records under it."""
    own = owner_key([record.id])
    return f"{record.owner}/{own}" if record.owner else own


def _owners(resource: Resource, owner: str) -> dict[str, str]:
    values = [unquote(value) for value in owner.split("/")] if owner else []
    return dict(zip(resource.owner_parameters, values, strict=True))


def _embedded(resource: Resource, sent: JSON) -> Iterator[tuple[Embedding, JSON]]:
    for embedding in resource.embeddings:
        for part in sent.get(embedding.property) or ():
            yield embedding, part


def _is_stocked(resource: Resource) -> bool:
    """Whether its records can be listed though no operation, and no behaviour, makes any."""
    return Verb.LIST in resource.verbs and Verb.CREATE not in resource.verbs and resource.arises is None


def _place(resource: Resource, id: str) -> Offence:
    return Offence(f"path/{resource.id_parameter}", f"{id} names no {resource.label}.")
