"""The last gate before hand-over: planned sites held against each other, from the files.

What was meant to be written is not asked: the packages are read back, by the reading process
and the load contract, and no two projects may have the same land, nor a project land of
another's red line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from siting.candidates import OVERLAP_TOLERANCE_M2, as_array, has_shape, red_lines_on, sound
from siting.city import RedLineSpec
from siting.config import raise_collected
from siting.crs import VIEWING_CRS, transform_geometries
from siting.errors import ReadError, SitingError, Where, WriteError
from siting.handover.enclosures import require_readable
from siting.handover.plan_tables import LEFT_OUT, PLAN, PLAN_TXT
from siting.handover.tables import AS_FOUND, CLIPPED, WITHHELD
from siting.load import contract as terms
from siting.load.child import Reader
from siting.load.formats import ALL_COLUMNS, GEOMETRY, Format, VectorRequest
from siting.load.red_lines import read_with
from siting.load.words import listed, say
from siting.model import RedLine, SiteKind
from siting.overlay import overlap_area_m2

PACKAGE = "redlines.gpkg"
#: Corners of the TXT are rounded to 1 mm, those of the viewing copy to 0.1 mm: no further off
#: may a copy be than the half diagonal of the coarser one, and a bit for the arithmetic.
COPY_TOLERANCE_M = 0.001
#: Sites that are a project's own claim: which of two claims is met is what a plan decides.
_CLAIMS = frozenset({SiteKind.RED_LINE.value, SiteKind.REPAIRED.value})

_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What was looked at: no two sites share land, as far as their outlines are in the files.

    ``sites`` counts projects with an outline, ``withheld`` names those of which ``release`` lets
    no outline travel: of them the files tell nothing. ``red_lines`` is how many red lines the
    sites were held against.
    """

    sites: int
    withheld: tuple[str, ...]
    red_lines: int


@dataclass(frozen=True, eq=False, slots=True)
class _Planned:
    """One outline of a planned site in one package."""

    project_id: str
    kind: str
    shape: BaseGeometry
    is_whole: bool
    package: str

    @property
    def where(self) -> str:
        return f"{self.project_id} ({self.package})"


def check_packages(folder: Path) -> PlanCheck:
    """Read the plans of all packages in a folder back and hold their sites against each other.

    Of each ``<code>/redlines.gpkg`` the tables ``plan`` and ``redlines`` are read, and
    ``plan.geojson`` and ``plan.txt`` beside it; PDF and Word files as
    :func:`siting.handover.enclosures.require_readable` does.

    Parameters
    ----------
    folder
        With one folder per district, each with a plan.

    Raises
    ------
    WriteError, ProblemsError
        Two projects share more than 0.01 m² (``OVERLAP_TOLERANCE_M2``), a site lies on another
        project's red line, a project has two different sites, or a copy shows another outline
        than the GeoPackage: each with both projects and the area.
    ReadError
        A file cannot be read back whole.
    """
    require_readable(folder)
    with Reader() as reader:
        packages = [_Package(home, reader) for home in _homes(folder)]
        planned = [one for package in packages for one in package.planned()]
        problems: list[SitingError] = [each for package in packages for each in package.copies()]
    red_lines = {line.id: line for package in packages for line in package.red_lines()}
    taking_part = {name for package in packages for name in package.taking_part()}
    problems += _two_sites(planned)
    problems += _shared(planned)
    problems += _on_red_lines(planned, list(red_lines.values()), taking_part)
    raise_collected(
        say("计划未通过移交前复核，未移交", "the plan failed the check before hand-over"), problems
    )
    drawn = {one.project_id for one in planned}
    withheld = {name for package in packages for name in package.withheld()} - drawn
    return PlanCheck(len(drawn), tuple(sorted(withheld)), len(red_lines))


def _homes(folder: Path) -> list[Path]:
    found = sorted(path.parent for path in folder.glob(f"*/{PACKAGE}"))
    if not found:
        raise ReadError(
            say("该文件夹没有移交包", "there is no package in this folder"),
            where=Where(file=str(folder)),
            expected=f"CODE/{PACKAGE}",
            next_step=say(
                "给出 siting handover 写出的文件夹", "name the folder of siting handover"
            ),
        )
    return found


