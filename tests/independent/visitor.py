"""A client for the tests: one key, and the few things that tests do over and over."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

Body = dict[str, Any]
UNKNOWN = str(uuid.UUID(int=0x1F << 64))


class Visitor:
    """Asks one server, with one key."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=20)

    def ask(self, method: str, path: str, expected: int, **options: Any) -> Any:
        """Make a request whose status is known beforehand.

        Returns:
            The answer's JSON.
        """
        answer = self.http.request(method, path, **options)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def new(self, path: str, **body: Any) -> str:
        """Create something.

        Returns:
            Its id.
        """
        identifier: str = self.ask("POST", path, 201, json=body)["id"]
        return identifier

    def read(self, path: str) -> Body:
        """What is there, but for the time of the reading."""
        return _lasting(self.ask("GET", path, 200))

    def items(self, path: str, **query: Any) -> list[Body]:
        """A page of a list, but for the times of the reading."""
        return [_lasting(item) for item in self.ask("GET", path, 200, params=query)["items"]]

    def named(self, path: str, **query: Any) -> list[str]:
        """The ids on a page of a list."""
        return [item["id"] for item in self.items(path, **query)]

    def refused(self, method: str, path: str, **options: Any) -> int:
        """Make a request that must be refused.

        Returns:
            The status, after checking that the answer is an error as this server words it.
        """
        answer = self.http.request(method, path, **options)
        assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        if method != "HEAD":
            assert answer.json()["error"]["status"] == answer.status_code
        return answer.status_code

    def agent(self, **body: Any) -> str:
        """A new agent's id."""
        return self.new("/agents", **{"name": "Guide", **body})

    def session(self, **body: Any) -> str:
        """A new session's id; of a new agent, unless one is named."""
        return self.new("/sessions", **{"agent_id": body.pop("agent_id", None) or self.agent(), **body})

    def say(self, session: str, content: str, **settings: Any) -> Body:
        """Chat with one message of the user's."""
        body = {"messages": [{"role": "user", "content": content}], **settings}
        outcome: Body = self.ask("POST", f"/sessions/{session}/chat", 200, json=body)
        return outcome

    def hear(self, session: str, content: str, **settings: Any) -> str:
        """Chat.

        Returns:
            The text of the answer.
        """
        text: str = self.say(session, content, **settings)["response"][0][0]["content"]
        return text

    def stream(
        self, session: str, content: str, headers: dict[str, str] | None = None, **settings: Any
    ) -> list[Body]:
        """Chat and read the answer as a stream of events.

        Returns:
            The chunks, after checking that the stream ends as it must.
        """
        body = {"messages": [{"role": "user", "content": content}], **settings}
        answer = self.http.post(f"/sessions/{session}/chat", json=body, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        *events, done, rest = answer.text.split("\n\n")
        assert (done, rest) == ("data: [DONE]", "")
        return [json.loads(event.removeprefix("data: ")) for event in events]


def _lasting(record: Body) -> Body:
    return {name: value for name, value in record.items() if name != "fetched_at"}
