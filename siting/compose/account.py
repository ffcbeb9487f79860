"""From cells to rows: what each piece of land counts as, and figures that add up exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from siting.areas import area_table
from siting.compose.book import Group, LandClass
from siting.compose.cells import Cell, Members
from siting.compose.ground import Ground, Use
from siting.compose.records import (
    Account,
    Amount,
    Basic,
    Category,
    Kind,
    Nature,
    Overlap,
    Row,
    Sums,
    total_of,
)
from siting.crs import ellipsoidal_areas_m2, planar_areas_m2
from siting.errors import ConfigError
from siting.model import Text

#: Between the values of features that lie on each other and disagree.
AGAINST = "｜"
#: A row under this is the rounding of coordinates, not land; what is left out stays under
#: :data:`LEFT_OUT_M2` in all.
NOISE_M2 = 0.001
#: Rows left out as noise and the float residue together: under half a shown 0.01 m², so that
#: rounding to the red line's own area is exact.
LEFT_OUT_M2 = 0.004
#: Overlaps of features under this would print as 0.00 m².
SHOWN_M2 = 0.005

_UNKNOWN_GROUP = Group("", Text(""), Category.UNKNOWN)
_TITLES = {
    Kind.UNCOVERED: Text("未覆盖（无现状地类）", "uncovered: no land-use plot"),
    Kind.OVERLAP: Text("图斑重叠且地类不一致", "plots overlap and disagree"),
    Kind.UNKNOWN_CLASS: Text("地类编码不在分类表中", "class not in the table"),
}
_RIDGE = Text("田坎（按系数扣除）", "field ridges, by coefficient")
#: What a row is called, the group of its class, and the owner as people read it.
_Meaning = tuple[Text, Group, Text]


@dataclass(slots=True)
class _Sheet:
    """Areas by account while they are being collected: planar and ellipsoidal, m²."""

    areas: dict[Account, list[tuple[float, float]]] = field(default_factory=dict)
    groups: dict[Account, _Meaning] = field(default_factory=dict)
    overlaps: dict[tuple[str, Members, bool], list[float]] = field(default_factory=dict)
    bad_ridges: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)

    def add(
        self, account: Account, meaning: tuple[Text, Group, Text], area: tuple[float, float]
    ) -> None:
        self.areas.setdefault(account, []).append(area)
        self.groups[account] = meaning


@dataclass(frozen=True, slots=True)
class Whole:
    """A red line's own areas, m². The cells are measured on the plane and by geodesics.

    Where the ellipsoidal area is by another method (the official trapezoids, which do not add
    up over pieces to 0.01 m²), the cells have their share of it by their geodesic area.
    """

    planar_m2: float
    geodesic_m2: float
    ellipsoidal_m2: float
    is_ellipsoidal: bool

    @property
    def areas_m2(self) -> tuple[float, float]:
        """Planar and ellipsoidal."""
        return self.planar_m2, self.ellipsoidal_m2


@dataclass(frozen=True, eq=False, slots=True)
class Accounts:
    """The rows of one red line, and what was found on the way.

    ``residue_m2`` is what the rows miss of the red line's area of record; ``bad_ridges`` and
    ``unlisted`` are values that could not be used (田坎 coefficients, class codes).
    """

    rows: tuple[Row, ...]
    total: Amount
    residue_m2: float
    overlaps: tuple[Overlap, ...]
    bad_ridges: tuple[str, ...]
    unlisted: tuple[str, ...]


def accounts_of(
    cells: Sequence[Cell], ground: Ground, *, whole: Whole, crs: str, knows_basic: bool
) -> Accounts:
    """Return the rows of a red line's cells, sorted, adding up exactly to the red line.

    Parameters
    ----------
    cells
        From :func:`siting.compose.cells.cells_of` and the coverings of `ground`.
    ground
        What the features say, and the book.
    whole
        The red line's own areas, and which of them is of record.
    crs
        CRS of the cells.
    knows_basic
        Land outside the basic farmland is known to be outside.

    Raises
    ------
    SitingError
        When the rows do not make up the red line: nothing is spread to hide it.
    """
    sheet = _Sheet()
    shapes = [cell.geometry for cell in cells]
    ratio = whole.ellipsoidal_m2 / whole.geodesic_m2
    planar, ellipsoidal = planar_areas_m2(shapes), ellipsoidal_areas_m2(shapes, crs) * ratio
    for cell, *area in zip(cells, planar.tolist(), ellipsoidal.tolist(), strict=True):
        _enter(sheet, cell, (area[0], area[1]), ground, knows_basic=knows_basic)
    rows, total, residue_m2 = _rows(sheet, whole.areas_m2, record=int(whole.is_ellipsoidal))
    return Accounts(
        rows=rows,
        total=total,
        residue_m2=residue_m2,
        overlaps=_overlaps(sheet, ground),
        bad_ridges=tuple(sorted(sheet.bad_ridges)),
        unlisted=tuple(sorted(sheet.unlisted)),
    )


def _enter(
    sheet: _Sheet, cell: Cell, area: tuple[float, float], ground: Ground, *, knows_basic: bool
) -> None:
    """Enter one cell: its land, and the 田坎 that its coefficient takes off."""
    members = cell.members[0]
    uses = list(dict.fromkeys(ground.values[0][member] for member in members))
    for position, names in enumerate(cell.members):
        if len(names) > 1:
            is_agreed = len({ground.values[position][name] for name in names}) == 1
            key = (ground.coverings[position].name, names, is_agreed)
            sheet.overlaps.setdefault(key, []).append(area[0])
    kind, code, title, group = _meaning(uses, ground)
    if kind is Kind.UNKNOWN_CLASS:
        sheet.unlisted.add(code)
    owner, nature = _owner(cell, uses, ground)
    place = {name: _text(cell, uses, ground, name) for name in ("town", "village")}
    account = Account(
        **place, nature=nature, ownership=owner.zh, kind=kind, code=code,
        basic=_basic(cell, ground, knows_basic=knows_basic),
        grade=uses[0].grade if group.is_cultivated else "",
    )  # fmt: skip
    share = _ridge_share(sheet, uses, group)
    ridge = (area[0] * share, area[1] * share)
    sheet.add(account, (title, group, owner), (area[0] - ridge[0], area[1] - ridge[1]))
    if share:
        found = ridge_class_of(uses[0], ground)
        sheet.add(_ridge_account(account, found), (_RIDGE, found.group, owner), ridge)


def _meaning(uses: Sequence[Use], ground: Ground) -> tuple[Kind, str, Text, Group]:
    if not uses:
        return Kind.UNCOVERED, "", _TITLES[Kind.UNCOVERED], _UNKNOWN_GROUP
    codes = dict.fromkeys((use.system, use.code) for use in uses)
    if len(codes) > 1:
        names = AGAINST.join(sorted(code for _, code in codes))
        return Kind.OVERLAP, names, _TITLES[Kind.OVERLAP], _UNKNOWN_GROUP
    found = ground.systems[uses[0].system].find(uses[0].code)
    if found is None:
        return Kind.UNKNOWN_CLASS, uses[0].code, _TITLES[Kind.UNKNOWN_CLASS], _UNKNOWN_GROUP
    return Kind.LAND, uses[0].code, found.title, found.group


def _ridge_share(sheet: _Sheet, uses: Sequence[Use], group: Group) -> float:
    """Return the coefficient of a ploughed plot; of plots that disagree the smallest."""
    if not group.is_cultivated:
        return 0.0
    sheet.bad_ridges.update(use.bad_ridge for use in uses if use.bad_ridge)
    return min(use.ridge or 0.0 for use in uses)


def ridge_class_of(use: Use, ground: Ground) -> LandClass:
    """Return the class that 田坎 of a plot are counted under.

    Raises
    ------
    ConfigError
        When the book does not say so for the plot's code system.
    """
    code = ground.book.ridge_class.get(use.system, "")
    found = ground.systems[use.system].find(code)
    if found is None:
        raise ConfigError(
            f"the composition book does not say which class 田坎 of '{use.system}' are",
            expected="a listed class code in [book.ridge_class]",
            found=code or "none",
            next_step="add it to your composition book",
        )
    return found


def _ridge_account(account: Account, ridge: LandClass) -> Account:
    return replace(account, kind=Kind.RIDGE, code=ridge.code, grade="")


def _owner(cell: Cell, uses: Sequence[Use], ground: Ground) -> tuple[Text, Nature]:
    """Return the ownership as people read it, and whose land that makes it."""
    values = _values(cell, uses, ground, "ownership")
    owners = {value: ground.book.owner(value) for value in values}
    natures = {owner.nature for owner in owners.values()}
    nature = natures.pop() if len(natures) == 1 else Nature.UNKNOWN
    zh, en = (
        AGAINST.join(owners[value].title.get(each) for value in values) for each in ("zh", "en")
    )
    return Text(zh, en), nature


def _text(cell: Cell, uses: Sequence[Use], ground: Ground, name: str) -> str:
    return AGAINST.join(_values(cell, uses, ground, name))


def _values(cell: Cell, uses: Sequence[Use], ground: Ground, name: str) -> list[str]:
    """Return the different values of one dimension on a cell, from its layer or the land use."""
    position = ground.index(name)
    if position is None:
        found: Iterable[Any] = (getattr(use, name) for use in uses)
    else:
        found = (ground.values[position][member] for member in cell.members[position])
    return sorted(set(found))


def _basic(cell: Cell, ground: Ground, *, knows_basic: bool) -> Basic:
    position = ground.index("basic")
    if position is not None and cell.members[position]:
        return Basic.IN
    return Basic.OUT if knows_basic else Basic.UNKNOWN


def _rows(
    sheet: _Sheet, whole_m2: tuple[float, float], *, record: int
) -> tuple[tuple[Row, ...], Amount, float]:
    sums = {
        account: (math.fsum(area[0] for area in areas), math.fsum(area[1] for area in areas))
        for account, areas in sorted(sheet.areas.items())
    }
    shown = {account: sums[account] for account in sums if sums[account][record] >= NOISE_M2}
    residue_m2 = _missing_m2(shown, whole_m2, record)
    if abs(residue_m2) > LEFT_OUT_M2:
        shown = {account: area for account, area in sums.items() if area[record] > 0.0}
        residue_m2 = _missing_m2(shown, whole_m2, record)
    accounts = list(shown)
    table = area_table(
        {str(number): shown[account][record] for number, account in enumerate(accounts)},
        total_m2=whole_m2[record],
    )
    rows = []
    for account, line in zip(accounts, table.rows, strict=True):
        title, group, owner = sheet.groups[account]
        rows.append(
            Row(
                account=account,
                name=title,
                owner=owner,
                group=group.name,
                category=group.category,
                is_cultivated=group.is_cultivated and account.kind is Kind.LAND,
                is_paddy=group.is_paddy and account.kind is Kind.LAND,
                area=Amount(line.area_m2, line.area_ha, line.area_mu),
                record_m2=shown[account][record],
                planar_m2=shown[account][0],
                ellipsoidal_m2=shown[account][1],
            )
        )
    total = Amount(table.total.area_m2, table.total.area_ha, table.total.area_mu)
    return tuple(rows), total, residue_m2


def _missing_m2(
    shown: dict[Account, tuple[float, float]], whole_m2: tuple[float, float], record: int
) -> float:
    return math.fsum([whole_m2[record], *(-area[record] for area in shown.values())])


def _overlaps(sheet: _Sheet, ground: Ground) -> tuple[Overlap, ...]:
    names = {covering.name: covering for covering in ground.coverings}
    found = [
        Overlap(
            layer=name,
            features=tuple(names[name].ids[member] for member in members),
            area_m2=math.fsum(areas),
            is_agreed=is_agreed,
        )
        for (name, members, is_agreed), areas in sheet.overlaps.items()
        if name != "basic" and math.fsum(areas) >= SHOWN_M2
    ]
    return tuple(sorted(found, key=lambda overlap: (overlap.layer, overlap.features)))


def sums_of(rows: Iterable[Row]) -> Sums:
    """Return the columns of the composition table: exact sums of what the rows print."""
    rows = list(rows)

    def of(test: Callable[[Row], bool]) -> Amount:
        return total_of(row.area for row in rows if test(row))

    by_category = {
        category: of(lambda row, wanted=category: row.category is wanted)  # type: ignore[misc]
        for category in Category
    }
    uncovered = of(lambda row: row.account.kind is Kind.UNCOVERED)
    unknown = of(
        lambda row: row.category is Category.UNKNOWN and row.account.kind is not Kind.UNCOVERED
    )
    return Sums(
        total=total_of(row.area for row in rows),
        farm=by_category[Category.FARM],
        cultivated=of(lambda row: row.is_cultivated),
        paddy=of(lambda row: row.is_paddy),
        ridge=of(lambda row: row.account.kind is Kind.RIDGE),
        construction=by_category[Category.CONSTRUCTION],
        unused=by_category[Category.UNUSED],
        sea=by_category[Category.SEA],
        unknown=unknown,
        uncovered=uncovered,
        new_construction=by_category[Category.FARM] + by_category[Category.UNUSED],
        basic_farmland=of(lambda row: row.account.basic is Basic.IN),
        basic_unknown=of(lambda row: row.account.basic is Basic.UNKNOWN),
        state=of(lambda row: row.account.nature is Nature.STATE),
        collective=of(lambda row: row.account.nature is Nature.COLLECTIVE),
        ownership_unknown=of(lambda row: row.account.nature is Nature.UNKNOWN),
    )


#: By what the rows of a table may be put together, and how a row is called then.
GROUPINGS: dict[str, Callable[[Row], str]] = {
    "village": lambda row: row.account.village,
    "town": lambda row: row.account.town,
    "ownership": lambda row: row.account.ownership,
    "class": lambda row: f"{row.account.code} {row.name.zh}".strip(),
    "category": lambda row: str(row.category),
}


def grouped(rows: Iterable[Row], *by: str) -> list[tuple[tuple[str, ...], tuple[Row, ...]]]:
    """Return the rows in groups of the same values, sorted by them.

    Parameters
    ----------
    rows
        Rows of one or several compositions.
    by
        Names of :data:`GROUPINGS`, the coarsest first.
    """
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(GROUPINGS[name](row) for name in by), []).append(row)
    return [(key, tuple(groups[key])) for key in sorted(groups)]
