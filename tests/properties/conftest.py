"""How hard hypothesis looks: 200 examples by default, 2,000 with SITING_HYPOTHESIS=thorough."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# derandomised: a red build is a defect found, never bad luck of the day
settings.register_profile(
    "default", max_examples=200, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("SITING_HYPOTHESIS", "default"))
