"""What ``run`` and ``demo`` show at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from siting.api import RunResult

_PLAN = ("用地统筹计划：", "the city's plan: ")

strict_option = click.option(
    "--strict", is_flag=True, help="Status 1 when there are findings or gaps, as `check` does."
)


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
    folder = result.study.city.output
    pages = [path for path in result.files if path.suffix == ".html"]
    click.echo(
        word(
            (
                f"共写出 {len(result.files)} 个文件，先打开：{pages[0] if pages else folder}",
                f"{len(result.files)} files written; open first: {pages[0] if pages else folder}",
            ),
            language,
        )
    )
    if result.unplanned is not None:
        raise result.unplanned
    raise SystemExit(1 if strict and not is_clean(result.report) else 0)
