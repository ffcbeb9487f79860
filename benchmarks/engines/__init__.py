"""Engines that a planner could pick instead, each used as an expert would use it.

An engine is a module with ``load(city, layers)`` (from files to whatever it keeps ready) and
``pairs(state)`` (from there to a table: layer, red line, feature, area_m2). A job times the
second alone (*prepared*) or both (*file*).
"""
