"""What the columns of a package are called, for people: in QGIS, workbooks and manifests."""

from __future__ import annotations

from collections.abc import Mapping

from siting.model import Text

RED_LINE_TITLES: Mapping[str, Text] = {
    "red_line_id": Text("红线编号", "red line"),
    "project_id": Text("项目编号", "project"),
    "project_name": Text("项目名称", "project name"),
    "project_stage": Text("项目阶段", "stage"),
    "project_form": Text("项目形态", "form"),
    "project_use": Text("用途代码", "use code"),
    "version": Text("红线版本", "version"),
    "source": Text("来源文件", "source file"),
    "outcome": Text("核查结论", "outcome"),
    "is_incomplete": Text("未查全", "incomplete"),
    "worst_severity": Text("最高管控等级", "worst severity"),
    "area_m2": Text("面积（平面）m²", "area (planar) m²"),
    "area_ellipsoidal_m2": Text("椭球面积 m²", "area (ellipsoidal) m²"),
    "area_declared_m2": Text("申报面积 m²", "declared area m²"),
    "area_in_district_m2": Text("本区内面积 m²", "area in the district m²"),
    "conflict_area_m2": Text("冲突面积（并集）m²", "in conflict (union) m²"),
    "findings_elsewhere": Text("他区发现数", "findings in other districts"),
    "not_checked_zh": Text("未核查事项", "not checked (Chinese)"),
    "not_checked_en": Text("未核查事项（英文）", "not checked"),
    "is_valid": Text("几何有效", "valid outline"),
    "validity": Text("几何检查", "validity"),
    "notes": Text("读取说明", "notes on reading"),
    "near_zh": Text("临近", "near (Chinese)"),
    "near_en": Text("临近（英文）", "near"),
    "blocked_by": Text("唯一阻挡的规则", "blocked by this alone"),
    "freed_m2": Text("解除后可用 m²", "it would free m²"),
    "path_zh": Text("稳定路径", "path to a stable red line (Chinese)"),
    "path_en": Text("稳定路径（英文）", "path to a stable red line"),
}
"""Titles of ``redlines``."""

FINDING_TITLES: Mapping[str, Text] = {
    "finding_id": Text("发现编号", "finding"),
    "red_line_id": Text("红线编号", "red line"),
    "project_id": Text("项目编号", "project"),
    "code": Text("规则", "rule"),
    "severity": Text("管控等级", "severity"),
    "layer": Text("图层", "layer"),
    "feature_id": Text("要素编号", "feature"),
    "feature_name": Text("要素名称", "feature name"),
    "measure": Text("量值", "measure"),
    "unit": Text("单位", "unit"),
    "limit": Text("限值", "limit"),
    "area_m2": Text("面积（平面）m²", "area (planar) m²"),
    "area_ellipsoidal_m2": Text("椭球面积 m²", "area (ellipsoidal) m²"),
    "mean_width_m": Text("平均宽度 m", "mean width m"),
    "is_sliver": Text("碎屑", "sliver"),
    "is_disputed": Text("面积存疑", "area disputed"),
    "exceptions": Text("可能适用例外", "exceptions that may apply"),
    "message_zh": Text("说明", "message (Chinese)"),
    "message_en": Text("说明（英文）", "message"),
    "way_out": Text("处理方式代码", "way out (code)"),
    "way_out_zh": Text("处理方式", "way out (Chinese)"),
    "way_out_en": Text("处理方式（英文）", "way out"),
    "office_zh": Text("主管部门", "office (Chinese)"),
    "office_en": Text("主管部门（英文）", "office"),
    "papers": Text("所需材料", "papers"),
    "geometry_state": Text("图形状态", "state of the geometry"),
    "certainty": Text("确定程度", "certainty"),
    "sigma_m": Text("中误差 m", "standard deviation m"),
    "area_m2_min": Text("面积下限 m²", "area at least m²"),
    "area_m2_max": Text("面积上限 m²", "area at most m²"),
    "band_missing_zh": Text("缺少的精度说明", "accuracy not stated (Chinese)"),
    "band_missing_en": Text("缺少的精度说明（英文）", "accuracy not stated"),
}
"""Titles of ``findings``."""

