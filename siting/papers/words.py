"""The words of the papers in Chinese and English, said once for all of them."""

from __future__ import annotations

from collections.abc import Mapping

from siting.model import Form, LoadStatus, Text, Way

CHECKLIST = Text("合规性核查表", "Compliance checklist")
ADVICE = Text("选址建议", "Site proposals")
LETTER = Text("征求意见函", "Consultation letter")
RESULT = Text("红线核查结果", "Result of a red-line check")
#: What the files are called; file names have no spaces.
CHECKLIST_NAME, ADVICE_NAME, LETTER_NAME = (
    Text("合规性核查表", "checklist"), Text("选址建议", "proposals"),
    Text("征求意见函", "letter"),
)  # fmt: skip

INTERNAL = Text("内部资料", "Internal material")
NOTICE = Text(
    "规划选址（红线）建议，供审查参考，不作为法定依据",
    "Proposed site (red line), for review; without legal force",
)
AND_INCOMPLETE = Text("，且未查全", ", and not checked in full")
NOT_COMPLETE = Text("（不完整，见“未核查事项”）", " (not complete: see what was not checked)")
WAYS: Mapping[Way, Text] = {
    Way.FIX_DATA: Text("补正数据", "fix the data"),
    Way.AVOID: Text("避让", "avoid"),
    Way.ASK_AUTHORITY: Text("征求主管部门意见", "ask the authority"),
    Way.ADJUST_PLAN: Text("调整规划", "adjust the plan"),
}
FORMS: Mapping[Form, Text] = {
    Form.AREA: Text("面状", "area"),
    Form.LINEAR: Text("线性", "linear"),
    Form.NONE: Text("尚无红线", "no red line yet"),
}
LOADS: Mapping[LoadStatus, Text] = {
    LoadStatus.PASSED: Text("可用", "usable"),
    LoadStatus.SHORT: Text("缺行", "short of rows"),
    LoadStatus.FAILED: Text("未通过", "refused"),
}
AREAS_OF_RECORD: Mapping[str, Text] = {
    "planar": Text("平面面积", "planar area"),
    "ellipsoidal": Text("椭球面积（测地线法）", "ellipsoidal area (geodesic)"),
    "ellipsoidal_trapezoid": Text("椭球面积（梯形法）", "ellipsoidal area (official trapezoids)"),
}
CERTAINTIES: Mapping[str, Text] = {
    "H": Text("", ""),
    "M": Text("（条文待复核）", " (citation to be confirmed)"),
    "L": Text("（依据须先核实）", " (citation to be verified before use)"),
}
OWN_LAYERS: Mapping[str, Text] = {
    "redlines": Text("项目红线", "project red lines"),
    "": Text("红线本身", "the outline itself"),
}

NONE = Text("无", "none")
UNKNOWN = Text("未知", "unknown")
NOT_DECLARED = Text("未申报", "not declared")
YES, NO = Text("是", "yes"), Text("否", "no")
HECTARES, MU = Text("公顷", "ha"), Text("亩", "mu")

NOT_IN_FORCE = Text("基准日未生效或已失效", "not in force on the date of the study")
NOT_APPLICABLE = Text("不适用于本项目", "does not apply to this project")
NEVER_ON_MAP = Text("图上无此要素", "never on a map here")
LAYER_SHORT = Text(
    "有 {count} 行未能使用，不据以判定无冲突；原因见 report.json",
    "{count} rows could not be used, so nothing is clear of it; report.json says why",
)
IS_SLIVER = Text("细碎图斑，疑为数字化误差", "a sliver, perhaps an error of digitising")
IS_DISPUTED = Text("两种算法面积不一", "two ways of computing the area disagree")
CONFIRM = Text("例外须由人认定", "an exception has to be claimed and recorded by a person")

