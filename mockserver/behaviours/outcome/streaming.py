"""An answer as server-sent events (WHATWG HTML §9.2), in the form that OpenAI's clients read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.behaviours.reply import tokens
from mockserver.call import Answer

MEDIA_TYPE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Stream:
    """What is to be streamed.

    Attributes:
        created: seconds since the epoch.
    """

    id: str
    created: int
    model: str
    role: str
    content: str
    finish_reason: str


def streamed(status: int, stream: Stream) -> Answer:
    """The answer that sends `stream` token by token."""
    return Answer(
        status, media_type=MEDIA_TYPE, headers={"cache-control": "no-cache"}, stream=_events(stream)
    )


async def _events(stream: Stream) -> AsyncIterator[bytes]:
    yield _event(stream, {"role": stream.role, "content": ""}, None)
    for piece in tokens.tokens(stream.content):
        yield _event(stream, {"content": piece}, None)
    yield _event(stream, {}, stream.finish_reason)
    yield b"data: [DONE]\n\n"


def _event(stream: Stream, delta: dict[str, Any], finish_reason: str | None) -> bytes:
    chunk = {
        "id": stream.id,
        "object": "chat.completion.chunk",
        "created": stream.created,
        "model": stream.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }
    return b"data: " + orjson.dumps(chunk) + b"\n\n"
