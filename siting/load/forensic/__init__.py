"""What else could these coordinates be? Hypotheses, the evidence for each, and acceptance.

When coordinates do not fit the city, each hypothesis is tried and the points that fall into
the city are counted. Nothing is changed by that. A person verifies one and says so
(``accept``); only then is it applied, against the same evidence, and the report records it.
"""
