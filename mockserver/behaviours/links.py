"""Where in a document the resources are that a chat works with.

A user's own document may lack any of them: what has no place is left out, never an error. A misspelt name
of a link is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.document import Document
from contracts.errors import DocumentError, did_you_mean
from contracts.hints import BEHAVIOUR
from contracts.resources import Behaviour, Resource, ResourceModel
from mockserver.records import below, owner_key
from mockserver.store.base import Record

NAMES = frozenset({"history", "suggestions", "memories", "jobs", "tools", "docs", "settings"})

AGENT_PROPERTY = "agent_id"
USER_PROPERTY = "user_id"


@dataclass(frozen=True)
class Links:
    """The resources around a session; None where the document has none.

    Attributes:
        settings: the property of an agent that fills in for settings left out.
    """

    session: Resource
    agent: Resource | None
    user: Resource | None
    history: Resource | None
    suggestions: Resource | None
    memories: Resource | None
    jobs: Resource | None
    tools: Resource | None
    docs: tuple[Resource, ...]
    settings: str | None

    def owner(self, resource: Resource, session: Record, ids: Mapping[str, str]) -> str | None:
        """The owner of this session's records of a resource; None when the session has no such owner.

        Args:
            ids: collection path → id of the record that the session refers to.
        """
        if resource.parent is None:
            return ""
        if resource.parent == self.session.path:
            return below(session)
        id = ids.get(resource.parent)
        return owner_key([id]) if id is not None and len(resource.owner_parameters) == 1 else None


def links(behaviour: Behaviour, session: Resource, model: ResourceModel, document: Document) -> Links:
    """The links of a chat operation.

    Args:
        session: the resource whose records are chatted in.

    Raises:
        DocumentError: the hint has a link that means nothing.
    """
    place = document.place(f"{behaviour.operation.pointer}/{BEHAVIOUR}")
    for name in behaviour.links:
        if name not in NAMES:
            raise DocumentError(
                f"The behaviour {behaviour.name!r} has no link {name!r}.",
                place=place,
                cure=did_you_mean(name, NAMES),
            )
    targets = {r.property: model.resources.get(r.target) for r in session.references}
    settings = behaviour.links.get("settings")

    def linked(name: str) -> Resource | None:
        path = behaviour.links.get(name)
        return model.resources.get(path) if isinstance(path, str) else None

    docs = behaviour.links.get("docs", ())
    return Links(
        session=session,
        agent=targets.get(AGENT_PROPERTY),
        user=targets.get(USER_PROPERTY),
        history=linked("history"),
        suggestions=linked("suggestions"),
        memories=linked("memories"),
        jobs=linked("jobs"),
        tools=linked("tools"),
        docs=tuple(
            model.resources[path]
            for path in ([docs] if isinstance(docs, str) else docs)
            if path in model.resources
        ),
        settings=settings if isinstance(settings, str) else None,
    )
