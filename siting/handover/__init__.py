"""Hand-over: one package per district, with that district's rows and nothing else."""

from siting.handover.gate import PlanCheck, check_packages
from siting.handover.packages import write_packages
from siting.handover.plan_tables import PLANNED_COLUMNS
from siting.handover.selection import DistrictPart, city_part, district_parts
from siting.handover.stage import require_unanswered
from siting.handover.tables import FINDING_COLUMNS, RED_LINE_COLUMNS, SUGGESTION_COLUMNS
from siting.handover.workbook import SUMMARY, write_workbook

__all__ = [
    "FINDING_COLUMNS",
    "PLANNED_COLUMNS",
    "RED_LINE_COLUMNS",
    "SUGGESTION_COLUMNS",
    "SUMMARY",
    "DistrictPart",
    "PlanCheck",
    "check_packages",
    "city_part",
    "district_parts",
    "require_unanswered",
    "write_packages",
    "write_workbook",
]
