"""What every law rests on. A world finds these broken by itself, whichever law it was serving.

A finding carries the name of the ground rule then, not of the law: one cause, one finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.laws.law import Basis


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A rule that stands under all laws; the attributes are those of `Law`."""

    name: str
    sentence: str
    basis: Basis
    source: str | None = None


ANSWERED = GroundRule("every-request-is-answered", "Every request is answered.", Basis.HTTP, "RFC 9110 §3.3")
NO_SERVER_ERROR = GroundRule(
    "no-request-makes-the-server-fail",
    "No request is answered with a 5xx status.",
    Basis.HTTP,
    "RFC 9110 §15.6",
)
ACCEPTED = GroundRule(
    "valid-requests-are-accepted", "A request that the document allows is answered with 2xx.", Basis.SPEC
)
DESCRIBED = GroundRule(
    "answers-are-what-they-are-said-to-be",
    "An answer is JSON where the document says so, a list where it lists, and names the id of what it made.",
    Basis.SPEC,
)

GROUND_RULES = {rule.name: rule for rule in (ANSWERED, NO_SERVER_ERROR, ACCEPTED, DESCRIBED)}
