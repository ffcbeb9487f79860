"""The check of a whole city, and of any red lines within it."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyproj
import shapely

from siting.check.features import crosswalks_sha256
from siting.check.memory import Memory
from siting.check.partition import PartResult, check_partition, cut, merge, surroundings
from siting.check.totals import results_of, totals_by_rule
from siting.city import City, OffMapMatter
from siting.engine import run
from siting.measure import EllipsoidalMeasure
from siting.model import (
    Atlas,
    Basis,
    Finding,
    Input,
    Project,
    RedLine,
    RedLineResult,
    Report,
    Route,
    RuleSummary,
    Severity,
    Verdict,
    Way,
)
from siting.overlay import Witness
from siting.rulebook import RuleBook
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.figures import figures_of
from siting.rules.off_map import OffMapRule


@dataclass(frozen=True, slots=True)
class Effort:
    """How a check is done.

    ``workers`` are processes; the report is the same with any number. ``witness`` says which
    overlaps GEOS in two precisions, DE-9IM and the exact oracle are asked about as well:
    ``found``, all that are found; ``doubtful``, those that cannot be told from a touch by their
    proven bound; ``all``, the audit, every pair of a red line and a feature whose boxes meet.
    ``memory`` has what was judged before, and takes in what is new; the report is the same
    with any, and who made it also writes it.
    """

    workers: int = 1
    witness: Witness = "found"
    memory: Memory | None = None


#: One process; every overlap that is found is witnessed.
PLAIN = Effort()


def check(
    atlas: Atlas,
    rule_book: RuleBook,
    *,
    city: City,
    as_of: dt.date,
    red_lines: Sequence[RedLine] | None = None,
    effort: Effort = PLAIN,
) -> Report:
    """Check red lines by every rule in force.

    Parameters
    ----------
    atlas
        What was loaded of the city, in its working CRS.
    rule_book
        The rules.
    city
        For off-map matters, CRS and the area of record.
    as_of
        Picks the rules in force; no clock is read.
    red_lines
        Instead of all red lines of the city; these still see the others as rivals.
    effort
        Processes to use, how much is witnessed, and what was judged before.

    Returns
    -------
    Report
        One verdict per red line and rule that applies to it; see :class:`siting.model.Status`.
    """
    lines = atlas.red_lines if red_lines is None else tuple(red_lines)
    rules = _rules(rule_book, city, as_of)
    around = replace(_around(atlas, rule_book, city, as_of), witness=effort.witness)
    # results go by id: where two red lines share one, nothing is looked up by it
    memory = effort.memory if len({line.id for line in lines}) == len(lines) else None
    effort = replace(effort, memory=memory)
    judged = _judged(_subjects(lines, around), rules, around, effort=effort)
    return Report(
        city=city.name,
        crs=city.crs,
        as_of=as_of,
        rule_book=f"{rule_book.name} {rule_book.version}",
        rule_book_sha256=rule_book.sha256,
        rules=_summaries(rule_book, rules, as_of),
        inputs=_inputs(atlas, rules),
        projects=tuple(sorted(atlas.projects, key=lambda project: project.id)),
        results=_results(lines, judged, rules, atlas=atlas, city=city, memory=memory),
        verdicts=judged.verdicts,
        findings=judged.findings,
        totals_m2=(
            totals_by_rule(judged.findings)
            if memory is None
            else memory.totals(judged.findings, totals_by_rule)
        ),
        area_of_record=city.area_of_record,
        versions=versions(),
        refused_red_lines=atlas.refused_red_lines,
        crosswalks_sha256=crosswalks_sha256(rule_book.crosswalks),
        red_lines_left_out=_left_out(atlas.red_lines, lines),
        witness=effort.witness,
    )


def _judged(
    subjects: Sequence[Subject],
    rules: Sequence[Rule],
    around: Surroundings,
    *,
    effort: Effort,
) -> PartResult:
    """Return all verdicts and findings: those that are known, and the others judged."""
    is_whole = effort.workers <= 1
    if effort.memory is None:
        parts = cut(subjects, rules, around, is_whole=is_whole)
        return merge(run(check_partition, parts, workers=effort.workers), rules)
    recalled = effort.memory.recall(subjects, rules, around)
    asked = recalled.missing.keys() if recalled.verdicts else None
    parts = cut(subjects, rules, around, is_whole=is_whole, asked=asked)
    fresh = merge(run(check_partition, parts, workers=effort.workers), rules)
    effort.memory.keep(recalled, fresh)
    return merge([recalled.as_part(), fresh], rules)


def _results(
    lines: Sequence[RedLine],
    judged: PartResult,
    rules: Sequence[Rule],
    *,
    atlas: Atlas,
    city: City,
    memory: Memory | None,
) -> tuple[RedLineResult, ...]:

    def compute(some: Sequence[RedLine]) -> tuple[RedLineResult, ...]:
        return results_of(
            some,
            judged.verdicts,
            judged.findings,
            rules=rules,
            districts=atlas.district_rows,
            measure=EllipsoidalMeasure(city.crs, city.area_of_record),
        )

    if memory is None:
        return compute(lines)
    districts = atlas.district_rows
    place = [
        city.crs,
        city.area_of_record,
        districts.ids(),
        list(districts.shapes_at(districts.every)),
    ]
    return memory.results(lines, rules, place, compute)


def find_conflicts(
    red_lines: Sequence[RedLine],
    atlas: Atlas,
    rule_book: RuleBook,
    *,
    city: City,
    as_of: dt.date,
    memory: Memory | None = None,
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    """Judge candidate red lines by the same engine, without totals.

    Parameters
    ----------
    red_lines
        Candidates; ``project_id`` says whose rules and exceptions count.
    atlas, rule_book, city, as_of
        As for :func:`check`; the city's own red lines are rivals, those of the
        candidate's own project excepted.
    memory
        Has what was judged before, and takes in what is new; their ids must differ.
    """
    rules = _rules(rule_book, city, as_of)
    around = _around(atlas, rule_book, city, as_of)
    judged = _judged(_subjects(red_lines, around), rules, around, effort=Effort(memory=memory))
    return judged.verdicts, judged.findings


def _rules(rule_book: RuleBook, city: City, as_of: dt.date) -> tuple[Rule, ...]:
    matters = tuple(_off_map_rule(matter) for matter in city.off_map)
    return rule_book.in_force(as_of) + matters


def _off_map_rule(matter: OffMapMatter) -> OffMapRule:
    return OffMapRule(
        code=matter.code,
        title=matter.title,
        severity=Severity.CONSULT,
        basis=Basis(citation=matter.basis or matter.title.get("zh")),
        route=Route(Way.ASK_AUTHORITY, matter.letter, matter.office),
        letter=matter.letter,
    )


def _around(atlas: Atlas, rule_book: RuleBook, city: City, as_of: dt.date) -> Surroundings:
    around = surroundings(
        atlas.layers,
        atlas.red_lines,
        atlas.projects,
        as_of=as_of,
        crs=city.crs,
        crosswalks=rule_book.crosswalks,
    )
    return replace(around, area_of_record=city.area_of_record)


def _subjects(red_lines: Sequence[RedLine], around: Surroundings) -> list[Subject]:
    return [
        Subject(
            red_line,
            around.projects.get(red_line.project_id) or _unknown(red_line),
            is_known=red_line.project_id in around.projects,
        )
        for red_line in red_lines
    ]


def _unknown(red_line: RedLine) -> Project:
    """A red line without a ledger entry is checked all the same, by every rule."""
    return Project(id=red_line.project_id or red_line.id, name=red_line.project_id or red_line.id)


def _summaries(
    rule_book: RuleBook, rules: Sequence[Rule], as_of: dt.date
) -> tuple[RuleSummary, ...]:
    known = {rule.code for rule in rule_book.rules}
    off_map = [rule for rule in rules if rule.code not in known]
    return tuple(
        RuleSummary(
            code=rule.code,
            kind=rule.kind,
            title=rule.title,
            severity=rule.severity,
            basis=rule.basis,
            needs=rule.needs,
            reach_m=rule.reach_m,
            route=rule.route,
            in_force=rule.basis.is_in_force(as_of),
            exceptions=tuple(exemption.sentence() for exemption in rule.exceptions),
            figures=figures_of(rule),
        )
        for rule in (*rule_book.rules, *off_map)
    )


def _left_out(city_lines: Sequence[RedLine], checked: Sequence[RedLine]) -> int:
    asked = {(line.id, line.project_id) for line in checked}
    return sum((line.id, line.project_id) not in asked for line in city_lines)


def _inputs(atlas: Atlas, rules: Sequence[Rule]) -> tuple[Input, ...]:
    needed = {role for rule in rules for role in rule.needs}
    return tuple(
        Input(
            name=layer.name,
            role=layer.role,
            title=layer.title,
            source=layer.source,
            contract=layer.contract,
            coverage=layer.coverage_text,
            release=layer.release,
            content_sha256=layer.content_sha256,
            code_system=layer.code_system,
            part_of=layer.part_of,
            coverage_area=layer.coverage,
            rows=layer.features if layer.role in needed else None,
        )
        for layer in sorted(atlas.layers, key=lambda layer: layer.name)
    )


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    return {
        "siting": importlib.metadata.version("siting"),
        "shapely": shapely.__version__,
        "geos": ".".join(str(part) for part in shapely.geos_version),
        "pyproj": pyproj.__version__,
        "proj": pyproj.proj_version_str,
    }
