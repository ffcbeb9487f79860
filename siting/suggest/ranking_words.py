"""The sentences of a ranking: how sure a place is, and why B stands behind A.

They are read by people who know no weights, so each figure stands in its own unit, and what is
said of weights holds as it is printed: a share at which the order turns is rounded away from now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from siting.model import Text, share_text
from siting.score import Acceptability, BreakEven
from siting.suggest.contenders import Contender, Scale

#: Units that are none: a figure stands alone.
_NO_UNIT = ("", "share", "0/1", "1", "points")
#: Decimals that a figure without words is told with at most; reports have so many.
_MOST_DECIMALS = 4
_PLACES_EN = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNTS_EN = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: Why a site stands behind another where a profile does not order by score.
BY_CLOSENESS = Text("本标准按 TOPSIS 贴近度排列", "the profile orders by closeness (TOPSIS)")
_UNKNOWN = Text("未知，按最差计", "unknown, taken as worst")


class HowFar(Protocol):
    """How far weights were taken to be off, and how often they were drawn."""

    @property
    def weights_by_share(self) -> float:
        """By so much of itself each weight may err."""

    @property
    def draws(self) -> int:
        """How often weights and measures were drawn."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What the site of a rank lacks to the one before it.

    ``parts`` are hundredths of a point in favour of ``ahead``; ``criterion`` speaks most for it.
    ``by_list`` is why a list decides; ``closeness`` has that of the site and of the other where it
    decides instead of the score; ``turn`` the least change of one weight that turns the
    order.
    """

    rank: int
    site: Contender
    ahead: Contender
    parts: Mapping[str, int]
    criterion: str
    by_list: Text | None
    closeness: tuple[float, float] | None
    turn: BreakEven | None

    @property
    def hundredths(self) -> int:
        """By how much the other is ahead; below 0 the site has more."""
        return self.ahead.score.hundredths - self.site.score.hundredths

    @property
    def is_decisive(self) -> bool:
        """True when without the criterion the other would not be ahead."""
        return 0 < self.hundredths <= self.parts[self.criterion]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is to be known of a place beside the draws.

    ``is_by_score_alone``: draws go by score though the order does not, so that it must be
    said. ``higher`` are the ranks of later sites that score higher, with the list that puts them
    later. ``beater`` is the rank of a site at least as good in all, ``place_by_closeness`` the
    place by TOPSIS where that is another.
    """

    is_by_score_alone: bool
    higher: Sequence[tuple[int, Text]]
    beater: int | None
    place_by_closeness: int | None


def standing_text(found: Acceptability, at: int, *, top: int, beside: Beside) -> Text:
    """Return how sure the place of one site is, as a sentence.

    Parameters
    ----------
    found, at
        Shares of draws by rank, and the row of the site there.
    top
        The places that a second share is told for; 1 for none.
    beside
        What else is to be known of it.
    """
    of = Text("权重", "weights") if found.is_exact else Text("权重和取值", "weights and values")
    by = Text("只看得分，", "by score alone, ") if beside.is_by_score_alone else Text("")
    is_ever_first = found.by_place[at, 0] > 0
    place = 0 if is_ever_first else at
    share, name = share_text(float(found.by_place[at, place])), _called(at + 1)
    done = Text("排第一", "is first") if is_ever_first else _kept(at + 1)
    zh = f"{by.zh}{name.zh} 在 {share} 的{of.zh}下{done.zh}"
    en = f"{by.en}{name.en} {done.en} under {share} of {of.en}"
    among = float(found.top(top)[at])
    if top > 1 and 0 < among < 1:
        zh += f"，{share_text(among)} 下进入前 {top} 名"
        en += f" and in the top {_word(_COUNTS_EN, top)} under {share_text(among)}"
    told = [Text(zh, en), _higher(beside), _beaten(beside), _elsewhere(beside)]
    kept = [text for text in told if text is not None]
    return _sentence("；".join(text.zh for text in kept), "; ".join(text.en for text in kept))


def _kept(place: int) -> Text:
    return Text(f"保持第 {place} 位", f"keeps place {place}")


def _higher(beside: Beside) -> Text | None:
    if not beside.higher:
        return None
    named = [(_called(rank), why) for rank, why in beside.higher]
    zh = "、".join(f"{site.zh}（{why.zh}）" for site, why in named)
    en = ", ".join(f"{site.en} ({why.en})" for site, why in named)
    return Text(f"{zh}得分更高，但列于其后", f"after it, though of a higher score: {en}")


