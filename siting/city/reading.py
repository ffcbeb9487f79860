"""city.toml -> City."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from siting.city.access import access_of
from siting.city.layers import layer_of, require_one_role_per_name
from siting.city.local import local_system_of, require_distinct
from siting.city.maps import map_of
from siting.city.places import Places, checked_crs, coverage_of
from siting.city.plan_tables import plan_of
from siting.city.roles import built_in_roles, own_roles
from siting.city.spec import AREAS_OF_RECORD, City
from siting.city.work import (
    compose_of,
    off_map_of,
    projects_of,
    red_lines_of,
    repair_of,
    suggest_of,
)
from siting.config import TableReader, read_toml
from siting.errors import ConfigError, Where
from siting.measure import PLANAR


def read_city(path: Path, *, data_dir: Path | None = None, output: Path | None = None) -> City:
    """Read and check a city.toml.

    Parameters
    ----------
    path
        The file, or a folder that holds a ``city.toml``.
    data_dir
        Folder for the layers that city.toml marks ``in_data_dir = true``.
    output
        Folder for results instead of ``[output] folder``.

    Raises
    ------
    ReadError, ConfigError, ProblemsError
        With every problem of the file at once.
    """
    file = path / "city.toml" if path.is_dir() else path
    reader = TableReader(read_toml(file), file=file.name)
    base = file.resolve().parent
    city = _city(reader, file.resolve(), base, data_dir)
    reader.finish()
    reader.raise_problems()
    return city if output is None else replace(city, output=output.resolve())


def _city(reader: TableReader, file: Path, base: Path, data_dir: Path | None) -> City:
    head = reader.table("city")
    roles = built_in_roles() | own_roles(reader)
    places = Places(base, data_dir)
    specs = tuple(layer_of(entry, roles, places) for entry in reader.tables("layer"))
    require_one_role_per_name(reader, specs)
    systems = tuple(local_system_of(entry) for entry in reader.tables("local_system"))
    require_distinct(reader, systems)
    output = reader.table("output")
    city = City(
        name=head.bilingual("name", required=True),
        path=file,
        crs=checked_crs(head, "crs", is_working=True),
        language=head.choice("language", ("zh", "en"), "zh"),
        code=head.text("code"),
        area_of_record=head.choice("area_of_record", AREAS_OF_RECORD, PLANAR),
        rule_book=head.text("rulebook", "cn"),
        as_of=head.date("as_of"),
        secrecy_mark=head.text("secrecy_mark"),
        map_title=head.bilingual("map_title"),
        outline=coverage_of(head, places, key="outline"),
        layers=specs,
        red_lines=tuple(
            red_lines_of(entry, places) for entry in reader.tables("redlines", label="path")
        ),
        projects=projects_of(reader.table("projects"), places) if "projects" in reader else None,
        off_map=tuple(off_map_of(entry) for entry in reader.tables("off_map", label="code")),
        suggest=suggest_of(reader.table("suggest"), places),
        compose=compose_of(reader.table("compose")),
        repair=repair_of(reader.table("repair")),
        access=access_of(reader.table("access"), roles, places),
        output=places.path(output, "folder", default="maps"),
        plan=plan_of(reader.table("plan"), specs, places),
        maps=map_of(reader.table("map")),
        local_systems=systems,
    )
    head.finish()
    output.finish()
    return city


def date_of(city: City, as_of: dt.date | None) -> dt.date:
    """Return the date of a study: the one given, else that of city.toml.

    Raises
    ------
    ConfigError
        With neither.
    """
    date = as_of or city.as_of
    if date is None:
        raise ConfigError(
            "the study has no date",
            where=Where(file=city.path.name, layer="[city]"),
            expected="as_of = 2026-11-01 in [city], --as-of on the command line, as_of= in Python",
            next_step="give the date for which rules and layers count",
        )
    return date
