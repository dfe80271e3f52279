"""Values to try: valid ones that go to the edges of a schema, and invalid ones that break it in one place."""

from conformance.strategies.invalid import Defect, defects, outside
from conformance.strategies.simplest import simplest
from conformance.strategies.valid import values

__all__ = ["Defect", "defects", "outside", "simplest", "values"]
