"""Each problem of the load contract has its own mend."""

from __future__ import annotations

import datetime as dt

import pytest

from siting.doctor.mends import OTHERWISE, mend_of
from siting.load import contract as terms

from ..tiny_city import Files, write_tiny


def problems_of(found: terms.Findings) -> list[str]:
    assert found.problems
    return found.problems


def crs_problems() -> list[str]:
    found = terms.Findings()
    terms.settle_crs("", {"crs": ""}, found)
    terms.settle_crs("EPSG:4547", {"crs": "EPSG:4549"}, found)
    return problems_of(found)


def test_problems_about_the_crs():
    missing, two = crs_problems()
    assert "write crs" in mend_of(missing).en
    assert "remove crs" in mend_of(two).en


def test_problems_about_counts_and_ids():
    found = terms.Findings()
    terms.compare_counts({"rows_counted": 5000, "rows_read": 10}, found)
    terms.check_ids(0, ["a"], "id", found)
    short, twice = problems_of(found)
    assert "not whole" in mend_of(short).en
    assert "id_column" in mend_of(twice).en


@pytest.mark.parametrize(
    ("dated", "max_age_days", "words"),
    [
        (dt.date(2026, 12, 1), None, "--as-of"),
        (dt.date(2020, 1, 1), 30, "newer version"),
        (None, 30, "dated"),
    ],
)
def test_problems_about_dates(tmp_path, dated, max_age_days, words):
    from dataclasses import replace

    from siting.city import read_city

    files: Files = write_tiny(tmp_path)
    spec = read_city(files.write()).layers[0]
    found = terms.Findings()
    aged = replace(spec, dated=dated, max_age_days=max_age_days)
    terms.check_dates(aged, dt.date(2026, 11, 1), found)
    (problem,) = problems_of(found)
    assert words in mend_of(problem).en


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not whole"),
        (b"SQLite format 3\x00 and no more", "not whole"),
        (b"<OGRVRTDataSource/>", "original file"),
        (None, "check path"),
    ],
)
def test_problems_of_real_files(tmp_path, content, words):
    from siting.city import read_city
    from siting.load import load_city

    files: Files = write_tiny(tmp_path)
    city = read_city(files.write())
    path = tmp_path / "farmland.gpkg"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    atlas = load_city(city, as_of=dt.date(2026, 11, 1))
    (problem, *_) = atlas.by_role("farmland")[0].contract.problems
    assert words in mend_of(problem).en, problem


def test_what_nobody_foresaw_has_a_mend_too():
    assert mend_of("something else") == OTHERWISE
