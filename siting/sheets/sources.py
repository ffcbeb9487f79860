"""The last parts of a report: what was not checked, and what it rests on."""

from __future__ import annotations

from typing import Any

from siting.mapping.subject import Subject
from siting.model import Input, LoadStatus, Status
from siting.planning import plan_identity
from siting.report import identity
from siting.sheets.gather import rule_title
from siting.sheets.ground import layer_warnings
from siting.sheets.words import LAYER_STATES, RELEASES, sentences, word

Part = dict[str, Any]


def unchecked_part(subject: Subject, red_lines: frozenset[str]) -> Part:
    """Return what nobody looked at: rules by red line, layers, red lines, matters off the map.

    ``red_lines`` are the ids of those that the report is about.
    """
    language = subject.city.language
    report = subject.report
    rows = [
        [
            red_line_id,
            rule_title(subject, verdict.code),
            sentences([gap.get(language) for gap in verdict.gaps], language),
        ]
        for red_line_id in (each.red_line.id for each in subject.results)
        if red_line_id in red_lines
        for verdict in subject.verdicts[red_line_id]
        if verdict.status is Status.NOT_CHECKED or verdict.gaps
    ]
    refused = [
        f"{refusal.feature_id or refusal.row}: {refusal.reason}"
        for refusal in report.refused_red_lines
    ]
    if report.red_lines_left_out:
        refused.append(word("left_out_lines", language, report.red_lines_left_out))
    off_map = [
        [m.title.get(language), m.office.get(language), m.letter.get(language), m.basis]
        for m in subject.city.off_map
        if m.code not in subject.rules
    ]
    blocks = [
        _alarm(subject, is_any=bool(rows or refused)),
        _table(subject, ("red_line_id", "rule", "why_not"), [2, 3, 5], rows, title="by_red_line"),
        {"kind": "lines", "title": word("refused_title", language) if refused else "",
         "items": refused},
        _table(subject, ("matter", "office", "letter", "basis"), [3, 3, 3, 4], off_map,
               title="off_map"),
    ]  # fmt: skip
    shown = [block for block in blocks if block.get("rows") or block.get("items")]
    title = word("not_checked", language)
    return {"title": title, "level": 1, "new_page": True, "blocks": shown}


def _alarm(subject: Subject, *, is_any: bool) -> Part:
    """Return what stands above: that unchecked is not clear, or that nothing was left out."""
    language = subject.city.language
    told = list(layer_warnings(subject))
    if is_any or told:
        return {"kind": "alarm", "items": [word("unchecked_note", language), *told]}
    return {"kind": "lines", "items": [word("all_checked", language)]}


def _table(
    subject: Subject, heads: tuple[str, ...], widths: list[float], rows: list[list[str]], *,
    title: str,
) -> Part:  # fmt: skip
    language = subject.city.language
    return {
        "kind": "rows", "title": word(title, language) if title else "", "widths": widths,
        "aligns": ["left"] * len(heads), "head": [word(key, language) for key in heads],
        "rows": rows,
    }  # fmt: skip


def sources_part(subject: Subject) -> Part:
    """Return every layer that city.toml names, with its date, state and rows; and versions."""
    language = subject.city.language
    report = subject.report
    heads = ("layer", "authority", "dated", "rows", "state", "release")
    rows = [_source(item, language) for item in report.inputs]
    versions = [f"{name} {text}" for name, text in sorted(report.versions.items())]
    items = [
        word("rule_book", language, report.rule_book, report.rule_book_sha256),
        word("identity", language, identity(report)),
        word("versions", language, ", ".join(versions)),
    ]
    if subject.planned is not None:
        items.append(word("plan_identity", language, plan_identity(subject.planned.plan)))
    blocks = [
        _table(subject, heads, [3, 2.4, 1.6, 1.6, 3, 1.4], rows, title=""),
        {"kind": "lines", "items": items},
    ]
    return {"title": word("sources", language), "level": 1, "new_page": True, "blocks": blocks}


def _source(item: Input, language: str) -> list[str]:
    contract = item.contract
    count = f"{contract.rows_used:,}"
    if contract.rows_refused:
        count += " " + word("refused_rows", language, f"{contract.rows_refused:,}")
    state = LAYER_STATES[contract.status.value].get(language)
    if contract.status is not LoadStatus.PASSED:
        state = sentences([state, *contract.problems], language)
    dated = item.source.dated.isoformat() if item.source.dated else word("undated", language)
    released = RELEASES[item.release.value].get(language)
    return [item.title.get(language), item.source.authority, dated, count, state, released]
