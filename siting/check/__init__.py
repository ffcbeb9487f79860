"""RuleBook x RedLines x Layers -> Report."""

from siting.check.city_check import Effort, check, find_conflicts
from siting.check.memory import Memory, Tally
from siting.check.partition import Partition, PartResult, check_partition, cut, merge

__all__ = [
    "Effort",
    "Memory",
    "PartResult",
    "Partition",
    "Tally",
    "check",
    "check_partition",
    "cut",
    "find_conflicts",
    "merge",
]
