"""The plan on sheets and in reports: drawn, named in the table, told as the reader may read it."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest

from siting.mapping.release import Scope
from siting.mapping.subject import Planned, Subject
from siting.model import Release, Text
from siting.sheets import SheetOptions, write_report_pdf, write_sheets
from siting.sheets.fonts import face_for
from siting.sheets.gather import content_of, rows_of, subject_of
from siting.sheets.page import draw_sheet
from siting.sheets.paper import settings
from siting.sheets.planned import Told
from siting.sheets.planned_part import plan_blocks, plan_part
from siting.sheets.write import stationery_for, texts_of

from ..mapping.planned_city import AWAY, HOME, Cast, planned_of
from .reading import flat, read_pages, require_apart, require_within_page
from .test_hostile import PAYLOADS


@pytest.fixture(scope="module")
def planned(made) -> tuple[Planned, Cast]:
    report, _, atlas, _ = made
    return planned_of(report, atlas)


@pytest.fixture(scope="module")
def city(made, planned) -> Subject:
    """The whole city with the plan; parcels may be drawn in the city."""
    report, searches, atlas, spec = made
    return Subject(report, searches, atlas, spec, Scope(), Planned(planned[0].plan))


@pytest.fixture(scope="module")
def home(city: Subject) -> Subject:
    return subject_of(city, HOME)


def said_on_sheet(made, planned, folder: Path, *codes: str) -> str:
    """Return what a sheet says; its letters are measured on the way."""
    report, searches, atlas, spec = made
    options = SheetOptions(codes, has_all_districts=False, planned=planned[0])
    (path,) = write_sheets(report, searches, atlas, city=spec, folder=folder, options=options)
    pages = read_pages(path)
    require_within_page(pages)
    require_apart(pages)
    return flat("".join(page.text for page in pages))


@pytest.fixture(scope="module")
def home_sheet(made, planned, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the sheet of one district says."""
    return said_on_sheet(made, planned, tmp_path_factory.mktemp("planned"), HOME)


def row_of(subject: Subject, project_id: str):
    rows, _ = rows_of(subject, Told.of(subject))
    return next(row for row in rows if row.project_id == project_id)


def items_of(subject: Subject, project_id: str) -> str:
    blocks = plan_blocks(Told.of(subject), project_id, has_mu=True)
    return str([block.get("items") or block.get("rows") for block in blocks])


def test_the_table_says_what_each_project_gets(home: Subject, planned):
    cast = planned[1]
    told = {name: row_of(home, getattr(cast, name)).sites for name in vars(cast)}
    assert told["parcel"].endswith("统筹：HERE-1（整宗地，4.0000 公顷，82.50 分）")
    assert "统筹：保留现红线（" in told["kept"]
    assert told["moved_out"].endswith("统筹：在外区（南屿区，4.0000 公顷，70.00 分）")
    assert told["shut_out"].endswith("统筹：未安排")
    assert told["hopeless"].endswith("统筹：未安排")
    # another district's project: its site here, no name, no stage, no demand
    guest = row_of(home, cast.foreign)
    assert "统筹：HERE-2（宗地内划出，4.0000 公顷，61.25 分）" in guest.sites
    assert (guest.name, guest.stage, guest.why) == ("", "", "")


def test_a_planned_site_that_is_proposed_too_is_named_by_its_rank(home: Subject, planned):
    cast = planned[1]
    search = next(s for s in home.searches if s.suggestions)
    offer = dataclasses.replace(
        search.suggestions[0], rank=3, site=planned[0].plan.placed[0].option.site
    )
    row = planned[0].plan.placed[0]
    searches = (dataclasses.replace(search, project_id=row.project.id, suggestions=(offer,)),)
    changed = dataclasses.replace(home, searches=searches)
    assert row.project.id == cast.parcel
    assert "统筹：备选 3" in row_of(changed, cast.parcel).sites_brief
    mark = next(m for m in content_of(changed).picture.planned if m.rank)
    assert mark.label == f"{mark.number}-3"


def test_sheets_count_the_plan_and_name_quotas_that_are_full(home_sheet: str, city: Subject):
    # by hand: 82.5 + 80 + 70 + 61.25, and 82.5 + 80 + 70 for the district's own
    content = content_of(city)
    assert "6 个项目，安排 4 个，未安排 2 个，共 293.75 分；未证明最优" in content.facts[0]
    assert "本区5个项目，安排3个，未安排2个，共232.50分；全市方案未证明最优" in home_sheet
    assert "统筹方案中已用完的指标：东区项目" in content.warnings
    assert "已用完的指标" not in home_sheet  # that quota is another district's


@pytest.mark.slow
def test_the_citys_sheet_with_a_plan_has_its_letters_apart(made, planned, tmp_path: Path):
    said = said_on_sheet(made, planned, tmp_path)
    assert "统筹方案：6个项目，安排4个" in said


