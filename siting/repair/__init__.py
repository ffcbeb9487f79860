"""Repair: from a conflicting red line to corrected ones that pass the same check."""

from siting.repair.ground import Ground, Level, ground_of
from siting.repair.search import RepairOptions, repair

__all__ = ["Ground", "Level", "RepairOptions", "ground_of", "repair"]
