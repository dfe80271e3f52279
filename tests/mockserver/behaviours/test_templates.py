"""`render_templates`: what is rendered, with what in scope, and that no template gets out of hand."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.behaviours.scene.sandbox import LARGEST_SCOPE, LONGEST_TEXT
from mockserver.behaviours.scene.templates import Templates
from mockserver.problems import Invalid
from tests.mockserver.behaviours.world import World, told

SCOPE: dict[str, Any] = {
    "session": {"situation": "s", "metadata": {"parts": ["chain", "cassette"], "by": {"day": "Monday"}}},
    "agent": {"name": "Guide", "about": "Bikes & more"},
    "user": {"name": "Ann"},
}


def rendered(text: str) -> str:
    return Templates(SCOPE, active=True).rendered(text, "The text", "/messages/0/content")


@told
async def test_the_situation_is_rendered_with_session_agent_and_user_in_scope(world: World) -> None:
    situation = "{{ agent.name }} helps {{ user.name }} at the {{ session.metadata.shop }}."
    agent, user, metadata = {"name": "Guide"}, {"name": "Ann"}, {"shop": "riverside"}
    session = await world.session(
        agent=agent, user=user, metadata=metadata, situation=situation, render_templates=True
    )
    assert "Guide helps Ann at the riverside." in (await world.chat(session.id, "Hello")).content
    assert (await world.read(session.id))["situation"] == situation
    plain = await world.session(agent=agent, user=user, metadata=metadata, situation=situation)
    assert "{{ agent.name }}" in (await world.chat(plain.id, "Hello")).content


@told
async def test_what_the_agent_says_is_rendered_and_what_the_user_says_is_not(world: World) -> None:
    session = await world.session(
        agent={"name": "G", "instructions": ["Greet {{ user.name }}."]},
        user={"name": "Ann"},
        render_templates=True,
    )
    said = [
        {"role": "assistant", "content": "Hello {{ user.name }}"},
        {"role": "user", "content": "What is {{ 6 * 7 }}?"},
    ]
    spoken = await world.chat(session.id, said)
    contents = [m["content"] for m in await world.history(session.id)]
    assert contents[:2] == ["Hello Ann", "What is {{ 6 * 7 }}?"]
    assert "Greet Ann" in spoken.content
    assert "{{ 6 * 7 }}" in spoken.content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{ user.name }}, {{ agent.name|upper }}!\n", "Hi Ann, GUIDE!\n"),
        (
            "{% for p in session.metadata.parts %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}",
            "1,2",
        ),
        ("{% if user %}{{ user.name ~ '!' }}{% else %}nobody{% endif %}", "Ann!"),
        ("{{ user.nickname }}{{ nobody }}", ""),
        ("{{ agent.about }}", "Bikes & more"),
        ("{{ 2 * 3 + 1 }} {{ 7 // 2 }} {{ 1.256|round(2) }}", "7 3 1.26"),
        ("{{ session.metadata.parts|join(' and ') }}", "chain and cassette"),
        ("{% for k, v in session.metadata.by.items() %}{{ k }}={{ v }}{% endfor %}", "day=Monday"),
        ("{{ user.name.upper() }} {{ 'a-b'.split('-')[1] }}", "ANN b"),
        ("{{ session.metadata.by|tojson }}", '{"day": "Monday"}'),
        ("{{ 'xax'|replace('x', 'y') }}", "yay"),
        ("{% raw %}{{ kept }}{% endraw %}{# gone #}", "{{ kept }}"),
        ("{% set greeting = 'Hi' %}{{ greeting }} {{ range(3)|list }}", "Hi [0, 1, 2]"),
        ("{{ session.items }}{{ range }}{{ user.__class__ }}", ""),
        ("no template, {just} braces }}", "no template, {just} braces }}"),
    ],
)
def test_templates_say_what_jinja_says(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for i in range(5000) %}{% for j in range(5000) %}{% endfor %}{% endfor %}",
        "{% for i in range(15000) %}{{ i }}{% endfor %}",
        "{{ 10 ** 1000000000 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 60,
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x + x %}" * 60,
        "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60 + "{{ x }}",
        "{% set x = {} %}" + "{% set x = {'a': x, 'b': x} %}" * 60 + "{{ x }}",
        "{% set x = 10 %}" + "{% set x = x * x %}" * 60,
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 1.5|round(1000000000, 'ceil') }}",
        "{{ ('x' ~ 'y')|replace('', session.situation) }}" * 9_000,
        "{% set f = 'x'.format %}{{ f() }}",
        "{% set f = user.get %}{{ f('name') }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 5|counted(-1000000) }}",
        "{{ '\\ud800' }}",
        "{{ 1 / 0 }}",
        "{{ nobody.name }}",
        "{{ user.name",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "not " * 4000 + "1 }}",
        "{{ 1" + " + 1" * 4500 + " }}",
        "{{ 9" + "9" * 5000 + " }}",
        "{{ 1 }}" + "x" * LONGEST_TEXT,
    ],
)
def test_a_template_that_cannot_be_rendered_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rendered(text)
    (offence,) = refusal.value.errors
    assert offence.pointer == "/messages/0/content"
    assert 0 < len(offence.detail) <= 500
    assert " at 0x" not in offence.detail


def test_all_templates_of_a_chat_come_out_of_one_budget() -> None:
    templates = Templates(SCOPE, active=True)
    costly = "{% for i in range(3000) %}{% endfor %}done"
    assert templates.rendered(costly, "The text", "") == "done"
    with pytest.raises(Invalid):
        templates.rendered(costly, "The text", "")


def test_records_too_large_to_be_rendered_refuse_templates_and_only_them() -> None:
    large = Templates(SCOPE | {"user": {"about": "x" * LARGEST_SCOPE}}, active=True)
    assert large.rendered("plain", "The text", "") == "plain"
    with pytest.raises(Invalid):
        large.rendered("{{ user.name }}", "The text", "")


@told
async def test_a_refused_template_refuses_the_chat_and_nothing_is_written(world: World) -> None:
    session = await world.session(situation="{{ user.name", render_templates=True)
    before = await world.read(session.id)
    with pytest.raises(Invalid) as refusal:
        await world.chat(session.id, "Hello")
    assert refusal.value.errors[0].pointer == "path/session_id"
    assert await world.history(session.id) == []
    assert await world.read(session.id) == before
