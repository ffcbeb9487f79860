"""``siting rules``: list, test, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import language_option

if TYPE_CHECKING:
    from siting.rulebook import RuleBook
    from siting.rules.base import Rule

book_option = click.option(
    "--book",
    default="cn",
    show_default=True,
    metavar="NAME|FILE.toml",
    help="A built-in rule book, a rule book's file, or a city.toml (then its rule book).",
)


def _open(book: str) -> RuleBook:
    from siting.city import read_city
    from siting.rulebook import read_rule_book

    if Path(book).name == "city.toml" or Path(book).is_dir():
        # the layers' folder does not matter here, so any folder will do for it
        city = read_city(Path(book), data_dir=Path())
        return read_rule_book(city.rule_book, base=city.path.parent)
    return read_rule_book(book, base=Path())


@click.group("rules", invoke_without_command=True)
@book_option
@language_option
@click.pass_context
def rules_command(context: click.Context, book: str, language: str | None) -> None:
    """List the rules of a rule book; `rules test` runs their cases. 规则库"""
    if context.invoked_subcommand is not None:
        context.obj = (book, language)
        return
    rule_book = _open(book)
    click.echo(f"{rule_book.title.get(language or 'zh')} {rule_book.version}")
    for rule in rule_book.rules:
        basis = rule.basis
        click.echo(
            f"  {rule.code:<22}{rule.severity:<12}{rule.kind:<9}{rule.title.get(language or 'zh')}"
            f"  《{basis.citation}》{basis.article} [{basis.certainty}]"
        )


@rules_command.command("test")
@click.argument("code", default="")
@click.pass_obj
def rules_test(obj: tuple[str, str | None], code: str) -> None:
    """Run the cases of all rules, or of CODE. Status 1 when one fails."""
    from siting.rulebook import run_cases

    book = _open(obj[0])
    if code:
        book.rule(code)
    results = run_cases(book, code=code)
    for result in results:
        if not result.has_passed:
            click.echo(f"✗ {result.case.rule_code} {result.case.name}: {result.fault}")
    untested = [rule.code for rule in book.rules if not code or rule.code == code]
    untested = [each for each in untested if each not in {c.case.rule_code for c in results}]
    for rule_code in untested:
        click.echo(f"✗ {rule_code} has no case")
    failed = sum(not result.has_passed for result in results)
    click.echo(
        f"{len(results) - failed} cases passed, {failed} failed, {len(untested)} rules untested"
    )
    raise SystemExit(1 if failed or untested else 0)


@rules_command.command("show")
@click.argument("code")
@click.pass_obj
def rules_show(obj: tuple[str, str | None], code: str) -> None:
    """Explain one rule: basis, reach, route, exceptions, cases."""
    book, language = _open(obj[0]), obj[1] or "zh"
    rule = book.rule(code)
    for line in _explain(rule, language):
        click.echo(line)
    for case in book.cases:
        if case.rule_code == code:
            click.echo(f"  case: {case.name} → {case.expect}")


def _explain(rule: Rule, language: str) -> list[str]:
    basis, route = rule.basis, rule.route
    since = f"{basis.in_force_from or '…'} – {basis.in_force_to or '…'}"
    lines = [
        f"{rule.code} {rule.title.get(language)} ({rule.kind}, {rule.severity})",
        f"  basis: {basis.citation} {basis.article} {basis.edition} [{basis.certainty}] {since}",
        f"  needs: {', '.join(rule.needs) or '-'}",
        f"  reach: {rule.reach_m:g} m, near: {rule.near_m:g} m",
        f"  route: {route.way}: {route.text.get(language)}",
    ]
    if route.office.get(language):
        lines.append(f"  office: {route.office.get(language)}")
    if route.papers:
        lines.append(f"  papers: {'、'.join(route.papers)}")
    lines.extend(f"  exception: {exemption.sentence(language)}" for exemption in rule.exceptions)
    lines.extend(f"  row: {row}" for row in _rows(rule))
    return lines


def _rows(rule: Rule) -> list[str]:
    texts = []
    for row in getattr(rule, "rows", ()):
        conditions = [
            f"{c.column} {c.lowest:g}–{c.highest:g}"
            if c.lowest is not None and c.highest is not None
            else f"{c.column} = {' | '.join(c.values)}"
            for c in row.conditions
        ]
        texts.append(f"{row.setback_m:g} m where {', '.join(conditions) or 'always'}")
    return texts