ELSEWHERE_SITE = Text(
    "在其他区有备选地块，请向市局了解", "there is a site in another district: ask the city"
)
ELSEWHERE_NEAREST = Text(
    "最接近的宗地在其他区，请向市局了解",
    "the nearest parcel lies in another district: ask the city",
)
NEAREST_NOT_EXACT = Text(
    "；未逐宗核查，可能还有更接近的",
    "; not every parcel was judged: one that was not may be nearer",
)
NO_SEARCH = Text(
    "未作选址搜索（项目不在选址阶段，或未要求）",
    "no site was looked for (the project's stage wants no land, or nobody asked)",
)
NO_SITES = Text("没有可提出的备选地块", "there is no site to offer")
LINEAR = Text("线性项目不作宗地备选", "a linear project is not offered parcels")
NOT_CORRECTED = Text("未求修正红线", "corrected red lines were not looked for")
NO_RED_LINE = Text("没有读入本项目的红线", "no red line of the project was read")
NOTHING_TO_CORRECT = Text(
    "现红线无须修正的禁止或限制类冲突",
    "the present red line has no prohibited or restricted conflict to correct",
)
NO_REPAIRS = Text("没有可提出的修正红线", "there is no corrected red line to offer")
NEAREST_UNKNOWN = Text(
    "该宗地只知何者阻挡，其余事项未逐一核查",
    "of this parcel only what stands in its way is known; the rest was not checked one by one",
)
NONE_NOT_CHECKED = Text(
    "适用规则均已核查，无未核查事项",
    "every rule that applies was checked: nothing was left unchecked",
)
NONE_JUDGED = Text(
    "没有适用的规则：未作任何核查，不得视为无冲突",
    "no rule applies: nothing was checked, and nothing is clear",
)
SITE_UNCHECKED = Text("复核该地块时未能核查", "could not be looked at when the site was re-checked")
NOTHING_TO_CHECK = Text(
    "没有红线或备选地块可核查：未作任何核查",
    "there is no red line and no site to check: nothing was checked",
)

FOUND = Text("核查发现", "found")
UNCHECKED = Text("未能核查，请核实", "could not be checked: please verify")
OFF_MAP = Text("图上无此要素，请核实", "not on any map here: please verify")
LETTER_TITLE = Text(
    "关于征求{name}用地红线意见的函", "Letter asking for comments on the red line of {name}"
)
ANNEX_RED_LINE = Text(
    "用地红线界址点坐标（TXT，{crs}）", "boundary points of the red line (TXT, {crs})"
)
ANNEX_MAP = Text("规划选址（红线）建议图", "map of the proposed red line")
ANNEX_MATTERS = Text("本函所列事项明细", "details of the matters listed here")
THE_RED_LINE = Text("用地红线", "the red line")
WITHHELD_PIECES = Text(
    "另有 {count} 处冲突所在图层不得绘制（release），图上不显示，见下表",
    "{count} more pieces lie on layers that may not be drawn (release): see the table",
)
WITHHELD_LAYERS = Text("不得绘制的图层：{names}", "layers that may not be drawn: {names}")
UNUSABLE_LAYERS = Text(
    "未能读入、图上没有的图层：{names}", "layers that could not be used: {names}"
)
REFUSED = Text(
    "另有 {count} 条红线未能读入，未作核查：{names}",
    "{count} more red lines could not be read, and were not checked: {names}",
)
REFUSED_SOMEWHERE = Text(
    "全市另有 {count} 条红线未能读入，未作核查",
    "{count} more red lines of the city could not be read, and were not checked",
)
NOT_SHOWN = Text(
    "另有 {count} 条红线已核查，未列入本页（只列问题最重的 {most} 条），见终端或 --json",
    "{count} more red lines were checked and are not on these pages (the worst {most} are): see "
    "the terminal or --json",
)
NO_LINES = Text(
    "没有可核查的红线：未作任何核查", "there is no red line to check: nothing was checked"
)
ELSEWHERE_FINDINGS = Text("另有 {count} 项在其他区", "{count} more lie in other districts")
PLANNED_LINE = Text(
    "全市统筹计划安排本项目使用本红线（推荐 {points} 分，计划指纹 {identity}）",
    "the plan of the city gives the project this red line ({points} points, plan {identity})",
)


def yes(value: bool | None, language: str) -> str:  # noqa: FBT001 - a value, no switch
    """Return yes or no, or that nobody knows."""
    if value is None:
        return UNKNOWN.get(language)
    return (YES if value else NO).get(language)


def joined(texts: list[str], language: str) -> str:
    """Return texts as one, with the separator of the language."""
    return ("; " if language == "en" else "；").join(text for text in texts if text)


def names(texts: list[str], language: str) -> str:
    """Return names as a list in a sentence."""
    return (", " if language == "en" else "、").join(text for text in texts if text)
