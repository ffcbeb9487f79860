"""How sure the order of a project's sites is, and why each stands behind the one before it.

A pure function of the sites as they are offered. The score is the additive one
(:mod:`siting.score.additive`), and every figure can be recomputed from the report by hand but for
the shares of draws, which the seed gives again. docs/suggest.md tells planners how to read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from siting.areas import round_to_sum
from siting.model import Behind, Ranking, Standing, Text
from siting.score import (
    Acceptability,
    BreakEven,
    ValueSamples,
    ValueSpread,
    WeightRanges,
    break_evens,
    closeness_between_ends,
    is_unbeaten,
    smaa,
)
from siting.score.draws import SEED
from siting.score.smaa import DRAWS
from siting.suggest.contenders import (
    Contender,
    Floats,
    Scale,
    measure_table,
    numbered_lists,
    weighty,
    worth_table,
)
from siting.suggest.ranking_words import (
    BY_CLOSENESS,
    Beside,
    Gap,
    behind_text,
    spread_text,
    standing_text,
)

#: The places that the share of draws is told for, where there are more sites than that.
TOP = 3
#: Each weight may err by so much of itself: a first guess, no finding of research.
WEIGHTS_BY_SHARE = 0.25
#: Decimals of shares: of 10,000 draws these are exact. Of weights that were drawn one less, for
#: their mean is no better known.
_DECIMALS, _WEIGHT_DECIMALS = 4, 3
#: Decimals of a break-even share, which is no draw but arithmetic.
_SHARE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is taken as uncertain beside the measures' errors, and how it is drawn."""

    weights_by_share: float = WEIGHTS_BY_SHARE
    top: int = TOP
    draws: int = DRAWS
    seed: int = SEED


#: The doubt of every search.
_USUAL = Doubt()


