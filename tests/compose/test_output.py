"""What is shown of a composition table: the JSON fits its schema, the sheets add up."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from siting import api
from siting.compose import (
    Composed,
    composed_to_dict,
    composition_lines,
    detail_sheet,
    sheets_of,
    summary_sheet,
)

from ..tiny_city import place, rect, red_line
from .plots import Plot, composed, farmland, land_use


@pytest.fixture(scope="module")
def validator(repo_root: Path) -> jsonschema.Draft202012Validator:
    path = repo_root / "docs" / "schemas" / "composition-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def sample() -> Composed:
    return api.compose(api.load(api.sample_folder()))


@pytest.fixture(scope="module")
def odd() -> Composed:
    """Everything that can go wrong at once."""
    plots = [
        Plot(rect(0, 0, 60, 100), "0101", "?", "=HYPERLINK(1)", 0.1),
        Plot(rect(40, 0, 80, 100), "9999", "集体", ""),
        Plot(rect(100, 0, 120, 100), "0601", "国有", "<script>"),
        Plot(rect(120, 0, 200, 100), "0103", "国有", "乙村", "5%"),
    ]
    bowtie = place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))")
    lines = [red_line(rect(0, 0, 120, 100), "A"), red_line(bowtie, "B"),
             red_line(rect(100, 0, 150, 100), "C")]  # fmt: skip
    return composed(lines, land_use(plots), farmland(problem="torn"))


@pytest.mark.parametrize("name", ["sample", "odd"])
@pytest.mark.parametrize("by", ["village", "town", "ownership", "class", "category"])
def test_the_document_fits_its_schema(name: str, by: str, validator, request) -> None:
    document = composed_to_dict(request.getfixturevalue(name), by=by)
    again = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False))
    assert again == document
    assert [error.message for error in validator.iter_errors(document)] == []


SPOILT: dict[str, Callable[[Any], Any]] = {
    "an area as a number": lambda d: d["red_lines"][0]["total"].update(m2=1.0),
    "three decimals": lambda d: d["sums"]["farm"].update(ha="1.00000"),
    "no gaps": lambda d: d["red_lines"][0].pop("gaps"),
    "a kind of its own": lambda d: d["red_lines"][0]["rows"][0].update(kind="spread"),
    "no source": lambda d: d["red_lines"][0]["hints"][0]["basis"].update(citation=""),
    "a key too many": lambda d: d.update(path="/home"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_schema_refuses(name: str, sample: Composed, validator) -> None:
    document = composed_to_dict(sample)
    spoilt = copy.deepcopy(document)
    SPOILT[name](spoilt)
    assert validator.is_valid(document)
    assert not validator.is_valid(spoilt)


def units_of(amounts: list[dict[str, str]], unit: str) -> Decimal:
    return sum((Decimal(amount[unit]) for amount in amounts), Decimal(0))


def test_the_document_adds_up_by_its_own_figures(sample: Composed) -> None:
    for by in ("village", "class"):
        document = composed_to_dict(sample, by=by)
        for unit in ("m2", "ha", "mu"):
            totals = []
            for line in document["red_lines"]:
                totals.append(line["total"])
                whole = Decimal(line["total"][unit])
                assert units_of([row["area"] for row in line["rows"]], unit) == whole
                groups = [group["sums"]["total"] for group in line["groups"]]
                assert units_of(groups, unit) == whole
            assert units_of(totals, unit) == Decimal(document["sums"]["total"][unit])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["sample", "odd"])
def test_the_sheets_add_up(name: str, language: str, request) -> None:
    made = request.getfixturevalue(name)
    detail = detail_sheet(made, language=language)
    for each in made.compositions:
        rows = [row for row in detail.rows if row[0] == each.red_line_id]
        assert sum((row[11] for row in rows), Decimal(0)) == each.total.m2
        assert sum((row[12] for row in rows), Decimal(0)) == each.total.ha
        assert sum((row[13] for row in rows), Decimal(0)) == each.total.mu
    summary = summary_sheet(made, by="village", language=language)
    total = "total" if language == "en" else "合计"
    lines = [row for row in summary.rows if row[1] not in {total, ""}]
    (grand,) = [row for row in summary.rows if row[1] == "" and row[2] == ""]
    for column in range(3, len(summary.columns)):
        assert sum((row[column] for row in lines), Decimal(0)) == grand[column]
    for sheet in sheets_of(made, by="village", language=language):
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_could_not_be_composed_is_said(language: str, odd: Composed) -> None:
    text = "\n".join(composition_lines(odd, by="village", names={}, language=language))
    missing = {
        "zh": ("未编制组成表", "红线几何无效", "9999", "5%", "torn", "未覆盖", "（未知）"),
        "en": ("no table", "geometry is invalid", "9999", "5%", "torn", "uncovered", "(not known)"),
    }
    for words in missing[language]:
        assert words in text
    remarks = sheets_of(odd, by="village", language=language)[2]
    said = " ".join(str(cell) for row in remarks.rows for cell in row)
    for words in missing[language][1:5]:
        assert words in said


def test_everything_at_once_by_hand(odd: Composed) -> None:
    areas = {(row.account.kind, row.account.code): row.area.m2 for row in odd.compositions[0].rows}
    assert areas == {
        ("land", "0101"): Decimal("3600.00"),  # 0–40, less a tenth for 田坎
        ("ridge", "1203"): Decimal("400.00"),
        ("overlap", "0101｜9999"): Decimal("2000.00"),  # 40–60
        ("unknown_class", "9999"): Decimal("2000.00"),  # 60–80
        ("uncovered", ""): Decimal("2000.00"),  # 80–100
        ("land", "0601"): Decimal("2000.00"),  # 100–120
    }
