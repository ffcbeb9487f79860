"""How hard hypothesis looks: 50 examples by default, more by SITING_HYPOTHESIS.

``thorough`` (2,000) is what CI runs (make test-properties), ``campaign`` (50,000) is run by hand.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# derandomised: a red build is a defect found, never bad luck of the day
settings.register_profile(
    "default", max_examples=50, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
# by hand other examples each time, and a failing one can be run again by its blob
settings.register_profile(
    "campaign",
    max_examples=50_000, deadline=None, print_blob=True, database=None, suppress_health_check=_SLOW,
)  # fmt: skip
settings.load_profile(os.environ.get("SITING_HYPOTHESIS", "default"))
