"""Suggest: for each project at the choke point, ranked sites that break no prohibited rule."""

from siting.suggest.chainage import chainage_table
from siting.suggest.search import suggest

__all__ = ["chainage_table", "suggest"]
