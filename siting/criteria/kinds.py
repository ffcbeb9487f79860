"""The kinds of measures that a profile may name."""

from __future__ import annotations

from siting.criteria.base import Measure
from siting.criteria.nearness import Distance, Overlap
from siting.criteria.travel import Travel

KINDS: dict[str, type[Measure]] = {kind.kind: kind for kind in (Distance, Overlap, Travel)}
