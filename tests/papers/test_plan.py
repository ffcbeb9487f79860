"""The plan in the papers: what it gives a project, as the city or a district may read it."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from siting.allocate import Aim, Kind, Move, Stage
from siting.city import QuotaSpec
from siting.errors import ConfigError
from siting.model import Option, Project, Site, SiteKind, Text
from siting.papers import Material, Orders, material_of, write_papers
from siting.papers.advice import advice
from siting.papers.checklist import checklist
from siting.planning import (
    Block,
    CityPlan,
    Decided,
    Decision,
    Origin,
    PlanRow,
    QuotaUse,
    plan_identity,
)
from siting.report import identity

from .. import tiny_city
from ..compare import hand
from ..handover import planned
from ..handover.conftest import build_world
from . import town
from .test_filling import PAYLOADS
from .test_leaks import judged

#: 5,000 m² of the red line are in district 01, and as much in 02: P1 belongs to both.
S1, S2 = hand.site(1), hand.site(2)
LINE = Site("R1", (), town.PRESENT, 10_000.0, 9_998.0, "01", {}, SiteKind.RED_LINE)
LOCK = Decision(Decided.LOCK, "S1", "P1", by="西区", dated=dt.date(2026, 2, 3), reason="已谈定")
QUOTAS = (
    QuotaUse(QuotaSpec("total", Text("总量", "total"), "area_m2", 30_000.0), 20_000.0),
    QuotaUse(QuotaSpec("east", Text("东区项目", "east"), "sites", 2.0, ("02",)), 2.0),
    QuotaUse(QuotaSpec("works", Text("工业", "works"), "sites", 3.0, (), ("1001",)), 1.0),
)
OTHER = Block(Kind.PLACED, "P9", Text("P9 外区机密 得到 S2", "P9 secret gets S2"))


def option(site: Site, points: float = 70.0, **fields: Any) -> Option:
    return Option("P1", site, points, **fields)


def row(given: Option | None, **fields: Any) -> PlanRow:
    made = PlanRow(tiny_city.project(district="01", stage="前期研究", use="0804"), 4, given, given)
    return replace(made, **fields)


def with_plan(*rows: PlanRow, district: str = "", **fields: Any) -> Material:
    """Return the material of the town with a plan of these rows, and of P9 in district 02."""
    found, atlas, city = town.report()
    other = PlanRow(Project("P9", "外区机密"), 2, Option("P9", S2, 60.0))
    made = CityPlan(
        (*rows, other), (Stage(Aim.PLACED, 2, 2, 1),), gap=0.0, is_proved=True, crs=city.crs,
        as_of=tiny_city.AS_OF, quotas=QUOTAS, origin=Origin(report_identity=identity(found)),
        places={"S1": S1.geometry, "S2": S2.geometry, "R1": town.PRESENT},
    )  # fmt: skip
    orders = Orders(district=district, language="zh")
    return material_of(found, [], atlas, city=city, orders=orders, plan=replace(made, **fields))


def planned_town() -> Material:
    """Return the material of the town whose plan has something to say under every name."""
    return with_plan(row(option(S1), best=option(S2, 90.0), regret=20.0))


def told(material: Material) -> dict[str, Any]:
    return advice(material, material.subject.projects["P1"])


def test_the_city_reads_the_site_what_it_gives_up_and_the_quotas() -> None:
    best = option(S2, 90.0)
    given = option(S1, 75.0, deductions={"elsewhere": 5.0}, not_checked=("T-GREEN",))
    obstacles = {"S2": (OTHER,)}
    found = with_plan(
        row(given, best=best, regret=20.0, obstacles=obstacles, former_site_id="S1",
            is_cut_short=True)
    )  # fmt: skip
    plan = told(found)["plan"]
    assert (plan["state"], plan["priority"]) == ("here", "1")
    site = plan["site"]
    assert (site["id"], site["district"], site["points"]) == ("S1", "西区", "70.00")
    assert site["deductions"] == "得分 75.00，扣分：须放弃现红线 5"
    # 10,000 m² are 1 公顷 or 15 亩
    assert (site["area"]["m2"], site["area"]["ha"], site["area"]["mu"]) == (
        "10,000.00", "1.0000", "15.00",
    )  # fmt: skip
    assert plan["gives_up"] == "较自身最优 S2（90.00 分）少 20.00 分，因 P9 外区机密 得到 S2"
    assert plan["since"] == "上一版方案即安排该用地，未变动"
    assert (plan["is_cut_short"], plan["note"]) == (True, "只计入 4 处备选，另有未计入的")
    # not that of district 02, and not that of works: P1 is a school (0804)
    assert [(q["title"], q["used"], q["left"]) for q in plan["quotas"]] == [
        ("总量", "2.0000 公顷（30.00 亩）", "1.0000 公顷（15.00 亩）")
    ]
    assert plan["identity"] == plan_identity(found.subject.planned.plan)
    gaps = [gap for gap in told(found)["not_checked"] if gap["of"] == "S1"]
    assert [gap["title"] for gap in gaps] == ["T-GREEN"]


def test_a_district_reads_of_its_project_elsewhere_no_place_and_nobody_else() -> None:
    given = option(S2, 70.0, not_checked=("T-GREEN",), remains=("T-FARM",))
    lock = replace(LOCK, site="S2", reason="机密")
    found = with_plan(
        row(given, best=option(S1, 90.0), regret=20.0, obstacles={"S1": (OTHER,)}, lock=lock,
            former_site_id="S2"),
        district="01",
    )  # fmt: skip
    plan = told(found)["plan"]
    assert (plan["state"], plan["site"]["is_elsewhere"]) == ("elsewhere", True)
    assert (plan["site"]["district"], plan["site"]["area"]["m2"]) == ("东区", "10,000.00")
    assert {plan["site"][key] for key in ("id", "parcels", "remains", "not_checked")} == {
        "此处不列明"
    }
    assert plan["gives_up"] == "较自身最优 S1（90.00 分）少 20.00 分"
    assert plan["lock"] == "已按决定锁定于其他区的用地"
    assert "S2" not in str(plan)
    assert "机密" not in str(plan)


@pytest.mark.parametrize(("district", "says"), [("", "P9 外区机密 得到 S2"), ("02", "P9 得到 S2"),
                                               ("01", "P9 在其他区有安排")])  # fmt: skip
def test_why_it_gets_none_names_others_by_number_to_a_district(district: str, says: str) -> None:
    found = with_plan(row(None, blocks=(OTHER,)), district=district)
    plan = told(found)["plan"]
    assert (plan["state"], plan["site"], plan["quotas"]) == ("unplaced", None, [])
    assert plan["reasons"] == [says]
    assert plan["is_proved"]
    assert plan["why_not"] == "4 处备选因此都不能用，没有这一条即可安排"


def test_reasons_without_proof_are_not_told_as_proof() -> None:
    found = with_plan(row(None, obstacles={"S1": (OTHER,)}), district="02")
    plan = told(found)["plan"]
    assert (plan["reasons"], plan["is_proved"]) == ([], False)
    assert "完整原因在限时内未求出" in plan["why_not"]
    assert "P9 得到 S2（1 处）" in plan["why_not"]


@pytest.mark.parametrize("state", ["left_out", "none"])
def test_a_project_outside_of_the_plan_is_said_to_be(state: str) -> None:
    left = {"P1": Text("没有需求面积", "no demand")} if state == "left_out" else {}
    plan = told(with_plan(left_out=left))["plan"]
    assert (plan["state"], plan["site"], plan["regret"]) == (state, None, "")
    assert plan["why_not"] == ("没有需求面积" if left else "")


def test_a_move_against_the_plan_before_is_told_with_its_reason() -> None:
    move = Move("P1", "S2", "S1", demanded="refused")
    given = row(option(S1), former_site_id="S2", move=move)
    plan = told(with_plan(replace(given, former_closed=Text("东区不同意"))))["plan"]
    assert plan["since"] == "与上一版方案不同（原为 S2），因 S2：东区不同意"
    plan = told(with_plan(given, district="01"))["plan"]
    assert plan["since"] == "与上一版方案的用地不同"


def test_a_checklist_has_a_line_only_where_its_red_line_is_the_planned_one() -> None:
    for given, is_told in ((LINE, True), (S1, False), (replace(LINE, id="R2"), False)):
        found = with_plan(row(option(given, 82.5)))
        (result,) = found.subject.results
        line = checklist(found, result)["planned"]
        assert bool(line) is is_told
        assert not is_told or "推荐 82.50 分" in line
    bare = town.material()
    assert checklist(bare, bare.subject.results[0])["planned"] == ""


def test_without_a_plan_nothing_is_said_of_one(tmp_path: Path) -> None:
    bare = town.material()
    assert told(bare)["plan"] is None
    path = next(path for path in write_papers(bare, tmp_path) if "选址建议" in path.name)
    assert "本表未附全市统筹计划。" in town.texts(path.read_bytes())


def test_a_plan_of_other_data_is_refused() -> None:
    with pytest.raises(ConfigError, match="another report") as caught:
        with_plan(row(option(S1)), origin=Origin(report_identity="sha256:0"))
    assert caught.value.found == "sha256:0"
    assert caught.value.next_step


def test_hostile_names_of_the_plan_come_out_verbatim(tmp_path: Path) -> None:
    hostile = " ¦ ".join((*PAYLOADS, "a\x00b"))
    site = replace(S1, id=hostile, parcel_ids=(hostile,))
    lock = replace(LOCK, site=hostile, by=hostile)
    quota = replace(QUOTAS[0], spec=replace(QUOTAS[0].spec, title=Text(hostile, hostile)))
    found = with_plan(
        row(option(site), best=option(site), lock=lock, note=Text(hostile)), quotas=(quota,),
        places={hostile: S1.geometry},
    )  # fmt: skip
    path = next(path for path in write_papers(found, tmp_path) if "选址建议" in path.name)
    seen = [text for text in town.texts(path.read_bytes()) if "¦" in text]
    for payload in (*PAYLOADS, "a\u2400b"):
        # site, parcels, quota, lock (twice: site and by), note
        assert sum(text.count(payload) for text in seen) >= 6, payload


@pytest.mark.parametrize(("district", "other"), [("440901", "CANARYB"), ("440902", "CANARYA")])
def test_a_district_reads_no_text_of_the_other_in_a_plan(
    tmp_path: Path, district: str, other: str
) -> None:
    world = planned.with_projects(build_world())
    report = judged(world.report)
    plan = planned.plan(origin=Origin(report_identity=identity(report)))
    made = material_of(
        report, world.searches, world.atlas, city=world.city, plan=plan,
        orders=Orders(district=district, language="zh"),
    )  # fmt: skip
    for paper in write_papers(made, tmp_path):
        with zipfile.ZipFile(paper) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8", "ignore")
                assert other not in text, (paper.name, name)
                assert "CANARYXnote" not in text
