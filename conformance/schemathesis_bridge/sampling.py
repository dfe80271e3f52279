"""Which cases of an operation are tried: a fair choice of Schemathesis' systematic ones, and drawn ones."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from random import Random
from typing import Any

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.generation.overrides import Override

from conformance.validity import without_nulls
from contracts.document import JSON

Cases = list[Case[Any]]

# Of each of these a few are enough: every server answers them in one place.
_SHAPE_PROBES = frozenset(
    {
        CoverageScenario.UNSPECIFIED_HTTP_METHOD,
        CoverageScenario.MALFORMED_CONTENT_TYPE,
        CoverageScenario.UNSUPPORTED_CONTENT_TYPE,
    }
)
_UNTRIED_METHODS = frozenset({"OPTIONS", "HEAD"})  # correct servers differ (CORS, and what HEAD is answered)
_MOST_PROBES = 2


def systematic(operation: Any, most: int | None, seed: int) -> Cases:
    """Cases that walk through the schemas: enum values, bounds, missing properties, wrong types.

    Three in five are valid, if there are so many.

    Args:
        operation: as Schemathesis holds it.
        most: how many; all when None.
        seed: which are taken when there are more.
    """
    random = Random(seed)
    generator = CoverageGenerator(
        operation=operation,
        generation_modes=list(GenerationMode),
        generation_config=operation.schema.config.generation_for(operation=operation, phase="coverage"),
        auth_storage=None,
        override=Override(),
        feedback=NO_FEEDBACK,
    )
    found = [case for case in generator if case.method.upper() not in _UNTRIED_METHODS]
    valid = _mixed([case for case in found if is_valid(case)], random)
    invalid = _mixed([case for case in found if not is_valid(case)], random)
    if most is None:
        return [*valid, *invalid]
    share = max(most * 3 // 5, most - len(invalid))
    return [*valid[:share], *invalid[: most - min(share, len(valid))]]


def _mixed(cases: Cases, random: Random) -> Cases:
    """The cases in an order in which each kind comes early."""
    kinds: dict[tuple[str, ...], Cases] = defaultdict(list)
    for case in cases:
        kinds[_kind(case)].append(case)
    for kind, same in kinds.items():
        random.shuffle(same)
        if kind[0] in _SHAPE_PROBES:
            del same[_MOST_PROBES:]
    rounds = zip_longest(*kinds.values())
    return [case for each in rounds for case in each if case is not None]


def drawn(operation: Any, root: JSON, body: JSON | None) -> st.SearchStrategy[Case[Any]]:
    """Cases that are drawn: three in four are valid, and one of these may say null where it can be left out.

    Args:
        root: the document that references of `body` point into.
        body: the schema of the request body.
    """
    anything = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, feedback=NO_FEEDBACK)
    invalid = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, feedback=NO_FEEDBACK)

    def bare(case: Case[Any]) -> Case[Any]:
        if body is not None and isinstance(case.body, dict):
            case.body = without_nulls(root, body, case.body)
        return case

    valid = anything.map(bare)
    strategy: st.SearchStrategy[Case[Any]] = st.sampled_from((valid, anything, valid, invalid)).flatmap(
        lambda chosen: chosen
    )
    return strategy


def is_valid(case: Case[Any]) -> bool:
    """Whether a case is meant to be accepted."""
    return case.meta is None or case.meta.generation.mode is GenerationMode.POSITIVE


def _kind(case: Case[Any]) -> tuple[str, ...]:
    data = case.meta.phase.data if case.meta is not None else None
    if not isinstance(data, CoveragePhaseData):
        return ("",)
    return data.scenario.value, str(data.parameter_location), str(data.parameter)
