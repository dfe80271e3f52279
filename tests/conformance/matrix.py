"""Every defect against the whole suite: which rules catch it, and as how many findings it is told.

usage: python -m tests.conformance.matrix [DEFECT...]
"""

from __future__ import annotations

import sys

from mockserver.faults.sabotage import DEFECTS
from tests.conformance.sabotaged import findings, served, told


def main(names: list[str]) -> None:
    """Prints a line per defect; ends with 1 when one is missed by its rule, or told more than once."""
    wrong = []
    with served() as url:
        for name in names or DEFECTS:
            found = findings(f"{url}/{name}-1/api", seed=1, strict=False)
            rules, named = {finding.rule for finding in found}, DEFECTS[name].caught_by
            causes = [f"{finding.rule} ({finding.operation})" for finding in told(found)]
            good = named in rules and len(causes) == 1
            wrong += [] if good else [name]
            others = ", ".join(sorted(rules - {named})) or "none"
            verdict = "caught by" if named in rules else "MISSED BY"
            print(f"{name:<28} {verdict} {named}; told as {', '.join(causes)}; broken with it: {others}")
    if wrong:
        sys.exit(f"Missed by the rule they name, or not told as one finding: {', '.join(wrong)}")


if __name__ == "__main__":
    main(sys.argv[1:])
