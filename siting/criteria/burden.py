"""What the milder rules that a site still meets cost it, as the re-check tells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from siting.criteria.base import Found, Measure, Setting, Sites, Wish
from siting.model import Severity, Text

#: What each milder rule that a site still meets costs, in points.
BURDEN_POINTS: Mapping[Severity, float] = {
    Severity.RESTRICTED: 1.0,
    Severity.CONSULT: 0.5,
    Severity.ADVISORY: 0.25,
}
#: Up to so many points are called few restrictions.
FEW_POINTS = 1.0


def burden_points(severities: Iterable[Severity]) -> float:
    """Return what the milder rules that a site still meets cost, in points."""
    return math.fsum(BURDEN_POINTS.get(severity, 0.0) for severity in severities)


@dataclass(frozen=True)
class Burden(Measure):
    """Points for milder rules met (:data:`BURDEN_POINTS`); known once the engine has judged.

    :meth:`of` gives 0, as if none were met: what comes out of it is an upper bound. The search
    puts :func:`burden_points` of the re-check in its place.
    """

    kind: ClassVar[str] = "burden"

    @property
    def unit(self) -> str:
        """Points."""
        return "points"

    @property
    def needs(self) -> Text:
        """The re-check, which every offered site has been through."""
        return Text("规则复核", "the re-check")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Return 0 for each site."""
        del setting, wish
        return Found(np.zeros(len(sites)))

    def phrase(self, value: float) -> Text:
        """Return "已核查的规则中无其他限制": what was not checked may not read as clear."""
        if value == 0:
            return Text(
                "已核查的规则中无其他限制", "no further restriction among the rules checked"
            )
        if value <= FEW_POINTS:
            return Text("限制较少", "few restrictions")
        return Text(f"另有限制（{value:g} 分）", f"further restrictions ({value:g} points)")
