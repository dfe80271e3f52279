"""Which of its declared media types an operation answers with."""

from __future__ import annotations

from functools import lru_cache

from starlette.types import Scope

from contracts.operations import Operation
from mockserver.edge.headers import values
from mockserver.edge.media_types import negotiate


class MediaTypeChooser:
    """Chooses among the media types of a success response."""

    def __init__(self, offered: tuple[str, ...]) -> None:
        self._default = offered[0] if offered else "application/json"
        self._has_choice = len(offered) > 1
        self._negotiate = lru_cache(maxsize=256)(lambda accept: negotiate(accept, offered))

    def choose(self, scope: Scope) -> str:
        """The media type that `Accept` prefers."""
        if not self._has_choice:
            return self._default
        accept = b",".join(values(scope["headers"], b"accept"))
        return self._negotiate(accept.decode("latin-1"))


def media_type_chooser(operation: Operation) -> MediaTypeChooser:
    """The chooser of an operation; a declared range (`text/*`) names nothing that could be sent."""
    return MediaTypeChooser(tuple(name for name in operation.success.media if "*" not in name))
