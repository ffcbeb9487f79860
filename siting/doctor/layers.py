"""Each layer's load contract in full: rows, coverage, age, release, refusals, mends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from siting.doctor.checks import Check, CheckStatus, Group, split
from siting.doctor.mends import REPAIRABLE, SHORT, SHORT_AND_REPAIRABLE, mend_of
from siting.model import NO_TEXT, Atlas, Contract, Layer, LoadStatus, Text

#: How many refused rows are listed; `siting layers` lists all.
LISTED_AT_MOST = 20


def examine_layers(atlas: Atlas, *, as_of: dt.date, needed: Collection[str]) -> tuple[Check, ...]:
    """Check every configured layer, in the order of city.toml.

    Parameters
    ----------
    atlas
        What was loaded.
    as_of
        For the age of layers.
    needed
        The roles that a rule needs: those must declare their coverage.
    """
    return tuple(_layer(layer, as_of, is_needed=layer.role in needed) for layer in atlas.layers)


def _layer(layer: Layer, as_of: dt.date, *, is_needed: bool) -> Check:
    status, found, mend = _judged(layer, is_needed=is_needed)
    return Check(
        Group.LAYERS,
        f"layer {layer.name}",
        Text(f"{layer.name}（{layer.title.get('zh')}）", f"{layer.name} ({layer.title.get('en')})"),
        status,
        found,
        mend,
        _details(layer, as_of),
    )


def _judged(layer: Layer, *, is_needed: bool) -> tuple[CheckStatus, Text, Text]:
    contract = layer.contract
    rows = _rows(contract)
    if contract.status is LoadStatus.FAILED:
        problems = [split(problem) for problem in contract.problems]
        found = _joined(problems) if problems else rows
        mends = list(dict.fromkeys(mend_of(problem) for problem in contract.problems))
        return CheckStatus.FAULT, found, _joined(mends)
    if contract.status is LoadStatus.SHORT:
        return _short(contract, rows, is_needed=is_needed)
    if layer.coverage is None and is_needed:
        found = Text(
            f"{rows.zh}；未声明覆盖范围，不会得出“无冲突”",
            f"{rows.en}; its coverage is not declared, so nothing is clear of it",
        )
        mend = Text(
            '确认图层完整的范围后写 coverage = "city" 或所属区',
            'find out where it is complete, then write coverage = "city" or its districts',
        )
        return CheckStatus.WARNING, found, mend
    return CheckStatus.OK, rows, NO_TEXT


def _short(contract: Contract, rows: Text, *, is_needed: bool) -> tuple[CheckStatus, Text, Text]:
    reasons = [refusal.reason for refusal in contract.refusals if not refusal.is_repaired]
    is_repairable = any(REPAIRABLE in reason for reason in reasons)
    mend = SHORT_AND_REPAIRABLE if is_repairable else SHORT
    if not is_needed:
        found = Text(f"{rows.zh}；没有规则用它", f"{rows.en}; no rule needs it")
        return CheckStatus.WARNING, found, mend
    found = Text(
        f"{rows.zh}；缺行的图层不会得出“无冲突”",
        f"{rows.en}; nothing is clear of a layer that is short of rows",
    )
    return CheckStatus.FAULT, found, mend


def _rows(contract: Contract) -> Text:
    came, used, refused = contract.rows_in, contract.rows_used, contract.rows_refused
    return Text(
        f"{came:,} 行 = 用 {used:,} + 拒 {refused:,}",
        f"rows: {came:,} = {used:,} used + {refused:,} refused",
    )


def _joined(texts: list[Text]) -> Text:
    return Text(
        "；".join(text.get("zh") for text in texts), "; ".join(text.get("en") for text in texts)
    )


def _details(layer: Layer, as_of: dt.date) -> tuple[Text, ...]:
    source, contract = layer.source, layer.contract
    facts = [
        Text(f"文件 {source.path}，{source.crs or '坐标系未知'}",
             f"file {source.path}, {source.crs or 'CRS unknown'}"),
        _coverage(layer),
        _age(layer, as_of),
        Text(f"使用范围 {layer.release}", f"release {layer.release}"),
        Text(f"sha256 {source.sha256 or '—'}", f"sha256 {source.sha256 or '-'}"),
    ]  # fmt: skip
    facts += [split(note) for note in contract.notes]
    # what was left out comes before what was repaired
    listed = sorted(contract.refusals, key=lambda refusal: refusal.is_repaired)
    for refusal in listed[:LISTED_AT_MOST]:
        reason, verb = split(refusal.reason), ("修复", "repaired")
        zh, en = verb if refusal.is_repaired else ("拒用", "refused")
        facts.append(
            Text(
                f"第 {refusal.row} 行 {refusal.feature_id} {zh}：{reason.get('zh')}",
                f"row {refusal.row} {refusal.feature_id} {en}: {reason.get('en')}",
            )
        )
    more = len(listed) - LISTED_AT_MOST
    if more > 0:
        facts.append(Text(f"另有 {more} 行，见 siting layers", f"{more} more: see siting layers"))
    return tuple(facts)


def _coverage(layer: Layer) -> Text:
    if layer.coverage is None:
        return Text("覆盖范围未声明", "coverage not declared")
    return Text(f"覆盖 {layer.coverage_text}", f"coverage {layer.coverage_text}")


def _age(layer: Layer, as_of: dt.date) -> Text:
    dated = layer.source.dated
    if dated is None:
        return Text("日期未声明（dated）", "no date declared (dated)")
    days = (as_of - dated).days
    limit_zh = f"，限 {layer.max_age_days} 天" if layer.max_age_days is not None else ""
    limit_en = f", at most {layer.max_age_days}" if layer.max_age_days is not None else ""
    return Text(f"{dated}，{days} 天{limit_zh}", f"dated {dated}, {days} days old{limit_en}")
