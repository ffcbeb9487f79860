"""The order in which sites are offered: tiers before scores."""

from __future__ import annotations

from siting.candidates import Recheck
from siting.model import Severity
from siting.suggest.offers import tier


def test_a_site_that_needs_a_consent_stands_after_one_that_needs_none():
    assert tier(Recheck()) < tier(Recheck(burden=(Severity.RESTRICTED,)))


def test_an_unchecked_prohibited_rule_weighs_more_than_a_restriction():
    restricted = Recheck(burden=(Severity.RESTRICTED, Severity.RESTRICTED))
    assert tier(restricted) < tier(Recheck(unchecked_prohibited=("A",)))


def test_milder_rules_do_not_change_the_tier():
    assert tier(Recheck(burden=(Severity.CONSULT, Severity.ADVISORY))) == tier(Recheck())
