"""city.toml -> City: what a city has, where it lies, and what is wanted of it.

No data is read here. Paths are relative to city.toml; a layer group's folder can be
given at run time (``--data-dir``). Unknown keys are errors that name the nearest match.
The reference of every key is ``docs/city-toml.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from siting.config import TableReader, read_toml
from siting.crs import crs_label, parse_crs, working_crs
from siting.errors import ConfigError, SitingError, nearest
from siting.model import Form, Release, Text

AREAS_OF_RECORD = ("planar", "ellipsoidal")
GEOMETRY_KINDS = ("polygon", "line", "point", "raster")
#: Stages that get suggestions unless city.toml says otherwise (DOMAIN: the choke point).
CHOKE_POINT_STAGES = ("前期研究", "已立项但规划红线未稳定")


@dataclass(frozen=True, slots=True)
class Role:
    """What a layer can be, and which kinds of geometry that takes."""

    name: str
    title: Text
    geometry: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageSpec:
    """The declared coverage: ``city``, the named districts, an outline file, or nothing."""

    kind: str = "undeclared"
    districts: tuple[str, ...] = ()
    path: Path | None = None
    sublayer: str = ""


@dataclass(frozen=True, slots=True)
class JoinSpec:
    """``join`` of a layer: a table whose ``columns`` are put beside the layer's own.

    A feature whose column ``on`` equals the table's column ``key`` gets the row's values.
    """

    path: Path
    on: str
    key: str
    columns: tuple[str, ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One ``[[layer]]`` of city.toml."""

    name: str
    role: Role
    title: Text
    path: Path
    sublayer: str = ""
    id_column: str = ""
    name_column: str = ""
    columns: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the rule book calls a column -> what the file calls it."""
    join: JoinSpec | None = None
    crs: str = ""
    encoding: str = ""
    coverage: CoverageSpec = field(default_factory=CoverageSpec)
    dated: dt.date | None = None
    authority: str = ""
    accuracy_m: float | None = None
    licence: str = ""
    code_system: str = ""
    release: Release = Release.TABLE_ONLY
    max_age_days: int | None = None
    is_declared_empty: bool = False
    has_repair: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class RedLineSpec:
    """One ``[[redlines]]`` of city.toml: a file of red lines."""

    path: Path
    sublayer: str = ""
    project_column: str = ""
    id_column: str = ""
    crs: str = ""
    encoding: str = ""
    version: str = ""
    authority: str = ""
    dated: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ProjectsSpec:
    """``[projects]``: the ledger table; ``columns`` maps our fields to its headings."""

    path: Path
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    code_system: str = ""
    has_merged_rows: bool = False
    """Rows of one id are phases of one project: distinct values are put side by side."""


@dataclass(frozen=True, slots=True)
class OffMapMatter:
    """A matter that is never on a map here (military, minerals below …): office and letter."""

    code: str
    title: Text
    office: Text
    letter: Text
    basis: str = ""


@dataclass(frozen=True, slots=True)
class SuggestSpec:
    """``[suggest]``: for which projects, how many, and with which weights.

    ``weights`` are per criterion name; ``available_states`` are the supply states of a
    parcel that can be offered; the ``*_column`` names are columns of the parcel layer,
    but for ``zoning_column``: the column of the zoning layers that holds the use code.
    """

    stages: tuple[str, ...] = CHOKE_POINT_STAGES
    count: int = 3
    weights: Mapping[str, float] = field(default_factory=dict)
    supply_column: str = ""
    available_states: tuple[str, ...] = ()
    plan_state_column: str = ""
    acquisition_column: str = ""
    ownership_column: str = ""
    use_column: str = ""
    land_bank_column: str = ""
    zoning_column: str = ""
    show_columns: Mapping[str, str] = field(default_factory=dict)
    """Further parcel columns to show with a site -> what people call them."""
    area_m2_min: float | None = None
    area_m2_max: float | None = None


@dataclass(frozen=True, slots=True)
class City:
    """A city as its city.toml describes it; every path is absolute."""

    name: Text
    path: Path
    crs: str
    language: str
    code: str
    area_of_record: str
    rule_book: str
    layers: tuple[LayerSpec, ...]
    red_lines: tuple[RedLineSpec, ...]
    projects: ProjectsSpec | None
    off_map: tuple[OffMapMatter, ...]
    suggest: SuggestSpec
    output: Path
    outline: CoverageSpec
    as_of: dt.date | None = None
    """The date of the study when the user gives none; None means the day of the run."""
    secrecy_mark: str = ""
    map_title: Text = field(default_factory=lambda: Text(""))

    def layers_as_of(self, as_of: dt.date) -> tuple[LayerSpec, ...]:
        """Return one spec per layer name: the newest version that is not after `as_of`.

        A name all of whose versions are dated later keeps its oldest one, so that the load
        contract can refuse it by name instead of forgetting it.
        """
        chosen: dict[str, LayerSpec] = {}
        for spec in sorted(self.layers, key=lambda spec: spec.dated or dt.date.min):
            is_known = spec.dated is None or spec.dated <= as_of
            if spec.name not in chosen or is_known:
                chosen[spec.name] = spec
        names = list(dict.fromkeys(spec.name for spec in self.layers))
        return tuple(chosen[name] for name in names)


def built_in_roles() -> dict[str, Role]:
    """Return the roles that siting knows, by name."""
    path = resources.files("siting") / "roles.toml"
    with resources.as_file(path) as file:
        table = read_toml(file)
    return {
        name: Role(name, Text(entry["title"], entry["title_en"]), tuple(entry["geometry"]))
        for name, entry in table.items()
    }


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
    roles = built_in_roles() | _own_roles(reader)
    places = _Places(base, data_dir)
    specs = tuple(_layer(entry, roles, places) for entry in reader.tables("layer"))
    _require_one_role_per_name(reader, specs)
    output = reader.table("output")
    city = City(
        name=head.bilingual("name", required=True),
        path=file,
        crs=_checked_crs(head, "crs", is_working=True),
        language=head.choice("language", ("zh", "en"), "zh"),
        code=head.text("code"),
        area_of_record=head.choice("area_of_record", AREAS_OF_RECORD, "planar"),
        rule_book=head.text("rulebook", "cn"),
        as_of=head.date("as_of"),
        secrecy_mark=head.text("secrecy_mark"),
        map_title=head.bilingual("map_title"),
        outline=_coverage(head, places, key="outline"),
        layers=specs,
        red_lines=tuple(
            _red_lines(entry, places) for entry in reader.tables("redlines", label="path")
        ),
        projects=_projects(reader.table("projects"), places) if "projects" in reader else None,
        off_map=tuple(_off_map(entry) for entry in reader.tables("off_map", label="code")),
        suggest=_suggest(reader.table("suggest")),
        output=places.path(output, "folder", default="maps"),
    )
    head.finish()
    output.finish()
    return city


class _Places:
    """Turns the paths of one city.toml into absolute ones."""

    def __init__(self, base: Path, data_dir: Path | None) -> None:
        self.base = base
        self.data_dir = data_dir.resolve() if data_dir else None

    def path(self, reader: TableReader, key: str = "path", *, default: str = "") -> Path:
        text = reader.text(key, default, required=not default)
        base = self.base
        if reader.flag("in_data_dir", default=False):
            if self.data_dir is None:
                reader.problem(
                    f"'{text}' lies in the data folder, and none was given",
                    expected="--data-dir FOLDER (data_dir= in Python)",
                    next_step="run again with --data-dir",
                )
            base = self.data_dir or self.base
        return (base / text).resolve()


def _checked_crs(reader: TableReader, key: str, *, is_working: bool = False) -> str:
    text = reader.text(key, required=is_working)
    if not text:
        return text
    try:
        return crs_label(working_crs(text)) if is_working else _named(text)
    except SitingError as error:
        reader.problems.append(
            ConfigError(
                error.what,
                where=None,
                expected=error.expected,
                found=error.found,
                next_step=f"correct {key} of {reader.place}",
            )
        )
        return text


def _named(text: str) -> str:
    parse_crs(text)
    return text


def _own_roles(reader: TableReader) -> dict[str, Role]:
    roles = {}
    for entry in reader.tables("role"):
        name = entry.text("name", required=True)
        if not name.startswith("x_"):
            entry.problem(
                "the name of an own role must begin with x_",
                found=name,
                next_step=f"call it x_{name}, here and in the rule book",
            )
        kinds = entry.texts("geometry") or ("polygon",)
        roles[name] = Role(name, entry.bilingual("title", name), kinds)
        for kind in kinds:
            if kind not in GEOMETRY_KINDS:
                entry.problem(
                    f"unknown kind of geometry '{kind}'",
                    expected=" | ".join(GEOMETRY_KINDS),
                    next_step=nearest(kind, GEOMETRY_KINDS) or "choose one of them",
                )
        entry.finish()
    return roles


def _title(reader: TableReader, role: Role) -> Text:
    title = reader.bilingual("title")
    return title if title.zh or title.en else role.title


def _coverage(reader: TableReader, places: _Places, *, key: str = "coverage") -> CoverageSpec:
    if key not in reader:
        return CoverageSpec()
    if reader.is_text(key):
        reader.choice(key, ("city",), "city")
        return CoverageSpec("city")
    table = reader.table(key)
    districts = table.texts("districts")
    if districts:
        spec = CoverageSpec("districts", districts=districts)
    else:
        spec = CoverageSpec("file", path=places.path(table), sublayer=table.text("sublayer"))
    table.finish()
    return spec


def _layer(reader: TableReader, roles: Mapping[str, Role], places: _Places) -> LayerSpec:
    name = reader.text("name", required=True)
    role_name = reader.text("role", required=True)
    if role_name not in roles:
        reader.problem(
            f"unknown role '{role_name}'",
            expected="one of " + ", ".join(sorted(roles)),
            found=role_name,
            next_step=nearest(role_name, roles) or "use a known role or declare it as [[role]]",
        )
    role = roles.get(role_name, Role(role_name, Text(role_name), GEOMETRY_KINDS))
    spec = LayerSpec(
        name=name,
        role=role,
        title=_title(reader, role),
        path=places.path(reader),
        sublayer=reader.text("sublayer"),
        id_column=reader.text("id_column"),
        name_column=reader.text("name_column"),
        columns=reader.texts("columns"),
        attributes=_attributes(reader.table("attributes")),
        join=_join(reader.table("join"), places) if "join" in reader else None,
        crs=_checked_crs(reader, "crs"),
        encoding=reader.text("encoding"),
        coverage=_coverage(reader, places),
        dated=reader.date("dated"),
        authority=reader.text("authority"),
        accuracy_m=reader.number("accuracy_m"),
        licence=reader.text("licence"),
        code_system=reader.text("code_system"),
        release=Release(reader.choice("release", list(Release), Release.TABLE_ONLY)),
        max_age_days=reader.whole("max_age_days"),
        is_declared_empty=bool(reader.flag("declared_empty", default=False)),
        has_repair=bool(reader.flag("repair", default=False)),
        sha256=reader.text("sha256").lower(),
    )
    reader.finish()
    return spec


def _join(reader: TableReader, places: _Places) -> JoinSpec:
    on = reader.text("on", required=True)
    join = JoinSpec(
        path=places.path(reader),
        on=on,
        key=reader.text("key", on),
        columns=reader.texts("columns"),
        sheet=reader.text("sheet"),
    )
    if not join.columns:
        reader.problem(
            "the join takes no column",
            expected="columns = [names in the table]",
            next_step="name the columns to take",
        )
    reader.finish()
    return join


def _attributes(reader: TableReader) -> dict[str, str]:
    names = {key: reader.text(key) for key in reader.names()}
    return {key: column for key, column in names.items() if column}


def _require_one_role_per_name(reader: TableReader, specs: tuple[LayerSpec, ...]) -> None:
    seen: dict[str, LayerSpec] = {}
    for spec in specs:
        other = seen.setdefault(spec.name, spec)
        if other is spec:
            continue
        if other.role.name != spec.role.name or other.dated == spec.dated:
            reader.problem(
                f"two layers are called '{spec.name}'",
                expected="different names, or versions of one layer: same role, different dated",
                found=f"{other.role.name} {other.dated} and {spec.role.name} {spec.dated}",
                next_step="rename one of them or give each its date",
            )


def _red_lines(reader: TableReader, places: _Places) -> RedLineSpec:
    spec = RedLineSpec(
        path=places.path(reader),
        sublayer=reader.text("sublayer"),
        project_column=reader.text("project_column"),
        id_column=reader.text("id_column"),
        crs=_checked_crs(reader, "crs"),
        encoding=reader.text("encoding"),
        version=reader.text("version"),
        authority=reader.text("authority"),
        dated=reader.date("dated"),
    )
    reader.finish()
    return spec


#: The fields of a project that the ledger table can give; see :class:`siting.model.Project`.
PROJECT_FIELDS = (
    "id", "name", "form", "use", "kind", "stage", "district", "supply_mode",
    "new_construction_land", "area_m2_min", "area_m2_max", "uses", "profile", "aliases",
    "promised", "remark",
)  # fmt: skip


def _projects(reader: TableReader, places: _Places) -> ProjectsSpec:
    columns = reader.table("columns")
    mapping = {key: columns.text(key) for key in PROJECT_FIELDS if key in columns}
    for key in PROJECT_FIELDS:
        columns.text(key)
    columns.finish()
    for key in ("id", "name"):
        if not mapping.get(key):
            reader.problem(
                f"[projects.columns] does not say which column is the {key}",
                expected=f'{key} = "heading"',
                next_step=f"add {key} to [projects.columns]",
            )
    spec = ProjectsSpec(
        path=places.path(reader),
        sheet=reader.text("sheet"),
        columns=mapping,
        code_system=reader.text("code_system"),
        has_merged_rows=bool(reader.flag("merge_rows", default=False)),
    )
    reader.finish()
    return spec


def _off_map(reader: TableReader) -> OffMapMatter:
    matter = OffMapMatter(
        code=reader.text("code", required=True),
        title=reader.bilingual("title", required=True),
        office=reader.bilingual("office", required=True),
        letter=reader.bilingual("letter"),
        basis=reader.text("basis"),
    )
    reader.finish()
    return matter


def _show_columns(reader: TableReader) -> dict[str, str]:
    if not reader.is_table("show_columns"):
        return {column: column for column in reader.texts("show_columns")}
    table = reader.table("show_columns")
    return {column: table.text(column, column) for column in table.names()}


def _suggest(reader: TableReader) -> SuggestSpec:
    weights = reader.table("weights")
    numbers = {}
    for key, value in weights.rest().items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
            numbers[key] = float(value)
        else:
            weights.problem(
                f"weight '{key}' is no number ≥ 0", found=repr(value), next_step=f"correct {key}"
            )
    default = SuggestSpec()
    spec = SuggestSpec(
        stages=reader.texts("stages") or default.stages,
        count=reader.whole("count", default.count) or default.count,
        weights=numbers,
        supply_column=reader.text("supply_column"),
        available_states=reader.texts("available_states"),
        plan_state_column=reader.text("plan_state_column"),
        acquisition_column=reader.text("acquisition_column"),
        ownership_column=reader.text("ownership_column"),
        use_column=reader.text("use_column"),
        land_bank_column=reader.text("land_bank_column"),
        zoning_column=reader.text("zoning_column"),
        show_columns=_show_columns(reader),
        area_m2_min=reader.number("area_m2_min"),
        area_m2_max=reader.number("area_m2_max"),
    )
    reader.finish()
    return spec


def form_of(text: str) -> Form | None:
    """Return the form that a ledger's word means, or None when it is not known."""
    words = {
        "area": Form.AREA, "面状": Form.AREA, "面": Form.AREA, "块状": Form.AREA,
        "linear": Form.LINEAR, "线性": Form.LINEAR, "线状": Form.LINEAR, "线": Form.LINEAR,
        "none": Form.NONE, "无红线": Form.NONE, "无": Form.NONE, "未定": Form.NONE,
    }  # fmt: skip
    return words.get(text.strip().lower())
