"""Texts that are Jinja templates, in sessions that say so: the situation, and what the agent says.

In scope are `session`, `agent` and `user`, as they are read. A template that cannot be rendered refuses the
chat, with the place of the mistake: better seen at once than said to a user.
"""

from __future__ import annotations

from typing import NoReturn

from contracts.document import JSON
from mockserver.behaviours.scene.sandbox import LARGEST_SCOPE, Refused, Sandbox
from mockserver.problems import Invalid, Offence
from mockserver.strict_json import dump

_MARKS = ("{{", "{%", "{#")


class Templates:
    """Renders the texts of one chat.

    Args:
        scope: what templates may name.
        active: whether texts are templates at all.
    """

    def __init__(self, scope: JSON, *, active: bool) -> None:
        self._scope = scope
        self._active = active
        self._sandbox: Sandbox | None = None

    def rendered(self, text: str, place: str, pointer: str) -> str:
        """The text, rendered if it is a template.

        Args:
            place: what the text is, for messages.
            pointer: where it stands in the request, as far as it does.

        Raises:
            Invalid: it cannot be rendered.
        """
        if not self._active or not any(mark in text for mark in _MARKS):
            return text
        try:
            found = self._ready().render(text, self._scope)
            found.encode()  # an escape in a template can name half a character
        except Exception as error:  # whatever a template raises is the template's mistake, not the mock's
            _refuse(error, place, pointer)
        return found

    def _ready(self) -> Sandbox:
        if self._sandbox is None:
            if len(dump(self._scope)) > LARGEST_SCOPE:
                raise Refused(f"Session, agent and user hold more than {LARGEST_SCOPE} bytes together.")
            self._sandbox = Sandbox()
        return self._sandbox


def _refuse(error: Exception, place: str, pointer: str) -> NoReturn:
    detail = f"{type(error).__name__}: {error}" if not isinstance(error, Refused) else str(error)
    raise Invalid(
        f"{place} is no template that can be rendered.", (Offence(pointer, detail[:500]),)
    ) from error
