"""What a report says of the city's plan: a part for all of it, and a section for each project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from siting.areas import area_table
from siting.model import SQUARE_METRES_PER_HECTARE, Option, Text
from siting.planning import CityPlan, Listener, PlanRow, QuotaUse, Scenario
from siting.planning.hearing import NO_POINTS
from siting.planning.phrases import (
    amount_name,
    amount_text,
    decision_text,
    deductions_text,
    kind_text,
    proof_text,
    quota_name,
)
from siting.sheets.gather import in_units
from siting.sheets.planned import LINES, Told
from siting.sheets.records import Row
from siting.sheets.table import name_of
from siting.sheets.words import sentences, word

Block = dict[str, Any]
#: What a bar shows at most of a quota of which something is left.
_NEVER_FULL = 0.985


def plan_part(
    told: Told, rows: Sequence[Row], *, has_mu: bool, scenarios: Sequence[Scenario] | None
) -> Block:
    """Return the part of a report about the plan of the city, as far as its scope may read it.

    Parameters
    ----------
    rows
        The rows that the report is about; the numbers are theirs.
    has_mu
        Whether land is counted in 亩 as well.
    scenarios
        Of the plan; None where the report is about some projects alone: then no counts, quotas,
        decisions and scenarios are told.
    """
    part = _Part(told, tuple(_once(rows)), has_mu=has_mu)
    blocks = [part.head(), *([] if scenarios is None else [part.classes()])]
    blocks += [part.placed(), part.unplaced(), part.left_out()]
    if scenarios is not None:
        blocks += [*part.quotas(), *part.around()]
        blocks += [block for each in scenarios for block in part.scenario(each)]
    shown = [each for each in blocks if each.get("rows") or each.get("items")]
    title = word("plan", told.language)
    return {"title": title, "level": 1, "new_page": True, "blocks": shown}


def _once(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the first row of each project."""
    seen = set()
    for row in rows:
        if row.project_id not in seen:
            seen.add(row.project_id)
            yield row


