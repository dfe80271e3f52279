"""Everything that one key owns. No other key sees or changes any of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .identity import Clock, new_id, stamp
from .jobs import Job
from .records import Agent, Doc, Memory, Message, Session, Suggestion, Tool, User
from .refusals import no_such


@dataclass
class Workspace:
    """The state behind one key. Each table keeps its records in the order in which they came."""

    clock: Clock = field(default_factory=Clock)
    users: dict[str, User] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    docs: dict[str, Doc] = field(default_factory=dict)
    tools: dict[str, Tool] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    histories: dict[str, list[Message]] = field(default_factory=dict)
    suggestions: dict[str, list[Suggestion]] = field(default_factory=dict)
    deletions: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def user(self, identifier: str) -> User:
        """The user of a path.

        Raises:
            Refused: with 404 if there is none.
        """
        return self.users.get(identifier) or no_such("user", identifier)

    def agent(self, identifier: str) -> Agent:
        """The agent of a path.

        Raises:
            Refused: with 404 if there is none.
        """
        return self.agents.get(identifier) or no_such("agent", identifier)

    def session(self, identifier: str) -> Session:
        """The session of a path.

        Raises:
            Refused: with 404 if there is none.
        """
        return self.sessions.get(identifier) or no_such("session", identifier)

    def tool(self, owner: str, identifier: str) -> Tool:
        """The tool of a path, found through its own agent only.

        Raises:
            Refused: with 404 if the agent or the tool is not there.
        """
        self.agent(owner)
        tool = self.tools.get(identifier)
        if tool is None or tool.owner != owner:
            no_such("tool", identifier)
        return tool

    def add_job(self, name: str, moment: datetime, *, has_progress: bool) -> str:
        """Start a job.

        Returns:
            Its id.
        """
        job = Job(new_id(moment), moment, name, has_progress)
        self.jobs[job.id] = job
        return job.id

    def add_docs(self, owner: str, bodies: list[dict[str, Any]], moment: datetime) -> list[str]:
        """Give docs to an agent or a user.

        Returns:
            The ids of the docs.
        """
        docs = [Doc(id=new_id(moment), created_at=moment, owner=owner, **body) for body in bodies]
        self.docs.update((doc.id, doc) for doc in docs)
        return [doc.id for doc in docs]

    def add_tools(self, owner: str, bodies: list[dict[str, Any]], moment: datetime) -> list[str]:
        """Give tools to an agent.

        Returns:
            The ids of the tools.
        """
        tools = [Tool(id=new_id(moment), owner=owner, **body) for body in bodies]
        self.tools.update((tool.id, tool) for tool in tools)
        return [tool.id for tool in tools]

    def note_deletion(self, path: tuple[str, ...]) -> dict[str, Any]:
        """Remember that what the path named is gone, so that a repeated deletion is answered alike.

        Returns:
            The answer to the deletion.
        """
        receipt = {"id": path[-1], "deleted_at": stamp(self.clock.tick())}
        self.deletions[path] = receipt
        return receipt
