"""The plan for the terminal: at most 100 columns wide, aligned also in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from siting.columns import WIDTH, clean, columns_of, cut, table_lines, wrapped
from siting.load.words import listed
from siting.model import KIND_NAMES, SQUARE_METRES_PER_MU, Option, Text, share_text
from siting.planning import headings as heads
from siting.planning.phrases import Names, decision_text, proof_text, quota_text
from siting.planning.records import CityPlan, Decided, PlanRow, QuotaUse
from siting.planning.wording import is_moved, lock_text, move_text, summary_text, worded

#: Signs of a bar that shows how much of a quota is used.
_BAR = 20
#: So many of the projects that give way most are told in sentences; the table has all.
_TOLD = 10
#: What stands between the pieces of a note, in Chinese and in English.
_BETWEEN = ("；", "; ")
#: The headings of the table of placed projects; those after the sixth are figures.
_HEADS = (
    heads.PROJECT, heads.NAME, heads.SITE, heads.WHAT, heads.DISTRICT, heads.CLASS, heads.MU,
    heads.POINTS, heads.REGRET, heads.ACQUIRE, heads.GAPS,
)  # fmt: skip
_LEFT = 5
#: The columns that are cut where the table is too wide, and what is left of them at least.
_NAME, _SITE, _LEAST = 1, 2, 8


def plan_lines(plan: CityPlan, language: str) -> Iterator[str]:
    """Yield what a plan says, the most urgent first.

    The summary and how good the plan provably is; the placed projects, who gives way most first,
    and why; the others with their reasons; quotas; decisions and what locks cost; what moves.

    Parameters
    ----------
    plan
        Any plan.
    language
        ``zh`` or ``en``.
    """
    plan = worded(plan)
    names = Names(plan)
    yield from _head(plan, language)
    yield from _placed(plan, names, language)
    yield from _unplaced(plan, names, language)
    yield from _quotas(plan, language)
    locked = [row for row in plan.rows if row.lock is not None]
    others = [one for one in plan.decisions if one.decided is not Decided.LOCK]
    yield from _section(heads.DECISIONS, [decision_text(one, names) for one in others], language)
    yield from _section(heads.LOCKS, [lock_text(row, names) for row in locked], language)
    moved = [row for row in plan.rows if is_moved(row)]
    yield from _section(heads.MOVES, [move_text(row, names) for row in moved], language)
    yield from _notes(plan, language)


def _head(plan: CityPlan, language: str) -> Iterator[str]:
    origin = plan.origin
    told = [origin.city.get(language), heads.TITLE.get(language), f"{plan.as_of}"]
    told += [f"{plan.scenario} {plan.title.get(language)}".strip(), origin.rule_book]
    told += [origin.secrecy.get(language)]
    yield from wrapped(clean(" · ".join(text for text in told if text)), indent=2)
    yield from wrapped(clean(summary_text(plan).get(language)), indent=2)
    yield from wrapped(clean(proof_text(plan).get(language)), indent=2)
    for note in plan.notes:
        yield from wrapped(f"! {clean(note.get(language))}", indent=2)


def _by_regret(row: PlanRow) -> tuple[float, str]:
    return -row.regret, row.project.id


def _placed(plan: CityPlan, names: Names, language: str) -> Iterator[str]:
    placed = sorted(plan.placed, key=_by_regret)
    if not placed:
        return
    rows = [[head.get(language) for head in _HEADS]]
    rows += [_cells(row, row.option, names, language) for row in placed if row.option]
    yield ""
    yield from table_lines(_fitted(rows), left=_LEFT)
    losing = [row for row in placed if round(row.regret, 2)][:_TOLD]
    if losing:
        yield ""
    for row in losing:
        yield from wrapped(clean(_sentence(row, names, language)), indent=4)


def _fitted(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with names, then sites, cut to what the terminal has room for."""
    for column in (_NAME, _SITE):
        widths = [max(map(columns_of, cells)) for cells in zip(*rows, strict=True)]
        excess = sum(widths) + len(widths) - 1 - WIDTH
        most = max(widths[column] - max(excess, 0), _LEAST)
        rows = [[*row[:column], cut(row[column], most), *row[column + 1 :]] for row in rows]
    return rows


def _cells(row: PlanRow, option: Option, names: Names, language: str) -> list[str]:
    site = option.site
    acquire = heads.YES if option.must_acquire else heads.NO
    known = acquire if option.must_acquire is not None else Text("?")
    return [
        cut(row.project.id, 14),
        cut(row.project.name, 16),
        cut(site.id, 18),
        cut(KIND_NAMES[site.kind].get(language), 14),
        cut(names.district(site.district), 10),
        str(row.project.priority),
        f"{site.area_m2 / SQUARE_METRES_PER_MU:,.2f}",
        f"{option.points:.2f}",
        f"{row.regret:.2f}",
        known.get(language),
        str(len(option.not_checked)),
    ]


def _sentence(row: PlanRow, names: Names, language: str) -> str:
    lead = ("：", ": ")[language == "en"]
    return f"{names.project(row.project.id)}{lead}{row.why.get(language)}"


def _unplaced(plan: CityPlan, names: Names, language: str) -> Iterator[str]:
    if plan.unplaced:
        yield ""
        yield f"{heads.UNPLACED.get(language)} ({len(plan.unplaced)})"
    for row in plan.unplaced:
        yield from _item(_sentence(row, names, language))
    if not plan.left_out:
        return
    yield ""
    yield f"{heads.LEFT_OUT.get(language)} ({len(plan.left_out)})"
    together: dict[str, list[str]] = {}
    for name, why in sorted(plan.left_out.items()):
        together.setdefault(why.get(language), []).append(name)
    for told, ids in together.items():
        yield from _item(f"{', '.join(ids)}: {told}")


def _notes(plan: CityPlan, language: str) -> Iterator[str]:
    """Yield what is not known of the data of placed projects; the others' sentences have it."""
    between = _BETWEEN[language == "en"]
    found: dict[str, list[str]] = {}
    for row in plan.placed:
        for piece in row.note.get(language).split(between):
            if piece:
                found.setdefault(piece, []).append(row.project.id)
    if found:
        yield ""
        yield heads.NOTES.get(language)
    for piece, ids in sorted(found.items(), key=lambda pair: -len(pair[1])):
        yield from _item(f"{listed(ids)}: {piece}")


def _quotas(plan: CityPlan, language: str) -> Iterator[str]:
    if not plan.quotas:
        return
    yield ""
    yield heads.QUOTAS.get(language)
    for use in plan.quotas:
        yield from _item(f"{_bar(use)} {quota_text(use).get(language)}")


def _bar(use: QuotaUse) -> str:
    """Return how much is used, as a bar that is full only where nothing is left."""
    share = use.used / use.spec.limit if use.spec.limit else 1.0
    full = min(int(share * _BAR), _BAR)
    return f"{'█' * full}{'░' * (_BAR - full)} {share_text(share)}"


def _section(title: Text, texts: list[Text], language: str) -> Iterator[str]:
    if texts:
        yield ""
        yield f"{title.get(language)} ({len(texts)})"
    for text in texts:
        yield from _item(text.get(language))


def _item(text: str) -> Iterator[str]:
    """Yield a text as one entry of a list."""
    for line in wrapped(clean(text), indent=4, width=WIDTH - 2):
        yield f"  {line}"
