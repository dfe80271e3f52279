"""Which ids a server gives to the records of a resource: such as the document lets them have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.document import JSON
from contracts.schemas import compile_schema, kind
from mockserver.ids import NIL, Ids

#: Makes the id of a workspace's `number`th thing: (workspace, number) → the id as a path has it.
IdMaker = Callable[[str, int], str]

#: Makes a plausible value of a schema: (property name, schema, name of the draw) → value.
Synthesiser = Callable[[str, JSON, str], Any]


def id_maker(root: JSON, name: str | None, schema: JSON, ids: Ids, synthesise: Synthesiser) -> IdMaker:
    """The maker of ids for one resource: UUIDs, unless the schema of its id shuts them out.

    Integers rise with the workspace's own count. Any other text is drawn, so that two draws may meet.

    Args:
        name: the property that holds the id; None when records have none.
    """
    if name is None or (kind(root, schema) != "integer" and compile_schema(root, schema).is_valid(NIL)):
        return ids.uuid
    if kind(root, schema) == "integer":
        return lambda workspace, number: str(number)
    return lambda workspace, number: str(synthesise(name, schema, f"{workspace} {number}"))