SUGGESTION_TITLES: Mapping[str, Text] = {
    "project_id": Text("项目编号", "project"),
    "rank": Text("序号", "rank"),
    "project_name": Text("项目名称", "project name"),
    "site_district": Text("地块所在区", "district of the site"),
    "site_id": Text("地块编号", "site"),
    "parcel_ids": Text("宗地", "parcels"),
    "area_m2": Text("面积（平面）m²", "area (planar) m²"),
    "area_ellipsoidal_m2": Text("椭球面积 m²", "area (ellipsoidal) m²"),
    "score": Text("得分", "score"),
    "contributions": Text("各项得分", "points"),
    "resolves": Text("化解的冲突", "resolves"),
    "remains": Text("仍涉及、须征询", "remains, or to be asked"),
    "not_checked": Text("未核查", "not checked"),
    "distance_m": Text("距现红线 m", "from the red line m"),
    "site_attributes": Text("宗地情况", "the land"),
    "why_zh": Text("理由", "why (Chinese)"),
    "why_en": Text("理由（英文）", "why"),
    "geometry_state": Text("图形状态", "state of the geometry"),
    "kind": Text("类型", "kind"),
    "classes": Text("土地类别", "classes of land"),
    "must_acquire": Text("须先征收", "to be acquired first"),
    "owners": Text("权利人数", "owners"),
    "lane_m2": Text("须封闭的巷道 m²", "lanes to be closed m²"),
    "least_width_m": Text("最窄处 m", "least width m"),
    "frontage_m": Text("临路 m", "on a road m"),
    "compactness": Text("紧凑度", "compactness"),
}
"""Titles of ``suggestions``."""

REPAIR_TITLES: Mapping[str, Text] = {
    "red_line_id": Text("红线编号", "red line"),
    "project_id": Text("项目编号", "project"),
    "rank": Text("序号", "rank"),
    "way": Text("修正方式", "way"),
    "area_m2": Text("面积（平面）m²", "area (planar) m²"),
    "area_lost_m2": Text("减少用地 m²", "land given up m²"),
    "area_gained_m2": Text("新增用地 m²", "land taken m²"),
    "moved_m": Text("位移 m", "moved m"),
    "turned_deg": Text("转角 °", "turned °"),
    "min_width_m": Text("最窄处 m", "least width m"),
    "frontage_m": Text("临路 m", "on a road m"),
    "compactness": Text("紧凑度", "compactness"),
    "vertices_moved": Text("移动的界址点", "corners moved"),
    "is_exact": Text("位移最小", "least shift"),
    "gap_m": Text("位移余地 m", "gap of the shift m"),
    "resolves": Text("化解的冲突", "resolves"),
    "remains": Text("仍涉及、须征询", "remains, or to be asked"),
    "introduces": Text("新涉及", "meets anew"),
    "not_checked": Text("未核查", "not checked"),
    "parcels_left": Text("退出的宗地", "parcels left"),
    "parcels_added": Text("新增的宗地", "parcels added"),
    "takes": Text("占用的不可选宗地", "parcels not on offer that it enters"),
    "street_m2": Text("占用的无宗地用地 m²", "land of no parcel m²"),
    "says_zh": Text("说明", "in words (Chinese)"),
    "says_en": Text("说明（英文）", "in words"),
    "geometry_state": Text("图形状态", "state of the geometry"),
}
"""Titles of ``repairs``."""

PLAN_TITLES: Mapping[str, Text] = {
    "project_id": Text("项目编号", "project"),
    "project_name": Text("项目名称", "project name"),
    "state": Text("安排状态", "state"),
    "priority": Text("优先级", "class"),
    "batch": Text("批次", "batch"),
    "site_id": Text("选址编号", "site"),
    "kind": Text("类型", "kind"),
    "parcel_ids": Text("宗地", "parcels"),
    "site_district": Text("选址所在区", "district of the site"),
    "area_m2": Text("面积（平面）m²", "area (planar) m²"),
    "area_ellipsoidal_m2": Text("椭球面积 m²", "area (ellipsoidal) m²"),
    "area_in_district_m2": Text("本区内面积 m²", "area in the district m²"),
    "points": Text("计划分", "points"),
    "score": Text("得分", "score"),
    "deductions": Text("扣分", "points taken off"),
    "regret": Text("少得的分", "regret"),
    "best_site_id": Text("自身最优地块", "its own best site"),
    "must_acquire": Text("须先征收", "to be acquired first"),
    "remains": Text("仍涉及、须征询", "remains, or to be asked"),
    "not_checked": Text("未核查", "not checked"),
    "former_site_id": Text("原选址", "former site"),
    "is_locked": Text("已锁定", "locked"),
    "considered": Text("计入的备选数", "sites weighed"),
    "is_proved": Text("原因已证明", "reasons are proved"),
    "reasons_zh": Text("未安排的原因", "reasons (Chinese)"),
    "reasons_en": Text("未安排的原因（英文）", "reasons"),
    "geometry_state": Text("图形状态", "state of the geometry"),
}
"""Titles of ``plan``."""

TITLES: Mapping[str, Mapping[str, Text]] = {
    "redlines": RED_LINE_TITLES,
    "findings": FINDING_TITLES,
    "suggestions": SUGGESTION_TITLES,
    "repairs": REPAIR_TITLES,
    "plan": PLAN_TITLES,
}
"""Titles of the columns by table."""


def titles_in(language: str) -> dict[str, dict[str, str]]:
    """Return the titles of all columns by table in one language."""
    return {
        table: {name: title.get(language) for name, title in titles.items()}
        for table, titles in TITLES.items()
    }
