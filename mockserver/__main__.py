"""`python -m mockserver` is `sessions-kit mock`."""

from __future__ import annotations

import sys

from contracts.cli import main

main(["mock", *sys.argv[1:]])
