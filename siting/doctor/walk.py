"""The examinations in order: siting and the computer, then city.toml and what it names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from siting.city import City, read_city
from siting.doctor.checks import Check, CheckStatus, Group, faults_of
from siting.doctor.folders import examine_output, examine_temporary_folder
from siting.doctor.layers import examine_layers
from siting.doctor.marks import examine_marks
from siting.doctor.plans import examine_plan
from siting.doctor.program import (
    examine_assets,
    examine_fonts,
    examine_packages,
    examine_python,
)
from siting.doctor.reading import examine_proj, examine_reader, examine_variables
from siting.doctor.roads import examine_roads
from siting.doctor.rules import (
    examine_cases,
    examine_columns,
    examine_profiles,
    examine_roles,
    examine_rule_books,
)
from siting.doctor.work import examine_ledger, examine_red_lines
from siting.errors import ReadError, SitingError, Where
from siting.load import load_city
from siting.model import Atlas, Text
from siting.rulebook import RuleBook, read_rule_book


def examine(
    path: str | Path | None = None,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
) -> tuple[Check, ...]:
    """Examine this computer and, if given, a city, with the mend for each fault.

    Parameters
    ----------
    path
        A city.toml or a folder with one; without it only the computer and siting itself.
    as_of
        The date of the study instead of city.toml's.
    data_dir
        Folder of the layers that city.toml marks ``in_data_dir``.

    Returns
    -------
    tuple
        What was looked at, in the order of showing; faults of the city are in it.

    Raises
    ------
    ReadError
        When there is no such file.
    """
    if path is None:
        return (*examine_environment(), *examine_rule_books())
    file = Path(path)
    if not file.exists():
        raise ReadError(
            f"there is no file '{file}'", where=Where(file=file.name), next_step="check the path"
        )
    folder = None if data_dir is None else Path(data_dir)
    return (*examine_environment(), *examine_city(file, as_of=as_of, data_dir=folder))


def examine_environment() -> tuple[Check, ...]:
    """Examine siting itself, the computer, and what files are read with.

    Returns
    -------
    tuple
        In the order of showing. The reading process is started once and ended again.
    """
    return (
        examine_python(),
        examine_packages(),
        examine_assets(),
        examine_temporary_folder(),
        examine_fonts(),
        examine_variables(),
        examine_proj(),
        *examine_reader(),
    )


def examine_study(
    city: City, atlas: Atlas, *, rule_book: RuleBook, as_of: dt.date
) -> tuple[Check, ...]:
    """Examine what was loaded of a city against what its rules need.

    Parameters
    ----------
    city, atlas
        The city and what was loaded of it.
    rule_book
        Its rules; only those in force on `as_of` are asked what they need.
    as_of
        The date of the study.
    """
    rules = rule_book.in_force(as_of)
    needed = {role for rule in rules for role in rule.needs}
    return (
        *examine_roles(rules, atlas),
        *examine_columns(rules, atlas),
        *examine_roads(city, atlas),
        *examine_layers(atlas, as_of=as_of, needed=needed),
        *examine_red_lines(city, atlas),
        *examine_ledger(city, atlas, rules=rules, crosswalks=rule_book.crosswalks),
        *examine_plan(city, atlas),
    )


def examine_city(
    path: Path, *, as_of: dt.date | None = None, data_dir: Path | None = None
) -> tuple[Check, ...]:
    """Examine a city.toml and everything that it names; what cannot be used is a fault.

    Parameters
    ----------
    path
        A city.toml, or a folder with one.
    as_of
        The date of the study instead of city.toml's.
    data_dir
        Folder of the layers that city.toml marks ``in_data_dir``.
    """
    try:
        city = read_city(path, data_dir=data_dir)
    except SitingError as error:
        faults = faults_of(error, name="city", title=Text("city.toml", "city.toml"))
        return (*faults, *examine_marks(path))
    checks = [_read(city), *examine_marks(path), examine_output(city.output)]
    date = as_of or city.as_of
    checks.append(_date(city, date))
    try:
        rule_book = read_rule_book(city.rule_book, base=city.path.parent)
    except SitingError as error:
        return (*checks, *faults_of(error, name="rule_book", title=Text("规则库", "rule book")))
    checks += [examine_cases(rule_book), *examine_profiles(city)]
    if date is None:
        return tuple(checks)
    try:
        atlas = load_city(city, as_of=date)
    except SitingError as error:
        return (*checks, *faults_of(error, name="load", title=Text("载入数据", "loading")))
    return (*checks, *examine_study(city, atlas, rule_book=rule_book, as_of=date))


def _read(city: City) -> Check:
    found = Text(
        f"{city.name.get('zh')}：{len(city.layers)} 个图层，{city.crs}",
        f"{city.name.get('en')}: {len(city.layers)} layers, {city.crs}",
    )
    title = Text("city.toml", "city.toml")
    return Check(Group.CITY, "city", title, CheckStatus.OK, found)


def _date(city: City, date: dt.date | None) -> Check:
    title = Text("基准日", "date of the study")
    mend = Text(
        "在 [city] 写 as_of = 年-月-日，或用 --as-of",
        "write as_of = YYYY-MM-DD in [city], or give --as-of",
    )
    if date is None:
        found = Text("没有基准日，图层未载入", "no date: the layers were not loaded")
        return Check(Group.CITY, "date", title, CheckStatus.FAULT, found, mend)
    if city.as_of is None:
        found = Text(f"{date}，city.toml 未写", f"{date}, not from city.toml")
        return Check(Group.CITY, "date", title, CheckStatus.OK, found)
    found = Text(
        f"{date}；结果与时钟、时区无关", f"{date}; no clock and no time zone enters the results"
    )
    return Check(Group.CITY, "date", title, CheckStatus.OK, found)
