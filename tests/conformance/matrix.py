"""Every defect against the whole suite: which rules catch it.

usage: python -m tests.conformance.matrix [DEFECT...]
"""

from __future__ import annotations

import sys

from mockserver.faults.sabotage import DEFECTS
from tests.conformance.sabotaged import findings, served


def main(names: list[str]) -> None:
    """Prints a line per defect; ends with 1 when one is not caught by the rule it names."""
    missed = []
    with served() as url:
        for name in names or DEFECTS:
            rules = {finding.rule for finding in findings(f"{url}/{name}-1/api", seed=1, strict=True)}
            named = DEFECTS[name].caught_by
            missed += [] if named in rules else [name]
            others = ", ".join(sorted(rules - {named}))
            verdict = "caught by" if named in rules else "MISSED BY"
            print(f"{name:<28} {verdict} {named}; also {others or 'none'}")
    if missed:
        sys.exit(f"Not caught by the rule they name: {', '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
