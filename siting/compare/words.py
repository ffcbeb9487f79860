"""The words of a comparison in Chinese and English, said once for page, workbook and terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from siting.compare.records import Criterion, Drawing, Option, OptionKind
from siting.model import LeftOutCriterion, Text
from siting.score import Linear, Piecewise, Sigmoid, Step, value_function

#: Units that say nothing beside a figure.
PLAIN_UNITS = frozenset({"", "share", "0/1", "points"})

TITLE = Text("选址多方案比选", "Alternatives side by side")
PROPOSAL = Text(
    "规划选址（红线）建议 · 示意，不作为法定依据",
    "Proposed sites (red lines) · for orientation, no legal basis",
)
INTERNAL = Text("内部资料", "Internal material")

PRESENT_WHAT = Text("现红线", "present red line")
NEAREST_WHAT = Text("最接近可选的宗地（不可选）", "nearest parcel (not on offer)")
_NAMES: Mapping[OptionKind, Text] = {
    OptionKind.PRESENT: Text("现红线", "Present"),
    OptionKind.SITE: Text("备选", "Site"),
    OptionKind.REPAIR: Text("修正", "Corrected"),
    OptionKind.NEAREST: Text("最接近", "Nearest"),
}
_KEYS: Mapping[OptionKind, Text] = {
    OptionKind.PRESENT: Text("现", "P"),
    OptionKind.REPAIR: Text("修", "R"),
    OptionKind.NEAREST: Text("近", "N"),
}

AREA_M2 = Text("面积（平面）m²", "area (planar) m²")
AREA_HA = Text("面积 公顷", "area ha")
AREA_MU = Text("面积 亩", "area mu")
AREA_ELLIPSOIDAL = Text("椭球面积 m²", "ellipsoidal area m²")
MU = Text("亩", "mu")
OF_RECORD = Text("（认定面积）", " (of record)")
WHAT = Text("类型", "what it is")
ID = Text("编号", "id")
DISTRICT = Text("所在区", "district")
DISTANCE = Text("距现红线或意向区 m", "from the present place m")
CONFLICT_AREA = Text("冲突面积 m²", "in conflict m²")
MOVED = Text("位移 m", "moved m")
LOST = Text("减少用地 m²", "land given up m²")
GAINED = Text("新增用地 m²", "land taken m²")
WIDTH = Text("最窄处 m", "least width m")
FRONTAGE = Text("临路 m", "on a road m")
RESOLVES = Text("化解的冲突", "resolves")
REMAINS = Text("仍涉及（现红线：冲突）", "remains (present: conflicts)")
INTRODUCES = Text("新涉及", "meets anew")
NOT_CHECKED = Text("未核查", "not checked")
MUST_ACQUIRE = Text("须先征收", "must be acquired")
ATTRIBUTES = Text("宗地情况", "the land")
SCORE = Text("总分（0–100）", "score (0–100)")
TOTAL = Text("合计", "total")
FIRST_SHARE = Text("名列第一的概率", "share of draws first")
TOP_SHARE = Text("位居前列的概率", "share of draws on top")
UNBEATEN = Text("不被其他备选全面超过", "beaten by none in all")
CLOSENESS = Text("TOPSIS 贴近度", "TOPSIS closeness")

YES, NO = Text("是", "yes"), Text("否", "no")
UNKNOWN, NONE = Text("未知", "unknown"), Text("无", "none")
NOT_SCORED = Text("不评分", "not scored")

FACTS, SCORES, PLACES, LAND = (
    Text("概况", "Facts"), Text("各项指标", "Criteria"),
    Text("排名把握", "How sure the order is"), Text("规则与条件", "Rules and conditions"),
)  # fmt: skip
CHANGES = Text("对现红线的改动", "Changes of the present red line")

NO_RANKING = Text(
    "未计算排名把握（备选少于两个，或未作不确定性分析）",
    "how sure the order is was not computed (fewer than two sites, or nobody asked)",
)
NO_SITES = Text("没有可提出的备选地块", "there is no site to offer")
NO_SEARCH = Text(
    "本项目不在选址阶段，未作选址搜索（city.toml [suggest] stages）",
    "no site is looked for at this project's stage ([suggest] stages of city.toml)",
)
LINEAR = Text(
    "线性项目不作宗地备选，列出修正红线与分区里程表",
    "a linear project gets no parcels: its corrected lines, and its table by district and chainage",
)
NO_REPAIRS = Text("没有修正红线方案", "there is no corrected red line")
NOT_IN_CONFLICT = Text(
    "现红线无禁止或限制冲突，未作修正",
    "the present red line breaks no binding rule: nothing to correct",
)
NOT_CORRECTED = Text("未求修正红线", "no corrected red lines were asked for")
NO_RED_LINE = Text("本项目尚无红线", "this project has no red line yet")
NOT_COMPARABLE = Text(
    "现红线与修正红线只列轮廓本身可量的指标，不评分：违反禁止性规则的红线不以分数权衡",
    "of the present and the corrected red lines only what their outline tells is measured, and "
    "nothing is scored: a broken prohibited rule is not weighed up by points",
)
WITHHELD = Text("图形按 release 不予绘出", "not drawn: its layer's release")

_WEIGHTINGS: Mapping[str, Text] = {
    "given": Text("指定权重", "given weights"),
    "ahp": Text("层次分析法（AHP）", "AHP"),
    "entropy": Text("熵权法", "entropy"),
}
_METHODS: Mapping[str, Text] = {
    "weighted_sum": Text("加权求和", "weighted sum"),
    "topsis": Text(
        "按 TOPSIS 贴近度排序，得分为加权和", "ordered by TOPSIS, points by weighted sum"
    ),
}


def name_of(option: Option) -> Text:
    """Return what an alternative is called: 备选 1, Corrected 2; a single one has no number."""
    name = _NAMES[option.kind]
    if option.kind is OptionKind.NEAREST or (
        option.kind is OptionKind.PRESENT and option.number == 1
    ):
        return name
    return Text(f"{name.zh} {option.number}", f"{name.en} {option.number}")


def key_of(option: Option, language: str) -> str:
    """Return the short name of an alternative on maps and in columns."""
    if option.kind is OptionKind.SITE:
        return str(option.number)
    lead = _KEYS[option.kind].get(language)
    is_alone = option.kind is not OptionKind.REPAIR and option.number == 1
    return lead if is_alone else f"{lead}{option.number}"


def method_text(method: str, weighting: str, consistency_ratio: float | None) -> Text:
    """Return how worths became a score, and where the weights come from."""
    how, weights = _METHODS.get(method, Text(method)), _WEIGHTINGS.get(weighting, Text(weighting))
    ratio = "" if consistency_ratio is None else f"，CR = {consistency_ratio:.3f}"
    return Text(
        f"{how.get('zh')}；{weights.get('zh')}{ratio}",
        f"{how.get('en')}; {weights.get('en')}{ratio.replace('，', ', ')}",
    )


POINTS = Text("得分构成", "Where the points come from")
OVERVIEW = Text("位置总览", "Where they are")
MAPS = Text("各方案（同一比例）", "Each alternative (one scale)")
SIDE_BY_SIDE = Text("逐项对比", "Side by side")
SITES_BESIDE = Text("逐项对比：备选地块", "Side by side: sites")
REPAIRS_BESIDE = Text("逐项对比：修正红线", "Side by side: corrected red lines")
WHY = Text("理由", "Why")
GROUNDS = Text("评分依据", "How it was scored")
OFFER = Text("备选地块或修正红线", "site or corrected red line")
HIDDEN_PIECES = Text(
    "现红线有冲突，冲突图形按 release 不予绘出", "in conflict; the piece may not be drawn (release)"
)
NOT_DRAWN = Text("按 release 不予绘出：", "not drawn (release): ")
CHAINAGE = Text("分区里程表", "By district and chainage")
CORRIDOR = Text("通道", "corridor")
CHAINAGE_COLUMNS = (
    Text("红线", "red line"), Text("区", "district"), Text("起 m", "from m"), Text("止 m", "to m"),
    Text("长 m", "length m"), Text("规则", "rule"), Text("面积 m²", "area m²"),
)  # fmt: skip
CRITERION_COLUMNS = (
    Text("指标", "criterion"), Text("权重", "weight"), Text("指标值 → 价值", "measure → worth"),
    Text("依据", "basis"),
)  # fmt: skip


def worth_text(criterion: Criterion) -> Text:
    """Return the value function of a criterion in words: which measure is worth what."""
    form = value_function(criterion.worth)
    unit = "" if criterion.unit in PLAIN_UNITS else f" {criterion.unit}"
    if isinstance(form, Linear | Sigmoid):
        ends = f"{form.worst:g}{unit} → 0, {form.best:g}{unit} → 1"
        if isinstance(form, Linear):
            return Text(f"{ends}，其间直线", f"{ends}, straight between")
        steep = f"{form.steepness:g}"
        return Text(f"{ends}，S 形（陡度 {steep}）", f"{ends}, S-curve (steepness {steep})")
    pairs = form.steps if isinstance(form, Step) else cast("Piecewise", form).points
    told = ", ".join(f"{measure:g}{unit} → {worth:g}" for measure, worth in pairs)
    if isinstance(form, Step):
        return Text(f"以下 {form.below:g}；自 {told}", f"below {form.below:g}; from {told}")
    return Text(f"{told}，其间直线", f"{told}, straight between")


def separator(language: str) -> str:
    """Return what stands between the items of a list in a sentence."""
    return ", " if language == "en" else "、"


def left_out_text(criterion: LeftOutCriterion) -> Text:
    """Return that a criterion could not be measured, and what it would need."""
    title, needs = criterion.title, criterion.needs
    return Text(
        f"未计入：{title.get('zh')}（缺{needs.get('zh')}），其权重由其余各项分担",
        f"left out: {title.get('en')} (needs {needs.get('en')}); the others carry its weight",
    )


def drawing_text(drawing: Drawing | None) -> Text:
    """Return how the shares of places were drawn."""
    if drawing is None:
        return NO_RANKING
    return Text(
        f"排名把握：{drawing.draws:,} 次抽样（种子 {drawing.seed}），“前列”指前 {drawing.top} 名；"
        f"{drawing.spread.get('zh')}",
        f"how sure: {drawing.draws:,} draws (seed {drawing.seed}), on top: the first "
        f"{drawing.top}; {drawing.spread.get('en')}",
    )


ORDER = Text(
    "序号即名次。名次不只看总分：未查全、涉及限制性规则、需拼合或划出、须先征收的地块排在后面",
    "Numbers are ranks. The score alone does not decide: what was not checked in full, meets a "
    "restricted rule, must be joined or divided, or must first be acquired stands behind",
)
