"""`python -m tests.benchmarks`: measures and prints."""

from __future__ import annotations

import argparse

from tests.benchmarks.measurements import MEBIBYTE, PAGE, Compared, Growth, Size, compared, growth, start_up

PARTS = ("requests", "start", "growth")


def main() -> None:
    """Reads the options, measures, prints."""
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; repeatable")
    parser.add_argument("--requests", type=int, default=usual.requests, help="per round and case")
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="in turns, after one to warm up")
    parser.add_argument("--sessions", type=int, default=usual.sessions, help="in the full store")
    parser.add_argument("--starts", type=int, default=usual.starts, help="the median of them counts")
    options = vars(parser.parse_args())
    parts = options.pop("only") or PARTS
    size = Size(**options)
    if "requests" in parts:
        print("             CPU per request, µs         requests per second")
        print("case         mock    bare   ratio         mock    bare")
        for case in compared(size):
            print(compared_line(case), flush=True)
    if "start" in parts:
        print(f"\nstart to first 200: {start_up(size):.2f} s")
    if "growth" in parts:
        print("\n".join(["", *growth_lines(growth(size))]))


def compared_line(found: Compared) -> str:
    """One case as a line of the table."""
    return (
        f"{found.case:9}{found.mock.microseconds:8.0f}{found.bare.microseconds:8.0f}{found.mock.over(found.bare):8.2f}"
        f"{found.mock.per_second:13.0f}{found.bare.per_second:8.0f}"
    )


def growth_lines(found: Growth) -> list[str]:
    """Memory and pages, few sessions beside many."""
    few, many = (size / MEBIBYTE for size in found.resident)
    each = (found.resident[1] - found.resident[0]) / found.sessions
    lines = [
        f"resident memory, MiB: {few:.0f} with {PAGE} sessions, {many:.0f} with {found.sessions}"
        f" ({each:.0f} B each)",
        f"CPU of a page, µs: with {PAGE} sessions, with {found.sessions}, ratio",
    ]
    for name, (small, large) in found.pages.items():
        lines.append(f"  {name:26}{small.microseconds:8.0f}{large.microseconds:8.0f}{large.over(small):8.2f}")
    return lines


if __name__ == "__main__":
    main()
