"""Columns kept between runs: one changed layer costs its own columns, and damage costs time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from siting.exclude import Ways, exclude
from siting.exclude import table as tables
from siting.store import Store

from ..tiny_city import AS_OF, CRS, atlas, book, layer, rect, rule

RULES = (
    rule("overlap", role="farmland", code="FARM"),
    rule("overlap", role="hazard", code="HAZARD"),
    rule("zoning", role="zoning", code="ZONE", code_column="zone_code", code_system="ydyh2023",
         allows={"07": ["07"], "11": ["11"]}),
)  # fmt: skip
PARCELS = layer("parcel", [rect(0, 0, 100, 100), rect(100, 0, 200, 100)])
FARM = layer("farmland", [rect(0, 0, 50, 100)])
HAZARD = layer("hazard", [rect(150, 0, 300, 100)], coverage=rect(0, 0, 150, 4_000))
ZONES = layer(
    "zoning", [rect(0, 0, 200, 100)], columns={"zone_code": ["07"]}, code_system="ydyh2023"
)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the rules that were measured, in order."""
    seen: list[str] = []
    columns_of = tables.columns_of

    def spy(rule, setting):
        seen.append(rule.code)
        return columns_of(rule, setting)

    monkeypatch.setattr(tables, "columns_of", spy)
    return seen


def make(store: Store, *, rules=RULES, layers=(PARCELS, FARM, HAZARD, ZONES)):
    return exclude(atlas(layers, ()), book(*rules), crs=CRS, as_of=AS_OF, ways=Ways(store=store))


def same(one, other) -> bool:
    return [column.key for column in one.columns] == [
        column.key for column in other.columns
    ] and all(
        np.array_equal(getattr(a.cells, name), getattr(b.cells, name), equal_nan="m2" in name)
        for a, b in zip(one.columns, other.columns, strict=True)
        for name in ("excluded_m2", "bound_m2", "is_hit", "is_unchecked", "is_disputed")
    )


def test_the_second_run_measures_nothing_and_says_the_same(tmp_path: Path, measured: list[str]):
    first = make(Store(tmp_path))
    assert measured == ["FARM", "HAZARD", "ZONE"]
    second = make(Store(tmp_path))
    assert measured == ["FARM", "HAZARD", "ZONE"]
    assert same(first, second)
    assert same(second, make(Store(None)))


def test_one_changed_layer_costs_its_own_columns(tmp_path: Path, measured: list[str]):
    make(Store(tmp_path))
    measured.clear()
    moved = replace(
        layer("farmland", [rect(0, 0, 80, 100)]), content_sha256="another content of farmland"
    )
    table = make(Store(tmp_path), layers=(PARCELS, moved, HAZARD, ZONES))
    assert measured == ["FARM"]
    assert table.columns[0].cells.excluded_m2 == pytest.approx([8_000.0, 0.0])


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("HAZARD", (PARCELS, FARM, replace(HAZARD, coverage=rect(0, 0, 4_000, 4_000)), ZONES)),
        ("ZONE", (PARCELS, FARM, HAZARD, replace(ZONES, code_system="gb50137"))),
        ("FARM", (PARCELS, FARM, replace(FARM, name="farmland 2"), HAZARD, ZONES)),
    ],
)
def test_what_vouches_for_a_layer_is_in_the_key(
    tmp_path: Path, measured: list[str], code: str, changed
):
    make(Store(tmp_path))
    measured.clear()
    assert same(make(Store(tmp_path), layers=changed), make(Store(None), layers=changed))
    assert measured[0] == code
    assert measured[1:] == ["FARM", "HAZARD", "ZONE"]


def test_a_changed_figure_of_a_rule_costs_its_column_and_a_changed_word_costs_none(
    tmp_path: Path, measured: list[str]
):
    before = make(Store(tmp_path))
    assert before.columns[1].cells.is_unchecked.tolist() == [False, True]
    measured.clear()
    worded = replace(RULES[0], has_zero_tolerance=True, sliver_width_m=0.4)
    assert make(Store(tmp_path), rules=(worded, *RULES[1:])).columns[0].rule == worded
    assert measured == []
    reaching = replace(RULES[1], near_m=30.0)
    table = make(Store(tmp_path), rules=(RULES[0], reaching, RULES[2]))
    assert measured == ["HAZARD"]
    # both parcels lie at the edge of what is covered
    assert table.columns[1].cells.is_unchecked.tolist() == [True, True]


def test_other_parcels_are_other_columns(tmp_path: Path, measured: list[str]):
    make(Store(tmp_path))
    fewer = replace(
        layer("parcel", [rect(0, 0, 100, 100)]), content_sha256="another content of parcels"
    )
    assert len(make(Store(tmp_path), layers=(fewer, FARM, HAZARD, ZONES))) == 1
    assert measured == ["FARM", "HAZARD", "ZONE"] * 2


def test_a_flipped_byte_is_measured_anew(tmp_path: Path, measured: list[str]):
    first = make(Store(tmp_path))
    for entry in [
        path for path in tmp_path.rglob("*") if path.is_file() and "exclusion" in str(path)
    ]:
        content = bytearray(entry.read_bytes())
        if content:
            content[len(content) // 4] ^= 1
            entry.write_bytes(bytes(content))
    assert same(first, make(Store(tmp_path)))
    assert measured == ["FARM", "HAZARD", "ZONE"] * 2


def test_a_layer_without_a_hash_is_never_kept(tmp_path: Path, measured: list[str]):
    nameless = replace(FARM, content_sha256="")
    for _ in range(2):
        make(Store(tmp_path), layers=(PARCELS, nameless, HAZARD, ZONES))
    assert measured == ["FARM", "HAZARD", "ZONE", "FARM"]


def test_columns_that_other_code_of_ours_kept_are_measured_anew(
    tmp_path: Path, measured: list[str], monkeypatch: pytest.MonkeyPatch
):
    store = Store(tmp_path)
    make(store)
    first = list(measured)
    monkeypatch.setattr("siting.exclude.kept.code_sha256", lambda _: "changed")
    make(store)
    assert first
    assert measured == first + first
