"""Hand-over: one package per district, with that district's rows and nothing else."""

from siting.handover.enclosures import PAPERS, REPORT, SHEET, Enclosure, Supplements
from siting.handover.gate import PlanCheck, check_packages
from siting.handover.packages import write_packages
from siting.handover.plan_tables import PLANNED_COLUMNS
from siting.handover.selection import DistrictPart, as_handed_over, city_part, district_parts
from siting.handover.stage import require_unanswered
from siting.handover.tables import FINDING_COLUMNS, RED_LINE_COLUMNS, SUGGESTION_COLUMNS
from siting.handover.workbook import CITY_WORKBOOK, SUMMARY, write_workbook

__all__ = [
    "CITY_WORKBOOK",
    "FINDING_COLUMNS",
    "PAPERS",
    "PLANNED_COLUMNS",
    "RED_LINE_COLUMNS",
    "REPORT",
    "SHEET",
    "SUGGESTION_COLUMNS",
    "SUMMARY",
    "DistrictPart",
    "Enclosure",
    "PlanCheck",
    "Supplements",
    "as_handed_over",
    "check_packages",
    "city_part",
    "district_parts",
    "require_unanswered",
    "write_packages",
    "write_workbook",
]