class _Package:
    """The tables of one package, as they are read back."""

    def __init__(self, home: Path, reader: Reader) -> None:
        self._home, self._reader = home, reader
        file = home / PACKAGE
        self._plan = _rows(reader, file, Format.GPKG, PLAN)
        self._lines = _rows(reader, file, Format.GPKG, "redlines")

    def planned(self) -> Iterator[_Planned]:
        """Yield the outlines in the GeoPackage."""
        for row in self._plan:
            state = row["geometry_state"]
            if state in {AS_FOUND, CLIPPED}:
                shape = self._required(row, row["project_id"])
                whole, home = state == AS_FOUND, self._home.name
                yield _Planned(row["project_id"], str(row["kind"]), shape, whole, home)

    def withheld(self) -> Iterator[str]:
        """Yield the projects whose outline may not travel."""
        yield from (row["project_id"] for row in self._plan if row["geometry_state"] == WITHHELD)

    def taking_part(self) -> Iterator[str]:
        """Yield the projects that the plan is for, placed or not."""
        yield from (row["project_id"] for row in self._plan if row["state"] != LEFT_OUT)

    def red_lines(self) -> Iterator[RedLine]:
        """Yield the red lines of the package."""
        for row in self._lines:
            shape = self._required(row, row["red_line_id"])
            yield RedLine(row["red_line_id"], row["project_id"], shape, "")

    def copies(self) -> Iterator[SitingError]:
        """Yield each copy that does not show what the GeoPackage shows."""
        crs = _crs_of(self._reader, self._home / PACKAGE)
        wanted = {one.project_id: one.shape for one in self.planned() if one.is_whole}
        found = _rows(self._reader, self._home / f"{PLAN}.geojson", Format.GEOJSON, "")
        shapes = {row["project_id"]: row[GEOMETRY] for row in found if row["project_id"] in wanted}
        moved = transform_geometries(list(shapes.values()), VIEWING_CRS, crs)
        viewed = dict(zip(shapes, moved, strict=True))
        yield from _differing(wanted, viewed, self._home / f"{PLAN}.geojson")
        text = self._home / PLAN_TXT
        if wanted or text.exists():
            batch = read_with(RedLineSpec(text, crs=crs), self._reader, crs)
            plots = [(line.id, line.geometry) for line in batch.lines]
            yield from _differing(wanted, _by_project(plots, wanted), text)

    def _required(self, row: _Row, name: str) -> BaseGeometry:
        shape = row[GEOMETRY]
        if not has_shape(shape):
            raise ReadError(
                say(f"{name} 没有图形", f"there is no outline of {name}"),
                where=Where(f"{self._home.name}/{PACKAGE}", feature=name),
                next_step=say("重新移交", "hand over again"),
            )
        return shape  # type: ignore[no-any-return] # has_shape has looked


def _rows(reader: Reader, file: Path, file_format: Format, layer: str) -> list[dict[str, Any]]:
    """Return the rows of a table with their outlines; ReadError where any was lost."""
    reply = reader.read_vector(VectorRequest(file, file_format, layer, (ALL_COLUMNS,)))
    found = terms.Findings()
    terms.compare_counts(reply.facts, found)
    rows: list[dict[str, Any]] = reply.table.to_pylist()
    lost = [f"{number}: {reason}" for number, reason in reply.facts["lost"]]
    for number, row in enumerate(rows, start=1):
        blob = row[GEOMETRY]
        row[GEOMETRY] = None if blob is None else shapely.from_wkb(blob, on_invalid="ignore")
        if blob is not None and row[GEOMETRY] is None:
            lost.append(f"{number}: no outline")
    if found.problems or lost:
        raise ReadError(
            say("写出的文件不能完整读回", "what was written does not read back whole"),
            where=Where(f"{file.parent.name}/{file.name}", layer),
            found=listed([*found.problems, *lost]),
            next_step=say("检查磁盘后重新移交", "check the disk, then hand over again"),
        )
    return rows


def _crs_of(reader: Reader, file: Path) -> str:
    reply = reader.read_vector(VectorRequest(file, Format.GPKG, PLAN))
    return terms.settle_crs("", reply.facts, terms.Findings())


def _by_project(
    plots: Sequence[tuple[str, BaseGeometry]], wanted: Mapping[str, BaseGeometry]
) -> dict[str, BaseGeometry]:
    """Return the plots of a TXT by project: they stand in the order of the table.

    Numbers are not asked, for a TXT has no comma and no ``@`` in them; only where there are more
    plots or fewer they tell which.
    """
    if len(plots) == len(wanted):
        return dict(zip(wanted, (shape for _, shape in plots), strict=True))
    return dict(plots)


