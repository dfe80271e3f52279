"""Server-sent events, as the HTML standard parses them (§9.2.6)."""

from __future__ import annotations

import re


def event_data(text: str) -> list[str]:
    """The data of each event of a stream; an event that the stream does not finish is discarded."""
    found: list[str] = []
    data: list[str] = []
    for line in re.split("\r\n|\n|\r", text.removeprefix("\ufeff"))[:-1]:
        if not line:
            if data:
                found.append("\n".join(data))
            data = []
            continue
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))
    return found
