"""What is wrong here, and what to do about it: the computer, and one city.

Nothing is judged or changed: the doctor repeats what the load contract, the rule book and
the reading process say, and puts a mend beside each fault.
"""

from siting.doctor.checks import Check, CheckStatus, Group, as_document, count, has_faults
from siting.doctor.walk import examine, examine_city, examine_environment, examine_study

__all__ = [
    "Check",
    "CheckStatus",
    "Group",
    "as_document",
    "count",
    "examine",
    "examine_city",
    "examine_environment",
    "examine_study",
    "has_faults",
]
