"""What a project may ask for, against a loop over parcels and rules."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from siting.exclude import Cells, Column, ExclusionTable, Finder, Wish
from siting.exclude.land import Land
from siting.model import Project, Severity
from siting.overlay.kernel.measure import Prepared

from ..tiny_city import AS_OF, CRS, project, rule

COUNT = 400
RULES = (
    rule("overlap", role="farmland", code="FARM",
         exception=[{"condition": "要道", "kinds": ["road"]}]),
    rule("overlap", role="green_line", code="GREEN", applies_to={"not_uses": ["14"]}),
    rule("overlap", role="hazard", code="HAZARD", severity="restricted"),
    rule("zoning", role="zoning", code="ZONE", code_column="zone_code", code_system="ydyh2023",
         severity="restricted", allows={"07": ["07"], "0701": ["0701"], "14": ["14"]}),
)  # fmt: skip


def table(seed: int = 7) -> ExclusionTable:
    dice = np.random.default_rng(seed)
    areas = dice.choice([100.0, 500.0, 900.0, 2_000.0, 5_000.0], COUNT)
    land = Land(
        ids=tuple(f"P{n:04d}" for n in range(COUNT)),
        parcels=Prepared(np.full(COUNT, None, dtype=object)),
        areas_m2=areas,
        row_of=np.arange(COUNT),
    )

    def cells() -> Cells:
        is_hit = dice.random(COUNT) < 0.3
        excluded = np.where(is_hit, areas * dice.random(COUNT), 0.0)
        no = np.zeros(COUNT, dtype=bool)
        return Cells(excluded, np.zeros(COUNT), is_hit, dice.random(COUNT) < 0.1, no)

    plain = [Column(each, "", cells()) for each in RULES[:3]]
    variants = [Column(RULES[3], name, cells()) for name in ("07", "0701", "14", "unplanned")]
    return ExclusionTable(land, (*plain, *variants), {}, AS_OF, CRS, "test 1")


def by_loop(found: ExclusionTable, wish: Wish, zone: str) -> dict[str, tuple[bool, bool]]:
    """Parcel → (unchecked, claim), by looking at each parcel under each rule in turn."""
    kept = {}
    for row, name in enumerate(found.land.ids):
        if not wish.area_m2_min <= found.land.areas_m2[row] <= wish.area_m2_max:
            continue
        is_out = is_unchecked = needs_claim = False
        for column in found.columns:
            if column.rule.code == "ZONE" and column.variant not in {zone, "unplanned"}:
                continue
            if not column.rule.applies_to(wish.project) or column.severity not in wish.limits:
                continue
            is_unchecked |= bool(column.cells.is_unchecked[row])
            limit = wish.limits[column.severity]
            share = column.cells.excluded_m2[row] / found.land.areas_m2[row]
            is_over = bool(column.cells.is_hit[row]) and (limit <= 0 or share > limit)
            is_excepted = any(each.matches(wish.project) for each in column.rule.exceptions)
            needs_claim |= is_over and is_excepted
            is_out |= is_over and not (is_excepted and wish.may_claim)
        if not is_out:
            kept[name] = (is_unchecked, needs_claim)
    return kept


HOME = {"use": "0701", "code_system": "ydyh2023"}
ALL = {Severity.PROHIBITED: 0.0, Severity.RESTRICTED: 0.2, Severity.CONSULT: 0.5}
WISHES = {
    "nothing prohibited": (Wish(project("A", **HOME)), "0701"),
    "a range of areas": (Wish(project("A", **HOME), 500.0, 2_000.0), "0701"),
    "shares": (Wish(project("A", **HOME), limits=ALL), "0701"),
    "the longest row": (Wish(project("A", use="0702", code_system="ydyh2023"), limits=ALL), "07"),
    "a park": (Wish(project("A", use="1401", code_system="ydyh2023"), limits=ALL), "14"),
    "a road": (Wish(project("A", kind="road", **HOME), may_claim=True), "0701"),
    "a road that claims nothing": (Wish(project("A", kind="road", **HOME)), "0701"),
    "larger than any": (Wish(project("A", **HOME), 6_000.0, math.inf), "0701"),
}


@pytest.mark.parametrize("name", sorted(WISHES))
def test_as_a_loop_over_all_parcels_finds(name: str):
    found, (wish, zone) = table(), WISHES[name]
    eligible = Finder(found).find(wish)
    said = {
        found.land.ids[row]: (bool(unchecked), bool(claim))
        for row, unchecked, claim in zip(
            eligible.rows, eligible.is_unchecked, eligible.needs_claim, strict=True
        )
    }
    assert said == by_loop(found, wish, zone)
    assert eligible.gaps == ()
    areas = found.land.areas_m2[eligible.rows]
    assert (np.diff(areas) >= 0).all()


def test_one_finder_serves_many_projects_in_any_order():
    found = table()
    finder = Finder(found)
    for _ in range(2):
        for wish, _ in WISHES.values():
            fresh = Finder(found).find(wish)
            assert np.array_equal(finder.find(wish).rows, fresh.rows)


def test_a_use_that_cannot_be_compared_leaves_all_unchecked_and_says_so():
    wish = Wish(Project(id="A", name="A", use="0701", code_system="gb50137"), limits=ALL)
    eligible = Finder(table()).find(wish)
    assert eligible.is_unchecked.all()
    assert "cannot be compared" in eligible.gaps[0].en
    crosswalks = {("gb50137", "ydyh2023"): {"0701": "0701"}}
    assert Finder(table(), crosswalks).find(wish).gaps == ()


def test_a_cell_that_is_hit_without_area_blocks_at_limit_nought():
    found = table()
    cells = replace(found.columns[0].cells, excluded_m2=np.zeros(COUNT))
    flat = replace(found, columns=(replace(found.columns[0], cells=cells),))
    rows = Finder(flat).find(Wish(project("A"))).rows
    assert not cells.is_hit[rows].any()
    assert len(rows) == int((~cells.is_hit).sum())
