"""Run every step against a mock; print one JSON line for each, then one with all methods and the called ones.

Usage: python exercise_julep URL STRICT_URL STRICT_KEY RUN sync|async
The mock at URL takes any key, the one at STRICT_URL only STRICT_KEY; RUN makes the keys of this run its own.
"""

import asyncio
import json
import sys
import traceback

from typed_dicts import restore_keyword_form

restore_keyword_form()

import world  # noqa: E402
from steps import agents, chat, docs, lists, memories, sessions, settings, tenants, tools, users  # noqa: E402, F401


async def main(url, strict_url, strict_key, run, kind):
    called = set()
    for step in world.STEPS:
        try:
            await step(world.World(kind, url, f"{run}-{step.__name__}", (strict_url, strict_key), called))
            error = None
        except Exception:
            error = traceback.format_exc()
        print(json.dumps({"step": step.__name__, "error": error}), flush=True)
    client = world.KINDS[kind](api_key="unused", base_url=url)
    print(
        json.dumps({"available": sorted(world.available_methods(client)), "called": sorted(called)}),
        flush=True,
    )


asyncio.run(main(*sys.argv[1:]))
