"""Offered lots as contenders, and a project's criteria as scales: what a ranking is made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from siting.model import Ranking, Severity, SiteKind, Text
from siting.suggest.cases import Lot
from siting.suggest.contenders import Contender, Scale
from siting.suggest.ranking import ranking_of
from siting.suggest.yardstick import Yardstick

_ACQUIRE = Text("须先征收或收回", "its land must first be acquired")
_UNCHECKED = Text("有禁止性规则未能核查", "a prohibited rule could not be checked")
_CONSENT = Text("触及限制性规则、须征得同意", "it meets a restricted rule and needs a consent")
_MADE = {
    SiteKind.ASSEMBLED: Text("须由多宗拼合", "it must be put together from several parcels"),
    SiteKind.CARVED: Text("须自宗地中划出", "it must be cut out of its parcels"),
}


def ranking_of_lots(lots: Sequence[Lot], yardstick: Yardstick) -> Ranking | None:
    """Return how sure the order of a project's lots is; None for fewer than two.

    Parameters
    ----------
    lots
        What the project is offered, by rank.
    yardstick
        The project's, for the criteria and their weights.
    """
    return ranking_of(
        [_contender(lot) for lot in lots],
        _scales(yardstick),
        is_by_closeness=yardstick.is_by_closeness,
    )


def _scales(yardstick: Yardstick) -> tuple[Scale, ...]:
    return tuple(
        Scale(
            name=criterion.name,
            title=criterion.title,
            weight=yardstick.weights[criterion.name],
            worth=criterion.worth,
            error=criterion.error,
            phrase=partial(criterion.measure.phrase_for, wish=yardstick.wish),
        )
        for criterion in yardstick.criteria
    )


def _contender(lot: Lot) -> Contender:
    measured = lot.applicant.yardstick.measured(lot.row, lot.recheck)
    return Contender(
        site_id=lot.rechecker.parcels.ids[lot.row],
        measures=measured.measures,
        score=measured.score,
        lists=_lists(lot),
    )


def _lists(lot: Lot) -> tuple[tuple[int, Text], ...]:
    """Return what puts a lot back whatever its score, in the order of :attr:`Lot.order`."""
    recheck = lot.recheck
    made = Text("") if lot.made is None else _MADE[lot.made.kind]
    return (
        (int(bool(lot.must_acquire)), _ACQUIRE),
        (int(bool(recheck.unchecked_prohibited)), _UNCHECKED),
        (int(Severity.RESTRICTED in recheck.burden), _CONSENT),
        (lot.steps, made),
    )
