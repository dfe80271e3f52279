"""A record costs about as much memory as it has bytes."""

from __future__ import annotations

import asyncio
import tracemalloc

from contracts.document import load
from contracts.inference import infer
from mockserver.clock import SystemClock
from mockserver.ids import Ids
from mockserver.records import Records
from mockserver.store.memory import MemoryStore
from mockserver.synth import Synth

RECORDS = 500
MOST = 2000  # bytes each, the indexes included; a buffer kept by mistake takes several thousand


def test_records_are_kept_without_the_buffers_they_were_written_in() -> None:
    document, ids = load(), Ids(1)
    model = infer(document)
    records = Records(document, model, MemoryStore(), SystemClock(), ids, Synth(document.data, ids).value)
    resource = records.resource("/users")

    async def fill() -> None:
        for number in range(RECORDS):
            await records.create("w", resource, "", {"name": f"{number}", "about": "x" * 200})
            if number % 2:
                continue
            record = await records.create("w", resource, "", {"name": "changed"})
            await records.merge("w", resource, "", record.id, {"about": "y" * 200})

    tracemalloc.start()
    try:
        asyncio.run(fill())
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < MOST * RECORDS * 1.5
