"""Which projects a separation rule means: those of its uses, and those that may be of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import IntEnum

from siting.city import SeparationSpec
from siting.model import Project, Text

#: So many projects are named in a note.
NAMED = 5


class Member(IntEnum):
    """Whether a project is one that a rule means. What may be one counts as one."""

    NO = 0
    MAYBE = 1
    YES = 2


def use_of(project: Project) -> str:
    """Return the code of what a project is for, or as much of it as the ledger tells.

    Of several wanted uses that is what their codes begin with in common; empty where nothing is
    known.
    """
    letters = zip(*project.demand.uses, strict=False)
    common = itertools.takewhile(lambda each: len(set(each)) == 1, letters)
    return project.use or "".join(each[0] for each in common)


def member_of(use: str, prefixes: Sequence[str]) -> Member:
    """Return whether a use is one of some prefixes of codes; no prefix asks for nothing.

    ``MAYBE`` where the use is unknown, or told less closely than the rule: 10 may be 1001.

    Examples
    --------
    >>> [member_of(use, ("1001",)).name for use in ("100101", "10", "", "1101")]
    ['YES', 'MAYBE', 'MAYBE', 'NO']
    """
    if not prefixes or use.startswith(tuple(prefixes)):
        return Member.YES
    return Member.MAYBE if any(prefix.startswith(use) for prefix in prefixes) else Member.NO


def use_notes(projects: Sequence[Project], specs: Sequence[SeparationSpec]) -> tuple[Text, ...]:
    """Return what separation rules take to be so of projects because nothing tells.

    Parameters
    ----------
    projects
        Those of the plan, and those that already stand.
    specs
        The rules; without any there is nothing to say.
    """
    notes = [note for spec in specs for note in _taken_for_members(projects, spec)]
    systems = sorted({project.code_system for project in projects if use_of(project)})
    if specs and len(systems) > 1:
        named = ", ".join(system or "（未声明 / none declared）" for system in systems)
        notes.append(
            Text(
                f"各项目的用途代码分属不同分类（{named}），间隔规则按代码原文比对，请核实",
                f"uses of projects are codes of different systems ({named}): separation rules "
                "compare them as they are written; check them",
            )
        )
    return tuple(notes)


def _taken_for_members(projects: Sequence[Project], spec: SeparationSpec) -> tuple[Text, ...]:
    doubtful = sorted(
        project.id
        for project in projects
        if Member.MAYBE
        in {member_of(use_of(project), spec.uses), member_of(use_of(project), spec.from_uses)}
    )
    if not doubtful:
        return ()
    count = len(doubtful)
    named = ", ".join(doubtful[:NAMED])
    more_zh, more_en = (" 等", ", …") if count > NAMED else ("", "")
    zh, en = spec.title.get("zh"), spec.title.get("en")
    return (
        Text(
            f"间隔规则“{zh}”：{count} 个项目的用途未知或不够细，按可能属于该类处理"
            f"（{named}{more_zh}）",
            f"separation '{en}': the use of {count} project(s) is unknown or not told closely "
            f"enough; the rule is held against them as if they were meant ({named}{more_en})",
        ),
    )
