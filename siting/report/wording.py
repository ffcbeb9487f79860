"""What people read for outcomes, severities and verdicts, said once for all outputs."""

from __future__ import annotations

from collections.abc import Mapping

from siting.model import Text

#: Outcomes of red lines, worst first.
OUTCOMES: Mapping[str, Text] = {
    "conflict": Text("冲突", "conflict"),
    "review": Text("待核", "review"),
    "incomplete": Text("未查全", "incomplete"),
    "near": Text("临近", "near"),
    "clear": Text("无冲突", "clear"),
}
#: Severities, worst first.
SEVERITIES: Mapping[str, Text] = {
    "prohibited": Text("禁止", "prohibited"),
    "restricted": Text("限制", "restricted"),
    "consult": Text("征求意见", "consult"),
    "advisory": Text("提示", "advisory"),
}
#: Verdicts of one rule on one red line.
STATUSES: Mapping[str, Text] = {
    "conflict": Text("冲突", "conflict"),
    "exception_may_apply": Text("可能适用例外", "exception may apply"),
    "near": Text("临近", "near"),
    "clear": Text("无冲突", "clear"),
    "not_checked": Text("未查", "not checked"),
    "consult": Text("须征求意见", "consult"),
}
