"""What a law is: a sentence about resources, with the function that tries to break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import World

Body = Callable[[World, Resource], None]
Condition = Callable[[ResourceModel, Resource], bool]


class Basis(StrEnum):
    """What a law rests on, and so whether it gates."""

    SPEC = "spec"  # follows from the text of the document
    HTTP = "http"  # follows from an RFC; the law cites the section
    CONVENTION = "convention"  # reasonable, and promised by nobody


@dataclass(frozen=True)
class Law:
    """A rule, and when it applies.

    Attributes:
        name: kebab-case; part of a finding's fingerprint, so it never changes.
        sentence: the rule.
        basis: what it rests on.
        source: the section of an RFC, for `http`.
        needs: the verbs a resource must have.
        applies: a further condition on the resource.
        varied: whether what it finds hangs on the values that are drawn, so that more of them are tried.
        steady: whether what it finds hangs on no value at all, so that one set of them is enough.
        follows: laws that, broken anywhere, break this one as well: it is then no finding of its own.
        said: whether the document says so of the resource; where it is silent, the law is a convention.
    """

    name: str
    sentence: str
    basis: Basis
    check: Body
    source: str | None = None
    needs: frozenset[Verb] = frozenset()
    applies: Condition | None = None
    varied: bool = False
    steady: bool = False
    said: Condition | None = None
    follows: tuple[str, ...] = ()

    def basis_on(self, model: ResourceModel, resource: Resource) -> Basis:
        """What the law rests on for a resource."""
        return self.basis if self.said is None or self.said(model, resource) else Basis.CONVENTION

    def concerns(self, model: ResourceModel, resource: Resource) -> bool:
        """Whether the law says anything about a resource."""
        if not self.needs <= resource.verbs.keys():
            return False
        return self.applies is None or self.applies(model, resource)


def law(
    name: str,
    sentence: str,
    basis: Basis,
    *,
    source: str | None = None,
    needs: frozenset[Verb] = frozenset(),
    applies: Condition | None = None,
    varied: bool = False,
    steady: bool = False,
    said: Condition | None = None,
    follows: tuple[str, ...] = (),
) -> Callable[[Body], Law]:
    """Makes a law of the function that tries to break it."""

    def make(check: Body) -> Law:
        return Law(name, sentence, basis, check, source, needs, applies, varied, steady, said, follows)

    return make
