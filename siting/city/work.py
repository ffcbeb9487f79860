"""Red lines, projects, off-map matters and suggestions: the work that city.toml describes."""

from __future__ import annotations

from pathlib import Path

from siting.city.places import Places, accuracy_of, amounts_of, checked_crs
from siting.city.spec import (
    ComposeSpec,
    OffMapMatter,
    ProjectsSpec,
    RedLineSpec,
    RepairSpec,
    SuggestSpec,
)
from siting.config import TableReader
from siting.model import LAND_CLASSES, SiteKind


def red_lines_of(reader: TableReader, places: Places) -> RedLineSpec:
    """Read one ``[[redlines]]``."""
    spec = RedLineSpec(
        path=places.path(reader),
        sublayer=reader.text("sublayer"),
        project_column=reader.text("project_column"),
        id_column=reader.text("id_column"),
        crs=checked_crs(reader, "crs"),
        encoding=reader.text("encoding"),
        version=reader.text("version"),
        authority=reader.text("authority"),
        dated=reader.date("dated"),
        accuracy_m=accuracy_of(reader),
        accept=reader.text("accept"),
    )
    reader.finish()
    return spec


#: The fields of a project that the ledger table can give; see :class:`siting.model.Project`.
PROJECT_FIELDS = (
    "id", "name", "form", "use", "kind", "stage", "district", "supply_mode",
    "new_construction_land", "area_m2_min", "area_m2_max", "uses", "profile", "aliases",
    "promised", "remark", "priority", "batch",
)  # fmt: skip


def projects_of(reader: TableReader, places: Places) -> ProjectsSpec:
    """Read ``[projects]``."""
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


def off_map_of(reader: TableReader) -> OffMapMatter:
    """Read one ``[[off_map]]``."""
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


def suggest_of(reader: TableReader, places: Places) -> SuggestSpec:
    """Read ``[suggest]``."""
    default = SuggestSpec()
    spec = SuggestSpec(
        stages=reader.texts("stages") or default.stages,
        count=reader.whole("count", default.count) or default.count,
        weights=amounts_of(reader.table("weights"), "weight"),
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
        acquire_count=_count(reader, "acquire_count", default.acquire_count),
        made_count=_count(reader, "made_count", default.made_count),
        class_column=reader.text("class_column"),
        classes=_classes(reader),
        nearest_for_all=bool(reader.flag("nearest_for_all", default=False)),
        profiles=_profiles(reader, places),
        profile_for=_profile_for(reader.table("profile_for")),
    )
    _require_classes(reader, spec)
    reader.finish()
    return spec


def _count(reader: TableReader, key: str, default: int) -> int:
    """Read how many of something; 0 means none."""
    value = reader.whole(key, default)
    if value is None or value < 0:
        reader.problem(
            f"'{key}' is negative", expected="a whole number ≥ 0", next_step=f"correct {key}"
        )
        return default
    return value


def _classes(reader: TableReader) -> dict[str, tuple[str, ...]]:
    table = reader.table("classes")
    known = [str(kind) for kind in LAND_CLASSES if kind is not SiteKind.LAND_BANK]
    classes = {name: table.texts(name) for name in known if name in table}
    table.finish()
    return classes


def _profiles(reader: TableReader, places: Places) -> tuple[Path, ...]:
    """Read the paths of the city's own profiles; a profile is called by its file's name."""
    paths = tuple((places.base / text).resolve() for text in reader.texts("profiles"))
    for path in paths:
        if path.suffix != ".toml" or [other.stem for other in paths].count(path.stem) > 1:
            reader.problem(
                f"'{path.name}' cannot be a profile of its own",
                expected="files that end in .toml, each of another name",
                found=path.name,
                next_step="correct profiles in [suggest]",
            )
    return paths


def _profile_for(reader: TableReader) -> dict[str, str]:
    return {key: reader.text(key) for key in reader.names()}


def _require_classes(reader: TableReader, spec: SuggestSpec) -> None:
    if bool(spec.class_column) != bool(spec.classes):
        reader.problem(
            "[suggest] gives only one of class_column and classes",
            expected='class_column = "…" and classes = { idle = ["…"] }',
            next_step="give both, or none",
        )


def repair_of(reader: TableReader) -> RepairSpec:
    """Read ``[repair]``."""
    default = RepairSpec()
    counts = {}
    for key in ("count", "most"):
        value = reader.whole(key, getattr(default, key))
        if value is None or value < 1:
            reader.problem(f"'{key}' is less than 1", expected="≥ 1", next_step=f"correct {key}")
        counts[key] = value or 1
    spec = RepairSpec(bool(reader.flag("in_run", default=default.in_run)), **counts)
    reader.finish()
    return spec


def compose_of(reader: TableReader) -> ComposeSpec:
    """Read ``[compose]``."""
    default = ComposeSpec()
    keys = (
        "class_column", "ownership_column", "town_column", "village_column", "ridge_column",
        "quality_column",
    )  # fmt: skip
    columns = {key: reader.text(key, getattr(default, key)) for key in keys}
    stated = tuple(columns[key] for key in keys if key in reader and columns[key])
    sliver_m2 = reader.number("sliver_m2", default.sliver_m2)
    if sliver_m2 is None or sliver_m2 < 0:
        reader.problem("'sliver_m2' is negative", expected="m² ≥ 0", next_step="correct sliver_m2")
    spec = ComposeSpec(
        book=reader.text("book", default.book),
        role=reader.text("role", default.role),
        farmland_role=reader.text("farmland_role", default.farmland_role),
        **columns,
        sliver_m2=sliver_m2 or 0.0,
        stated=stated,
    )
    reader.finish()
    return spec
