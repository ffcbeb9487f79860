"""The city's plan as one page may tell it: sites, reasons, quotas, and what scenarios move.

What that is says :mod:`siting.planning.hearing`: the city's page tells all of it, a district's has
what it may read, and counts the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from siting.mapping.background import Payload, pair
from siting.mapping.shapes import encode, label_points
from siting.mapping.subject import Subject
from siting.model import KIND_NAMES, Option, Site, Text
from siting.planning import CityPlan, Listener, Placed, PlanRow, QuotaUse, Scenario
from siting.planning.hearing import NO_POINTS
from siting.planning.phrases import DEDUCTION_NAMES, amount_name, decision_text, proof_text

#: The unit of a quota that is no area.
_SITES = "sites"


def plan_payload(subject: Subject) -> Payload | None:
    """Return the plan with its scenarios as the page carries it; None without a plan.

    ``views`` has the plan itself and then the scenarios: of a scenario only the rows that differ
    from the plan's own (None for a project that it does not have). ``sites`` are told once,
    whoever has them; one that may not be drawn on this page has neither ``shape`` nor ``at``.
    """
    planned = subject.planned
    if planned is None:
        return None
    book = _Book(subject)
    base, told = _told(subject, planned.plan, book)
    views = [{**told, "rows": base, "moves": []}]
    for scenario in planned.scenarios:
        rows, told = _told(subject, scenario.plan, book)
        moves = _moves(subject.listener(scenario.plan), scenario)
        views.append({**told, "rows": _otherwise(base, rows), "moves": moves})
    causes = {cause for view in planned.plans for row in view.placed for cause in _causes(row)}
    return {
        "numbers": _numbers(subject),
        "kinds": {kind: pair(name) for kind, name in KIND_NAMES.items() if kind in book.kinds},
        "causes": {name: pair(title) for name, title in DEDUCTION_NAMES.items() if name in causes},
        "titles": _titles(subject),
        "sites": book.rows(),
        "texts": book.texts(),
        "views": views,
    }


def _titles(subject: Subject) -> dict[str, list[str]]:
    """Return what codes of planned sites are called that are no rules of the report."""
    if subject.planned is None:
        return {}
    titles = subject.planned.plan.origin.titles
    return {code: pair(titles[code]) for code in sorted(titles) if code not in subject.rules}


def _causes(row: PlanRow) -> Mapping[str, float]:
    return row.option.deductions if row.option else {}


def _numbers(subject: Subject) -> dict[str, int]:
    """Return the number of each shown project: its place in the city's plan, on every page."""
    if subject.planned is None:
        return {}
    ids = list(dict.fromkeys(row.project.id for plan in subject.planned.plans for row in plan.rows))
    return {name: at for at, name in enumerate(ids, 1) if name in subject.projects}


@dataclass(eq=False)
class _Book:
    """The sites and the sentences of the page, each told once: a number for each."""

    subject: Subject
    kinds: set[str] = field(default_factory=set)
    _texts: dict[Text, int] = field(default_factory=dict)
    _found: dict[tuple[str, bytes], tuple[int, Site]] = field(default_factory=dict)

    def place(self, site: Site) -> int:
        """Return the number of a site, a new one where it was not told yet."""
        key = (site.id, site.geometry.wkb)
        self.kinds.update(str(kind) for kind in (site.kind, *site.classes))
        return self._found.setdefault(key, (len(self._found), site))[0]

    def say(self, text: Text) -> int | None:
        """Return the number of a sentence; None for one without words."""
        if not text.zh and not text.en:
            return None
        return self._texts.setdefault(text, len(self._texts))

    def texts(self) -> list[list[str]]:
        """Return all sentences in the order of their numbers."""
        return [pair(text) for text in self._texts]

    def rows(self) -> list[Payload]:
        """Return all sites in the order of their numbers."""
        sites = [site for _, site in self._found.values()]
        outlines: list[BaseGeometry | None] = [self.subject.drawn_planned(site) for site in sites]
        crs, coarse_m = self.subject.city.crs, self.subject.detail.outlines_m
        shapes = encode(outlines, crs, simplified_m=coarse_m)
        drawn = zip(sites, shapes, label_points(outlines, crs), strict=True)
        return [
            {
                "id": site.id,
                "kind": str(site.kind),
                "classes": [str(kind) for kind in site.classes if kind is not site.kind],
                "district": self.subject.district_code(site.district),
                "area": round(site.area_m2, 2),
                "shape": shape,
                "at": at,
            }
            for site, shape, at in drawn
        ]


def _told(subject: Subject, plan: CityPlan, book: _Book) -> tuple[dict[str, Payload], Payload]:
    """Return the rows of a plan that the page may tell, by project id, and its head."""
    told = subject.listener(plan)
    rows: dict[str, Payload] = {}
    for row in plan.rows:
        placed = told.seen(row)
        if placed is not None:
            rows[row.project.id] = _placed(subject, placed, book, told)
        elif row.option is None and told.is_own(row.project.id):
            rows[row.project.id] = {**_without(row, book, told), **_beside(row, book, told)}
    return rows, _view(told)