class _Part:
    """The tables of a plan."""

    def __init__(self, told: Told, rows: tuple[Row, ...], *, has_mu: bool) -> None:
        self._told, self._rows, self._has_mu = told, rows, has_mu

    @property
    def _language(self) -> str:
        return self._told.language

    def _say(self, text: Text) -> str:
        return text.get(self._language)

    def _table(self, title: str, columns: Sequence[tuple[str, float, str]], rows: object) -> Block:
        """Return a table; of a column its heading, its width and where its cells stand."""
        return {
            "kind": "rows", "title": title, "rows": rows,
            "head": [word(key, self._language) for key, _, _ in columns],
            "widths": [width for _, width, _ in columns],
            "aligns": [align for _, _, align in columns],
        }  # fmt: skip

    def head(self) -> Block:
        """Return how many are placed, and how good the plan provably is."""
        return {"kind": "lines", "items": [*self._told.facts(), word("plan_note", self._language)]}

    def classes(self) -> Block:
        counts: dict[int, list[int]] = {}
        for row in self._told.own:
            count = counts.setdefault(row.project.priority, [0, 0])
            count[0] += 1
            count[1] += row.option is not None
        rows = [
            [str(level), str(many), str(placed), str(many - placed)]
            for level, (many, placed) in sorted(counts.items())
        ]
        keys = ("class", "projects_of", "placed_of", "unplaced_of")
        columns = [(key, 1.0, "right") for key in keys]
        return self._table("", columns, rows)

    def placed(self) -> Block:
        """Return who gets what: of others' projects no more than the site."""
        rows = [cells for row in self._rows for cells in self._placed(row)]
        units: list[tuple[str, float, str]] = [("m2", 2.2, "right"), ("ha", 1.6, "right")]
        units += [("mu", 1.6, "right")] if self._has_mu else []
        columns: list[tuple[str, float, str]] = [
            ("number", 0.9, "right"), ("project", 3.3, "left"), ("planned_site", 3.8, "left"),
            ("district", 2.3, "left"), *units, ("points", 1.4, "right"), ("regret", 1.3, "right"),
        ]  # fmt: skip
        return self._table(word("plan_placed", self._language), columns, rows)

    def _placed(self, row: Row) -> Iterator[list[str]]:
        told, plan_row = self._told, self._told.rows.get(row.project_id)
        option = plan_row.option if plan_row else None
        if plan_row is None or option is None:
            return
        is_own = told.is_own(row.project_id)
        if not is_own and told.option_here(row.project_id) is None:
            return
        regret = f"{plan_row.regret:.2f}" if is_own and plan_row.regret >= NO_POINTS else ""
        yield [
            str(row.number), name_of(row), self._site(plan_row, option, is_own=is_own),
            told.district(option.site.district), *_areas(option, has_mu=self._has_mu),
            f"{option.points:.2f}", regret,
        ]  # fmt: skip

    def _site(self, row: PlanRow, option: Option, *, is_own: bool) -> str:
        """Return a site with its kind, and whether it was locked or is not that of before."""
        if self._told.option_here(row.project.id) is None:
            return word("plan_elsewhere", self._language)
        if not is_own:
            return option.site.id
        former, moved = self._told.listener.moved(row)
        marks = [
            self._say(kind_text(option)),
            word("plan_locked", self._language) if row.lock is not None else "",
            word("plan_moved", self._language) if former or moved.zh else "",
        ]
        return " · ".join(each for each in (option.site.id, *marks) if each)

    def unplaced(self) -> Block:
        rows = [
            [str(row.number), name_of(row), sentences(why, self._language)]
            for row in self._rows
            for why in (why_unplaced(self._told, row.project_id),)
            if why
        ]
        columns = [("number", 0.9, "right"), ("project", 4.0, "left"), ("plan_why", 12.0, "left")]
        return self._table(word("plan_unplaced", self._language), columns, rows)

    def left_out(self) -> Block:
        left = self._told.listener.left_out
        rows = [
            [str(row.number), name_of(row), self._say(left[row.project_id])]
            for row in self._rows
            if row.project_id in left
        ]
        columns = [("number", 0.9, "right"), ("project", 4.0, "left"), ("plan_why", 12.0, "left")]
        return self._table(word("plan_takes_no_part", self._language), columns, rows)

    def quotas(self) -> Iterator[Block]:
        """Yield each quota as a bar, and how many are with other districts."""
        uses = self._told.listener.quotas
        title = word("plan_quotas", self._language)
        yield {"kind": "bars", "title": title, "items": [self._bar(use) for use in uses]}
        more = len(self._told.plan.quotas) - len(uses)
        if more:
            told = word("plan_quotas_elsewhere", self._language, more)
            yield {"kind": "lines", "title": "" if uses else title, "items": [told]}

    def _bar(self, use: QuotaUse) -> Block:
        spec = use.spec
        share = min(1.0, use.used / spec.limit) if spec.limit > 0 else 1.0
        if use.used < spec.limit:  # never full unless nothing is left
            share = min(share, _NEVER_FULL)
        unknown = share * min(1.0, use.unknown_m2 / use.used) if use.used > 0 else 0.0
        left = spec.limit - use.used
        used, limit, rest = (
            self._amount(each, spec.unit) for each in (use.used, spec.limit, max(left, 0.0))
        )
        lines = [word("plan_used", self._language, used, limit, rest)]
        if left <= 0:
            lines = [word("plan_used_up", self._language, used, limit)]
        if use.unknown_m2:
            amount = self._amount(use.unknown_m2, spec.unit)
            lines.append(word("plan_use_unknown", self._language, amount))
        return {
            "title": quota_name(use, self._language),
            "what": sentences([self._say(amount_name(spec.unit)), spec.basis], self._language),
            "used": round(share - unknown, 4),
            "unknown": round(unknown, 4),
            "figures": sentences(lines, self._language),
        }

    def _amount(self, amount: float, unit: str) -> str:
        if unit == "sites" or self._has_mu:
            return self._say(amount_text(amount, unit))
        return f"{amount / SQUARE_METRES_PER_HECTARE:,.4f} {word('ha', self._language)}"

    def around(self) -> Iterator[Block]:
        """Yield decisions and notes; of those that are with the city alone how many."""
        listener, plan = self._told.listener, self._told.plan
        decided = [decision_text(one, listener.names) for one in listener.decisions]
        for key, texts, count in (
            ("decisions", decided, len(plan.decisions)),
            ("notes", listener.notes, len(plan.notes)),
        ):
            items = [self._say(text) for text in texts]
            more = count - len(items)
            if more:
                items.append(word(f"plan_{key}_elsewhere", self._language, more))
            yield {"kind": "lines", "title": word(f"plan_{key}", self._language), "items": items}

    def scenario(self, scenario: Scenario) -> Iterator[Block]:
        """Yield what a scenario comes to, and what moves in it of the scope's own projects."""
        plan, language = scenario.plan, self._language
        own = [row for row in plan.rows if self._told.is_own(row.project.id)]
        options = [row.option for row in own if row.option is not None]
        name = plan.title.get(language) or plan.scenario
        points = f"{sum(option.points for option in options):,.2f}"
        proof = proof_text(plan).get(language)
        lead = word("scenario_totals", language, len(own), len(options), points, proof)
        moving = self._told.listener.moving(scenario)
        nothing = [] if moving else [word("scenario_still", language)]
        title = word("scenario", language, name)
        yield {"kind": "lines", "title": title, "items": [lead, *nothing]}
        names = {row.project_id: row for row in self._rows}
        rows = [
            [
                name_of(names[one.project_id]) if one.project_id in names else one.project_id,
                word(f"change_{one.change}", language),
                self._place(self._told.plan, one.project_id),
                self._place(plan, one.project_id),
                f"{one.points:+.2f}",
            ]
            for one in moving
        ]
        columns = [
            ("project", 4.2, "left"), ("change_of", 1.8, "left"), ("plan_itself", 3.8, "left"),
            ("in_scenario", 3.8, "left"), ("points_change", 1.6, "right"),
        ]  # fmt: skip
        yield self._table("", columns, rows)

    def _place(self, plan: CityPlan, project_id: str) -> str:
        row = next((row for row in plan.rows if row.project.id == project_id), None)
        if row is None or row.option is None:
            return word("none", self._language)
        if not self._told.subject.is_land_here(row.option.site.geometry):
            return word("plan_elsewhere", self._language)
        return row.option.site.id


