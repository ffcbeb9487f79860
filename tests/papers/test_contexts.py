"""What the papers say: figures by hand, what was not checked, and what a district may read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from siting.model import Contract, Form, LoadStatus, Refusal, Release
from siting.papers import Material
from siting.papers.advice import advice
from siting.papers.checklist import checklist
from siting.papers.letters import letters
from siting.papers.material import sound

from .. import tiny_city
from ..compare import hand
from ..tiny_city import rect
from . import town


@pytest.fixture(scope="module")
def city() -> Material:
    return town.material()


def sheet(material: Material) -> dict[str, Any]:
    (result,) = material.subject.results
    return checklist(material, result)


def project_of(material: Material) -> Any:
    return material.subject.projects["P1"]


def test_a_checklist_has_areas_in_three_units(city: Material) -> None:
    found = sheet(city)
    line = found["red_line"]
    assert line["area"]["text"] == "10,000.00 m²（1.0000 公顷，15.00 亩）"
    assert line["area_declared"]["text"] == "未申报"
    farm = next(row for row in found["rules"] if row["code"] == "T-FARM")
    # 20 m and 10 m of 100 m
    assert (farm["area"]["m2"], farm["area"]["ha"], farm["area"]["mu"]) == (
        "3,000.00", "0.3000", "4.50",
    )  # fmt: skip
    assert line["conflict_area"]["m2"] == "3,000.00"
    # with the 2,000 m² to be consulted on, each m² once
    assert found["ladder"]["total"]["mu"] == "7.50"
    assert [row["m2"] for row in found["ladder"]["rows"]] == ["3,000.00", "2,000.00"]
    areas = {row["feature"]: row["area"]["m2"] for row in found["findings"]}
    assert areas["西田、farmland-1"] == "2,000.00"
    assert areas["东田、farmland-2"] == "1,000.00"


def test_every_rule_of_the_book_is_judged_or_said_not_to_apply(city: Material) -> None:
    found = sheet(city)
    told = {row["code"] for row in (*found["rules"], *found["not_applied"])}
    assert told == {rule.code for rule in city.report.rules}
    (later,) = found["not_applied"]
    assert (later["code"], later["why"]) == ("T-LATER", "基准日未生效或已失效")


def test_what_was_not_checked_is_said_with_its_reason_and_never_clear(city: Material) -> None:
    found = sheet(city)
    green = next(row for row in found["rules"] if row["code"] == "T-GREEN")
    assert green["verdict"] == "未查"
    assert green["area"]["text"] == "–"
    (gap,) = found["not_checked"]
    assert gap["code"] == "T-GREEN"
    assert "the file is cut short" in gap["why"]
    assert [layer["why"] for layer in found["layers_not_usable"]] == ["the file is cut short"]
    assert found["red_line"]["outcome"] == "冲突，且未查全"


def test_matters_on_no_map_stand_with_office_and_letter(city: Material) -> None:
    found = sheet(city)
    (matter,) = found["off_map"]
    assert (matter["title"], matter["office"], matter["letter"]) == ("军事", "军分区", "函")
    row = next(row for row in found["rules"] if row["code"] == "military")
    assert (row["verdict"], row["layer"]) == ("须征求意见", "图上无此要素")


def test_no_rule_at_all_does_not_read_as_all_checked() -> None:
    found, atlas, plain = town.report()
    from siting.papers import Orders, material_of

    empty = replace(found, rules=(), verdicts=(), findings=())
    told = sheet(material_of(empty, (), atlas, city=plain, orders=Orders(language="zh")))
    assert "未作任何核查" in told["all_checked"]


def test_a_district_reads_its_own_findings_and_how_many_are_elsewhere() -> None:
    west = sheet(town.material(district="01"))
    assert [f["feature"] for f in west["findings"] if f["code"] == "T-FARM"] == ["西田、farmland-1"]
    assert west["findings_elsewhere"] == "另有 1 项在其他区"
    assert "东田" not in str(west)
    farm = next(row for row in west["rules"] if row["code"] == "T-FARM")
    assert farm["verdict"] == "冲突；另有 1 项在其他区"


def test_an_unknown_district_is_refused_with_the_known_ones() -> None:
    from siting.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        town.material(district="03")
    assert "01, 02" in str(caught.value)


def test_each_office_has_one_letter_with_its_own_matters(city: Material) -> None:
    made = {letter["office"]: letter for letter in letters(city, project_of(city))}
    assert set(made) == {"地铁公司", "园林局", "军分区"}  # the farmland office is not consulted
    metro, green, garrison = made["地铁公司"], made["园林局"], made["军分区"]
    (matter,) = metro["matters"]
    assert (matter["kind"], matter["area"]["m2"]) == ("found", "2,000.00")  # 20 m × 100 m
    assert metro["papers"] == ["保护方案"]
    assert metro["letter_title"] == "关于征求项目P1用地红线意见的函"
    assert not metro["has_unchecked"]
    assert [m["kind"] for m in green["matters"]] == ["unchecked"]
    assert "the file is cut short" in green["matters"][0]["text"]
    assert green["has_unchecked"]
    assert garrison["letter_title"] == "函"
    for letter in made.values():
        assert "T-FARM" not in str(letter["matters"])


def test_a_project_without_a_red_line_has_no_letter_and_nothing_is_clear() -> None:
    bare = town.material(lines=[])
    project = replace(tiny_city.project(), form=Form.NONE)
    assert letters(bare, project) == []
    told = advice(bare, project)
    assert told["repair_notes"] == ["没有读入本项目的红线"]
    assert told["all_checked"] == "没有红线或备选地块可核查：未作任何核查"


def test_sites_stand_by_rank_with_points_and_what_is_unknown() -> None:
    told = advice(town.material(searches=[hand.search()]), tiny_city.project())
    first, second = told["sites"]
    assert (first["rank"], first["score"], first["district"]) == ("1", "75.00", "西区")
    assert [(c["title"], c["measure"], c["points"]) for c in second["criteria"]] == [
        ("近地铁站", "1,000.00 m", "37.50"), ("坡度", "未知", "0.00"),
    ]  # fmt: skip
    assert second["not_checked"] == "未供应"
    assert [row["title"] for row in told["not_checked"] if row["of"] == "S2"] == ["未供应"]
    assert told["repair_notes"] == ["未求修正红线"]


def test_a_site_in_another_district_is_told_without_place_and_reasons() -> None:
    west = town.material(district="01", searches=[hand.search()])
    first, second = advice(west, project_of(west))["sites"]
    assert first["id"] == "S1"
    assert second["is_elsewhere"]
    assert (second["rank"], second["score"], second["id"]) == ("2", "37.50", "–")
    assert first["standing"] == ""  # it compares sites by name
    assert "S2" not in str(advice(west, project_of(west)))


def test_the_nearest_parcel_stands_where_there_is_no_site() -> None:
    none = hand.search(suggestions=(), nearest=hand.nearest(), ranking=None)
    told = advice(town.material(searches=[none]), tiny_city.project())
    assert told["site_notes"] == ["没有可提出的备选地块"]
    assert told["nearest"]["why"] == "面积小 5,000 m²"
    assert "未逐一核查" in told["nearest"]["note"]
    (obstacle,) = told["nearest"]["obstacles"]
    assert obstacle["area"]["m2"] == "5,000.00"


def test_corrected_red_lines_say_what_they_settle() -> None:
    (search,) = hand.repairs()
    (cut,) = search.repairs
    plain, _, _ = town.report()
    gone = tuple(f.id for f in plain.findings if f.code == "T-FARM")
    known = replace(search, repairs=(replace(cut, resolves=gone, not_checked=("T-GREEN",)),))
    told = advice(town.material(repairs=(known,)), tiny_city.project())
    (row,) = told["repairs"]
    assert row["resolves"].startswith("T-FARM")
    assert row["not_checked"].startswith("T-GREEN")
    assert (row["lost"]["m2"], row["way"]) == ("2,001.00", "裁切")


def test_a_red_line_in_conflict_that_nobody_corrected_is_named() -> None:
    (note,) = advice(town.material(repairs=()), tiny_city.project())["repair_notes"]
    assert note == "R1: 未求修正红线"
    clear = town.material(repairs=(), lines=[tiny_city.red_line(rect(500, 500, 600, 600))])
    (note,) = advice(clear, tiny_city.project())["repair_notes"]
    assert "无须修正" in note


def test_red_lines_that_could_not_be_read_are_named_to_the_city_and_counted_to_a_district() -> None:
    refusals = (Refusal(1, "甲-3", "no area"), Refusal(2, "乙", "closed", is_repaired=True))
    for district, told in (
        ("", "另有 1 条红线未能读入，未作核查：甲-3 (no area)"),
        ("01", "全市另有 1 条红线未能读入，未作核查"),
    ):
        made = town.material(district=district)
        subject = replace(made.subject, report=replace(made.report, refused_red_lines=refusals))
        for context in town.every_context(Material(subject, "zh")):
            assert context["refused"] == told


def test_a_short_layer_is_said_with_its_count_and_without_the_places_of_its_rows() -> None:
    made = town.material(farmland=Release.TABLE_ONLY)
    contract = Contract(
        LoadStatus.SHORT, 3, 2, refusals=(Refusal(3, "X7", "Self-intersection[401950 2501000]"),)
    )
    inputs = tuple(
        replace(each, contract=contract) if each.name == "farmland" else each
        for each in made.report.inputs
    )
    subject = replace(made.subject, report=replace(made.report, inputs=inputs))
    for context in town.every_context(Material(subject, "zh")):
        (short,) = (row for row in context["layers_not_usable"] if row["status"] == "缺行")
        assert short["why"].startswith("有 1 行未能使用")
        assert "Self-intersection" not in str(context)


def test_a_project_past_its_search_says_so() -> None:
    told = advice(town.material(), tiny_city.project())
    assert told["site_notes"] == ["未作选址搜索（项目不在选址阶段，或未要求）"]


def test_papers_are_marked_as_soon_as_a_layer_is_not_public() -> None:
    assert sheet(town.material())["mark"] == ""
    assert sheet(town.material(farmland=Release.TABLE_ONLY))["mark"] == "内部资料"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_of_a_context_is_a_method_of_a_table(language: str) -> None:
    """Jinja finds ``items`` of a dict before its key ``items``."""
    made = town.material(language=language, searches=[hand.search()], repairs=hand.repairs())
    for context in town.every_context(made):
        assert not set(names_in(context)) & set(dir(dict))


def names_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for item in value.values() for name in names_in(item))]
    return [name for item in value for name in names_in(item)] if isinstance(value, list) else []


def test_what_xml_cannot_hold_is_seen_and_nothing_is_lost() -> None:
    assert sound("a\x00b\x1bc\ud800d\ufffe") == "a\u2400b\u241bc\ufffdd\ufffd"
    assert sound({"x": ["\x07", 1, None]}) == {"x": ["\u2407", 1, None]}
    assert sound("a\r\nb\rc\td") == "a\nb\nc\td"
    # a name that turns the writing turns no more than itself
    assert sound("\u202etxet") == "\u202etxet\u202c"
    assert sound("\u2066a\u2069b") == "\u2066a\u2069b"
