"""Red lines × current land use × ownership × village: the composition tables of a city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import City
from siting.compose.account import AGAINST, Accounts, Whole, accounts_of
from siting.compose.approval import balance_of, hints_of
from siting.compose.book import Book
from siting.compose.cells import NotClosedError, cells_of
from siting.compose.ground import Ground, ground_of
from siting.compose.records import (
    Amount,
    Balance,
    ClassUse,
    Composed,
    Composition,
    Kind,
    Row,
)
from siting.crs import ellipsoidal_areas_m2
from siting.errors import ConfigError, SitingError, Where, nearest
from siting.measure import PLANAR, EllipsoidalMeasure
from siting.model import Atlas, Basis, Project, RedLine, Text
from siting.overlay import pair_areas
from siting.rules.base import Subject, coverage_gaps, wholes

_INVALID = Text(
    "红线几何无效，面积不可信，须先修正红线",
    "the red line's geometry is invalid, so its areas mean nothing: mend it first",
)


def compose(
    atlas: Atlas, book: Book, *, city: City, as_of: dt.date, red_lines: Sequence[RedLine]
) -> Composed:
    """Return the composition table (用地组成表) of each red line, sorted by its id.

    Each row is the land of one village, ownership and class; together the rows make up the
    red line exactly, in m², 公顷 and 亩. Land that no plot covers, land under plots that
    disagree and land of an unlisted class are rows of their own.

    Parameters
    ----------
    atlas
        The city's layers, in its working CRS.
    book
        Classes, ownership and thresholds.
    city
        For the area of record and ``[compose]``.
    as_of
        Date for which the thresholds count.
    red_lines
        What to compose; ids must be unique.

    Raises
    ------
    ConfigError
        When there is no land-use layer, or its classes cannot be told.
    """
    ordered = sorted(red_lines, key=lambda red_line: red_line.id)
    outlines = np.array([red_line.geometry for red_line in ordered], dtype=object)
    ground = ground_of(atlas, book, city.compose, outlines=outlines)
    projects = {project.id: project for project in atlas.projects}
    compositions = tuple(
        _compose_one(red_line, projects.get(red_line.project_id), ground, city=city, as_of=as_of)
        for red_line in ordered
    )
    rows = [row for composition in compositions for row in composition.rows]
    return Composed(
        city=city.name,
        crs=city.crs,
        as_of=as_of,
        area_of_record=city.area_of_record,
        book=f"{book.name} {book.version}",
        book_sha256=book.sha256,
        compositions=compositions,
        classes=_classes(rows, ground),
        bases=book.bases,
        layers=tuple((layer.name, layer.role, layer.content_sha256) for layer in ground.layers),
        notes=_crossing(ordered),
    )


def choose(red_lines: Sequence[RedLine], ids: Sequence[str], *, file: str) -> tuple[RedLine, ...]:
    """Return the red lines of some ids, in the order of the ids; without ids all of them.

    Raises
    ------
    ConfigError
        For an id that is not there, and when there is nothing to choose.
    """
    known = {red_line.id: red_line for red_line in red_lines}
    for name in ids:
        if name not in known:
            raise ConfigError(
                f"there is no red line '{name}'",
                where=Where(file=file),
                expected="the id of one of the chosen red lines",
                found=name,
                next_step=nearest(name, sorted(known)) or "list them with: siting check",
            )
    if not known:
        raise ConfigError(
            "there is no red line to compose",
            where=Where(file=file),
            expected="red lines in city.toml, or a file of them",
            next_step="name a project or a red line that has an outline",
        )
    return tuple(known[name] for name in dict.fromkeys(ids)) if ids else tuple(red_lines)


def _compose_one(
    red_line: RedLine, project: Project | None, ground: Ground, *, city: City, as_of: dt.date
) -> Composition:
    subject = Subject(red_line, project or Project(red_line.project_id, ""))
    if not subject.is_measurable:
        return _without_table(red_line, [_INVALID])
    outside = _outside(subject, ground)
    knows_basic = ground.has_basic_farmland and city.compose.farmland_role not in outside
    gaps = [*ground.gaps, *(gap for found in outside.values() for gap in found)]
    whole = whole_of(red_line.geometry, city)
    try:
        made = accounts_of(
            cells_of(red_line.geometry, ground.coverings),
            ground,
            whole=whole,
            crs=city.crs,
            knows_basic=knows_basic,
        )
    except ConfigError:
        raise
    except (NotClosedError, SitingError) as error:
        return _without_table(red_line, [*gaps, _not_closed(str(error))])
    has_grades = bool(city.compose.quality_column)
    return Composition(
        red_line_id=red_line.id,
        project_id=red_line.project_id,
        rows=made.rows,
        total=made.total,
        planar_m2=whole.planar_m2,
        ellipsoidal_m2=whole.ellipsoidal_m2,
        residue_m2=made.residue_m2,
        overlaps=made.overlaps,
        hints=hints_of(made.rows, ground.book.in_force(as_of), sliver_m2=city.compose.sliver_m2),
        balance=balance_of(made.rows, has_grades=has_grades),
        gaps=tuple(dict.fromkeys([*gaps, *_gaps(made)])),
        notes=tuple(_notes(made, red_line, project)),
        sliver_m2=city.compose.sliver_m2,
    )


def whole_of(outline: BaseGeometry, city: City) -> Whole:
    """Return the areas of a valid outline in the city's CRS, and which of them is of record."""
    shapes = [outline]
    measure = EllipsoidalMeasure(city.crs, city.area_of_record)
    return Whole(
        planar_m2=float(shapely.area(outline)),
        geodesic_m2=float(ellipsoidal_areas_m2(shapes, city.crs)[0]),
        ellipsoidal_m2=float(measure.areas_m2(shapes)[0]),
        is_ellipsoidal=city.area_of_record != PLANAR,
    )


