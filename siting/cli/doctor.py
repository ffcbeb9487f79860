"""``siting doctor``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import as_of_option, data_dir_option, echo_json, json_option, study_date
from siting.errors import SitingError

if TYPE_CHECKING:
    from siting.doctor import Check

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}
_GROUPS = {
    "program": ("程序", "siting itself"),
    "computer": ("本机", "this computer"),
    "reading": ("读取与坐标", "reading and coordinates"),
    "city": ("城市配置", "the city"),
    "rules": ("规则库", "the rule book"),
    "layers": ("图层（加载核验）", "layers (load contract)"),
    "work": ("红线与台账", "red lines and ledger"),
}


@click.command("doctor")
@click.argument("city", type=click.Path(path_type=Path), metavar="[CITY.toml]", required=False)
@as_of_option
@data_dir_option
@json_option
@click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the text.",
)
def doctor_command(
    city: Path | None,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Examine this computer and, if given, a city; name the mend for each fault. 体检

    Status 0: all is well, or warnings only. 1: faults. 2: usage.
    """
    from siting import api
    from siting.doctor import as_document, has_faults

    checks = api.doctor(city, as_of=_date(city, as_of), data_dir=data_dir)
    if as_json:
        echo_json(as_document(checks))
    else:
        for line in _lines(checks, language):
            click.echo(line)
    raise SystemExit(1 if has_faults(checks) else 0)


def _date(city: Path | None, as_of: dt.datetime | None) -> dt.date | None:
    if city is None or not city.exists():
        return None
    try:
        return study_date(city, as_of)
    except SitingError:  # a city.toml that is no TOML: the examination itself says so
        return None


def _lines(checks: Sequence[Check], language: str) -> Iterator[str]:
    from siting.doctor import CheckStatus, count

    index = 1 if language == "en" else 0
    colon = ": " if language == "en" else "："
    for group, words in _GROUPS.items():
        members = [check for check in checks if str(check.group) == group]
        if members:
            yield click.style(f"\n{words[index]}", bold=True)
        for check in members:
            sign, color = _MARKS[str(check.status)]
            mark = click.style(sign, fg=color)
            yield f"  {mark} {check.title.get(language)}{colon}{check.found.get(language)}"
            if check.mend.get(language):
                yield f"      → {check.mend.get(language)}"
            for detail in check.details:
                yield f"      · {detail.get(language)}"
    faults, warnings, well = (
        count(checks, status) for status in (CheckStatus.FAULT, CheckStatus.WARNING, CheckStatus.OK)
    )
    zh = f"{well} 项正常，{warnings} 项提醒（!），{faults} 项故障（✗）"
    en = f"well: {well}, warnings (!): {warnings}, faults (✗): {faults}"
    yield f"\n{(zh, en)[index]}"
