"""The request bodies of the API, each with the bounds that the published file gives."""

from __future__ import annotations

from .shapes import (
    Shape,
    array,
    by_kind,
    flag,
    free_form,
    identifier,
    integer,
    mapping,
    nullable,
    number,
    one_of,
    record,
    text,
)

_PRESET = one_of(
    "problem_solving",
    "conversational",
    "fun",
    "prose",
    "creative",
    "business",
    "deterministic",
    "code",
    "multilingual",
)
_MIN_P = number(0, 1, below_highest=True)

DEFAULT_SETTINGS = record(
    {},
    {
        "frequency_penalty": nullable(number(-2, 2)),
        "length_penalty": nullable(number(0, 2)),
        "presence_penalty": nullable(number(-1, 1)),
        "repetition_penalty": nullable(number(0, 2)),
        "temperature": nullable(number(0, 3)),
        "top_p": nullable(number(0, 1)),
        "min_p": _MIN_P,
        "preset": _PRESET,
    },
)

_FUNCTION = record({"name": text, "parameters": free_form}, {"description": text})
_PART_OF_FUNCTION = record({}, {"name": text, "parameters": free_form, "description": text})
_TOOL_TYPE = one_of("function", "webhook")

CREATE_TOOL = record({"type": _TOOL_TYPE, "function": _FUNCTION})
REPLACE_TOOL = record({"function": _FUNCTION})
MERGE_TOOL = record({"function": _PART_OF_FUNCTION})

CREATE_DOC = record({"title": text, "content": text}, {"metadata": free_form})

CREATE_USER = record({}, {"name": text, "about": text, "docs": array(CREATE_DOC), "metadata": free_form})
REPLACE_USER = record({"about": text, "name": text}, {"metadata": free_form})
MERGE_USER = record({}, {"about": text, "name": text, "metadata": free_form})

_AGENT_OPTIONS: dict[str, Shape] = {
    "instructions": array(text),
    "model": text,
    "default_settings": DEFAULT_SETTINGS,
    "metadata": free_form,
}
CREATE_AGENT = record(
    {"name": text},
    {**_AGENT_OPTIONS, "about": text, "tools": array(CREATE_TOOL), "docs": array(CREATE_DOC)},
)
REPLACE_AGENT = record({"about": text, "name": text}, _AGENT_OPTIONS)
MERGE_AGENT = record({}, {**_AGENT_OPTIONS, "about": text, "name": text})

CREATE_SESSION = record(
    {"agent_id": identifier},
    {"user_id": identifier, "situation": text, "metadata": free_form, "render_templates": flag},
)
REPLACE_SESSION = record({"situation": text}, {"metadata": free_form})
MERGE_SESSION = record({}, {"situation": text, "metadata": free_form})

_INPUT_MESSAGE = record(
    {"role": one_of("user", "assistant", "system", "function_call", "auto"), "content": text},
    {"name": text, "continue": flag},
)
_TOOL = record({"id": identifier, "type": _TOOL_TYPE, "function": _FUNCTION})
_NAMED_TOOL = record({"type": one_of("function"), "function": record({"name": text})})
_RESPONSE_FORMAT = record(
    {}, {"type": one_of("text", "json_object", "regex"), "pattern": text, "schema": free_form}
)

CHAT = record(
    {"messages": array(_INPUT_MESSAGE, at_least=1)},
    {
        "tools": nullable(array(_TOOL)),
        "tool_choice": nullable(by_kind(one_of("none", "auto"), _NAMED_TOOL)),
        "frequency_penalty": nullable(number(-1, 1)),
        "length_penalty": nullable(number(0, 2)),
        "logit_bias": nullable(mapping(integer())),
        "max_tokens": nullable(integer(1, 16384)),
        "presence_penalty": nullable(number(-1, 1)),
        "repetition_penalty": nullable(number(0, 2)),
        "response_format": _RESPONSE_FORMAT,
        "seed": nullable(integer(-1, 9999)),
        "stop": nullable(by_kind(text, array(text, at_least=1, at_most=4))),
        "stream": nullable(flag),
        "temperature": nullable(number(0, 2)),
        "top_p": nullable(number(0, 1, above_lowest=True)),
        "min_p": _MIN_P,
        "preset": _PRESET,
        "recall": flag,
        "record": flag,
        "remember": flag,
    },
)
