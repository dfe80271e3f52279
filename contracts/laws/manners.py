"""What HTTP itself asks of a server."""

from __future__ import annotations

from contracts.exchange import Request
from contracts.laws.law import Basis, law
from contracts.resources import Resource, Verb
from contracts.world import World


@law(
    "method-not-allowed-names-the-allowed",
    "A method that a path does not have is answered 405 with `Allow`.",
    Basis.HTTP,
    source="RFC 9110 §15.5.6",
    needs=frozenset({Verb.CREATE}),
)
def method_not_allowed_names_the_allowed(world: World, resource: Resource) -> None:
    """A method no path of the API has; a server that does not know it at all may answer 501."""
    target = world.target(resource.verbs[Verb.CREATE], world.owner(resource))
    answer = world.raw(Request(world.choose(["TRACE", "PATCH"], "the method"), target))
    if answer.status == 405:
        allowed = answer.header("allow")
        message = "A 405 does not name the methods that are allowed."
        world.expect(
            allowed is not None,
            message,
            operation=resource.verbs[Verb.CREATE],
            expected="Allow",
            observed=allowed,
        )
    message = "A method that the path does not have is accepted."
    create = resource.verbs[Verb.CREATE]
    world.expect(not answer.ok, message, operation=create, expected=405, observed=answer.status)


LAWS = (method_not_allowed_names_the_allowed,)
