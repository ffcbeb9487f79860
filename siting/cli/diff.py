"""``siting diff``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import echo_json, json_option
from siting.columns import columns_of

if TYPE_CHECKING:
    from siting.diff import Difference

#: No column but the last grows wider than this in the terminal.
_WIDEST = 34


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path), metavar="REPORT_A")
@click.argument("after", type=click.Path(path_type=Path), metavar="REPORT_B")
@json_option
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Also write one row per project, for spreadsheets.",
)  # fmt: skip
@click.option(
    "--xlsx", "xlsx_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Also write a workbook: dispatch, details, and what applies to all.",
)  # fmt: skip
@click.option("--all", "has_unchanged", is_flag=True, help="Also the projects without a change.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True,
    help="Language of the text.",
)  # fmt: skip
def diff_command(
    before: Path,
    after: Path,
    as_json: bool,
    csv_file: Path | None,
    xlsx_file: Path | None,
    has_unchanged: bool,
    overwrite: bool,
    language: str,
) -> None:
    """What changed between two reports, and what did it: one line per project. 周调度

    REPORT_A (earlier) and REPORT_B (later) are report.json files or folders of runs.

    Status 0: nothing changed. 1: something changed or is no longer checked. 2: usage or input.
    """
    from siting import api
    from siting.diff import difference_to_dict, write_csv, write_xlsx
    from siting.save import require_new

    targets = [path for path in (csv_file, xlsx_file) if path is not None]
    require_new(targets, overwrite=overwrite)
    found = api.diff(before, after)
    if found.before.as_of > found.after.as_of:
        words = ("REPORT_A 的基准日较晚，是否颠倒？", "REPORT_A is the later one: turned round?")
        click.echo(f"· {_pick(words, language)}", err=True)
    if csv_file is not None:
        write_csv(csv_file, found, language=language, has_unchanged=has_unchanged)
    if xlsx_file is not None:
        write_xlsx(xlsx_file, found, language=language, has_unchanged=has_unchanged)
    if as_json:
        echo_json(difference_to_dict(found, has_unchanged=has_unchanged))
    else:
        for line in _lines(found, language, has_unchanged=has_unchanged):
            click.echo(line)
    raise SystemExit(1 if found.has_news else 0)


def _lines(found: Difference, language: str, *, has_unchanged: bool) -> Iterator[str]:
    yield from _head(found, language)
    projects = found.projects if has_unchanged else found.changed
    if projects:
        from siting.diff import PROJECT_COLUMNS
        from siting.diff.tables import project_row

        heads = [_pick(words, language) for words in PROJECT_COLUMNS]
        rows = [[_cell(value) for value in project_row(one, language)] for one in projects]
        yield ""
        yield from _table([heads, *rows])
    if not has_unchanged and found.counts["projects_unchanged"]:
        count = found.counts["projects_unchanged"]
        yield ""
        yield _pick(
            (f"另有 {count} 个项目无变化（--all 列出）",
             f"{count} more projects are unchanged (--all lists them)"),
            language,
        )  # fmt: skip


def _head(found: Difference, language: str) -> Iterator[str]:
    from siting.diff import UNCHECKED, ChangeKind
    from siting.diff.wording import KINDS

    counts = found.counts
    yield f"{found.city.get(language)} · {found.before.as_of} → {found.after.as_of}"
    unchecked, lost = sum(counts[str(kind)] for kind in UNCHECKED), counts["conflict_unchecked"]
    words = (f"未能核查 {unchecked}", f"no longer checked {unchecked}")
    if lost:
        words = (
            f"{words[0]}（其中原有冲突 {lost}）",
            f"{words[1]} ({lost} of them were conflicts)",
        )
    parts = [click.style(_pick(words, language), fg="red", bold=True) if unchecked else
             _pick(words, language)]  # fmt: skip
    leading = ((ChangeKind.NEW_CONFLICT, "red"), (ChangeKind.CLEARED, "green"))
    for kind, color in leading:
        text = f"{_pick(KINDS[kind], language)} {counts[str(kind)]}"
        parts.append(click.style(text, fg=color, bold=True) if counts[str(kind)] else text)
    told = {*UNCHECKED, *(kind for kind, _ in leading)}
    parts += [
        f"{_pick(KINDS[kind], language)} {counts[str(kind)]}"
        for kind in ChangeKind
        if kind not in told and counts[str(kind)]
    ]
    changed, unchanged = counts["projects_changed"], counts["projects_unchanged"]
    tail = _pick(
        (f"项目：有变化 {changed}，无变化 {unchanged}",
         f"projects: {changed} changed, {unchanged} unchanged"),
        language,
    )  # fmt: skip
    yield " · ".join([*parts, tail])
    for cause in (*found.refused, *found.common, *found.layers, *found.rules):
        yield f"  · {cause.text.get(language)}"


def _pick(words: Sequence[str], language: str) -> str:
    return words[1] if language == "en" else words[0]


def _cell(value: str | float | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:+,.2f}" if abs(value) >= 0.005 else "0"
    return str(value)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [
        min(max(columns_of(row[column]) for row in rows), _WIDEST)
        for column in range(len(rows[0]) - 1)
    ]
    for row in rows:
        cells = [
            text + " " * max(0, width - columns_of(text))
            for text, width in zip(row[:-1], widths, strict=True)
        ]
        yield "  ".join([*cells, row[-1]]).rstrip()