def _differing(
    wanted: Mapping[str, BaseGeometry], found: Mapping[str, BaseGeometry | None], file: Path
) -> Iterator[SitingError]:
    """Yield the projects whose outline in a copy is none, or another one than in the package."""
    where = f"{file.parent.name}/{file.name}"
    for name in sorted({*wanted, *found}):
        here, there = wanted.get(name), found.get(name)
        if here is None or there is None or not has_shape(there):
            off = say("没有", "there is none")
        elif (off_m := shapely.hausdorff_distance(here, there)) > COPY_TOLERANCE_M:
            off = f"{off_m:.3f} m"
        else:
            continue
        yield WriteError(
            say(
                f"{name} 的选址在副本中与 GeoPackage 不一致",
                f"a copy shows another outline for {name} than the GeoPackage",
            ),
            where=Where(where, feature=name),
            expected=f"≤ {COPY_TOLERANCE_M} m",
            found=off,
            next_step=say("重新移交", "hand over again"),
        )


def _two_sites(planned: Sequence[_Planned]) -> Iterator[SitingError]:
    """Yield the projects that have one site here and another there."""
    first: dict[str, _Planned] = {}
    for one in planned:
        if not one.is_whole:
            continue
        other = first.setdefault(one.project_id, one)
        if not shapely.equals_exact(one.shape, other.shape):
            yield _refusal(
                say(
                    "同一项目在两个区的选址不同", "one project has different sites in two packages"
                ),
                (other, one.where),
                found=f"{other.shape.area:,.2f} m², {one.shape.area:,.2f} m²",
            )


def _shared(planned: Sequence[_Planned]) -> Iterator[SitingError]:
    """Yield the pairs of projects whose sites share land, each once."""
    shapes = as_array([one.shape for one in planned])
    told: set[frozenset[str]] = set()
    near = shapely.STRtree(shapes).query(shapes)
    for left, right in sorted({(min(pair), max(pair)) for pair in near.T.tolist()}):
        one, other = planned[left], planned[right]
        names = frozenset({one.project_id, other.project_id})
        if len(names) == 1 or names in told:
            continue
        area_m2 = overlap_area_m2(one.shape, other.shape)
        if area_m2 > OVERLAP_TOLERANCE_M2:
            told.add(names)
            yield _refusal(
                say("两个项目的选址重叠", "the sites of two projects overlap"),
                (one, other.where),
                found=f"{area_m2:,.4f} m²",
            )


def _on_red_lines(
    planned: Sequence[_Planned], red_lines: Sequence[RedLine], taking_part: set[str]
) -> Iterator[SitingError]:
    """Yield the sites on another project's red line, as the plan itself is bound by them.

    Against a project's own claim only the red lines of projects outside the plan hold their land.
    """
    shapes = as_array([one.shape for one in planned])
    tree = shapely.STRtree(shapes)
    told: set[tuple[str, str]] = set()
    for line in red_lines:
        shape = sound(line.geometry)
        near = [
            place
            for place in sorted(tree.query(shapely.box(*shape.bounds)).tolist())
            if _may_not_meet(planned[place], line, taking_part)
        ]
        for row, _ in red_lines_on(shapes[near], [line]) if near else ():
            site = planned[near[row]]
            if (site.project_id, line.id) in told:
                continue
            told.add((site.project_id, line.id))
            piece = shapely.intersection(site.shape, shape)
            is_corridor = shapely.get_dimensions(shape) == 1
            yield _refusal(
                say("选址落在他人红线上", "a site lies on the red line of another project"),
                (site, f"{line.project_id} ({line.id})"),
                found=f"{piece.length:,.2f} m" if is_corridor else f"{piece.area:,.4f} m²",
            )


def _may_not_meet(site: _Planned, line: RedLine, taking_part: set[str]) -> bool:
    is_claim = site.kind in _CLAIMS and line.project_id in taking_part
    return line.project_id != site.project_id and not is_claim


def _refusal(what: str, sides: tuple[_Planned, str], *, found: str) -> WriteError:
    one, other = sides
    return WriteError(
        f"{what}: {one.where}, {other}",
        where=Where(f"{one.package}/{PACKAGE}", PLAN, one.project_id),
        expected=f"≤ {OVERLAP_TOLERANCE_M2} m²",
        found=found,
        next_step=say(
            "没有移交任何包；请把此消息连同 plan.json 告知维护者",
            "no package was handed over; report this message with plan.json",
        ),
    )
