"""`python -m contracts` is `sessions-kit`."""

from contracts.cli import main

main(prog_name="sessions-kit")