def _areas(option: Option, *, has_mu: bool) -> tuple[str, ...]:
    """Return m², 公顷 and 亩 of a site, each rounded by itself as in plan.json."""
    cells = in_units(area_table({"": option.site.area_m2}).total)
    return cells if has_mu else cells[:2]


def why_unplaced(told: Told, project_id: str) -> list[str]:
    """Return why an own project gets no site; nothing of one that has a site or is another's."""
    row = told.rows.get(project_id)
    if row is None or row.option is not None or not told.is_own(project_id):
        return []
    language, listener = told.language, told.listener
    reasons = list(dict.fromkeys(text.get(language) for text in listener.reasons(row)))
    if not reasons:
        unproved = listener.unproved(row).get(language)
        return [unproved or word("plan_reasons_unknown", language)]
    if not row.considered:
        return [word("plan_no_site_at_all", language), *reasons]
    lead = "plan_together" if len(reasons) > 1 else "plan_alone"
    return [word(lead, language), *reasons]


def plan_blocks(told: Told | None, project_id: str, *, has_mu: bool) -> list[Block]:
    """Return what a project's page says of the plan; nothing without one."""
    if told is None:
        return []
    language, row = told.language, told.rows.get(project_id)
    is_own = told.is_own(project_id)
    title = word("plan_section", language)
    if row is None:
        left = told.listener.left_out.get(project_id)
        says = word("plan_not_for", language) if left is None else left.get(language)
        return [{"kind": "lines", "title": title, "items": [says]}] if is_own else []
    if row.option is None:
        items = [*why_unplaced(told, project_id), *_beside(told, row)]
        return [{"kind": "alarm", "title": title, "items": items}] if is_own else []
    if not is_own and told.option_here(project_id) is None:
        return []
    lines = _lines(told, row, row.option) if is_own else []
    return [
        {"kind": "facts", "title": title, "rows": _facts(told, row.option, has_mu=has_mu)},
        *([{"kind": "lines", "items": lines}] if lines else []),
    ]


