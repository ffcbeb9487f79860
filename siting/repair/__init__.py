"""Repair: from a conflicting red line to corrected ones that pass the same check."""

from siting.repair.search import RepairOptions, repair

__all__ = ["RepairOptions", "repair"]
