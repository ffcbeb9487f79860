"""Sheets of the workbook that tell: the summary, what was not checked, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from siting.areas import area_table
from siting.crs import crs_label
from siting.handover.cells import WHOLE, Material, Row, adding_up, area_cells, area_columns
from siting.handover.listings import NO_RED_LINE
from siting.handover.plan_sheets import plan_facts
from siting.handover.planned import PlanPart
from siting.mapping.scene import by_constraint, by_district
from siting.measure import PLANAR
from siting.model import LoadStatus, Outcome, Status, Text
from siting.report.wording import OUTCOMES
from siting.save import Column, Sheet

SUMMARY, NOT_CHECKED, SOURCES = (
    Text("汇总", "summary"), Text("未核查", "not checked"), Text("来源", "sources"),
)  # fmt: skip
_NOTE = Text(
    "规划选址（红线）建议，不作为法定依据；正式坐标以 GeoPackage 与 TXT 为准",
    "a proposal without legal force; the official coordinates are in the GeoPackage and the TXT",
)
_UNION = Text(
    "受约束面积为并集，各约束相互重叠，不可相加",
    "areas under constraints are unions; constraints overlap and are not to be added up",
)
_PLANAR, _ELLIPSOIDAL = Text("平面面积", "planar"), Text("椭球面积", "ellipsoidal")
_STATUS = {
    LoadStatus.PASSED: Text("通过", "passed"),
    LoadStatus.SHORT: Text("缺行", "short of rows"),
    LoadStatus.FAILED: Text("未通过", "refused"),
}


def summary(material: Material) -> Sheet:
    """Return what the run says in one sheet: facts, outcomes, constraints, districts."""
    language = material.language
    columns = (
        Column(material.say(Text("事项", "matter")), width=0),
        Column(material.say(Text("内容或数量", "text or number")), WHOLE, 0),
        *area_columns(Text("面积", "area"), language),
    )
    blank = (None, None, None)
    rows: list[Row] = [(title.get(language), text, *blank) for title, text in _facts(material)]
    rows += [*_outcomes(material), *_constraints(material), *_districts(material)]
    return Sheet(material.say(SUMMARY), columns, tuple(rows))


def _facts(material: Material) -> Iterator[tuple[Text, str]]:
    report, city = material.subject.report, material.subject.city
    if city.secrecy_mark:
        yield Text("密级", "marking"), city.secrecy_mark
    yield Text("城市", "city"), material.say(report.city)
    if material.is_district:
        yield Text("区", "district"), f"{material.part.name} {material.part.code}"
    yield Text("基准日", "as of"), report.as_of.isoformat()
    yield Text("坐标系", "CRS"), crs_label(report.crs)
    of_record = _PLANAR if report.area_of_record == PLANAR else _ELLIPSOIDAL
    yield Text("认定面积", "area of record"), material.say(of_record)
    yield Text("规则库", "rule book"), report.rule_book
    yield Text("报告指纹", "report"), material.identity
    yield from plan_facts(material)
    yield Text("说明", "note"), material.say(_NOTE)
    yield Text("说明", "note"), material.say(_UNION)


def _outcomes(material: Material) -> Iterator[Row]:
    """Yield red lines by outcome with their areas of record: the rows add up to the total."""
    is_planar = material.subject.report.area_of_record == PLANAR
    results = material.part.results
    valid = dict(zip(
        material.tables["redlines"]["red_line_id"], material.tables["redlines"]["is_valid"],
        strict=True,
    ))  # fmt: skip
    areas: dict[str, float] = dict.fromkeys(Outcome, 0.0)
    for result in results:
        area_m2 = result.area_m2 if is_planar else result.area_ellipsoidal_m2
        areas[result.outcome] += area_m2 if valid[result.red_line.id] else 0.0
    cells, total = adding_up(areas)
    for outcome in Outcome:
        count = sum(result.outcome is outcome for result in results)
        title = Text("红线：{0}", "red lines: {0}").get(material.language)
        yield title.format(material.say(OUTCOMES[outcome])), count, *cells[outcome]
    yield material.say(Text("红线合计", "red lines, total")), len(results), *total
    yield from _counts(material, invalid=sum(not sound for sound in valid.values()))


def _counts(material: Material, *, invalid: int) -> Iterator[Row]:
    """Yield how much was not checked: a summary without it would read as a whole one."""
    inputs, part = material.subject.report.inputs, material.part
    unusable = [item for item in inputs if item.contract.status is not LoadStatus.PASSED]
    counts = (
        (Text("其中未查全", "of these incomplete"), sum(r.is_incomplete for r in part.results)),
        (Text("其中几何无效（面积不计）", "of these not valid (areas not counted)"), invalid),
        (NO_RED_LINE, _without_red_line(material)),
        (Text("未通过或缺行的图层", "layers refused or short of rows"), len(unusable)),
        (
            Text("未查或未查全的红线 × 规则", "red lines × rules not or not wholly checked"),
            sum(bool(verdict.gaps) for verdict in part.verdicts),
        ),
    )
    for label, count in counts:
        yield material.say(label), count, None, None, None


def _without_red_line(material: Material) -> int:
    drawn = {result.red_line.project_id for result in material.subject.report.results}
    return len(material.part.own_projects - drawn)


def _constraints(material: Material) -> Iterator[Row]:
    titles = {rule.code: rule.title for rule in material.subject.report.rules}
    for code, count, area_m2 in by_constraint(material.subject):
        name = material.say(titles[str(code)]) if str(code) in titles else str(code)
        label = Text("约束（并集）：{0}", "constraint (union): {0}").get(material.language)
        # a rule about shape or figures has findings without land
        land_m2 = float(str(area_m2))
        area = area_cells(area_table({"": land_m2}).total if land_m2 else None)
        yield label.format(name), count, *area


def _districts(material: Material) -> Iterator[Row]:
    """Yield the land in conflict by district, each m² once: the rows add up to the total."""
    found = by_district(material.subject)
    if not found:
        return
    cells, total = adding_up({str(row[0]): float(str(row[4])) for row in found})
    label = Text("冲突用地（并集）：{0}", "land in conflict (union): {0}").get(material.language)
    for code, name, _, conflicts, _ in found:
        yield label.format(name), conflicts, *cells[str(code)]
    if not material.is_district:
        whole = material.say(Text("冲突用地合计", "land in conflict, total"))
        yield whole, sum(int(str(row[3])) for row in found), *total


def not_checked(material: Material) -> Sheet:
    """Return what nobody may take for clear: layers, gaps, red lines, matters for an office."""
    titles = (
        Text("类别", "kind"), Text("对象", "what"), Text("规则", "rule"), Text("说明", "text"),
    )  # fmt: skip
    columns = tuple(Column(material.say(title), width=0) for title in titles)
    rows = [
        *_layers(material),
        *_gaps(material),
        *_projects(material),
        *_others(material),
        *_of_plan(material),
    ]
    if not rows:
        nothing = Text("没有未核查的事项", "there is nothing that was not checked")
        rows = [(None, None, None, material.say(nothing))]
    return Sheet(material.say(NOT_CHECKED), columns, tuple(rows), has_filter=True)


def _layers(material: Material) -> Iterator[Row]:
    for item in material.subject.report.inputs:
        if item.contract.status is LoadStatus.PASSED:
            continue
        status = material.say(_STATUS[item.contract.status])
        kind = f"{material.say(Text('图层', 'layer'))} · {status}"
        told = "; ".join(item.contract.problems)
        if item.contract.rows_refused:
            lost = Text("{0} 行未用", "{0} rows not used").get(material.language)
            told = "; ".join(
                part for part in (told, lost.format(item.contract.rows_refused)) if part
            )
        yield kind, f"{item.name} {material.say(item.title)}", None, told


def _gaps(material: Material) -> Iterator[Row]:
    titles = {
        rule.code: rule.title.get(material.language) for rule in material.subject.report.rules
    }
    words = {
        Status.NOT_CHECKED: Text("未核查", "not checked"),
        Status.CONSULT: Text("须征求意见", "consult"),
    }
    partly = Text("部分未核查", "partly not checked")
    for verdict in material.part.verdicts:
        rule = f"{verdict.code} {titles.get(verdict.code, '')}".strip()
        kind = words.get(verdict.status, partly)
        texts = verdict.gaps
        if verdict.status is Status.CONSULT and not texts:
            texts = verdict.notes or (words[Status.CONSULT],)
        for text in texts:
            yield material.say(kind), verdict.red_line_id, rule, material.say(text)


def _projects(material: Material) -> Iterator[Row]:
    report = material.subject.report
    drawn = {result.red_line.project_id for result in report.results}
    for name in sorted(material.part.own_projects - drawn):
        yield material.say(Text("项目", "project")), name, None, material.say(NO_RED_LINE)
    ids, valid = material.tables["redlines"]["red_line_id"], material.tables["redlines"]["is_valid"]
    for red_line, is_valid in zip(ids, valid, strict=True):
        if not is_valid:
            kind = Text("红线几何无效", "outline not valid")
            text = Text("面积不可信，须先修正红线", "its areas mean nothing: mend it first")
            yield material.say(kind), red_line, None, material.say(text)
    composed = material.composed
    kind = Text("用地组成", "composition")
    if isinstance(composed, Text):
        yield material.say(kind), None, None, material.say(composed)
        return
    for composition in composed.compositions:
        for gap in composition.gaps:
            yield material.say(kind), composition.red_line_id, None, material.say(gap)


def _others(material: Material) -> Iterator[Row]:
    """Yield what is on no map, red lines that were not read or not asked for, and repairs."""
    report, city = material.subject.report, material.subject.city
    known = {rule.code for rule in report.rules}
    for matter in city.off_map:
        if matter.code not in known:
            kind = material.say(Text("不上图事项", "never on a map"))
            yield kind, material.say(matter.title), matter.code, material.say(matter.office)
    refused = Text("未读入的红线", "red lines not read")
    if report.refused_red_lines and material.is_district:
        # which they are, and where, is known to the city alone
        yield material.say(refused), len(report.refused_red_lines), None, None
    else:
        for refusal in report.refused_red_lines:
            name = refusal.feature_id or str(refusal.row)
            yield material.say(refused), name, None, refusal.reason
    if report.red_lines_left_out:
        kind = material.say(Text("未纳入本次核查的红线", "red lines not asked for"))
        yield kind, report.red_lines_left_out, None, None
    if report.repairs is None:
        text = Text("本次未求修正红线（siting run 会求）", "none sought here; siting run does")
        yield material.say(Text("修正红线", "corrected red lines")), None, None, material.say(text)


def _of_plan(material: Material) -> Iterator[Row]:
    """Yield what a plan says of its inputs; a district is told how many notes are with the city."""
    handed = material.handed
    if not isinstance(handed, PlanPart):
        return
    kind, told = material.say(Text("统筹计划说明", "notes of the plan")), handed.told
    for note in told.notes:
        yield kind, None, None, material.say(note)
    elsewhere = len(told.plan.notes) - len(told.notes)
    if elsewhere:
        text = Text("{0} 条涉及全市，请向市局了解", "{0} are about the whole city: ask it")
        yield kind, elsewhere, None, material.say(text).format(elsewhere)


def sources(material: Material) -> Sheet:
    """Return the layers, the rules with their citations, and the versions."""
    titles = (
        Text("类别", "kind"), Text("名称", "name"), Text("标题", "title"), Text("状态", "status"),
        Text("来源单位或依据", "authority or basis"), Text("日期", "date"),
        Text("使用行数", "rows used"), Text("未用行数", "rows not used"),
        Text("公开范围", "release"), Text("确定度", "certainty"), Text("sha256"),
    )  # fmt: skip
    columns = tuple(Column(material.say(title), WHOLE, 0) for title in titles)
    rows = [*_inputs(material), *_rules(material), *_versions(material)]
    return Sheet(material.say(SOURCES), columns, tuple(rows), has_filter=True)


def _inputs(material: Material) -> Iterator[Row]:
    for item in material.subject.report.inputs:
        contract, source = item.contract, item.source
        dated = source.dated.isoformat() if source.dated else None
        yield (
            material.say(Text("图层", "layer")), item.name, material.say(item.title),
            material.say(_STATUS[contract.status]), source.authority, dated, contract.rows_used,
            contract.rows_refused, str(item.release), None, source.sha256,
        )  # fmt: skip


def _rules(material: Material) -> Iterator[Row]:
    report = material.subject.report
    for rule in report.rules:
        basis = rule.basis
        cited = " ".join(part for part in (basis.citation, basis.article, basis.edition) if part)
        state = (
            Text("有效", "in force") if rule.in_force else Text("未生效或已失效", "not in force")
        )
        yield (
            material.say(Text("规则", "rule")), rule.code, material.say(rule.title),
            material.say(state), cited, None, None, None, None, basis.certainty, None,
        )  # fmt: skip
    yield (
        material.say(Text("规则库", "rule book")), report.rule_book,
        *(None,) * 8, report.rule_book_sha256,
    )  # fmt: skip


def _versions(material: Material) -> Iterator[Row]:
    for name, text in sorted(material.subject.report.versions.items()):
        yield material.say(Text("版本", "version")), name, text, *(None,) * 8
