"""Plausible values of any schema, drawn from a seed."""

from mockserver.synth.budget import Unsatisfiable
from mockserver.synth.synth import Synth

__all__ = ["Synth", "Unsatisfiable"]
