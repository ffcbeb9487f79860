"""What a layer is taken for, by its name and fields; the right answers are the standards'."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from siting.city import built_in_roles
from siting.founding.columns import Column
from siting.founding.judging import judge
from siting.founding.ledger import ledger_columns
from siting.founding.standards import standards
from siting.founding.survey import Sight
from siting.load.formats import Format

DLTB = ("BSM", "YSDM", "TBBH", "DLBM", "DLMC", "QSXZ", "QSDWMC", "ZLDWDM", "ZLDWMC", "TBMJ")
PLAN = ("BSM", "YSDM", "XZQDM", "XZQMC", "MJ")


def column(name: str, values: Sequence[str] = ("a", "b")) -> Column:
    shown = tuple(values)
    return Column(name, len(shown), len(shown), len(set(shown)), shown, frozenset(shown))


def sight(name: str, columns: Sequence[str] = (), kind: str = "polygon", folder: str = "") -> Sight:
    path = Path("/data") / folder / f"{name}.shp"
    return Sight(
        path, Format.SHAPEFILE, rows=2, kinds=(kind,), columns=tuple(column(c) for c in columns)
    )


def judged(*arguments: object, **options: str) -> tuple[str, str, str]:
    entry = judge(sight(*arguments, **options), Path("/data"))  # type: ignore[arg-type]
    return str(entry.use), entry.role, str(entry.sureness)


@pytest.mark.parametrize(
    ("name", "columns", "role"),
    [
        ("DLTB", DLTB, "land_use"),
        ("dltb", DLTB, "land_use"),
        ("440103DLTB", DLTB, "land_use"),
        ("DLTB_2023", DLTB, "land_use"),
        ("440103_DLTB_2023_", DLTB, "land_use"),
        ("荔湾区DLTB", DLTB, "land_use"),
        ("YJJBNTBHTB", ("BSM", "YSDM", "XZQDM"), "farmland"),
        ("永久基本农田YJJBNTBHTB", PLAN, "farmland"),
        ("PCS330300_XZ_TDZY_YJJBNTBHTB_PY", PLAN, "farmland"),
        ("STBHHX", PLAN, "eco_redline"),
        ("CZKFBJ", PLAN, "growth_boundary"),
        ("ZXCQCSLX", PLAN, "blue_line"),
        ("ZXCQCSLVX", PLAN, "green_line"),
        ("ZXCQCSZX", PLAN, "purple_line"),
        ("ZXCQCSHX", PLAN, "yellow_line"),
        ("ZD", ("ZDDM", "BDCDYH", "ZL"), "parcel"),
    ],
)
def test_a_national_name_with_its_fields_is_sure(name: str, columns: Sequence[str], role: str):
    assert judged(name, columns) == ("layer", role, "sure")


@pytest.mark.parametrize("name", ["DLTB", "YJJBNTBHTB", "STBHHX", "CZKFBJ", "ZD"])
def test_a_national_name_without_its_fields_is_a_guess(name: str):
    use, role, sureness = judged(name, ("FID", "remark"))
    assert (use, sureness) == ("layer", "guessed")
    assert role


def test_a_national_name_over_the_fields_of_another_table_is_not_decided():
    entry = judge(sight("CZKFBJ", [name for name in DLTB if name != "YSDM"]), Path("/data"))
    assert (entry.use, entry.sureness, entry.is_active) == ("unknown", "unknown", False)
    assert set(entry.candidates) == {"growth_boundary", "land_use"}


@pytest.mark.parametrize("name", ["STBHHX", "YJJBNTBHTB"])
def test_lines_are_no_control_area_whatever_their_name(name: str):
    entry = judge(sight(name, PLAN, kind="line"), Path("/data"))
    assert (entry.use, entry.is_active) == ("unknown", False)
    assert "polygon" in " ".join(entry.evidence)


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("永久基本农田", "polygon", "farmland"),
        ("示范市基本农田2023", "polygon", "farmland"),
        ("生态红线", "polygon", "eco_redline"),
        ("城镇开发边界", "polygon", "growth_boundary"),
        ("河道管理范围线", "polygon", "blue_line"),
        ("道路红线", "polygon", "road_redline"),
        ("城市道路", "line", "road"),
        ("高压走廊", "polygon", "power_line"),
        ("220kV高压线", "line", "power_line"),
        ("河涌", "polygon", "water_body"),
        ("地铁站点", "point", "metro_station"),
        ("工业产业区块控制线", "polygon", "industrial_block"),
        ("Neighborhood_Conservation_Districts", "polygon", "conservation_district"),
        ("Historic_Districts__HISTORICAL_HistoricDistricts", "polygon", "historic_district"),
        ("ZoningOverlayDistricts", "polygon", "zoning_overlay"),
        ("Zoning_Districts", "polygon", "zoning"),
        ("PublicSchools", "point", "school"),
        ("FEMA_FloodPlains500Year", "polygon", "flood_500"),
    ],
)
def test_words_in_a_name_are_a_guess(name: str, kind: str, role: str):
    assert judged(name, ("FID",), kind) == ("layer", role, "guessed")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("XZQJX", "line"),
        ("图层1", "polygon"),
        ("Commercial_Districts", "polygon"),
        ("Fire_Stations", "point"),
        ("停车场", "polygon"),
        ("公园绿线", "polygon"),
        ("宗地注记", "point"),
        ("wards", "line"),
    ],
)
def test_what_cannot_be_told_is_not_used(name: str, kind: str):
    entry = judge(sight(name, ("FID",), kind), Path("/data"))
    assert (entry.use, entry.is_active) == ("unknown", False)


def test_two_roles_in_one_name_are_both_offered():
    entry = judge(sight("公园绿线", ("FID",)), Path("/data"))
    assert entry.candidates == ("green_line", "open_space")


def test_the_folder_speaks_where_the_file_is_silent():
    assert judged("范围", ("FID",), folder="生态红线") == ("layer", "eco_redline", "guessed")
    assert judged("蓝线", ("FID",), folder="生态红线") == ("layer", "blue_line", "guessed")


def test_fields_speak_where_the_name_is_silent():
    columns = ("BSM", "TBBH", "DLBM", "DLMC", "QSXZ", "QSDWDM", "ZLDWDM", "TBMJ", "KCXS", "GDPDJB")
    assert judged("图层1", columns) == ("layer", "land_use", "guessed")


def test_red_lines_are_known_by_word_or_by_their_projects():
    assert judged("用地红线", ("FID",))[::2] == ("redlines", "guessed")
    assert judged("新建面要素", ("XMDM", "XMMC", "DKBH"))[::2] == ("redlines", "guessed")
    assert judged("新建面要素", ("DKBH", "DKMC"))[0] == "unknown"


def test_every_role_of_names_toml_is_one_that_siting_has():
    known = standards()
    roles = {table.role for table in known.tables} | {words.role for words in known.words}
    roles |= {role for table in known.tables for role in table.maybe}
    assert roles - {""} <= set(built_in_roles())


def test_every_standard_table_cites_its_source_and_says_how_sure_it_is():
    for table in standards().tables:
        assert table.source, table.code
        assert table.certainty in {"H", "M", "L"}, table.code
        assert all(name == name.upper() for name in (*table.fields, *table.codes))


def test_no_code_belongs_to_two_tables():
    codes = [code for table in standards().tables for code in table.codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("cells", "is_taken"), [(("1", "2"), True), (("高", "低"), False), (("0", "1"), False)]
)
def test_priorities_are_proposed_only_where_they_would_load(cells: list[str], *, is_taken: bool):
    columns = [column("项目代码"), column("项目名称"), column("优先级", cells), column("批次")]
    found = ledger_columns(columns, standards())
    assert ("priority" in found) is is_taken
    assert found["batch"] == "批次"