def _without_table(red_line: RedLine, gaps: Iterable[Text]) -> Composition:
    """Return a composition that says why it has no rows."""
    return Composition(
        red_line_id=red_line.id,
        project_id=red_line.project_id,
        rows=(),
        total=Amount(),
        planar_m2=float(shapely.area(red_line.geometry)),
        ellipsoidal_m2=0.0,
        residue_m2=0.0,
        overlaps=(),
        hints=(),
        balance=Balance(Amount(), Amount(), (), Amount()),
        gaps=tuple(gaps),
        notes=(),
    )


def _not_closed(found: str) -> Text:
    return Text(
        f"各部分之和与红线面积不闭合，未编制组成表：{found}",
        f"the parts do not make up the red line, so there is no table: {found}",
    )


def _outside(subject: Subject, ground: Ground) -> dict[str, list[Text]]:
    """Return, per role, where the red line leaves the declared coverage of its layers."""
    found: dict[str, list[Text]] = {}
    for role in dict.fromkeys(layer.role for layer in ground.layers):
        layers = [layer for layer in ground.layers if layer.role == role]
        for whole in wholes(layers):
            for gap in coverage_gaps([subject], whole, 0.0).values():
                found.setdefault(role, []).append(gap)
    return found


def _gaps(made: Accounts) -> Iterable[Text]:
    if made.bad_ridges:
        values = ", ".join(made.bad_ridges)
        yield Text(
            f"田坎系数不是 0–1 的小数，未扣除：{values}",
            f"coefficients of 田坎 that are no share (0–1) were not deducted: {values}",
        )
    if made.unlisted:
        codes = ", ".join(code or "（空）" for code in made.unlisted)
        yield Text(
            f"地类编码不在分类表中，单列未归类：{codes}",
            f"class codes that the book does not list are rows of their own: {codes}",
        )


def _notes(made: Accounts, red_line: RedLine, project: Project | None) -> Iterable[Text]:
    if made.overlaps:
        agreed = sum(overlap.area_m2 for overlap in made.overlaps if overlap.is_agreed)
        against = sum(overlap.area_m2 for overlap in made.overlaps if not overlap.is_agreed)
        yield Text(
            f"图斑重叠：一致 {agreed:,.2f} m² 只计一次；不一致 {against:,.2f} m²，地类不同者单列",
            f"features overlap: {agreed:,.2f} m² agree (counted once), {against:,.2f} m² disagree",
        )
    if any(AGAINST in row.account.village + row.account.town for row in made.rows):
        yield Text("有地块的村或镇街不一致", "villages or towns disagree on some land")
    if red_line.notes:
        yield Text("；".join(red_line.notes))
    takes_new = any(str(row.category) in {"farm", "unused"} for row in made.rows)
    if project is not None and project.new_construction_land is False and takes_new:
        yield Text(
            "台账称不涉及新增建设用地，但红线内有农用地或未利用地",
            "the ledger says no new construction land, yet there is farm or unused land",
        )


def _classes(rows: Sequence[Row], ground: Ground) -> tuple[ClassUse, ...]:
    """Return the classes that occur, with the source and certainty of their category."""
    codes = {row.account.code for row in rows if row.account.kind in {Kind.LAND, Kind.RIDGE}}
    uses = []
    for system in sorted(ground.systems.values(), key=lambda each: each.name):
        for code in sorted(codes):
            found = system.find(code)
            if found is None:
                continue
            basis = Basis(system.basis.citation, system.basis.article, system.basis.edition,
                          found.certainty)  # fmt: skip
            uses.append(
                ClassUse(
                    system=system.name,
                    code=code,
                    name=found.title,
                    group=found.group.title,
                    category=found.group.category,
                    basis=basis,
                    note=found.note,
                )
            )
    return tuple(uses)


def _crossing(red_lines: Sequence[RedLine]) -> tuple[Text, ...]:
    """Return a note where red lines overlap each other: their sum counts that land twice."""
    shapes = np.array(
        [line.geometry for line in red_lines if shapely.is_valid(line.geometry)], dtype=object
    )
    pairs = pair_areas(shapes, shapes)
    twice_m2 = float(pairs.area_m2[pairs.left < pairs.right].sum())
    if not twice_m2:
        return ()
    return (
        Text(
            f"所选红线相互重叠 {twice_m2:,.2f} m²（平面）：合计中重复计算",
            f"the chosen red lines overlap by {twice_m2:,.2f} m² (planar): the sum has it twice",
        ),
    )
