"""The kinds of measures that a profile may name."""

from __future__ import annotations

from siting.criteria.base import Measure
from siting.criteria.nearness import Distance

KINDS: dict[str, type[Measure]] = {kind.kind: kind for kind in (Distance,)}
