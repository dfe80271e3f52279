"""Documents of the user's own: what they lack is left out, and a hint that means nothing is an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.document import Document
from contracts.errors import DocumentError
from mockserver.problems import Invalid, NotFound
from tests.mockserver.behaviours.world import World, told

Variant = Callable[[str], Document]
CHAT = "$.paths['/sessions/{session_id}/chat'].post"


def removed(*paths: str) -> str:
    return "".join(f"  - target: $.paths['{path}']\n    remove: true\n" for path in paths)


HISTORY, SUGGESTIONS = "/sessions/{session_id}/history", "/sessions/{session_id}/suggestions"
MEMORIES, MEMORY = "/agents/{agent_id}/memories", "/agents/{agent_id}/memories/{memory_id}"
TOOLS, TOOL = "/agents/{agent_id}/tools", "/agents/{agent_id}/tools/{tool_id}"
AGENT_DOCS, AGENT_DOC = "/agents/{agent_id}/docs", "/agents/{agent_id}/docs/{doc_id}"


@pytest.mark.parametrize(
    "paths",
    [
        (HISTORY,),
        (SUGGESTIONS,),
        (MEMORIES, MEMORY),
        ("/jobs/{job_id}",),
        (TOOLS, TOOL),
        (AGENT_DOCS, AGENT_DOC),
        ("/users", "/users/{user_id}", "/users/{user_id}/docs", "/users/{user_id}/docs/{doc_id}"),
        (HISTORY, SUGGESTIONS, MEMORIES, MEMORY, "/jobs/{job_id}", TOOLS, TOOL, AGENT_DOCS, AGENT_DOC),
    ],
    ids=lambda paths: paths[0],
)
@told
async def test_what_the_document_lacks_is_left_out(variant: Variant, paths: tuple[str, ...]) -> None:
    world = World(variant(removed(*paths)))
    session = await world.session()
    for _ in range(2):
        spoken = await world.chat(session.id, "My dog is called Barnaby.")
        assert spoken.content
        assert spoken.message["id"]
        assert bool(spoken.answer["jobs"]) == (MEMORIES not in paths and "/jobs/{job_id}" not in paths)
    for path, read in (
        (HISTORY, world.history),
        (SUGGESTIONS, world.suggestions),
        (MEMORIES, world.memories),
    ):
        if path not in paths:
            assert await read(session.id)
    assert (await world.read(session.id))["updated_at"] > json.loads(session.body)["updated_at"]


@told
async def test_without_agents_a_session_still_answers(variant: Variant) -> None:
    gone = [AGENT_DOCS, AGENT_DOC, TOOLS, TOOL, MEMORIES, MEMORY, "/agents", "/agents/{agent_id}"]
    world = World(variant(removed(*gone)))
    session = await world.create("/sessions", agent_id="5b1f0c1e-7a3d-4c52-9e0b-2f6d8a4c1e70")
    assert (await world.chat(session.id, "Hello there")).content


@told
async def test_without_links_a_chat_only_answers(variant: Variant) -> None:
    world = World(variant(f"  - target: {CHAT}['x-kit-behaviour'].links\n    remove: true\n"))
    settings: dict[str, Any] = {"temperature": 0, "preset": "fun"}
    session = await world.session(agent={"name": "G", "default_settings": settings})
    assert not (await world.chat(session.id, "Why?")).content.startswith("Ooh")
    assert (await world.chat(session.id, "Why?", **settings)).content.startswith("Ooh")
    assert await world.history(session.id) == []


def test_a_misspelt_link_is_an_error_with_its_place(variant: Variant) -> None:
    document = variant(f"  - target: {CHAT}\n    update: {{x-kit-behaviour: {{links: {{histroy: /x}}}}}}\n")
    with pytest.raises(DocumentError, match=r"histroy.*Did you mean 'history'") as error:
        World(document)
    assert error.value.place is not None
    assert error.value.place.pointer == "/paths/~1sessions~1{session_id}~1chat/post/x-kit-behaviour"


@pytest.mark.parametrize("name", ["chat", "job-progress"])
def test_a_behaviour_on_no_record_is_an_error(variant: Variant, name: str) -> None:
    document = variant(
        f"  - target: $.paths['/agents'].get\n    update: {{x-kit-behaviour: {{name: {name}}}}}\n"
    )
    with pytest.raises(DocumentError, match="needs a record"):
        World(document)


LOOSE = f"""
  - target: {CHAT}.requestBody
    remove: true
  - target: {CHAT}
    update: {{requestBody: {{content: {{application/json: {{schema: {{}}}}}}}}}}
"""


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"messages": []}, {"messages": [3]}, {"messages": "x"}],
    ids=str,
)
@told
async def test_a_request_without_a_message_is_refused_where_the_document_allows_it(
    variant: Variant, body: Any
) -> None:
    world = World(variant(LOOSE))
    session = await world.session()
    with pytest.raises(Invalid) as refusal:
        await world.call("Chat", {"session_id": session.id}, body)
    assert [offence.pointer for offence in refusal.value.errors] == ["/messages"]


@told
async def test_what_a_loose_document_lets_through_is_read_as_far_as_it_makes_sense(variant: Variant) -> None:
    world = World(variant(LOOSE))
    session = await world.session(agent={"name": "G"})
    odd = {"tools": ["x", {"function": "y"}], "max_tokens": "z", "stop": [1, None], "response_format": 4}
    assert (await world.chat(session.id, [{"role": "user", "content": 5, "name": 6}], **odd)).content
    with pytest.raises(NotFound, match="There is no tool 'None'"):
        await world.chat(session.id, "Hello", tool_choice={"function": 3})


@told
async def test_properties_that_a_document_demands_of_an_answer_are_there(variant: Variant) -> None:
    ids = "{type: array, minItems: 1, items: {type: string}}"
    further = f"{{required: [doc_ids], properties: {{doc_ids: {ids}}}}}"
    world = World(variant(f"  - target: $.components.schemas.ChatResponse\n    update: {further}\n"))
    session = await world.session()
    answer = (await world.chat(session.id, "Hello")).answer
    assert answer["doc_ids"]
    assert answer["response"]
