"""The only code that knows words of the API: what chat, suggestions, memories and jobs do.

A hint in the document binds an operation to a behaviour by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.document import Document
from contracts.resources import Behaviour
from mockserver.behaviours.chat import Chat
from mockserver.behaviours.jobs import job_progress
from mockserver.call import Handler
from mockserver.records import Records

__all__ = ["BEHAVIOURS", "BehaviourFactory"]

#: Makes what answers the calls of the operation that a hint binds.
BehaviourFactory = Callable[[Behaviour, Records, Document], Handler]

#: By the name that hints use.
BEHAVIOURS: Mapping[str, BehaviourFactory] = {"chat": Chat, "job-progress": job_progress}
