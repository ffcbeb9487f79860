"""The kinds of rules, one file each, and how their verdicts come about."""
