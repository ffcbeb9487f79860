"""Planning: one plan for all projects of a city, from what they are offered to who gets what.

`records` is what a plan says to people. `decisions`, `settling`, `contradictions`, `inputs` and
`reply` are what people say to a plan: decisions, `[plan]` of city.toml against the data, and the
form in which a district answers.
"""

from siting.planning.decisions import Mention, Replies, read_decisions
from siting.planning.inputs import notes_of_priorities, require_known
from siting.planning.records import Block, CityPlan, Decided, Decision, Origin, PlanRow, QuotaUse
from siting.planning.reply import reply_sheet, write_reply_form
from siting.planning.settling import settle, spoken_decisions

__all__ = [
    "Block",
    "CityPlan",
    "Decided",
    "Decision",
    "Mention",
    "Origin",
    "PlanRow",
    "QuotaUse",
    "Replies",
    "notes_of_priorities",
    "read_decisions",
    "reply_sheet",
    "require_known",
    "settle",
    "spoken_decisions",
    "write_reply_form",
]