def _beaten(beside: Beside) -> Text | None:
    if beside.beater is None:
        return None
    beater = _called(beside.beater)
    return Text(
        f"按现有取值，没有一项优于{beater.zh}",
        f"as measured it is better than {beater.en} on no criterion",
    )


def _elsewhere(beside: Beside) -> Text | None:
    place = beside.place_by_closeness
    if place is None:
        return None
    return Text(f"换用 TOPSIS 排第 {place}", f"TOPSIS would put it {_word(_PLACES_EN, place)}")


def behind_text(gap: Gap, scales: Mapping[str, Scale]) -> Text:
    """Return why a site stands behind the one before it, and what would turn that."""
    told = [_difference(gap, scales), _unknown(gap, scales), _turning(gap, scales)]
    kept = [text for text in told if text is not None]
    return _sentence("；".join(text.zh for text in kept), "; ".join(text.en for text in kept))


def spread_text(scales: Sequence[Scale], contenders: Sequence[Contender], how: HowFar) -> Text:
    """Return what was taken as uncertain, and what was not."""
    by = f"{100 * how.weights_by_share:g} %"
    uncertain = [scale for scale in scales if scale.error > 0]
    zh, en = f"权重在各自的 ±{by} 以内", f"weights within ±{by} of theirs"
    if uncertain:
        errors = [(each.title, f"±{_error(each)}") for each in uncertain]
        zh += "，取值在误差以内（" + "、".join(f"{t.get('zh')} {e}" for t, e in errors) + "）"
        en += ", measures within their errors ("
        en += ", ".join(f"{t.get('en')} {e}" for t, e in errors) + ")"
    else:
        zh, en = f"{zh}，取值视为准确", f"{en}, measures taken as exact"
    zh, en = f"{zh}，均匀抽取 {how.draws:,} 次", f"{en}; drawn {how.draws:,} times, evenly"
    if any(each.is_unknown(scale.name) for each in contenders for scale in scales):
        zh, en = (
            f"{zh}；未知的取值一律按最差计",
            f"{en}; what is unknown counts as worst throughout",
        )
    return _sentence(zh, en)


def _called(rank: int) -> Text:
    """Return what a site is called: lists and maps show its rank, and its id reads like none."""
    return Text(f"备选 {rank}", f"site {rank}")


def _difference(gap: Gap, scales: Mapping[str, Scale]) -> Text:
    """Return by how much a site is behind and for what, or which list put it there."""
    site, ahead = _called(gap.rank), _called(gap.rank - 1)
    points = f"{abs(gap.hundredths) / 100:.2f}"
    if gap.hundredths > 0:
        scale = scales[gap.criterion]
        zh, en = scale.title.get("zh"), scale.title.get("en")
        why = _compared(scale, gap)
        decides = f"仅“{zh}”一项即已决定" if gap.is_decisive else f"主要差在“{zh}”"
        decides_en = "decided by" if gap.is_decisive else "mostly by"
        return Text(
            f"{site.zh} 比{ahead.zh} 低 {points} 分，{decides}：{why.zh}",
            f"{site.en} is {points} points behind {ahead.en}, {decides_en} '{en}': {why.en}",
        )
    if not gap.hundredths:
        zh, en = f"{site.zh} 与{ahead.zh} 得分相同", f"{site.en} and {ahead.en} score the same"
    else:
        zh, en = f"{site.zh} 得分高 {points} 分", f"{site.en} scores {points} points more"
    if gap.closeness is not None:
        return Text(f"{zh}，但{_closeness(gap).zh}", f"{en}, but {_closeness(gap).en}")
    if gap.by_list is None:
        return Text(f"{zh}，先后不表示优劣", f"{en}: their order says nothing")
    return Text(
        f"{zh}，但{gap.by_list.zh}，故列于{ahead.zh} 之后",
        f"{en}, but {gap.by_list.en}, so that it is listed after {ahead.en}",
    )


def _turning(gap: Gap, scales: Mapping[str, Scale]) -> Text | None:
    """Return what would put a site before the other; None where its sentence says so already."""
    if gap.hundredths <= 0:
        return None
    ahead = _called(gap.rank - 1)
    if gap.by_list is not None:
        return Text(
            f"且{gap.by_list.zh}，权重再变也列于{ahead.zh} 之后",
            f"besides, {gap.by_list.en}, so that it is listed after {ahead.en} under any weights",
        )
    if gap.closeness is not None:
        return _closeness(gap)
    if gap.turn is not None:
        return _overtaking(gap.turn, scales[gap.turn.criterion].title)
    # one weight alone can always turn it, were the site better on any criterion
    return Text(
        f"没有一项优于{ahead.zh}，权重怎样调整都不反超",
        "it is better on no criterion, so that no weights turn the order",
    )


