"""Writes pip constraints that pin every direct dependency to the lowest version pyproject.toml admits.

usage: python lowest.py FILE
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*])?\s*>=\s*(?P<lowest>[\w.]+)")


def constraints() -> list[str]:
    """`name==version` for each requirement of the project and its extras.

    Raises:
        ValueError: a requirement names no lower bound.
    """
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    required = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        required += extra
    return sorted({_pinned(requirement) for requirement in required})


def _pinned(requirement: str) -> str:
    found = _REQUIREMENT.match(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} names no lower bound.")
    return f"{found['name']}=={found['lowest']}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python lowest.py FILE")
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(constraints()) + "\n", "utf-8")
