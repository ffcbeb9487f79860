"""Every word that sheets and reports say themselves, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from siting.model import Text
from siting.report.wording import OUTCOMES, SEVERITIES, STATUSES

TITLE = Text("规划选址（红线）建议图", "Proposed sites (red lines)")
DISCLAIMER = Text("示意，不作为法定依据", "Illustrative, not a legal basis")
REPORT_TITLE = Text("规划选址（红线）建议报告", "Report on red lines and proposed sites")

#: What a row of the table comes to: a red line's outcome, or what stands where there is none.
ROW_OUTCOMES: Mapping[str, Text] = {
    **OUTCOMES,
    "none": Text("无红线", "no red line"),
    "guest": Text("外区项目", "of another district"),
}
CERTAINTIES: Mapping[str, Text] = {
    "H": Text("已核原文", "read in the text"),
    "M": Text("未核原文", "text not looked up"),
    "L": Text("待核实", "to be checked"),
}
LAYER_STATES: Mapping[str, Text] = {
    "passed": Text("已载入", "loaded"),
    "short": Text("缺行，不判无冲突", "short of rows: nothing is clear of it"),
    "failed": Text("未载入，未查", "not loaded, not checked"),
}
BASE_NAMES: Mapping[str, Text] = {
    "water_body": Text("水系", "Water"),
    "road": Text("道路", "Roads"),
    "railway": Text("铁路", "Railway"),
    "metro_line": Text("轨道线路", "Metro"),
    "metro_station": Text("轨道站点", "Metro station"),
}
WAYS: Mapping[str, Text] = {
    "avoid": Text("避让", "avoid"),
    "adjust_plan": Text("调整规划", "adjust the plan"),
    "ask_authority": Text("征求主管部门意见", "ask the authority"),
    "fix_data": Text("补正数据", "fix the data"),
}

RELEASES: Mapping[str, Text] = {
    "table_only": Text("仅列表", "table only"),
    "district": Text("分区使用", "district use"),
    "internal": Text("内部", "internal"),
    "public": Text("公开", "public"),
}

_WORDS: Mapping[str, Text] = {
    "legend": Text("图例", "Legend"),
    "red_line": Text("红线：{}", "Red line: {}"),
    "piece_withheld": Text("冲突图形受控，不上图", "in conflict; the piece is not released"),
    "site": Text("备选地块（项目号-名次）", "Proposed site (project-rank)"),
    "first_site": Text("备选地块（只标首选）", "Proposed site (first choices numbered)"),
    "plan_sign": Text("统", "P"),
    "plan_label": Text(
        "统筹安排的用地（统＋项目号－名次）", "Site given by the plan (P, project-rank)"
    ),
    "plan_label_line": Text(
        "统筹安排的用地（统＋项目号－名次），细线连现红线",
        "Site given by the plan (P, project-rank); a thin line from the red line",
    ),
    "plan_red_line": Text("统筹：保留现红线", "Plan: red line kept"),
    "plan_repaired": Text("统筹：修正红线", "Plan: corrected red line"),
    "plan_parcel": Text("统筹：整宗地", "Plan: whole parcel"),
    "plan_assembled": Text("统筹：多宗拼合", "Plan: assembled"),
    "plan_carved": Text("统筹：宗地内划出", "Plan: carved out"),
    "plan_none": Text("统筹：未安排", "Plan: no place"),
    "plan_gets": Text("统筹：{}", "plan: {}"),
    "plan_choice": Text("备选 {}", "choice {}"),
    "plan_short_red_line": Text("保留现红线", "red line kept"),
    "plan_short_repaired": Text("修正红线", "corrected red line"),
    "plan_away": Text("统筹：在外区", "plan: elsewhere"),
    "plan_no_place": Text("统筹：未安排", "plan: no place"),
    "plan_left_out": Text("不参加统筹", "not in the plan"),
    "plan_figures": Text("（{}{}，{} 公顷，{} 分）", " ({}{}, {} ha, {} points)"),
    "plan_away_figures": Text("（{}，{} 公顷，{} 分）", " ({}, {} ha, {} points)"),
    "plan_totals": Text(
        "统筹方案：{} 个项目，安排 {} 个，未安排 {} 个，共 {} 分；{}",
        "The city's plan: {} projects, {} placed, {} without a place, {} points; {}",
    ),
    "plan_totals_here": Text(
        "统筹方案：本区 {} 个项目，安排 {} 个，未安排 {} 个，共 {} 分；全市方案{}",
        "The city's plan: {} projects of the district, {} placed, {} without a place, {} points; "
        "the plan of the whole city: {}",
    ),
    "plan_quotas_full": Text("统筹方案中已用完的指标：{}", "Quotas that the plan uses up: {}"),
    "plan_undrawn": Text(
        "{} 处统筹安排的用地受控，不上图", "{} sites given by the plan are not released"
    ),
    "plan": Text("统筹方案", "The city's plan"),
    "plan_section": Text("统筹安排", "What the plan gives it"),
    "plan_note": Text(
        "每个项目至多一处用地，任何土地不重复安排；少得＝比自身最优备选少的分数",
        "Each project gets one site at most, no land is given twice; regret is by how many points "
        "its own best site is better",
    ),
    "plan_missing": Text("本报告不含统筹方案", "This report has no plan of the city"),
    "plan_placed": Text("已安排", "Placed"),
    "plan_unplaced": Text("未安排", "Without a place"),
    "plan_takes_no_part": Text("不参加统筹", "Takes no part in the plan"),
    "plan_quotas": Text("指标", "Quotas"),
    "plan_decisions": Text("决定", "Decisions"),
    "plan_notes": Text("方案说明", "Notes on the plan"),
    "plan_quotas_elsewhere": Text("另有 {} 项其他区的指标", "{} more quota(s) of other districts"),
    "plan_decisions_elsewhere": Text(
        "另有 {} 项决定不涉及本区，见全市报告", "{} more decision(s) with the city"
    ),
    "plan_notes_elsewhere": Text("另有 {} 条全市说明，见全市报告", "{} note(s) with the city"),
    "plan_used": Text("已用 {}，上限 {}，余 {}", "{} used of {}, {} left"),
    "plan_used_up": Text("已用 {}，上限 {}，已用完", "{} used of {}: used up"),
    "plan_use_unknown": Text(
        "其中 {} 地类不明，全部计入", "of it {} of unknown use, counted in full"
    ),
    "plan_why": Text("原因", "Why"),
    "plan_elsewhere": Text("在外区", "in another district"),
    "plan_locked": Text("锁定", "locked"),
    "plan_moved": Text("有变动", "moved"),
    "plan_reasons_unknown": Text("原因在限时内未求出", "Why was not found in time"),
    "plan_no_site_at_all": Text("没有可选用地", "There is no site for it at all"),
    "plan_alone": Text("仅因以下一项而无用地可安排", "This alone shuts it out"),
    "plan_together": Text(
        "以下各项合起来使其无用地可安排，去掉任何一项即可安排",
        "Together these shut it out; without any one of them there is a place",
    ),
    "plan_not_for": Text(
        "本项目所处阶段不在统筹范围内", "The plan is not for projects of this stage"
    ),
    "plan_choice_of": Text("备选名次", "Proposed as"),
    "plan_own_best": Text("不低于其自身最优备选", "As good as its own best site"),
    "plan_less": Text("较自身最优少 {} 分", "{} points less than its own best"),
    "plan_less_than": Text(
        "较自身最优 {}（{} 分）少 {} 分", "Against its own best, {} ({} points), {} points less"
    ),
    "plan_because": Text("：{}", ": {}"),
    "plan_former": Text("上一版方案用地 {}", "In the plan before: {}"),
    "plan_weighed": Text("计入备选 {} 处", "Sites weighed: {}"),
    "plan_weighed_of": Text(
        "只计入 {} 处备选，另有未计入的", "Only {} of its sites were weighed, there are more"
    ),
    "plan_identity": Text("统筹方案标识：{}", "Identity of the plan: {}"),
    "acquire_unknown": Text("是否须先征收未知", "Whether it must first be acquired is not known"),
    "class": Text("类", "Class"),
    "projects_of": Text("项目", "Projects"),
    "placed_of": Text("已安排", "Placed"),
    "unplaced_of": Text("未安排", "Without a place"),
    "planned_site": Text("安排用地", "Planned site"),
    "area": Text("面积", "Area"),
    "points": Text("得分", "Points"),
    "regret": Text("少得", "Regret"),
    "scenario": Text("情景：{}", "Scenario: {}"),
    "scenario_totals": Text(
        "{} 个项目，安排 {} 个，共 {} 分；{}", "{} projects, {} placed, {} points; {}"
    ),
    "scenario_still": Text("没有项目变动", "No project moves"),
    "change_of": Text("变动", "Change"),
    "change_moved": Text("调整", "moved"),
    "change_gained": Text("新增安排", "gains a site"),
    "change_lost": Text("失去安排", "loses its site"),
    "plan_itself": Text("本方案", "The plan itself"),
    "in_scenario": Text("情景中", "In the scenario"),
    "points_change": Text("分增减", "Points ±"),
    "composition": Text("用地组成", "What the land is made of"),
    "by_village": Text("{}：按村与权属（公顷）", "{}: by village and ownership (ha)"),
    "village": Text("村 · 权属", "Village · ownership"),
    "red_line_of": Text("红线", "Red line"),
    "planned_of": Text("统筹用地", "Planned site"),
    "land": Text("地类", "Land"),
    "land_total": Text("合计", "Total"),
    "land_farm": Text("农用地", "Farm land"),
    "land_cultivated": Text("　其中耕地", "　of it cultivated"),
    "land_paddy": Text("　　其中水田", "　　of it paddy"),
    "land_ridge": Text("　田坎", "　ridges"),
    "land_construction": Text("建设用地", "Construction land"),
    "land_unused": Text("未利用地", "Unused land"),
    "land_sea": Text("海域海岛", "Sea and islands"),
    "land_unknown": Text("地类不明", "Not known"),
    "land_uncovered": Text("无现状地类", "No plot there"),
    "land_new_construction": Text("新增建设用地", "New construction land"),
    "land_basic_farmland": Text("永久基本农田", "Basic farmland"),
    "land_basic_unknown": Text("是否基本农田未查", "Basic farmland not checked"),
    "land_state": Text("国有", "State"),
    "land_collective": Text("集体", "Collective"),
    "land_ownership_unknown": Text("权属不明", "Ownership not known"),
    "land_not_checked": Text("未查", "not checked"),
    "land_in_doubt": Text(
        "{}：{} m²（{} 公顷）地类不明，可能也属农用地或新增建设用地",
        "{}: of {} m² ({} ha) nobody knows the use: it may be farm land or new construction too",
    ),
    "land_said": Text("{}：{}", "{}: {}"),
    "district_border": Text("行政区界", "District border"),
    "mask": Text("本区以外", "Outside of the district"),
    "not_drawn": Text("按 release 不予绘出：{}", "Not drawn (release): {}"),
    "not_loaded": Text("未载入，未查：{}", "Not loaded, not checked: {}"),
    "short_of_rows": Text("缺行，不判无冲突：{}", "Short of rows, nothing is clear of it: {}"),
    "left_out": Text("{}：略去 {} 个小图斑", "{}: {} small features left out"),
    "unnumbered": Text(
        "{} 处备选地块图上未标号，见表",
        "{} proposed sites bear no number on the map: see the table",
    ),
    "unnumbered_planned": Text(
        "{} 处统筹安排的用地图上未标号，见表",
        "{} sites given by the plan bear no number on the map: see the table",
    ),
    "unnumbered_lines": Text(
        "{} 条红线图上未标号，见表与分区图",
        "{} red lines bear no number here: see table and districts",
    ),
    "undrawn_sites": Text("{} 处备选地块受控，不上图", "{} proposed sites are not released"),
    "projects": Text("项目一览（由重到轻）", "Projects, worst first"),
    "number": Text("号", "No."),
    "id": Text("红线 / 项目编号", "Red line / project"),
    "project": Text("项目", "Project"),
    "district": Text("所在区", "District"),
    "stage": Text("阶段", "Stage"),
    "outcome": Text("结论", "Outcome"),
    "worst": Text("主要问题", "What is wrong"),
    "sites": Text("建议", "Sites"),
    "m2": Text("m²", "m²"),
    "ha": Text("公顷", "ha"),
    "mu": Text("亩", "mu"),
    "total": Text("合计", "Total"),
    "all_on": Text(
        "共 {} 项，此处列前 {} 项；全表见后页",
        "{} in all, the first {} here; the whole table is on the pages that follow",
    ),
    "notes_on": Text(
        "未查与未上图的事项共 {} 条，见后页",
        "{} matters not checked or shown: see the next page",
    ),
    "whole_table": Text("项目全表（由重到轻）", "All projects, worst first"),
    "no_projects": Text("没有项目。", "There are no projects."),
    "incomplete_too": Text("未查全", "incomplete"),
    "near_to": Text("临近 {}", "near {}"),
    "unchecked": Text("未查：{}", "not checked: {}"),
    "and_more": Text("等 {} 项", "and {} more"),
    "nothing_wrong": Text("未发现问题", "nothing found"),
    "sites_here": Text("{} 处", "{}"),
    "sites_elsewhere": Text("外区 {} 处", "{} elsewhere"),
    "no_site": Text("无：{}", "none: {}"),
    "none": Text("无", "none"),
    "not_searched": Text("未作搜索", "not searched"),
    "demand": Text("需地 {} 公顷", "wants {} ha"),
    "crs": Text("坐标系：{}", "CRS: {}"),
    "grid_north": Text("坐标北", "grid north"),
    "as_of": Text("数据日期：{}", "As of {}"),
    "rule_book": Text("规则集：{}（{}）", "Rule book: {} ({})"),
    "made_by": Text("siting {} · 报告标识 {}", "siting {} · report {}"),
    "areas": Text("面积口径：{}", "Areas: {}"),
    "planar": Text("平面（投影）面积", "planar"),
    "ellipsoidal": Text("椭球面积", "ellipsoidal"),
    "unchecked_lines": Text(
        "{} 条红线未查全：未查不等于无冲突", "{} red lines incomplete: unchecked is not clear"
    ),
    "refused_lines": Text(
        "{} 条红线未能读取，不在图中", "{} red lines could not be read: not here"
    ),
    "left_out_lines": Text("另有 {} 条红线未要求核查", "{} more red lines were not asked for"),
    "missing_characters": Text(
        "字体缺字，以编码代：{}", "Characters that no font has, by number: {}"
    ),
    "page": Text("第 {} 页，共 {} 页", "Page {} of {}"),
    "contents": Text("目录", "Contents"),
    "summary": Text("概要", "Summary"),
    "count": Text("数量", "Count"),
    "rule": Text("规则", "Rule"),
    "by_constraint": Text(
        "各约束冲突面积（并集，重叠不重复累加）", "Area by constraint (unions: overlaps count once)"
    ),
    "by_district": Text("各区冲突面积", "Conflict area by district"),
    "red_lines": Text("红线", "Red lines"),
    "in_conflict": Text("冲突", "In conflict"),
    "project_id": Text("项目编号", "Project id"),
    "red_line_id": Text("红线编号", "Red line"),
    "kind": Text("类别", "Kind"),
    "use": Text("用途", "Use"),
    "supply": Text("供应方式", "Supply mode"),
    "version": Text("版本", "Version"),
    "source": Text("来源", "Source"),
    "near_rules": Text("临近：{}", "Near: {}"),
    "clear_rules": Text("无冲突的规则：{} 条", "Rules that it is clear of: {}"),
    "note": Text("读取说明：{}", "Note on reading: {}"),
    "of_record": Text("（认定）", " (of record)"),
    "declared": Text("申报", "declared"),
    "conflict_area": Text("其中冲突（禁止与限制，并集）", "in conflict (binding rules, union)"),
    "areas_title": Text("面积", "Areas"),
    "method": Text("口径", "Method"),
    "findings": Text("审查发现", "Findings"),
    "severity": Text("程度", "Severity"),
    "rule_basis": Text("规则与依据", "Rule and basis"),
    "what": Text("涉及", "What is met"),
    "way_out": Text("处理", "Way out"),
    "sliver": Text("（细碎面）", "(sliver)"),
    "disputed": Text("（面积计算有分歧）", "(area disputed)"),
    "found_elsewhere": Text("另 {} 处在本区以外", "{} more outside of this district"),
    "union": Text("合计（并集）{}", "together (union) {}"),
    "not_checked_here": Text("未查（不等于无冲突）", "Not checked (which is not clear)"),
    "why_not": Text("原因", "Why"),
    "step": Text("第 {} 步（{}）：{}", "Step {} ({}): {}"),
    "alternatives": Text("备选地块", "Alternatives"),
    "rank": Text("名次", "Rank"),
    "site_id": Text("地块", "Site"),
    "score": Text("得分", "Score"),
    "distance": Text("距离", "Distance"),
    "why": Text("说明", "Why"),
    "chainage": Text("{}：{}–{} m {}", "{}: {}–{} m {}"),
    "funnel": Text("筛选过程：{}", "How the search narrowed: {}"),
    "nearest": Text("最接近可选的宗地 {}：{}", "Nearest to feasible {}: {}"),
    "site_elsewhere": Text("在外区（{}）", "in another district ({})"),
    "remains": Text("仍涉及：{}", "still meets: {}"),
    "must_acquire": Text("须先征收或收回", "to be acquired first"),
    "not_released": Text("图形受控，不上图", "geometry not released"),
    "repairs": Text("修正红线方案", "Corrected red lines"),
    "no_repairs_asked": Text("本次未求修正红线", "no corrected red lines were asked for"),
    "change": Text("修正", "Change"),
    "lost": Text("减 m²", "lost m²"),
    "gained": Text("增 m²", "gained m²"),
    "least_width": Text("最窄 m", "least width m"),
    "remains_head": Text("仍涉及", "Still meets"),
    "not_checked": Text("未查事项", "What was not checked"),
    "unchecked_note": Text(
        "以下各项未查：未查不等于无冲突", "None of this was checked, and unchecked is not clear"
    ),
    "all_checked": Text(
        "以上红线没有未查的规则，各图层均已载入",
        "No rule was left unchecked on these red lines, and every layer was loaded",
    ),
    "by_red_line": Text("红线与规则", "Red lines and rules"),
    "refused_title": Text("未能读取或未要求核查的红线", "Red lines not read, or not asked for"),
    "off_map": Text("不上图事项（另行征询）", "Matters never on this map: ask"),
    "matter": Text("事项", "Matter"),
    "office": Text("部门", "Office"),
    "letter": Text("函件", "Letter"),
    "basis": Text("依据", "Basis"),
    "sources": Text("数据来源", "Sources"),
    "layer": Text("图层", "Layer"),
    "authority": Text("来源单位", "Authority"),
    "dated": Text("日期", "Dated"),
    "undated": Text("未注明", "not stated"),
    "rows": Text("条数", "Rows"),
    "state": Text("状态", "State"),
    "release": Text("可见范围", "Release"),
    "refused_rows": Text("（剔除 {}）", "({} refused)"),
    "identity": Text("报告标识：{}", "Report identity: {}"),
    "versions": Text("软件版本：{}", "Versions: {}"),
    "close_by": Text("红线", "Red line"),
    "with_repair": Text("红线；绿色虚线为修正方案 1", "Red line; green dashes: correction 1"),
    "over_sites": Text("备选地块", "Proposed sites"),
    "over_planned": Text("备选地块；深色框为统筹安排", "Proposed sites; dark frame: the plan's"),
    "grid_unit": Text("坐标单位：米", "Coordinates in metres"),
}


def word(key: str, language: str, *values: object) -> str:
    """Return a word of the sheets; ``{}`` take the values in turn."""
    return _WORDS[key].get(language).format(*values)


def listed(items: list[str], language: str) -> str:
    """Return the items as a list within a sentence."""
    return (", " if language == "en" else "、").join(items)


def sentences(items: list[str], language: str) -> str:
    """Return parts of a sentence side by side."""
    kept = [item.rstrip("。.") for item in items]
    return ("; " if language == "en" else "；").join(item for item in kept if item)


def every_text(language: str) -> Iterator[str]:
    """Yield all that sheets may say themselves in a language."""
    known = (
        ROW_OUTCOMES,
        STATUSES,
        SEVERITIES,
        CERTAINTIES,
        LAYER_STATES,
        RELEASES,
        BASE_NAMES,
        WAYS,
    )
    for table in (_WORDS, *known):
        yield from (text.get(language) for text in table.values())
    yield from (text.get(language) for text in (TITLE, DISCLAIMER, REPORT_TITLE))