def _placed(subject: Subject, placed: Placed, book: _Book, told: Listener) -> Payload:
    row, option = placed.row, placed.option
    if not placed.is_own:
        return {"site": book.place(option.site), "points": _points(option.points)}
    if not placed.is_here:
        return {**_elsewhere(subject, row, option), **_beside(row, book, told)}
    return {
        "site": book.place(option.site),
        **_figures(row, option),
        **_given(
            best=_best(row, told),
            because=book.say(told.because(row)),
            lock=book.say(told.lock(row)),
        ),
        **_beside(row, book, told),
    }


def _best(row: PlanRow, told: Listener) -> list[object] | None:
    """Return name and points of an own project's best site, where it has another."""
    best = told.best(row)
    if best is None or row.regret < NO_POINTS:
        return None
    return [best.site.id, round(best.points, 2)]


def _points(points: float) -> float:
    return round(float(points), 2)


def _elsewhere(subject: Subject, row: PlanRow, option: Option) -> Payload:
    """Return that a project is planned in another district, as of an offer there."""
    return {
        "away": [subject.district_code(option.site.district), round(option.site.area_m2, 2)],
        "points": _points(option.points),
        **_given(acquire=option.must_acquire or None, regret=_regret(row)),
    }


def _regret(row: PlanRow) -> float | None:
    return _points(row.regret) if row.regret >= NO_POINTS else None


def _figures(row: PlanRow, option: Option) -> Payload:
    """Return what an own project's planned site counts, and what is to know of it."""
    taken = {cause: points for cause, points in option.deductions.items() if points}
    return {
        "points": _points(option.points),
        "acquire": option.must_acquire,
        **_given(
            score=_points(option.score) if taken else None,
            less=[[cause, _points(points)] for cause, points in taken.items()],
            regret=_regret(row),
            remains=list(option.remains),
            unchecked=list(option.not_checked),
            distance=None if option.distance_m is None else round(option.distance_m, 1),
            of=row.considered,
            cut=row.is_cut_short,
        ),
    }


def _without(row: PlanRow, book: _Book, told: Listener) -> Payload:
    return {
        "site": None,
        "proved": row.blocks is not None,
        **_given(
            reasons=[book.say(text) for text in told.reasons(row)],
            why=book.say(told.unproved(row)),
            of=row.considered or None,
            cut=row.is_cut_short,
        ),
    }


def _beside(row: PlanRow, book: _Book, told: Listener) -> Payload:
    """Return what an own project has besides, with a site or without: notes, a former site."""
    former, moved = told.moved(row)
    return _given(note=book.say(row.note), former=former, moved=book.say(moved))


def _given(**values: object) -> Payload:
    """Return the values that say something: the page takes the others as said."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value not in ("", [])
    }


def _otherwise(base: Mapping[str, Payload], rows: Mapping[str, Payload]) -> Mapping[str, object]:
    """Return the rows that differ from the plan's own; None for those that it alone has."""
    changed: dict[str, object] = {name: row for name, row in rows.items() if base.get(name) != row}
    return changed | {name: None for name in base if name not in rows}


def _moves(told: Listener, scenario: Scenario) -> list[list[object]]:
    """Return project, change and points gained of what moves and may be told here."""
    return [[one.project_id, str(one.change), _points(one.points)] for one in told.moving(scenario)]


def _view(told: Listener) -> Payload:
    """Return the head of a plan or scenario: counts of the scope, quotas, what is told of it."""
    plan = told.plan
    own = [row for row in plan.rows if told.is_own(row.project.id)]
    classes: dict[int, list[int]] = {}
    for row in own:
        count = classes.setdefault(row.project.priority, [0, 0])
        count[0] += row.option is not None
        count[1] += 1
    return {
        "name": plan.scenario,
        "title": pair(plan.title),
        "proof": pair(proof_text(plan)),
        "isProved": plan.is_proved,
        "points": _points(sum(row.option.points for row in own if row.option)),
        "classes": [[level, *classes[level]] for level in sorted(classes)],
        "quotas": [_quota(use) for use in told.quotas],
        "quotasElsewhere": len(plan.quotas) - len(told.quotas),
        "notes": [pair(note) for note in told.notes],
        "notesElsewhere": len(plan.notes) - len(told.notes),
        "decisions": [pair(decision_text(one, told.names)) for one in told.decisions],
        "decisionsElsewhere": len(plan.decisions) - len(told.decisions),
        "leftOut": {name: pair(why) for name, why in told.left_out.items()},
    }


def _quota(use: QuotaUse) -> Payload:
    spec = use.spec
    title = [spec.title.get("zh") or spec.name, spec.title.get("en") or spec.name]
    return {
        "title": title,
        "what": pair(amount_name(spec.unit)),
        "isCount": spec.unit == _SITES,
        "limit": round(spec.limit, 2),
        "used": round(use.used, 2),
        "unknown": round(use.unknown_m2, 2),
        "basis": spec.basis,
    }
