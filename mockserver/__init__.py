"""A stateful mock that keeps the contract."""
