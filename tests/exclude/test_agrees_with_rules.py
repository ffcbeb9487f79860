"""The table says of every parcel what the rules say of it as a red line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from siting import api
from siting.exclude import exclude
from siting.model import Project

from .judged import compared

#: One project per kind of land use, so that every rule applies to some parcels.
USES = ("0701", "0804", "0806", "0901", "100101", "100102", "1101", "1302", "1401")


def projects(uses: tuple[str, ...], code_system: str) -> list[Project]:
    return [Project(id=use, name=use, use=use, code_system=code_system) for use in uses]


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_parcels_of_the_sample_city(step: int):
    study = api.load(api.sample_folder(), as_of=dt.date(2026, 11, 1))
    table = exclude(study.atlas, study.rule_book, crs=study.city.crs, as_of=study.as_of)
    found = compared(study, table, projects(USES, "ydyh2023"), step=step)
    assert found.differing == []
    assert found.cells > 50_000 / step
    assert found.hits > 5_000 / step
    assert found.unchecked > 1_000 / step


@pytest.mark.slow
@pytest.mark.shared
def test_parcels_of_cambridge(repo_root: Path):
    study = api.load(
        repo_root / "examples" / "cambridge",
        data_dir=repo_root.parent / "shared" / "data" / "cambridge_ma",
    )
    table = exclude(study.atlas, study.rule_book, crs=study.city.crs, as_of=study.as_of)
    found = compared(study, table, [Project(id="P", name="P")], step=5)
    assert found.differing == []
    assert found.hits > 500
