"""Planning: one plan for all projects of a city, from what they are offered to who gets what.

`records` is what a plan says to people.
"""

from siting.planning.records import Block, CityPlan, Decided, Decision, Origin, PlanRow, QuotaUse

__all__ = ["Block", "CityPlan", "Decided", "Decision", "Origin", "PlanRow", "QuotaUse"]