def _closeness(gap: Gap) -> Text:
    own, other = gap.closeness or (math.nan, math.nan)
    ahead = _called(gap.rank - 1)
    return Text(
        f"{BY_CLOSENESS.zh}：{own:.4f}（{ahead.zh}：{other:.4f}）",
        f"{BY_CLOSENESS.en}: {own:.4f} ({ahead.en}: {other:.4f})",
    )


def _overtaking(turn: BreakEven, title: Text) -> Text:
    rises = turn.share_then > turn.share_now
    now, then = _percent_now(turn), _percent_then(turn)
    zh, en = title.get("zh"), title.get("en")
    return Text(
        f"若“{zh}”的权重由 {now} % {'升到' if rises else '降到'} {then} % "
        f"{'以上' if rises else '以下'}，即反超",
        f"it would overtake if the weight of '{en}' {'rose' if rises else 'fell'} from {now} % "
        f"{'above' if rises else 'below'} {then} %",
    )


def _percent_now(turn: BreakEven) -> str:
    return f"{100 * turn.share_now:.1f}"


def _percent_then(turn: BreakEven) -> str:
    """Return the turning share in percent, rounded away from now: past it the order has turned.

    With one decimal, or as many more as keep it short of 0 and of 100. A sum's last digits
    are no reason to go a step further.
    """
    rises = turn.share_then > turn.share_now
    for decimals in range(1, 12):
        scaled = round(100 * turn.share_then * 10**decimals, 6)
        percent = (math.ceil(scaled) if rises else math.floor(scaled)) / 10**decimals
        if 0 < percent < 100:
            return f"{percent:.{decimals}f}"
    return f"{100 * turn.share_then!r}"


def _unknown(gap: Gap, scales: Mapping[str, Scale]) -> Text | None:
    """Return which other measures of the site nobody knows."""
    names = [
        name
        for name, part in gap.parts.items()
        if part and gap.site.is_unknown(name) and not (name == gap.criterion and gap.hundredths > 0)
    ]
    if not names:
        return None
    titles = [scales[name].title for name in names]
    zh = "、".join(f"“{title.get('zh')}”" for title in titles)
    en = " and ".join(f"'{title.get('en')}'" for title in titles)
    return Text(
        f"{_called(gap.rank).zh} 的{zh}未知，按最差计", f"its {en} is unknown, taken as worst"
    )


def _compared(scale: Scale, gap: Gap) -> Text:
    """Return both measures: "距地铁站 1,850 m（备选 1：距地铁站 420 m）"."""
    own, other = gap.site.measure(scale.name), gap.ahead.measure(scale.name)
    mine, theirs, ahead = _told(scale, own), _told(scale, other), _called(gap.rank - 1)
    if mine != theirs:
        return Text(f"{mine.zh}（{ahead.zh}：{theirs.zh}）", f"{mine.en} ({ahead.en}: {theirs.en})")
    # words that are the same for both do not tell them apart, the figures do
    figures = _figure(scale, own, other), _figure(scale, other, own)
    return Text(
        f"{mine.zh}（{figures[0]}；{ahead.zh}：{figures[1]}）",
        f"{mine.en} ({figures[0]}; {ahead.en}: {figures[1]})",
    )


def _told(scale: Scale, measure: float) -> Text:
    return _UNKNOWN if math.isnan(measure) else scale.phrase(measure)


def _figure(scale: Scale, measure: float, other: float) -> str:
    """Return a known measure in its unit, with as many decimals as tell it from the other."""
    least = 0 if abs(measure) >= 100 else 1 if abs(measure) >= 10 else 2
    decimals = least
    while decimals < _MOST_DECIMALS and round(measure, decimals) == round(other, decimals):
        decimals += 1
    unit = "" if scale.worth.unit in _NO_UNIT else f" {scale.worth.unit}"
    return f"{measure:,.{decimals}f}{unit}"


def _error(scale: Scale) -> str:
    unit = "" if scale.worth.unit in _NO_UNIT else f" {scale.worth.unit}"
    return f"{scale.error:g}{unit}"


def _word(words: Sequence[str], number: int) -> str:
    return words[number] if number < len(words) else str(number)


def _sentence(zh: str, en: str) -> Text:
    return Text(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")
