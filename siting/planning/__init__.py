"""Planning: one plan for all projects of a city, from what they are offered to who gets what.

`choices` holds decisions against the options of `siting.suggest.pools`, `problem` poses what
`siting.allocate` solves (`conflicts`, `standing` and `amounts` measure the land for it), `making`
does it all, `scenarios` holds two plans against each other. `records` is what a plan says,
`wording` and `phrases` say it to people, `document` is its JSON, `tables`, `workbook` and
`terminal` show it, `files` has them under their names, `reading` reads the plan before back and
`recalling` a whole plan, for the data that it was made of.
`decisions`, `settling`, `contradictions`, `inputs` and `reply` are what people say to a plan:
decisions, `[plan]` of city.toml against the data, and the form in which a district answers.
`hearing` says who may read what of a plan: whatever shows one takes rows and words from there.
"""

from siting.planning.decisions import Mention, Replies, read_decisions
from siting.planning.document import plan_identity, plan_to_dict, write_plan
from siting.planning.files import PLAN_WRITERS, write_plan_files
from siting.planning.hearing import Listener, Placed
from siting.planning.inputs import notes_of_inputs, require_known
from siting.planning.making import PlanOptions, make_plan
from siting.planning.origin import require_same_report
from siting.planning.reading import PLAN_NAME, read_previous
from siting.planning.recalling import recall_plan, repaired_projects
from siting.planning.records import Block, CityPlan, Decided, Decision, Origin, PlanRow, QuotaUse
from siting.planning.reply import reply_sheet, write_reply_form
from siting.planning.scenarios import Change, Difference, Scenario, city_of, compared, needs_loading
from siting.planning.settling import settle, spoken_decisions

__all__ = [
    "PLAN_NAME",
    "PLAN_WRITERS",
    "Block",
    "Change",
    "CityPlan",
    "Decided",
    "Decision",
    "Difference",
    "Listener",
    "Mention",
    "Origin",
    "Placed",
    "PlanOptions",
    "PlanRow",
    "QuotaUse",
    "Replies",
    "Scenario",
    "city_of",
    "compared",
    "make_plan",
    "needs_loading",
    "notes_of_inputs",
    "plan_identity",
    "plan_to_dict",
    "read_decisions",
    "read_previous",
    "recall_plan",
    "repaired_projects",
    "reply_sheet",
    "require_known",
    "require_same_report",
    "settle",
    "spoken_decisions",
    "write_plan",
    "write_plan_files",
    "write_reply_form",
]