def ranking_of(
    contenders: Sequence[Contender],
    scales: Sequence[Scale],
    *,
    is_by_closeness: bool = False,
    doubt: Doubt = _USUAL,
) -> Ranking | None:
    """Return how sure the order of some sites is.

    Parameters
    ----------
    contenders
        The sites offered to one project, by rank, each with another id.
    scales
        The criteria that they were scored by; those without weight say nothing.
    is_by_closeness
        Within what lists put alike they stand by closeness (TOPSIS) and not by score.
    doubt
        How far weights may be off, and how it is drawn.

    Returns
    -------
    Ranking or None
        None for fewer than two sites, and where no criterion has weight. Otherwise one standing
        per site, by rank. In every draw the lists stay what they are, and the score decides
        within them; shares do not depend on the order of sites or criteria. With no more sites
        than ``doubt.top``, ``top`` is 1: everybody is among the first three of three.

    Raises
    ------
    ConfigError
        For over 1,000 sites.
    """
    used = weighty(scales)
    if len(contenders) < 2 or not used:
        return None
    top = doubt.top if len(contenders) > doubt.top else 1
    field = _Field.of(contenders, used, is_by_closeness=is_by_closeness)
    found = _acceptability(contenders, used, doubt)
    standings = tuple(_standing(field, at, found, top) for at in range(len(contenders)))
    return Ranking(
        standings=standings,
        top=top,
        draws=found.draws,
        seed=found.seed,
        spread=spread_text(used, contenders, doubt),
        weights_by_share=doubt.weights_by_share,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Field:
    """All contenders by rank, with their worths and what compares them without draws."""

    contenders: Sequence[Contender]
    scales: Sequence[Scale]
    worths: Floats
    unbeaten: Sequence[bool]
    closeness: Floats
    is_by_closeness: bool

    @classmethod
    def of(
        cls, contenders: Sequence[Contender], scales: Sequence[Scale], *, is_by_closeness: bool
    ) -> _Field:
        worths = worth_table(measure_table(contenders, scales), scales)
        columns = {scale.name: worths[:, at] for at, scale in enumerate(scales)}
        weights = {scale.name: scale.weight for scale in scales}
        closeness = closeness_between_ends(columns, weights).round(_DECIMALS)
        unbeaten = is_unbeaten(worths).tolist()
        return cls(contenders, scales, worths, unbeaten, closeness, is_by_closeness)

    def beater(self, at: int) -> int | None:
        """Return the rank of the first site that is at least as good in all, better in some."""
        own = self.worths[at]
        is_beaten = (self.worths >= own).all(axis=1) & (self.worths > own).any(axis=1)
        return int(np.argmax(is_beaten)) + 1 if is_beaten.any() else None

    def place_by_closeness(self, at: int) -> int:
        """Return the place by closeness alone; equal ones share the better."""
        return 1 + int((self.closeness > self.closeness[at]).sum())

    def place_by_score(self, at: int) -> int:
        """Return the place by score alone; equal ones share the better."""
        own = self.contenders[at].score.hundredths
        return 1 + sum(each.score.hundredths > own for each in self.contenders)

    def named(self, at: int) -> dict[str, float]:
        """Return criterion → worth of one site."""
        return dict(
            zip((scale.name for scale in self.scales), self.worths[at].tolist(), strict=True)
        )


def _acceptability(
    contenders: Sequence[Contender], scales: Sequence[Scale], doubt: Doubt
) -> Acceptability:
    """Draw weights and measures, in an order of their own, and return the places by rank.

    Sorted by id and by name: which numbers a site is drawn must not depend on its rank.
    """
    order = sorted(range(len(contenders)), key=lambda at: contenders[at].site_id)
    lists = numbered_lists(contenders)
    by_name = sorted(scales, key=lambda scale: scale.name)
    known = _samples(measure_table([contenders[at] for at in order], by_name), by_name, doubt)
    found = smaa(
        known,
        WeightRanges.around([scale.weight for scale in by_name], by_share=doubt.weights_by_share),
        lists=[lists[at] for at in order],
        draws=doubt.draws,
        seed=doubt.seed,
    )
    back = np.argsort(order)
    columns = [by_name.index(scale) for scale in scales]
    return Acceptability(
        names=tuple(contender.site_id for contender in contenders),
        by_place=found.by_place[back],
        central_weights=found.central_weights[back][:, columns],
        confidence=found.confidence[back],
        draws=found.draws,
        seed=found.seed,
        is_exact=found.is_exact,
    )


def _samples(measures: Floats, scales: Sequence[Scale], doubt: Doubt) -> ValueSamples:
    """Return drawn worths; an unknown measure is worth 0 in every draw."""
    is_unknown = np.isnan(measures)
    spread = ValueSpread(
        np.where(is_unknown, 0.0, measures),
        half_width=[scale.error for scale in scales],
        worth=[scale.worth for scale in scales],
    )
    parts = [worths for _, worths in spread.parts(doubt.draws, seed=doubt.seed)]
    drawn = parts[0] if spread.is_exact else np.concatenate(parts)
    return ValueSamples(np.where(is_unknown, 0.0, drawn))


def _standing(field: _Field, at: int, found: Acceptability, top: int) -> Standing:
    return Standing(
        site_id=field.contenders[at].site_id,
        by_place=tuple(round(float(share), _DECIMALS) for share in found.by_place[at]),
        top_share=round(float(found.top(top)[at]), _DECIMALS),
        is_unbeaten=field.unbeaten[at],
        closeness=float(field.closeness[at]),
        central_weights=_central(field.scales, found.central_weights[at]),
        text=standing_text(found, at, top=top, beside=_beside(field, at)),
        behind=_behind(field, at) if at else None,
    )


def _beside(field: _Field, at: int) -> Beside:
    own, place = field.contenders[at], field.place_by_closeness(at)
    later = list(enumerate(field.contenders, start=1))[at + 1 :]
    reasons = [
        (rank, each.put_back(own))
        for rank, each in later
        if each.score.hundredths > own.score.hundredths
    ]
    return Beside(
        is_by_score_alone=field.is_by_closeness,
        higher=[(rank, why) for rank, why in reasons if why is not None],
        beater=field.beater(at),
        place_by_closeness=None if place == field.place_by_score(at) else place,
    )


def _central(scales: Sequence[Scale], weights: Floats) -> dict[str, float] | None:
    """Return central weights as shown: they add up to 1 exactly; None for a site never first."""
    if np.isnan(weights).any():
        return None
    shown = round_to_sum(weights, decimals=_WEIGHT_DECIMALS)
    return {scale.name: float(share) for scale, share in zip(scales, shown, strict=True)}


def _behind(field: _Field, at: int) -> Behind:
    """Return why a site stands behind the one before it."""
    site, ahead = field.contenders[at], field.contenders[at - 1]
    parts = {scale.name: _part(ahead, scale) - _part(site, scale) for scale in field.scales}
    lead = ahead.score.hundredths - site.score.hundredths
    criterion = max(parts, key=lambda name: parts[name])
    by_list = site.put_back(ahead)
    by_score = by_list is None and not field.is_by_closeness
    turn = _turn(field, at, criterion) if by_score and lead > 0 else None
    closeness = None
    if by_list is None and not by_score:
        closeness = tuple(field.closeness[[at, at - 1]].tolist())
    gap = Gap(at + 1, site, ahead, parts, criterion, by_list, closeness, turn)
    return Behind(
        site_id=ahead.site_id,
        gap_points=lead / 100,
        gaps={name: part / 100 for name, part in parts.items()},
        criterion=criterion,
        is_decisive=gap.is_decisive,
        by_list=BY_CLOSENESS if closeness else by_list or Text(""),
        text=behind_text(gap, {scale.name: scale for scale in field.scales}),
        turns_with="" if turn is None else turn.criterion,
        share_now=None if turn is None else round(turn.share_now, _SHARE_DECIMALS),
        turns_at=None if turn is None else round(turn.share_then, _SHARE_DECIMALS),
    )


def _part(contender: Contender, scale: Scale) -> int:
    parts: Mapping[str, int] = contender.score.parts
    return parts.get(scale.name, 0)


def _turn(field: _Field, at: int, criterion: str) -> BreakEven | None:
    """Return the smallest change of one weight that puts a site before the one ahead of it.

    Of equal changes (with two criteria they always are) that of the criterion which speaks most.
    """
    weights = {scale.name: scale.weight for scale in field.scales}
    found = break_evens(field.named(at), field.named(at - 1), weights)
    return min(
        found,
        key=lambda turn: (
            round(abs(turn.share_then - turn.share_now), _SHARE_DECIMALS),
            turn.criterion != criterion,
        ),
        default=None,
    )