def _facts(told: Told, option: Option, *, has_mu: bool) -> list[list[str]]:
    """Return a planned site's facts: of one elsewhere, or of another's project, the least."""
    language = told.language
    is_here = told.option_here(option.project_id) is not None
    units = ("m²", word("ha", language), word("mu", language))
    areas = _areas(option, has_mu=has_mu)
    pairs = [(area, unit) for area, unit in zip(areas, units, strict=False)]
    rank = told.rank(option)
    is_line = option.site.kind in LINES
    away = "" if is_line or option.distance_m is None else f"{option.distance_m:,.0f} m"
    found = [
        ("planned_site", option.site.id if is_here else word("plan_elsewhere", language)),
        ("district", told.district(option.site.district)),
        ("area", " · ".join(f"{area} {unit}" for area, unit in pairs)),
        ("points", f"{option.points:.2f}"),
    ]
    if is_here and told.is_own(option.project_id):
        found += [
            ("kind", kind_text(option).get(language)),
            ("plan_choice_of", "" if rank is None else word("plan_choice", language, rank)),
            ("distance", away),
        ]
    return [[word(key, language), value] for key, value in found if value]


def _lines(told: Told, row: PlanRow, option: Option) -> list[str]:
    """Return what is to know of an own project's planned site, and what it gives up for it."""
    language, listener = told.language, told.listener
    if told.option_here(row.project.id) is None:
        regret = word("plan_less", language, f"{row.regret:.2f}")
        lines = [regret if row.regret >= NO_POINTS else "", _acquire(option, language)]
        return [each for each in (*lines, *_beside(told, row)) if each]
    names = listener.names
    lines = [
        deductions_text(option).get(language),
        _regret(listener, row, language),
        _acquire(option, language),
        listener.lock(row).get(language),
    ]
    for codes, key in ((option.remains, "remains"), (option.not_checked, "unchecked")):
        if codes:
            lines.append(word(key, language, names.rules(codes).get(language)))
    if told.subject.drawn_planned(option.site) is None:
        lines.append(word("not_released", language))
    return [each for each in (*lines, *_beside(told, row)) if each]


def _regret(listener: Listener, row: PlanRow, language: str) -> str:
    """Return what a project gives up against its own best site, and who or what has that."""
    if row.regret < NO_POINTS:
        return word("plan_own_best", language)
    best = listener.best(row)
    less = f"{row.regret:.2f}"
    lead = (
        word("plan_less", language, less)
        if best is None
        else word("plan_less_than", language, best.site.id, f"{best.points:.2f}", less)
    )
    because = listener.because(row).get(language)
    return lead + (word("plan_because", language, because) if because else "")


def _acquire(option: Option, language: str) -> str:
    if option.must_acquire is None:
        return word("acquire_unknown", language)
    return word("must_acquire", language) if option.must_acquire else ""


def _beside(told: Told, row: PlanRow) -> list[str]:
    """Return what an own project has with a site or without: moved and why, weighed, notes."""
    language = told.language
    former, moved = told.listener.moved(row)
    why = moved.get(language)
    lines = []
    if former:
        lines.append(sentences([word("plan_former", language, former), why], language))
    elif why:
        lines.append(why)
    if row.considered:
        key = "plan_weighed_of" if row.is_cut_short else "plan_weighed"
        lines.append(word(key, language, row.considered))
    return [*lines, *([row.note.get(language)] if row.note.zh or row.note.en else [])]
