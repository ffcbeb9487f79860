"""What the terminal shows of a report and of searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from siting.cli.outlook import band_lines, near_text, way_lines, word
from siting.report.wording import OUTCOMES, SEVERITIES

if TYPE_CHECKING:
    from siting.areas import AreaRow
    from siting.model import (
        Finding,
        FunnelStep,
        NearMiss,
        RedLineResult,
        Report,
        RuleSummary,
        Search,
        Standing,
        Verdict,
    )

#: Colours of outcomes on a terminal.
_COLOURS = {
    "conflict": "red",
    "review": "magenta",
    "incomplete": "yellow",
    "near": "blue",
    "clear": "green",
}
_MU_M2 = 10_000 / 15


def area_text(area_m2: float, language: str) -> str:
    """Return an area in hectares and mu."""
    units = ("ha", "mu") if language == "en" else ("公顷", "亩")
    return f"{area_m2 / 10_000:,.4f} {units[0]} ({area_m2 / _MU_M2:,.2f} {units[1]})"


def report_lines(report: Report, language: str, *, is_detailed: bool = False) -> Iterator[str]:
    """Yield the report as a linter would print it: worst red lines first.

    ``is_detailed`` adds, per red line, error bands, what each line blocks alone, and the path.
    """
    from siting.model import Outcome

    yield _head(report, language)
    yield from _unusable_layers(report, language)
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        verdicts.setdefault(verdict.red_line_id, []).append(verdict)
    findings = {finding.id: finding for finding in report.findings}
    rules = {rule.code: rule for rule in report.rules}
    names = {project.id: project.name for project in report.projects}
    order = list(Outcome)
    ranked = sorted(
        report.results,
        key=lambda r: (order.index(r.outcome), -r.conflict_area_m2, r.red_line.id),
    )
    for result in ranked:
        outcome = str(result.outcome)
        label = click.style(OUTCOMES[outcome].get(language), fg=_COLOURS[outcome], bold=True)
        area_m2 = (
            result.area_m2 if report.area_of_record == "planar" else result.area_ellipsoidal_m2
        )
        name = names.get(result.red_line.project_id, "")
        missing = ""
        if result.is_incomplete and outcome != "incomplete":
            missing = word(("，且未查全", ", and incomplete"), language)
        yield f"\n{result.red_line.id} {name} [{label}{missing}] {area_text(area_m2, language)}"
        for note in result.red_line.notes:
            yield f"    ~ {note}"
        for verdict in verdicts.get(result.red_line.id, []):
            yield from _verdict_lines(verdict, findings, rules, language)
            if is_detailed:
                yield from band_lines(verdict, findings, language)
        yield from _ladder_lines(result, rules, language)
        if is_detailed:
            yield from way_lines(result, rules, language)
    yield from _refused(report, language)
    yield ""
    yield summary_line(report, language)


def _head(report: Report, language: str) -> str:
    return (
        f"{report.city.get(language)} · {report.rule_book} · {report.crs} · {report.as_of} · "
        + word(
            (f"面积以{_of_record(report)[0]}为准", f"{_of_record(report)[1]} area of record"),
            language,
        )
    )


def _of_record(report: Report) -> tuple[str, str]:
    names = {
        "planar": ("平面面积", "planar"),
        "ellipsoidal": ("椭球面积（测地线法）", "ellipsoidal (geodesic)"),
        "ellipsoidal_trapezoid": ("椭球面积（梯形法）", "ellipsoidal (official trapezoids)"),
    }
    return names[report.area_of_record]


def _unusable_layers(report: Report, language: str) -> Iterator[str]:
    for entry in report.inputs:
        status, refused = str(entry.contract.status), entry.contract.rows_refused
        name = f"{entry.name} ({entry.title.get(language)})"
        if status == "failed":
            label = click.style(word(("图层未通过", "layer refused"), language), fg="yellow")
            yield f"{label} {name}: " + "; ".join(entry.contract.problems)
        elif status == "short":
            label = click.style(word(("图层缺行", "layer short of rows"), language), fg="yellow")
            reasons = dict.fromkeys(each.reason for each in entry.contract.refusals)
            yield f"{label} {name}: {refused} · " + "; ".join(reasons)


def _verdict_lines(
    verdict: Verdict,
    findings: dict[str, Finding],
    rules: dict[str, RuleSummary],
    language: str,
) -> Iterator[str]:
    status = str(verdict.status)
    severity = SEVERITIES[str(verdict.severity)].get(language)
    title = rules[verdict.code].title.get(language)
    if status in {"conflict", "exception_may_apply"}:
        mark = "✗" if status == "conflict" else "!"
        for finding_id in verdict.finding_ids:
            finding = findings[finding_id]
            yield f"  {mark} {severity} {verdict.code} {finding.message.get(language)}"
        if status == "exception_may_apply":
            text = "; ".join(findings[verdict.finding_ids[0]].exceptions)
            yield "      " + word(("可能适用例外：", "an exception may apply: "), language) + text
        yield f"      → {rules[verdict.code].route.text.get(language)}"
    elif status == "near" or (status == "not_checked" and verdict.near is not None):
        # what was not wholly checked may still be known to be near
        distance = f"{verdict.distance_m or 0.0:,.2f} m{near_text(verdict)}"
        yield f"  ~ {word(('临近', 'near'), language)} {verdict.code} {title} {distance}"
    elif status == "consult":
        office = rules[verdict.code].route.office.get(language)
        yield f"  ✉ {word(('须征求意见', 'consult'), language)} {verdict.code} {title}: {office}"
    for gap in verdict.gaps:
        yield f"  ? {word(('未查', 'not checked'), language)} {verdict.code} {gap.get(language)}"
    for note in verdict.notes:
        if status != "consult":
            yield f"      {note.get(language)}"


def _ladder_lines(
    result: RedLineResult, rules: dict[str, RuleSummary], language: str
) -> Iterator[str]:
    """Yield what each rule takes when each m² counts once; a single rule says it already."""
    from siting.areas import ladder_table

    table = ladder_table(result.ladder_m2, conflict_area_m2=result.conflict_area_m2)
    if len(table.rows) < 2:
        return
    lead = ("每平方米只计一次（平面）：合计", "each m² once (planar): in all")
    yield f"  = {word(lead, language)} {_row_text(table.total, language)}"
    for row in table.rows:
        title = rules[row.name].title.get(language)
        yield f"      {row.name} {title}: {_row_text(row, language)}"


def _row_text(row: AreaRow, language: str) -> str:
    units = ("ha", "mu") if language == "en" else ("公顷", "亩")
    return f"{row.area_m2:,} m² · {row.area_ha:,} {units[0]} · {row.area_mu:,} {units[1]}"


def _refused(report: Report, language: str) -> Iterator[str]:
    for refusal in report.refused_red_lines:
        label = click.style(word(("红线未能读入", "red line refused"), language), fg="yellow")
        yield f"\n{label} {refusal.feature_id}: {refusal.reason}"


def summary_line(report: Report, language: str) -> str:
    """Return one line of counts."""
    from siting.report import summary

    counts = summary(report)
    parts = [f"{text.get(language)} {counts[key]}" for key, text in OUTCOMES.items()]
    lead = word((f"{counts['red_lines']} 条红线：", f"{counts['red_lines']} red lines: "), language)
    gaps, layers, refused = (
        counts[key] for key in ("incomplete_in_all", "layers", "layers_not_usable")
    )
    tail = word(
        (
            f"；未查全共 {gaps}；图层 {layers} 个，未通过 {refused} 个",
            f"; incomplete in all {gaps}; {layers} layers, {refused} not usable",
        ),
        language,
    )
    return lead + " · ".join(parts) + tail


def search_lines(searches: Sequence[Search], names: dict[str, str], language: str) -> Iterator[str]:
    """Yield each project's suggestions, or its funnel and what blocks it."""
    for search in searches:
        yield f"\n{search.project_id} {names.get(search.project_id, '')}"
        if search.note is not None:
            yield f"    {search.note.get(language)}"
        yield from _suggestion_lines(search, language)
        if not search.suggestions:
            yield from _funnel_lines(search.funnel, language)
        if search.blocked_by is not None:
            yield f"  ✗ {search.blocked_by.get(language)}"
        if search.nearest is not None:
            yield from _nearest_lines(search.nearest, language)


