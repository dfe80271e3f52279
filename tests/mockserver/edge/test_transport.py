"""A head and its body leave together; neither waits longer than the event loop takes to turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.edge.transport import HeadWithBody

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Wire(asyncio.Transport):
    """Keeps what is written, one entry per write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.written.append(b"closed")

    def abort(self) -> None:
        self.written.append(b"aborted")


def told(story: Callable[[HeadWithBody], Awaitable[None]]) -> list[bytes]:
    async def tell() -> list[bytes]:
        wire = Wire()
        await story(HeadWithBody(wire, asyncio.get_running_loop()))
        return wire.written

    return asyncio.run(tell())


def test_a_head_leaves_with_its_body() -> None:
    async def story(transport: HeadWithBody) -> None:
        transport.write(HEAD)
        transport.write(b"body")
        await asyncio.sleep(0)

    assert told(story) == [HEAD + b"body"]


def test_a_head_without_a_body_leaves_when_the_loop_turns() -> None:
    async def story(transport: HeadWithBody) -> None:
        transport.write(HEAD)
        await asyncio.sleep(0)
        transport.write(b"late")

    assert told(story) == [HEAD, b"late"]


def test_two_answers_do_not_overtake_each_other() -> None:
    async def story(transport: HeadWithBody) -> None:
        for part in (HEAD, b"", HEAD, b"second", b"more"):
            transport.write(part)
        await asyncio.sleep(0)

    assert b"".join(told(story)) == HEAD + HEAD + b"second" + b"more"


def test_closing_sends_what_waits() -> None:
    async def story(transport: HeadWithBody) -> None:
        transport.write(HEAD)
        transport.close()
        await asyncio.sleep(0)

    assert told(story) == [HEAD, b"closed"]


def test_aborting_loses_what_waits() -> None:
    async def story(transport: HeadWithBody) -> None:
        transport.write(HEAD)
        transport.abort()
        await asyncio.sleep(0)

    assert told(story) == [b"aborted"]
