"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# No test measures time: how long an example takes says more of the machine than of the project.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
