"""Which tool a turn calls, if any, and with which arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from contracts.document import JSON
from contracts.errors import did_you_mean
from contracts.pointers import join
from mockserver.behaviours.reply.formats import to_text
from mockserver.behaviours.reply.user_schemas import UserSchemas
from mockserver.behaviours.scene.conversation import Message
from mockserver.problems import NotFound, Offence

CHOICE_POINTER = "/tool_choice"

#: Bounds of what is read of names and messages, which may be as long as a body.
_READ = 20_000
_COMPARED = 200
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that may be called.

    Attributes:
        pointer: where in the request to look for a mistake in its parameters.
    """

    name: str
    parameters: JSON
    pointer: str


def at_hand(of_agent: Iterable[JSON], sent: Sequence[JSON]) -> dict[str, Tool]:
    """The tools of a turn by name: the agent's, then those the request brings, which win."""
    found = {tool.name: tool for body in of_agent if (tool := _tool(body, CHOICE_POINTER))}
    for index, body in enumerate(sent):
        tool = _tool(body, join("", "tools", str(index), "function", "parameters"))
        if tool:
            found[tool.name] = tool
    return found


def chosen(choice: Any, tools: dict[str, Tool], last: Message) -> Tool | None:
    """The tool to call.

    Args:
        choice: `tool_choice` of the request: "none", "auto", or the name of a function. Left to itself, the
            assistant calls a tool when the user's last message names one.

    Raises:
        NotFound: `choice` names a tool that there is not.
    """
    if isinstance(choice, dict):
        function = choice.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str) or name not in tools:
            shown = str(name)[:_LONGEST_NAME]
            near = [known for known in islice(tools, _COMPARED) if len(known) <= _LONGEST_NAME]
            place = Offence(f"{CHOICE_POINTER}/function/name", did_you_mean(shown, near))
            raise NotFound(f"There is no tool {shown!r}.", (place,))
        return tools[name]
    return None if choice == "none" or last.role != "user" else _named(tools, last.content)


def call_texts(tool: Tool, draw: str, schemas: UserSchemas) -> Iterator[str]:
    """Calls of `tool`, as JSON texts; the later ones are short.

    Raises:
        Invalid: its parameters are no schema that can be used.
    """
    for arguments in schemas.values(tool.parameters, draw, tool.pointer):
        yield to_text({"name": tool.name, "arguments": arguments})


def _named(tools: dict[str, Tool], text: str) -> Tool | None:
    """The tool that a text names first; of two at one place, the one with the longer name."""
    read, found = text[:_READ], []
    for tool in tools.values():
        if tool.name.strip() and tool.name in read:
            match = re.search(rf"(?<!\w){re.escape(tool.name)}(?!\w)", read)
            if match:
                found.append((match.start(), -len(tool.name), tool))
    return min(found, key=lambda place: place[:2])[2] if found else None


def _tool(body: JSON, pointer: str) -> Tool | None:
    function = body.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return None
    parameters = function.get("parameters")
    return Tool(function["name"], parameters if isinstance(parameters, dict) else {}, pointer)
