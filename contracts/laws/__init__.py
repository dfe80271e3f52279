"""The laws: what every server of a document must keep, one file per theme."""

from __future__ import annotations

from contracts.laws import (
    authentication,
    conversation,
    deletion,
    isolation,
    lifecycle,
    listing,
    manners,
    nesting,
    receipts,
    references,
    refusal,
)
from contracts.laws.law import Basis, Law

__all__ = ["LAWS", "Basis", "Law"]

#: All laws, the most telling first: a run that is cut short has tried those that find most.
LAWS: tuple[Law, ...] = (
    *lifecycle.LAWS,
    *receipts.LAWS,
    *deletion.LAWS,
    *listing.LAWS,
    *authentication.LAWS,
    *nesting.LAWS,
    *references.LAWS,
    *isolation.LAWS,
    *conversation.LAWS,
    *refusal.LAWS,
    *manners.LAWS,
)
