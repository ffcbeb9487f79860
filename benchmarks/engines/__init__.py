"""Engines that a planner could pick instead, each used as an expert would use it.

An engine is a module with ``load(city, layers)`` (from files to whatever it keeps ready) and
``answer(state)`` (from there to a table). A job times the second alone (*prepared*) or both
(*file*). Not timed: ``beforehand(city, layers)``, once in a process of its own, for what is kept
from one day to the next; ``start(city, layers)``, in the same process, for a server that is there
already.
"""
