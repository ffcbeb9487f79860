"""Planning: one plan for all projects of a city, from what they are offered to who gets what.

`choices` holds decisions against the options of `siting.suggest.pools`, `problem` poses what
`siting.allocate` solves (`conflicts`, `standing` and `amounts` measure the land for it), `making`
does it all. `records` is what a plan says, `wording` and `phrases` say it to people, `document` is
its JSON, `reading` reads the plan before back.
"""

from siting.planning.document import plan_identity, plan_to_dict, write_plan
from siting.planning.making import PlanOptions, make_plan
from siting.planning.reading import PLAN_NAME, read_previous
from siting.planning.records import Block, CityPlan, Decided, Decision, Origin, PlanRow, QuotaUse

__all__ = [
    "PLAN_NAME",
    "Block",
    "CityPlan",
    "Decided",
    "Decision",
    "Origin",
    "PlanOptions",
    "PlanRow",
    "QuotaUse",
    "make_plan",
    "plan_identity",
    "plan_to_dict",
    "read_previous",
    "write_plan",
]
