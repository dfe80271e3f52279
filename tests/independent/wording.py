"""What the assistant says, and how the settings of a chat shape it.

A token is a run of characters other than white space, with the white space before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import strict_json
from .examples import example
from .patterns import NotUnderstood, shortest_match
from .refusals import unusable

DEFAULT_MAX_TOKENS = 200
_TOKEN = re.compile(r"\s*\S+")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\.(\w+)\s*\}\}")


@dataclass(frozen=True)
class Reply:
    """An answer before it is recorded."""

    role: str
    content: str
    finish_reason: str
    call: dict[str, Any] | None = None

    @property
    def tokens(self) -> int:
        return count_tokens(self.content)


def count_tokens(text: str) -> int:
    """How many tokens a text has."""
    return sum(1 for _ in _TOKEN.finditer(text))


def split_tokens(text: str) -> list[str]:
    """The tokens of a text; white space at its end belongs to the last one. Joined, they are the text."""
    ends = [match.end() for match in _TOKEN.finditer(text)]
    starts = [0, *ends[:-1]]
    return (
        [text[start:end] for start, end in zip(starts, [*ends[:-1], len(text)], strict=True)]
        if ends
        else [text]
    )


def compose(body: Mapping[str, Any], tools: Mapping[str, Any], render: Callable[[str], str]) -> Reply:
    """The reply to a chat.

    Args:
        body: the request.
        tools: the functions that may be called, by name.
        render: what is done to the text before anything cuts it.

    Raises:
        Refused: if an answer is asked for that cannot be made.
    """
    most = DEFAULT_MAX_TOKENS if body.get("max_tokens") is None else body["max_tokens"]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        call = _called(choice["function"]["name"], tools)
        text, reached = _within(strict_json.write(call), most)
        return Reply("function_call", text, "length" if reached else "tool_calls", call)
    text = _stopped(_text(body, render), body.get("stop"))
    text, reached = _within(text, most)
    return Reply("assistant", text, "length" if reached else "stop")


def fill_placeholders(text: str, scope: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with each `{{ record.property }}` replaced; no other expression is evaluated."""

    def value(match: re.Match[str]) -> str:
        found = scope.get(match[1], {}).get(match[2])
        return match[0] if found is None else found if isinstance(found, str) else strict_json.write(found)

    return _PLACEHOLDER.sub(value, text)


def _text(body: Mapping[str, Any], render: Callable[[str], str]) -> str:
    last = body["messages"][-1]
    said = last["content"]
    wanted = body.get("response_format", {})
    if wanted.get("type") == "json_object":
        schema = wanted.get("schema", {})
        return strict_json.write(example(schema) if schema else {"heard": said})
    if wanted.get("type") == "regex" and "pattern" in wanted:
        try:
            return shortest_match(wanted["pattern"])
        except NotUnderstood as error:
            unusable("/response_format/pattern", str(error))
    if last.get("continue") and last["role"] == "assistant":
        return render(f" - and so on, after {said[-40:]!r}")
    return render(f"I heard this: {said}" if said.strip() else "I heard nothing.")


def _called(name: str, tools: Mapping[str, Any]) -> dict[str, Any]:
    arguments = example(tools[name]["parameters"]) if name in tools else {}
    return {"name": name, "arguments": arguments}


def _stopped(text: str, stop: str | list[str] | None) -> str:
    sequences = [stop] if isinstance(stop, str) else stop or []
    places = [text.find(sequence) for sequence in sequences if sequence]
    return text[: min((place for place in places if place >= 0), default=len(text))]


def _within(text: str, most: int) -> tuple[str, bool]:
    """The text within a number of tokens, and whether that number was reached."""
    tokens = split_tokens(text)
    if count_tokens(text) < most:
        return text, False
    return "".join(tokens[:most]), True
