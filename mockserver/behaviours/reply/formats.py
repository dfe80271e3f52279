"""Answers in a form that was asked for: JSON, or text that matches a regular expression."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from contracts.document import JSON
from mockserver.behaviours.reply.user_schemas import PATTERNS, UserSchemas
from mockserver.behaviours.reply.words import topic
from mockserver.problems import Invalid, Offence
from mockserver.synth.budget import Budget, Unsatisfiable
from mockserver.synth.patterns import Matching

if TYPE_CHECKING:
    from random import Random

_PATTERN_POINTER = "/response_format/pattern"
_SCHEMA_POINTER = "/response_format/schema"
_LONGEST_PATTERN = 2_000
_LONGEST_MATCH = 4_000
_SPREADS = (6, 3, 1, 0, 12, 6, 3, 1, 0)
_STEPS = 20_000
_MOST_DRAWS = 64


def to_text(value: Any) -> str:
    """A JSON text that reads well."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def json_texts(schema: JSON, plain: str, draw: str, schemas: UserSchemas) -> Iterator[str]:
    """JSON texts valid against `schema`; without one, objects that hold the answer in words.

    Args:
        plain: the answer in words.
        draw: names the draws.

    Raises:
        Invalid: the schema cannot be used.
    """
    if schema:
        yield from map(to_text, schemas.values(schema, draw, _SCHEMA_POINTER))
        return
    yield to_text({"answer": plain, "topic": topic(plain) or ""})
    yield to_text({"answer": plain.partition(". ")[0]})
    yield to_text({})


def matching_texts(pattern: str, rng: Random, stop: Sequence[str] = ()) -> Iterator[str]:
    """Texts that `pattern` matches as a whole, as many as a bound of work allows.

    They are drawn, so a text that is the only one of its kind may be missed. Each is checked by an engine
    that takes linear time and no more memory than it is given, so look-arounds and back references, which it
    does not know, are refused.

    Args:
        stop: texts that had better not occur; their first characters are taken where nothing else will do.

    Raises:
        Invalid: the pattern cannot be read, is too costly, or no text that it matches is found.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise _refusal(f"A pattern may have at most {_LONGEST_PATTERN} characters.")
    validator = _matcher(pattern)
    checked, found, failure = 0, 0, "No text was found that it matches as a whole."
    shunned = frozenset(text[:1] for text in stop)
    for spread, budget in _draws(pattern):
        try:
            text = Matching(rng, budget, spread, shunned).draw(pattern)
        except Unsatisfiable as error:
            failure = str(error)
            continue
        checked += len(text)
        if checked > _LONGEST_MATCH:
            failure = f"A text that it matches is longer than the {_LONGEST_MATCH} characters allowed."
        elif not any("\ud800" <= c <= "\udfff" for c in text) and validator.is_valid(text):
            found += 1
            yield text
    if not found:
        raise _refusal(failure)


def _draws(pattern: str) -> Iterator[tuple[int, Budget]]:
    """The spread and the budget of each draw: first some that may be costly, then cheap ones that share one.

    A pattern is read for each draw, so that a long one is drawn by less often.
    """
    yield from ((spread, Budget(_STEPS)) for spread in _SPREADS)
    rest = Budget(_STEPS)
    most = min(_MOST_DRAWS, len(_SPREADS) * _LONGEST_PATTERN // (len(pattern) or 1))
    yield from ((spread, rest) for spread in islice(cycle(_SPREADS), max(0, most - len(_SPREADS))))


def _matcher(pattern: str) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": f"^(?:{pattern})$"}, pattern_options=PATTERNS)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise _refusal(
            "It is no regular expression, or it is none that can be matched in linear time: "
            "look-arounds, back references and very large repetitions cannot."
        ) from error


def _refusal(detail: str) -> Invalid:
    return Invalid("The pattern of `response_format` cannot be used.", (Offence(_PATTERN_POINTER, detail),))
