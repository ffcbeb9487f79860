"""Decisions that cannot all hold, told before anything is planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from siting.errors import ReadError, SitingError, Where
from siting.load.words import say
from siting.planning.records import Decided, Decision

#: Project, site, source: a site that somebody has agreed to.
Agreed = tuple[str, str, str]


def contradictions(
    decisions: Sequence[Decision], agreed: Sequence[Agreed] = ()
) -> list[SitingError]:
    """Return an error for each two decisions that contradict each other by their words alone.

    Sites are compared by their ids; that two locked sites overlap is found when the plan is made
    (:class:`siting.allocate.Problem`).
    """
    of: dict[Decided, list[Decision]] = defaultdict(list)
    for decision in decisions:
        of[decision.decided].append(decision)
    # who agrees to a site wants it as it is, which a refusal or a sale contradicts as of a lock
    wanted = [
        *of[Decided.LOCK],
        *(Decision(Decided.LOCK, site, project, source=source) for project, site, source in agreed),
    ]
    return [
        *_locked_elsewhere(of[Decided.LOCK]),
        *_locked_twice(of[Decided.LOCK]),
        *_wanted_and_refused(wanted, of[Decided.REFUSED]),
        *_sold_twice(of[Decided.SOLD]),
        *_sold_to_others(wanted, of[Decided.SOLD]),
        *_sold_and_refused(of[Decided.SOLD], of[Decided.REFUSED]),
    ]


def _locked_elsewhere(locks: Sequence[Decision]) -> Iterator[SitingError]:
    for one, other in _pairs(locks, lambda lock: lock.project_id):
        yield _clash(
            f"项目 {one.project_id} 锁定在两个地块上",
            f"project '{one.project_id}' is locked to two sites",
            one, other,
        )  # fmt: skip


def _locked_twice(locks: Sequence[Decision]) -> Iterator[SitingError]:
    for one, other in _pairs(locks, lambda lock: lock.site):
        yield _clash(
            f"地块 {one.site} 锁定给两个项目",
            f"site '{one.site}' is locked for two projects",
            one, other,
        )  # fmt: skip


def _sold_twice(sold: Sequence[Decision]) -> Iterator[SitingError]:
    for one, other in _pairs(sold, lambda sale: sale.site):
        yield _clash(
            f"地块 {one.site} 供给了两家",
            f"site '{one.site}' is sold to two holders",
            one, other,
        )  # fmt: skip


def _wanted_and_refused(
    wanted: Sequence[Decision], refused: Sequence[Decision]
) -> Iterator[SitingError]:
    for one, other in _meeting(wanted, refused, _project_and_site):
        yield _clash(
            f"地块 {one.site} 对项目 {one.project_id} 既同意（锁定）又拒绝",
            f"site '{one.site}' is both given to project '{one.project_id}' and refused",
            one, other,
        )  # fmt: skip


def _sold_to_others(wanted: Sequence[Decision], sold: Sequence[Decision]) -> Iterator[SitingError]:
    for one, other in _meeting(wanted, sold, lambda decision: decision.site):
        if one.project_id != other.project_id:
            yield _clash(
                f"地块 {one.site} 给了项目 {one.project_id}，又已供他人",
                f"site '{one.site}' is given to project '{one.project_id}', and sold to another",
                one, other,
            )  # fmt: skip


def _sold_and_refused(
    sold: Sequence[Decision], refused: Sequence[Decision]
) -> Iterator[SitingError]:
    for one, other in _meeting(sold, refused, _project_and_site):
        if one.project_id:
            yield _clash(
                f"地块 {one.site} 已供项目 {one.project_id}，又拒绝",
                f"site '{one.site}' is sold to project '{one.project_id}', and refused to it",
                one, other,
            )  # fmt: skip


def _project_and_site(decision: Decision) -> tuple[str, str]:
    return decision.project_id, decision.site


def _meeting(
    left: Sequence[Decision], right: Sequence[Decision], key: Callable[[Decision], Hashable]
) -> Iterator[tuple[Decision, Decision]]:
    """Yield each of the left with the first of the right that has the same key."""
    first: dict[Hashable, Decision] = {}
    for decision in right:
        first.setdefault(key(decision), decision)
    for decision in left:
        if key(decision) in first:
            yield decision, first[key(decision)]


def _pairs(
    decisions: Sequence[Decision], key: Callable[[Decision], str]
) -> Iterator[tuple[Decision, Decision]]:
    """Yield the first decision of each key with each later one that says otherwise."""
    first: dict[str, Decision] = {}
    for decision in decisions:
        one = first.setdefault(key(decision), decision)
        if (one.project_id, one.site) != (decision.project_id, decision.site):
            yield one, decision


def _clash(zh: str, en: str, one: Decision, other: Decision) -> ReadError:
    rows = "; ".join(
        f"{each.decided} {each.project_id or '—'} = {each.site} ({each.source})"
        for each in (one, other)
    )
    return ReadError(
        say(zh, en),
        where=Where(file=one.source),
        expected=say("互不矛盾的决定", "decisions that can all hold"),
        found=rows,
        next_step=say("删去已不算数的一条", "delete the one that no longer holds"),
    )
