"""Faults on purpose: semantic defects, by name, for testing test suites."""
