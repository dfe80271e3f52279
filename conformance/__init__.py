"""Proof that a server keeps what its OpenAPI document promises."""