def test_a_district_reads_nothing_of_elsewhere(home_sheet: str, made, planned, city: Subject):
    foreign = next(p for p in made[0].projects if p.id == planned[1].foreign)
    told = Told.of(subject_of(city, HOME))
    rows, _ = rows_of(told.subject, told)
    part = plan_part(told, rows, has_mu=True, scenarios=planned[0].scenarios)
    pages = [plan_blocks(told, row.project_id, has_mu=True) for row in rows]
    for said in (home_sheet, str(part), str(pages)):
        for secret in ("SECRET", "OUT-1", "BEST-AWAY", "外区机密项目", "东区项目"):
            assert secret not in said, secret
    assert flat(foreign.name) not in home_sheet + str(part) + str(pages)
    assert "SECRET-CITY-NOTE" in str(
        plan_part(Told.of(city), rows_of(city)[0], has_mu=True, scenarios=())
    )


def test_marks_are_of_the_kind_that_the_plan_has(home: Subject, city: Subject, planned):
    cast, numbers = planned[1], {}
    for row in content_of(home).rows:
        numbers.setdefault(row.project_id, row.number)
    marks = {mark.number: mark for mark in content_of(home).picture.planned}
    kinds = {name: marks[numbers[getattr(cast, name)]].kind for name in
             ("parcel", "kept", "shut_out", "hopeless", "foreign")}  # fmt: skip
    assert kinds == {
        "parcel": "parcel", "kept": "red_line", "shut_out": "none", "hopeless": "none",
        "foreign": "carved",
    }  # fmt: skip
    assert numbers[cast.moved_out] not in marks  # its site is not here, and it is no cross
    parcel = marks[numbers[cast.parcel]]
    assert parcel.shape.area == pytest.approx(40_000)
    line = next(r.red_line for r in home.results if r.red_line.project_id == cast.parcel)
    assert parcel.start.equals(line.geometry)
    assert marks[numbers[cast.kept]].start is None
    assert marks[numbers[cast.foreign]].start is None
    guest = content_of(subject_of(city, AWAY)).picture.planned
    assert [mark.start for mark in guest if mark.shape.area == pytest.approx(40_000)] == [None]


@pytest.mark.parametrize("code", [pytest.param("", marks=pytest.mark.slow), HOME])
def test_planned_sites_have_labels_that_lie_on_no_other(city: Subject, code: str):
    subject = subject_of(city, code) if code else city
    content = content_of(subject)
    with settings(), stationery_for(face_for(texts_of(content)), None) as stationery:
        sheet = draw_sheet(content, stationery)
    labels = sheet.drawn.labels
    boxes = [rect.box for _, rect in labels]
    assert not any(a.intersects(b) for a, b in itertools.combinations(boxes, 2))
    names = {name for name, _ in labels}
    wanted = {f"统{mark.label}" for mark in content.picture.planned if mark.kind != "none"}
    assert wanted
    assert wanted <= names
    assert not {label.removeprefix("统") for label in wanted if "-" in label} & names


def test_what_is_not_released_is_not_drawn_and_counted(home: Subject, city: Subject):
    layers = tuple(
        dataclasses.replace(layer, release=Release.TABLE_ONLY) if layer.role == "parcel" else layer
        for layer in home.atlas.layers
    )
    atlas = dataclasses.replace(home.atlas, layers=layers)
    hidden = content_of(dataclasses.replace(home, atlas=atlas))
    assert {mark.kind for mark in hidden.picture.planned} == {"red_line", "none"}
    assert "2 处统筹安排的用地受控，不上图" in hidden.warnings
    assert not [text for text in content_of(city).warnings if "统筹安排的用地受控" in text]


def test_a_page_says_what_a_project_gets_and_what_it_gives_up(
    city: Subject, home: Subject, planned
):
    cast = planned[1]
    in_city, in_home = items_of(city, cast.parcel), items_of(home, cast.parcel)
    for said in (in_city, in_home):
        assert "40,000.00 m² · 4.0000 公顷 · 60.00 亩" in said
        assert "得分 87.50，扣分：须放弃现红线 5" in said
        assert "须先征收" in said
        assert "锁定于 HERE-1（二区，已谈定）；代价：总分少 1.20 分" in said
        assert "只计入 12 处备选，另有未计入的" in said
    assert "较自身最优 BEST-AWAY（90.00 分）少 7.50 分" in in_city
    assert "上一版方案用地 SECRET-FORMER" in in_city
    assert "较自身最优少 7.50 分" in in_home
    assert "与上一版方案的用地不同" in in_home


def test_a_page_says_why_a_project_gets_nothing(city: Subject, home: Subject, planned):
    cast = planned[1]
    assert "SECRET-SITE 被四区否定" in items_of(city, cast.shut_out)
    said = items_of(home, cast.shut_out)
    assert "以下各项合起来使其无用地可安排，去掉任何一项即可安排" in said
    assert f"{cast.foreign} 得到 HERE-2" in said
    assert f"{cast.moved_out} 在其他区有安排" in said
    assert "没有可选用地" in items_of(home, cast.hopeless)
    elsewhere = items_of(home, cast.moved_out)
    assert "在外区" in elsewhere
    assert "南屿区" in elsewhere