def _funnel_lines(steps: Sequence[FunnelStep], language: str) -> Iterator[str]:
    for step in steps:
        line = f"    {step.remaining:>7,}  {step.title.get(language)}"
        if step.remaining_if_lifted:
            floor = word(("至少 ", "at least "), language) if step.is_at_least else ""
            lifted = f"{floor}{step.remaining_if_lifted:,}"
            line += word((f"（放宽后 {lifted}）", f" ({lifted} if lifted)"), language)
        yield line
        yield from (f"             {each.text.get(language)}" for each in step.relaxations)


def _nearest_lines(nearest: NearMiss, language: str) -> Iterator[str]:
    site = nearest.site
    head = word(("最接近可选", "nearest to feasible"), language)
    yield f"  ≈ {head}: {site.id} {area_text(site.area_m2, language)}"
    yield f"    {nearest.why.get(language)}"


def _suggestion_lines(search: Search, language: str) -> Iterator[str]:
    """Yield the sites; those whose land must first be acquired under a heading of their own."""
    standings = {} if search.ranking is None else search.ranking.by_site
    apart = [suggestion for suggestion in search.suggestions if suggestion.must_acquire]
    for suggestion in search.suggestions:
        if apart and suggestion is apart[0]:
            head = (f"须先征收或收回（{len(apart)} 处）：", f"to be acquired first ({len(apart)}):")
            yield f"  {word(head, language)}"
        site = suggestion.site
        yield (
            f"  {suggestion.rank}. {site.id} {area_text(site.area_m2, language)} "
            f"{suggestion.score:.2f}  {suggestion.why.get(language)}"
        )
        if site.id in standings:
            yield from _standing_lines(standings[site.id], language)
    if search.ranking is not None:
        rests_on = word(("排名稳度的前提：", "how sure the ranks are rests on: "), language)
        yield f"  ± {rests_on}{search.ranking.spread.get(language)}"


def _standing_lines(standing: Standing, language: str) -> Iterator[str]:
    """Yield how sure the place of a site is, and why it stands behind the one before it."""
    yield f"     {standing.text.get(language)}"
    if standing.behind is not None:
        yield f"     {standing.behind.text.get(language)}"


def is_clean(report: Report) -> bool:
    """True when no red line has a finding, a gap or a refusal (status 0 of ``check``).

    Where no red line was checked, nothing is clean.
    """
    if report.refused_red_lines or report.findings or not report.results:
        return False
    return all(
        str(result.outcome) in {"clear", "near"} and not result.is_incomplete
        for result in report.results
    )
