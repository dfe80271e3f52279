"""How pytest-xdist spreads the cases over processes. Only imported where it is installed."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_CHECKS = "test_checks.py::"


def scheduler(config: pytest.Config, log: Any) -> Any:
    """A scheduler that lets one process try all checks of an operation, and any process any law.

    Its order is that of the cases. xdist's own groups by marker do not work with pytest 9.2.
    """
    config.option.loadscopereorder = False
    by_scope = type("ByScope", (LoadScopeScheduling,), {"_split_scope": lambda _, nodeid: scope_of(nodeid)})
    return by_scope(config, log)


def scope_of(nodeid: str) -> str:
    """What cases have in common that one process is to try: the operation of checks."""
    return nodeid.rpartition("[")[2] if _CHECKS in nodeid else nodeid
