"""Decisions from tables and from options of a command, held against the ledger and each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from siting.config import raise_collected
from siting.errors import ConfigError, ReadError, SitingError, Where, nearest
from siting.load.words import say
from siting.model import Project
from siting.planning.contradictions import contradictions
from siting.planning.decisions import Mention, Replies
from siting.planning.records import Decided, Decision


def spoken_decisions(
    *, locks: Sequence[str] = (), refusals: Sequence[str] = (), sold: Sequence[str] = ()
) -> tuple[Decision, ...]:
    """Return what options of a command decide.

    Parameters
    ----------
    locks, refusals
        ``PROJECT=SITE`` each.
    sold
        ``SITE``, or ``SITE=PROJECT`` where a project of the ledger has bought it.

    Raises
    ------
    ConfigError, ProblemsError
        With every text that is of another form.
    """
    problems: list[SitingError] = []
    found: list[Decision] = []
    for decided, option, texts in (
        (Decided.LOCK, "--lock", locks),
        (Decided.REFUSED, "--refuse", refusals),
        (Decided.SOLD, "--sold", sold),
    ):
        for text in texts:
            left, between, right = (part.strip() for part in text.partition("="))
            is_sold = decided is Decided.SOLD
            if not left or (between and not right) or not (right or is_sold):
                problems.append(_misspelt(option, text, is_sold=is_sold))
                continue
            site, project_id = (left, right) if is_sold else (right, left)
            found.append(Decision(decided, site, project_id, source=option))
    raise_collected(say("选项有误", "options that cannot be used"), problems)
    return tuple(found)


def _misspelt(option: str, text: str, *, is_sold: bool) -> ConfigError:
    return ConfigError(
        say(f"{option} 的写法不对", f"{option} is not written as it should be"),
        where=Where(file=option),
        expected="SITE, SITE=PROJECT" if is_sold else "PROJECT=SITE",
        found=text,
        next_step=say("更正该选项", "correct the option"),
    )


def settle(replies: Replies, projects: Sequence[Project]) -> Replies:
    """Return the replies with each project by its id and each decision once.

    Raises
    ------
    ReadError, ProblemsError
        With every project that is not in the ledger (the nearest is named) and all
        contradictions: a site locked and refused, a project locked to two sites, a site
        locked for two projects, land sold twice or locked for somebody else.
    """
    names = {alias: project.id for project in projects for alias in project.aliases}
    names |= {project.id: project.id for project in projects}
    problems = list(_unknown(replies, names))
    if not problems:
        replies = _by_id(replies, lambda project_id: names.get(project_id, project_id))
        agreed = [(mention.project_id, mention.site, mention.source) for mention in replies.agreed]
        problems = contradictions(replies.decisions, agreed)
    raise_collected(say("决定不能用", "decisions that cannot be used"), problems)
    return replies


def _unknown(replies: Replies, names: Mapping[str, str]) -> Iterator[SitingError]:
    # a row without a decision may be anything, also a line below the table
    rows: tuple[Decision | Mention, ...] = (*replies.decisions, *replies.agreed)
    for row in rows:
        if row.project_id and row.project_id not in names:
            yield ReadError(
                say(
                    f"台账中没有项目 {row.project_id}",
                    f"no project '{row.project_id}' in the ledger",
                ),
                where=Where(file=row.source),
                expected=say("台账中的项目代码或曾用编号", "an id of the ledger, or an alias"),
                found=row.project_id,
                next_step=nearest(row.project_id, names)
                or say("更正项目代码", "correct the project"),
            )


def _by_id(replies: Replies, name: Callable[[str], str]) -> Replies:
    """Return the replies under the projects' own ids; what two tables say alike counts once."""
    decisions: dict[tuple[Decided, str, str], Decision] = {}
    for row in replies.decisions:
        own = replace(row, project_id=name(row.project_id))
        decisions.setdefault((own.decided, own.project_id, own.site), own)
    return Replies(
        tuple(decisions.values()),
        tuple(replace(row, project_id=name(row.project_id)) for row in replies.agreed),
        tuple(replace(row, project_id=name(row.project_id)) for row in replies.unanswered),
    )
