"""What stands in the report, read back from the PDF by another engine (PDFium)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import shapely

from siting.model import LoadStatus, Release, Status
from siting.sheets import SheetOptions, write_report_pdf
from siting.sheets.gather import rows_of, subject_of
from siting.sheets.projects import _areas, project_part
from siting.sheets.sources import unchecked_part

from .reading import Page, flat, read_pages

MARGIN_MM = 18.0


@pytest.fixture(scope="module")
def district(subject):
    return subject_of(subject, "449902")


def test_pages_are_a4_and_nothing_leaves_the_margins(booklet_pages: list[Page]):
    for page in booklet_pages:
        assert page.size == pytest.approx((210, 297), abs=0.1)
        for character, (west, south, east, north) in page.characters:
            if character.strip():
                assert west > MARGIN_MM - 0.5, character
                assert east < 210 - MARGIN_MM + 0.5, character
                assert south > 5, character
                assert north < 297 - 5, character


def test_the_cover_says_what_it_rests_on_and_what_is_unknown(booklet_pages: list[Page]):
    said = flat(booklet_pages[0].text)
    for wanted in (
        "规划选址（红线）建议报告", "示范市·临江区", "内部资料", "2026-03-01", "cn2026.1",
        "示意，不作为法定依据", "未载入，未查：地质灾害易发区",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_each_red_line_and_project_begins_a_page_with_its_number(
    booklet_pages: list[Page], district
):
    starts = {flat(page.text.split("内部资料", 1)[-1]) for page in booklet_pages[3:]}
    rows = len(district.results) + len(district.unplaced) + len(district.guests)
    assert rows > 5
    for number, result in enumerate(district.results, start=1):
        name = district.projects[result.red_line.project_id].name
        assert any(start.startswith(f"{number}{name}") for start in starts), name


def test_contents_lead_to_the_pages(booklet_pages: list[Page], district):
    contents = flat(booklet_pages[1].text)
    assert "目录" in contents
    for heading in ("概要", "未查事项", "数据来源"):
        at = next(
            n for n, page in enumerate(booklet_pages[2:], start=3)
            if heading in page.text.splitlines()[:4]
            or heading in flat(page.text)[: len(heading) + 60]
        )  # fmt: skip
        assert f"{heading}" in contents
        assert f"{at}" in contents.split(heading, 1)[1].lstrip(".")[:4]


def test_findings_stand_with_their_basis_and_way_out(booklet_pages: list[Page], district):
    said = flat("".join(page.text for page in booklet_pages))
    assert district.findings
    for finding in district.findings:
        assert flat(finding.feature_name) in said
    assert "某某管理条例第十条2024" in said
    assert "调整红线避让" in said


def test_sites_of_the_district_are_told_in_full_and_others_only_counted(
    booklet_pages: list[Page], district
):
    said = flat("".join(page.text for page in booklet_pages))
    offers = [s for search in district.search_of.values() for s in search.suggestions]
    here = [s for s in offers if district.is_site_here(s)]
    away = [s for s in offers if not district.is_site_here(s)]
    assert here
    assert away
    assert all(s.site.id in said for s in here)
    ids_here = {s.site.id for s in here}
    assert not [s.site.id for s in away if s.site.id not in ids_here and s.site.id in said]


def test_what_was_not_checked_is_listed_by_red_line(booklet_pages: list[Page], district):
    last = flat("".join(page.text for page in booklet_pages)).rsplit("未查事项", 1)[1]
    unchecked = [v for vs in district.verdicts.values() for v in vs if v.gaps]
    assert unchecked
    assert all(verdict.red_line_id in last for verdict in unchecked)
    assert "军事设施" in last or "人民武装部" in last  # a matter that is never on a map


def test_a_report_has_no_clock_and_is_the_same_again(made, tmp_path: Path):
    report, searches, atlas, city = made
    one = SheetOptions(projects=(report.results[1].red_line.project_id,), districts=("449902",))
    written = [
        write_report_pdf(
            report, searches, atlas, city=city, folder=tmp_path / name, options=one
        )[0].read_bytes()
        for name in "ab"
    ]  # fmt: skip
    assert written[0] == written[1]
    assert b"CreationDate" not in written[0]


def test_a_report_of_one_project_has_its_page_alone(made, tmp_path: Path):
    report, searches, atlas, city = made
    wanted = report.results[0].red_line.project_id
    options = SheetOptions(projects=(wanted,), language="en", has_all_districts=False)
    (path,) = write_report_pdf(report, searches, atlas, city=city, folder=tmp_path, options=options)
    assert path.name == "city.pdf"
    said = "".join(page.text for page in read_pages(path))
    assert wanted in said
    others = {result.red_line.id for result in report.results[1:]}
    assert not [each for each in others if each in said]
    assert "What was not checked" in said


def test_repairs_that_nobody_asked_for_are_said_so(district):
    assert "本次未求修正红线" in str(project_blocks(district))
    none = dataclasses.replace(district, report=dataclasses.replace(district.report, repairs=()))
    assert "本次未求修正红线" not in str(project_blocks(none))


def project_blocks(district) -> list[dict]:
    rows, _ = rows_of(district)
    return project_part(district, rows[0], (), has_mu=True)["blocks"]


def test_only_where_nothing_is_unknown_it_is_said_that_all_was_checked(district):
    ids = frozenset(result.red_line.id for result in district.results)
    assert "没有未查的规则" not in str(unchecked_part(district, ids))
    report = district.report
    whole = tuple(
        dataclasses.replace(v, status=Status.CLEAR, gaps=(), finding_ids=())
        for v in report.verdicts
    )
    loaded = tuple(i for i in report.inputs if i.contract.status is LoadStatus.PASSED)
    public = dataclasses.replace(
        district.atlas,
        layers=tuple(
            dataclasses.replace(layer, release=Release.PUBLIC) for layer in district.atlas.layers
        ),
    )
    clean = dataclasses.replace(
        district, report=dataclasses.replace(report, verdicts=whole, inputs=loaded), atlas=public
    )
    assert "没有未查的规则" in str(unchecked_part(clean, ids))
    short = dataclasses.replace(
        loaded[0], contract=dataclasses.replace(loaded[0].contract, status=LoadStatus.SHORT)
    )
    one = dataclasses.replace(clean.report, inputs=(short, *loaded[1:]))
    assert "没有未查的规则" not in str(unchecked_part(dataclasses.replace(clean, report=one), ids))


def test_of_an_outline_that_crosses_itself_no_area_is_told(district):
    first = district.results[0]
    bowtie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    line = dataclasses.replace(first.red_line, geometry=bowtie, declared_area_m2=5_000.0)
    broken = dataclasses.replace(first, red_line=line, conflict_area_m2=0.0)
    for result, is_told in ((first, True), (broken, False)):
        areas = str(_areas(district, result, has_mu=True)["rows"])
        assert ("其中冲突" in areas) is is_told
        assert ("平面" in areas) is is_told
    assert "5,000.00" in areas
