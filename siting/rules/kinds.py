"""The kinds of rules that a rule book may name."""

from __future__ import annotations

from siting.rules.area import AreaRule
from siting.rules.base import Rule
from siting.rules.inside import InsideRule
from siting.rules.off_map import OffMapRule
from siting.rules.overlap import OverlapRule
from siting.rules.quality import QualityRule
from siting.rules.rivals import RivalsRule
from siting.rules.setback import SetbackRule
from siting.rules.slope import SlopeRule
from siting.rules.zoning import ZoningRule

KINDS: dict[str, type[Rule]] = {
    kind.kind: kind
    for kind in (
        AreaRule,
        InsideRule,
        OffMapRule,
        OverlapRule,
        QualityRule,
        RivalsRule,
        SetbackRule,
        SlopeRule,
        ZoningRule,
    )
}
