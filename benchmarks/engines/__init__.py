"""Engines that a planner could pick instead, each used as an expert would use it.

An engine is a module with ``load(city, layers)`` (from files to whatever it keeps ready) and
``answer(state)`` (from there to a table). A job times the second alone (*prepared*) or both
(*file*). ``start(city, layers)``, where there is one, is not timed: a database server is there
already, and what a product keeps from one day to the next is kept.
"""