def test_a_project_that_the_plan_is_not_for_is_told_so(city: Subject, planned):
    in_plan = {row.project.id for row in planned[0].plan.rows} | set(planned[0].plan.left_out)
    other = next(p.id for p in city.report.projects if p.id not in in_plan)
    assert "不在统筹范围内" in items_of(city, other)
    assert plan_blocks(None, other, has_mu=True) == []


def test_bars_are_as_long_as_quotas_are_used_and_never_full_too_early(city: Subject, planned):
    plan = planned[0].plan
    nearly = dataclasses.replace(plan.quotas[0], used=199_999.9, unknown_m2=0.0)
    for use, used, unknown in ((plan.quotas[0], 0.6, 0.15), (nearly, 0.985, 0.0)):
        changed = dataclasses.replace(plan, quotas=(use,))
        told = Told.of(dataclasses.replace(city, planned=Planned(changed)))
        part = plan_part(told, rows_of(city)[0], has_mu=True, scenarios=())
        (bar,) = next(b["items"] for b in part["blocks"] if b["kind"] == "bars")
        assert (bar["used"], bar["unknown"]) == (used, unknown)
    assert "已用完" not in bar["figures"]


def test_scenarios_say_what_moves(city: Subject, planned):
    rows, _ = rows_of(city)
    part = plan_part(Told.of(city), rows, has_mu=True, scenarios=planned[0].scenarios)
    at = next(n for n, block in enumerate(part["blocks"]) if "放宽总量" in block.get("title", ""))
    changes = {row[0]: row[1:] for row in part["blocks"][at + 1]["rows"]}
    names = {p.id: p.name for p in city.report.projects}
    cast = planned[1]
    assert changes[names[cast.parcel]] == ["调整", "HERE-1", "HERE-3", "-3.50"]
    assert changes[names[cast.shut_out]] == ["新增安排", "无", "HERE-4", "+55.00"]
    assert changes[names[cast.moved_out]] == ["失去安排", "OUT-1", "无", "-70.00"]


@pytest.fixture(scope="module")
def hostile(made, planned) -> tuple:
    """A payload in every text of the plan that people write, and in the names of its projects."""
    report, searches, atlas, spec = made
    plan = planned[0].plan
    rows = []
    for n, row in enumerate(plan.rows):
        text = PAYLOADS[n]
        option = row.option
        if option is not None:
            site = dataclasses.replace(option.site, id=PAYLOADS[(n + 3) % 5])
            option = dataclasses.replace(option, site=site)
        project = dataclasses.replace(row.project, name=text)
        rows.append(dataclasses.replace(row, project=project, option=option, note=Text(text)))
    quotas = tuple(
        dataclasses.replace(
            use, spec=dataclasses.replace(use.spec, title=Text(text), basis=text, limit=1.0)
        )
        for use, text in zip(plan.quotas, PAYLOADS, strict=False)
    )
    decisions = tuple(
        dataclasses.replace(one, reason=text, by=text)
        for one, text in zip(plan.decisions, PAYLOADS[2:], strict=False)
    )
    changed = dataclasses.replace(
        plan, rows=tuple(rows), quotas=quotas, decisions=decisions,
        notes=tuple(map(Text, PAYLOADS)),
    )  # fmt: skip
    return report, searches, atlas, spec, Planned(changed), [row.project.id for row in rows]


def test_payloads_in_a_plan_stay_as_they_were_written(hostile: tuple):
    report, searches, atlas, spec, changed, ids = hostile
    subject = Subject(report, searches, atlas, spec, Scope(), changed)
    told = Told.of(subject)
    rows = [row for row in rows_of(subject)[0] if row.project_id in ids]
    part = plan_part(told, rows, has_mu=True, scenarios=())
    assert all(text in str(part) or repr(text)[1:-1] in str(part) for text in PAYLOADS)


@pytest.mark.slow
def test_payloads_in_a_plan_are_drawn_as_they_were_written(hostile: tuple, tmp_path: Path):
    report, searches, atlas, spec, changed, _ = hostile
    options = SheetOptions((HOME,), planned=changed)
    (sheet,) = write_sheets(report, searches, atlas, city=spec, folder=tmp_path, options=options)
    pages = read_pages(sheet)
    require_within_page(pages)
    said = flat("".join(page.text for page in pages))
    assert flat(changed.plan.quotas[0].spec.title.zh) in said  # it is used up


@pytest.mark.slow
def test_payloads_in_a_plan_are_set_as_they_were_written(hostile: tuple, tmp_path: Path):
    report, searches, atlas, spec, changed, _ = hostile
    options = SheetOptions(planned=changed, has_all_districts=False)
    (path,) = write_report_pdf(report, searches, atlas, city=spec, folder=tmp_path, options=options)
    pages = read_pages(path)
    said = flat("".join(page.text for page in pages))
    assert "root:" not in said
    for payload in PAYLOADS:
        if payload.isascii():
            assert flat(payload) in said, payload
    require_apart(pages)
    for page in pages:
        assert all(box[2] < 210 - 17 for char, box in page.characters if char.strip())
