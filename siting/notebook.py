"""Reports, searches, suggestions and plans as a notebook shows them: whole without any network.

No script, no style sheet, no picture from elsewhere, and no geometry: a notebook is saved with what
it shows, and handed on. Every text is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from siting.model.display import shown_by

if TYPE_CHECKING:
    from siting.model import RedLineResult, Report, Search, Suggestion, Text
    from siting.planning import CityPlan, PlanRow

#: Rows of a table that are shown; the record has all of them.
MOST_ROWS = 30
_TABLE = "border-collapse:collapse;font-size:13px;margin:6px 0"
_CELL = "padding:3px 8px;border-bottom:1px solid #ddd;text-align:left;vertical-align:top"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"
_BAR = "display:inline-block;height:8px;background:#2b6cb0"

_RED_LINES = (
    "红线 red line", "项目 project", "结论 outcome", "面积 ha", "冲突 ha", "未查全 gaps",
)  # fmt: skip
_CRITERIA = ("指标 criterion", "得分 points", "价值 worth")

Cell = str | float | None


def report_html(report: Report) -> str:
    """Return a report: what it is of, its red lines worst first, what could not be checked."""
    from siting.model import LoadStatus, Outcome
    from siting.report.wording import OUTCOMES

    order = list(Outcome)
    names = {project.id: project.name for project in report.projects}
    ranked = sorted(
        report.results,
        key=lambda one: (order.index(one.outcome), -one.conflict_area_m2, one.red_line.id),
    )
    counts = "　".join(
        f"{_both(OUTCOMES[str(each)])} {sum(one.outcome is each for one in report.results)}"
        for each in Outcome
    )
    rows = [_result(one, names, OUTCOMES[str(one.outcome)]) for one in ranked]
    unusable = [
        f"{each.title.zh or each.name}: {'; '.join(each.contract.problems)}"
        for each in report.inputs
        if each.contract.status is not LoadStatus.PASSED
    ]
    return _block(
        f"{_both(report.city)} · {report.as_of} · {report.rule_book}",
        [
            counts,
            _table(
                _RED_LINES,
                rows,
                numbers={3, 4},
            ),
            _items("未能核查的图层 / layers that could not be used", unusable),
        ],
    )


def _result(one: RedLineResult, names: dict[str, str], outcome: Text) -> tuple[Cell, ...]:
    line = one.red_line
    return (
        line.id,
        f"{line.project_id} {names.get(line.project_id, '')}".strip(),
        _both(outcome),
        one.area_m2 / 10_000,
        one.conflict_area_m2 / 10_000,
        "●" if one.is_incomplete else "",
    )


def suggestion_html(suggestion: Suggestion) -> str:
    """Return a suggested site: its score by criterion, what it settles, what was not checked."""
    site = suggestion.site
    bars = [
        (name, points, f"{suggestion.worths.get(name, 0.0):.2f}")
        for name, points in sorted(suggestion.contributions.items(), key=lambda each: -each[1])
    ]
    cells = [
        f"<tr><td style='{_CELL}'>{_safe(name)}</td>"
        f"<td style='{_CELL}'><span style='{_BAR};width:{max(0.0, points) * 3:.0f}px'></span> "
        f"{points:.2f}</td><td style='{_NUMBER}'>{worth}</td></tr>"
        for name, points, worth in bars
    ]
    head = "".join(f"<th style='{_CELL}'>{text}</th>" for text in _CRITERIA)
    return _block(
        f"{suggestion.project_id} · {suggestion.rank}. {site.id} · {suggestion.score:.2f}",
        [
            f"{site.area_m2 / 10_000:,.4f} ha · {_safe(site.district)}",
            f"<table style='{_TABLE}'><tr>{head}</tr>{''.join(cells)}</table>",
            _safe(suggestion.why.zh),
            _safe(suggestion.why.get("en")),
            _items("仍涉及、须征询 / remains, or to be asked", suggestion.remains),
            _items("未核查 / not checked", suggestion.not_checked),
        ],
    )


def search_html(search: Search) -> str:
    """Return a search: the sites, the funnel, and what blocked it."""
    sites = [
        (each.rank, each.site.id, str(each.site.kind), each.score, each.site.area_m2 / 10_000,
         "; ".join(each.not_checked))
        for each in search.suggestions
    ]  # fmt: skip
    steps = [(_both(step.title), step.remaining) for step in search.funnel]
    told = [text for text in (search.blocked_by, search.note) if text]
    return _block(
        search.project_id,
        [
            _table(
                ("", "用地 site", "类型 kind", "得分 score", "面积 ha", "未核查 not checked"),
                sites,
                numbers={0, 3, 4},
            ),
            _table(("筛选 step", "剩余 left"), steps, numbers={1}),
            *(_safe(_both(text)) for text in told),
        ],
    )


def plan_html(plan: CityPlan) -> str:
    """Return a plan: how good it is, who gets what, who gets nothing and why, the quotas."""
    from siting.planning.phrases import proof_text, quota_text
    from siting.planning.wording import summary_text

    ordered = sorted(plan.rows, key=lambda row: (row.option is not None, -row.regret))
    return _block(
        f"{_both(plan.origin.city)} · {plan.as_of} · {_both(plan.title)}".rstrip(" ·"),
        [
            _safe(_both(summary_text(plan))),
            _safe(_both(proof_text(plan))),
            _table(
                ("项目 project", "用地 site", "分 points", "少得 regret", "面积 ha", "理由 why"),
                [_plan_row(row) for row in ordered],
                numbers={2, 3, 4},
            ),
            _items("指标 / quotas", [_both(quota_text(use)) for use in plan.quotas]),
            _items("说明 / notes", [_both(note) for note in plan.notes]),
        ],
    )


def _plan_row(row: PlanRow) -> tuple[Cell, ...]:
    option = row.option
    return (
        f"{row.project.id} {row.project.name}".strip(),
        option.site.id if option else "—",
        option.points if option else None,
        row.regret,
        option.site.area_m2 / 10_000 if option else None,
        row.why.zh,
    )


def _both(text: Text) -> str:
    """Return a text in both languages, once where they are the same."""
    return " / ".join(dict.fromkeys(part for part in (text.zh, text.get("en")) if part))


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


def _block(title: str, parts: Iterable[str]) -> str:
    body = "".join(f"<div>{part}</div>" for part in parts if part)
    return f"<div style='max-width:1000px'><strong>{_safe(title)}</strong>{body}</div>"


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, numbers: frozenset[int] | set[int]
) -> str:
    if not rows:
        return ""
    head = "".join(f"<th style='{_CELL}'>{_safe(text)}</th>" for text in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td style='{_NUMBER if at in numbers else _CELL}'>{_cell(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows[:MOST_ROWS]
    )
    rest = len(rows) - MOST_ROWS
    more = f"<div>… 另有 {rest} 行 / {rest} more</div>" if rest > 0 else ""
    return f"<table style='{_TABLE}'><tr>{head}</tr>{body}</table>{more}"


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 1 else f"{value:,.2f}"
    return _safe(str(value))


def _items(title: str, texts: Sequence[str]) -> str:
    if not texts:
        return ""
    items = "".join(f"<li>{_safe(text)}</li>" for text in texts)
    return f"{_safe(title)}<ul style='margin:2px 0'>{items}</ul>"


def show_in_notebooks() -> None:
    """Let notebooks show what this module writes."""
    shown_by("siting.model.findings.Report", report_html)
    shown_by("siting.model.sites.Search", search_html)
    shown_by("siting.model.sites.Suggestion", suggestion_html)
    shown_by("siting.planning.records.CityPlan", plan_html)
