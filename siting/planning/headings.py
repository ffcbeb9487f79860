"""What the columns and sheets of a plan are called, said once for workbook and terminal."""

from __future__ import annotations

from siting.model import Text

PROJECT, NAME = Text("项目", "project"), Text("名称", "name")
CLASS, BATCH = Text("优先级", "class"), Text("批次", "batch")
SITE, WHAT = Text("用地", "site"), Text("类型", "what")
DISTRICT = Text("所在区", "district")
AREA_M2, AREA_HA, AREA_MU = (
    Text("面积 m²", "area m²"), Text("面积 公顷", "area ha"), Text("面积 亩", "area mu"),
)  # fmt: skip
MU = Text("亩", "mu")
POINTS, SCORE = Text("推荐分", "points"), Text("评分", "score")
REGRET = Text("少得", "regret")
DEDUCTIONS = Text("扣分", "taken off")
MUST_ACQUIRE, ACQUIRE = Text("须先征收", "must be acquired"), Text("征收", "acquire")
REMAINS = Text("仍涉及、须征询", "remains, or to be asked")
NOT_CHECKED, GAPS = Text("未核查", "not checked"), Text("未查", "gaps")
WHY = Text("理由", "why")
BEST, BEST_POINTS = Text("自身最优", "own best"), Text("最优分", "points of it")
BECAUSE = Text("最优未得的原因", "why not that")
TOTAL = Text("合计", "total")
CONSIDERED = Text("备选数", "sites")
KIND, REASON = Text("性质", "kind"), Text("原因", "reason")
QUOTA, COUNTS = Text("指标", "quota"), Text("计量", "counts")
UNIT = Text("单位", "unit")
LIMIT, USED, LEFT = Text("上限", "limit"), Text("已用", "used"), Text("余量", "left")
SHARE = Text("已用比例", "share used")
UNKNOWN = Text("其中地类不明", "of it unknown")
BASIS = Text("依据", "basis")
FORMER, NOW = Text("原用地", "former site"), Text("现用地", "site now")
DECIDED, BY, DATED = Text("决定", "decision"), Text("来自", "by"), Text("日期", "date")
GIVEN, SOURCE = Text("说明", "reason given"), Text("出处", "read in")
COST = Text("代价", "costs the plan")
ITEM, CONTENT = Text("事项", "matter"), Text("内容", "content")
YES, NO, NOBODY_KNOWS = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown")
NONE = Text("无", "none")

SUMMARY = Text("总览", "summary")
PLACED = Text("已安排", "placed")
UNPLACED = Text("未安排", "unplaced")
QUOTAS = Text("指标", "quotas")
REGRETS = Text("让步", "regret")
MOVES = Text("变动", "moves")
DECISIONS = Text("决定", "decisions")
NOTES = Text("说明", "notes")
LOCKS = Text("锁定的代价", "what locks cost")
LEFT_OUT = Text("不参与安排", "takes no part")
NO_REASONS = Text("原因在限时内未求出", "not found in time")
TITLE = Text("用地统筹计划", "plan of the city")
