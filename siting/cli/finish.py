"""What ``run`` and ``demo`` show at their end."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from siting.api import RunResult

#: What lies where in the output folder, in the order in which a planner opens it; of a folder
#: the number of files in it.
_PLACES = {
    "city.html": ("全市地图", "map of the city"),
    "districts/*": ("各区地图 {0} 幅", "maps of {0} districts"),
    "handover/*": ("移交包 {0} 个（zip），每区一个", "{0} packages (zip), one per district"),
    "sheets/*": ("全市图幅（A3，PDF）", "A3 sheet of the city (PDF)"),
    "workbook.xlsx": ("全市工作簿", "workbook of the city"),
    "reports/*": ("报告（PDF）{0} 份：全市与各区", "{0} reports (PDF): city and districts"),
    "papers/*": (
        "核查表、选址建议、征求意见函 {0} 份（Word）",
        "{0} papers for the dossier (Word)",
    ),
    "plan.*": ("统筹方案 {0} 个文件", "plan of the city, {0} files"),
    "report.json": ("核查结果（供程序读取）", "the report, for programs"),
}
_PLAN = ("用地统筹计划：", "the city's plan: ")

strict_option = click.option(
    "--strict", is_flag=True, help="Status 1 when there are findings or gaps, as `check` does."
)


def written_lines(result: RunResult, language: str) -> Iterator[str]:
    """Yield what was written, a line per place, and what to open first."""
    from siting.cli.outlook import word

    folder, count = result.study.city.output, len(result.files)
    yield word((f"共写出 {count} 个文件，在 {folder}：", f"{count} files in {folder}:"), language)
    names = [path.relative_to(folder).as_posix() for path in result.files]
    widest = max(map(len, _PLACES))
    for place, text in _PLACES.items():
        many = sum(fnmatchcase(name, place) for name in names)
        if many:
            shown = place.removesuffix("*") if place.endswith("/*") else place
            yield f"  {shown:{widest}}  {word(text, language).format(many)}"
    first = folder / "city.html"
    yield word((f"先打开：{first}", f"open first: {first}"), language)


def finish(result: RunResult, *, language: str | None, strict: bool) -> None:
    """Show what a run came to and end with its status; an error of the plan comes last."""
    from siting.cli.outlook import word
    from siting.cli.render import is_clean, summary_line
    from siting.planning.phrases import proof_text
    from siting.planning.wording import summary_text
    from siting.report import identity

    language = language or result.study.city.language
    click.echo(summary_line(result.report, language))
    served = sum(bool(search.suggestions) for search in result.searches)
    sites = sum(len(search.suggestions) for search in result.searches)
    wanting = len(result.searches)
    zh = f"{wanting} 个项目待选址：{served} 个已有建议（共 {sites} 处）"
    en = f"{wanting} projects want land: {served} have suggestions ({sites} sites)"
    click.echo(word((zh, en), language))
    if result.plan is not None:
        click.echo(f"{word(_PLAN, language)}{summary_text(result.plan).get(language)}")
        click.echo(proof_text(result.plan).get(language))
    click.echo(f"identity {identity(result.report)}")
    for line in written_lines(result, language):
        click.echo(line)
    if result.unplanned is not None:
        raise result.unplanned
    raise SystemExit(1 if strict and not is_clean(result.report) else 0)
