"""Deeds: what a defect does beside the call it sits at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Seat, Wrap

#: What is done to a record's surroundings: (seat, call, owner, id).
Deed = Callable[[Seat, Call, str, str], Awaitable[None]]


def before(deed: Deed) -> Wrap:
    """Does something before the handler."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        site = seat.site()

        async def handle(call: Call) -> Answer:
            await deed(seat, call, *await site.address(call))
            return await handler(call)

        return handle

    return wrap


def after(deed: Deed) -> Wrap:
    """Does something after the handler succeeded."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        site = seat.site()

        async def handle(call: Call) -> Answer:
            answer = await handler(call)
            await deed(seat, call, *await site.address(call))
            return answer

        return handle

    return wrap
