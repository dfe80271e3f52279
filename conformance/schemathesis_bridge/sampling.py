"""Which cases of an operation are tried: a fair choice of Schemathesis' systematic ones, and drawn ones."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.generation.overrides import Override

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
    """Cases that walk through the schemas: each enum value, each bound, each missing property, each wrong type.

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
    kinds: dict[tuple[str, ...], Cases] = defaultdict(list)
    for case in generator:
        if case.method.upper() not in _UNTRIED_METHODS:
            kinds[_kind(case)].append(case)
    for group, cases in kinds.items():
        random.shuffle(cases)
        if group[0] in _SHAPE_PROBES:
            del cases[_MOST_PROBES:]
    found: Cases = []
    while any(kinds.values()) and (most is None or len(found) < most):
        found += [cases.pop() for cases in kinds.values() if cases]
    return found[:most]


def drawn(operation: Any) -> st.SearchStrategy[Case[Any]]:
    """Cases that are drawn: three in four are valid."""
    valid = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, feedback=NO_FEEDBACK)
    invalid = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, feedback=NO_FEEDBACK)
    strategy: st.SearchStrategy[Case[Any]] = st.sampled_from((valid, valid, valid, invalid)).flatmap(
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
