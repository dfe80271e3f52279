"""How resources hang together: parents, ids, references, embedded records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.dialect import plain
from contracts.document import JSON
from contracts.inference.paths import Draft, last_parameter, path_parameters
from contracts.operations import Operation
from contracts.resources import Embedding, Reference, Request, Verb
from contracts.schemas import every_property, kind, properties, reference_name, resolve

_ID_WORDS = ("id", "uuid", "key", "slug", "code", "name")


def parent_of(draft: Draft, drafts: Mapping[str, Draft]) -> str | None:
    """The collection whose record's path the draft's path continues: the nearest one that exists."""
    path = draft.path
    while path:
        path = path.rpartition("/")[0]
        if last_parameter(path) and path.rpartition("/")[0] in drafts:
            return path.rpartition("/")[0]
    return None


def label_of(draft: Draft) -> str:
    """A record's name in the singular: from the id parameter (`book_id`), else from the path."""
    parameter = last_parameter(draft.item_path) if draft.item_path else None
    if parameter:
        stem = _stem(parameter)
        if stem:
            return stem
    return singular(draft.path.rpartition("/")[2])


def singular(word: str) -> str:
    """An English plural's singular, as far as path segments need it."""
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def id_property(draft: Draft, record: JSON, root: JSON) -> str | None:
    """The property of a record that its path parameter names."""
    fields = every_property(root, record)
    parameter = last_parameter(draft.item_path) if draft.item_path else None
    if parameter is None:
        return "id" if "id" in fields else None
    if parameter in fields:
        return parameter
    same = next((name for name in fields if plain(name) == plain(parameter)), None)
    if same:
        return same
    if "id" in fields:
        return "id"
    return next((name for word in _ID_WORDS for name in fields if plain(name).endswith(word)), None)


def replace_in_body(draft: Draft, record: JSON, id_name: str | None, root: JSON) -> Operation | None:
    """A PUT of the collection's path whose body names the record, where the record's path has none."""
    if draft.item_path is None or draft.singleton or id_name is None or Verb.REPLACE in draft.verbs:
        return None
    for operation in draft.actions:
        if (operation.method, operation.path.rstrip("/")) != ("PUT", draft.path) or operation.body is None:
            continue
        schema = operation.body.json_schema or {}
        wrapper = _request_wrapper(root, record, schema)
        fields = properties(root, properties(root, schema)[wrapper] if wrapper else schema)
        if id_name in fields and not resolve(root, fields[id_name]).get("readOnly", False):
            return operation
    return None


def requests(
    draft: Draft, verbs: Mapping[Verb, Operation], record: JSON, id_name: str | None, root: JSON
) -> dict[Verb, Request]:
    """What the requests that write a record say of it."""
    found = {}
    for verb in (Verb.CREATE, Verb.REPLACE, Verb.MERGE):
        operation = verbs.get(verb)
        if operation is not None and operation.body is not None:
            schema = operation.body.json_schema or {}
            wrapper = _request_wrapper(root, record, schema)
            on_record = verb is Verb.CREATE or draft.singleton or operation.path.rstrip("/") != draft.path
            said = properties(root, schema)[wrapper] if wrapper else schema
            found[verb] = Request(said, wrapper, None if on_record else id_name)
    return found


def _request_wrapper(root: JSON, record: JSON, schema: JSON) -> str | None:
    """The only property of a request, when it is none of the record's and holds properties itself."""
    fields = properties(root, schema)
    if len(fields) != 1 or not fields.keys().isdisjoint(properties(root, record)):
        return None
    ((name, inner),) = fields.items()
    return name if properties(root, inner) else None


def client_gives_id(create: Request | None, name: str | None, root: JSON) -> bool:
    """Whether the create request holds the id."""
    sent = properties(root, create.schema) if create else {}
    return name in sent and not resolve(root, sent[name]).get("readOnly", False)


def owner_properties(draft: Draft, fields: Mapping[str, JSON], id_name: str | None) -> dict[str, str]:
    """Properties that carry a path parameter from above: `shelf_id` below `/shelves/{shelf_id}`."""
    above = {plain(parameter): parameter for parameter in path_parameters(draft.path)}
    return {name: above[plain(name)] for name in fields if plain(name) in above and name != id_name}


def references(
    draft: Draft, fields: Mapping[str, JSON], drafts: Mapping[str, Draft], root: JSON
) -> Iterator[tuple[Reference, str]]:
    """Properties that hold ids of other top-level records, each with the reason; the path's own hold none."""
    above = set(map(plain, path_parameters(draft.path)))
    targets = {
        plain(parameter): other
        for other in drafts.values()
        if other.item_path
        and (parameter := last_parameter(other.item_path))
        and not path_parameters(other.path)
    }
    own = last_parameter(draft.item_path) if draft.item_path else None
    for name, schema in fields.items():
        target = targets.get(plain(name))
        if target is None or kind(root, schema) not in {"string", "integer"} or name == own:
            continue
        if _stem(name) and plain(name) not in above:
            yield Reference(name, target.path), f"`{name}` is the parameter of {target.item_path}"


def embeddings(
    draft: Draft, drafts: Mapping[str, Draft], sent: Request | None, root: JSON
) -> Iterator[tuple[Embedding, str]]:
    """Properties of the create request that hold what a sub-collection's create request takes."""
    create = draft.verbs.get(Verb.CREATE)
    if create is None or sent is None or draft.item_path is None:
        return
    for name, written in properties(root, sent.schema).items():
        target = drafts.get(f"{draft.item_path}/{name}")
        below = target.verbs.get(Verb.CREATE) if target else None
        if target is None or below is None or below.body is None or kind(root, written) != "array":
            continue
        items, taken = resolve(root, written).get("items", {}), below.body.json_schema or {}
        if items == taken or (reference_name(items) and reference_name(items) == reference_name(taken)):
            yield Embedding(name, target.path), f"`{name}` of {create} takes what {below} takes"


def _stem(name: str) -> str:
    """`book` of `book_id` or `bookId`; empty when the name is no id."""
    for ending in ("_id", "-id", "Id", "_uuid", "_slug"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return ""
