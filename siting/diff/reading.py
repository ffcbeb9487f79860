"""report.json -> Snapshot: checked before anything is compared.

A file of another kind, of another version or cut short is refused with what it is and what
to do; a comparison of half a report would show conflicts as gone.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from siting.diff.fields import Fields
from siting.diff.snapshot import (
    FindingView,
    LayerView,
    ProjectView,
    RedLineView,
    Refused,
    RuleView,
    Snapshot,
    VerdictView,
)
from siting.errors import ReadError, Where
from siting.load.words import say
from siting.report import ID_PRINT_BYTES, SCHEMA

REPORT_NAME = "report.json"
#: Columns of the ledger that rules look at; see siting.rules.base.AppliesTo.
PROJECT_FIELDS = (
    "form", "kind", "use", "code_system", "stage", "supply_mode", "area_m2_min", "area_m2_max",
)  # fmt: skip

_Record = TypeVar("_Record")


def read_report(path: Path) -> Snapshot:
    """Read a report.json, or the one in the folder of a run.

    Parameters
    ----------
    path
        What ``siting run`` or ``siting check --json`` wrote, or the folder with it.

    Returns
    -------
    Snapshot
        Fields that a report of an older siting does not have are None.

    Raises
    ------
    ReadError
        When it is no report, of another version than ``siting-report/1``, damaged, or
        contradicts itself.
    """
    file = path / REPORT_NAME if path.is_dir() else path
    return snapshot_of(_require_report(_parsed(file), file), name=str(path))


def _parsed(file: Path) -> object:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(
            file,
            say("没有这份核查报告，或不能读取", "there is no such report, or it cannot be read"),
            found=error.strerror or str(error),
            next_step=say(
                "给出 report.json 或成果文件夹", "give a report.json, or the folder of a run"
            ),
        ) from error
    except UnicodeDecodeError as error:
        raise _unreadable(file, _NO_REPORT, found=say("不是文本", "no text in UTF-8")) from error
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _unreadable(
            file,
            say("不是完整的 JSON", "this is no JSON, or it is cut short"),
            found=str(error),
            next_step=say(
                "重新生成报告：siting run 或 siting check --json",
                "write the report again: siting run, or siting check --json",
            ),
        ) from error


_NO_REPORT = say("不是 siting 的核查报告", "this is no report of siting")


def _require_report(document: object, file: Path) -> Mapping[str, Any]:
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(document, dict) and schema == SCHEMA:
        return document
    if isinstance(schema, str) and schema.startswith(f"{SCHEMA.partition('/')[0]}/"):
        raise _unreadable(
            file,
            say("报告的版本与本程序不符", "the report is of another version"),
            found=schema,
            next_step=say(
                "用同一版本的 siting 重新核查两期数据",
                "check both states again with one version of siting",
            ),
        )
    raise _unreadable(file, _NO_REPORT, found=_kind_of(document))


def _kind_of(document: object) -> str:
    if not isinstance(document, dict):
        return say("JSON，但不是对象", f"JSON, but no object: {type(document).__name__}")
    if document.get("type") == "FeatureCollection":
        return "GeoJSON"
    for key in ("schema", "format", "format_version"):
        if key in document:
            return f"{key} = {document[key]}"
    return ", ".join(sorted(map(str, document))[:5]) or "{}"


def _unreadable(file: Path, what: str, *, found: str, next_step: str = "") -> ReadError:
    return ReadError(
        what,
        where=Where(file=file.name),
        expected=f'report.json, "schema": "{SCHEMA}"',
        found=found,
        next_step=next_step
        or say("给出 siting run 写出的 report.json", "give the report.json that siting run wrote"),
    )


def snapshot_of(document: Mapping[str, Any], *, name: str) -> Snapshot:
    """Return the parsed document of a report as a Snapshot.

    Parameters
    ----------
    document
        As :func:`siting.report.report_to_dict` makes it.
    name
        How messages and tables call this report.

    Raises
    ------
    ReadError
        When something is missing, of another kind, or there twice.
    """
    fields = Fields(document, file=Path(name).name)
    book = fields.table("rule_book")
    findings = _indexed(fields.tables("findings"), _finding, lambda one: one.id)
    return Snapshot(
        name=name,
        identity=fields.text("identity"),
        city=fields.bilingual("city"),
        crs=fields.text("crs"),
        as_of=_date(fields),
        area_of_record=fields.text("area_of_record"),
        rule_book=book.text("name"),
        rule_book_sha256=book.text("sha256"),
        crosswalks_sha256=book.text_or_none("crosswalks_sha256"),
        rules=_indexed(fields.tables("rules"), _rule, lambda one: one.code),
        layers=_indexed(fields.tables("inputs"), _layer, lambda one: one.name),
        projects=_indexed(fields.tables("projects"), _project, lambda one: one.id),
        red_lines=_indexed(fields.tables("red_lines"), _red_line, lambda one: one.id),
        verdicts=_verdicts(fields, findings),
        refused=tuple(
            Refused(entry.text("feature_id"), entry.text("reason"))
            for entry in fields.tables("refused_red_lines")
        ),
        red_lines_left_out=fields.count_or_none("red_lines_left_out"),
        # older reports asked the witnesses about all that was found
        witness=fields.text_or_none("witness") or "found",
        versions={key: str(value) for key, value in fields.table("versions").content.items()},
    )


def _date(fields: Fields) -> dt.date:
    text = fields.text("as_of")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise fields.fault("as_of", "a date, 2026-11-01", text) from error


def _indexed(
    tables: Sequence[Fields], make: Callable[[Fields], _Record], key_of: Callable[[_Record], str]
) -> dict[str, _Record]:
    found: dict[str, _Record] = {}
    for entry in tables:
        record = make(entry)
        key = key_of(record)
        if key in found:
            raise entry.fault("id", say("编号不重复", "each id once"), key)
        found[key] = record
    return found


def _rule(entry: Fields) -> RuleView:
    basis = entry.table("basis")
    return RuleView(
        code=entry.text("code"),
        kind=entry.text("kind"),
        title=entry.bilingual("title"),
        severity=entry.text("severity"),
        needs=entry.texts("needs"),
        reach_m=entry.number("reach_m"),
        in_force=entry.flag("in_force"),
        in_force_from=basis.text_or_none("from") or "",
        in_force_to=basis.text_or_none("to") or "",
        exceptions=entry.texts("exceptions"),
        figures=entry.table("figures").content if "figures" in entry.content else None,
    )


def _layer(entry: Fields) -> LayerView:
    return LayerView(
        name=entry.text("name"),
        role=entry.text("role"),
        title=entry.bilingual("title"),
        dated=entry.text_or_none("dated") or "",
        status=entry.text("status"),
        rows_used=entry.count("rows_used"),
        rows_refused=entry.count("rows_refused"),
        problems=entry.texts("problems"),
        refusals=tuple(
            (refusal.text("feature_id"), refusal.text("reason"))
            for refusal in entry.tables("refusals")
            if not refusal.flag("repaired")
        ),
        sha256=entry.text("sha256"),
        content_sha256=entry.text("content_sha256"),
        coverage=entry.text("coverage"),
        coverage_sha256=entry.text_or_none("coverage_sha256"),
        code_system=entry.text_or_none("code_system"),
        part_of=entry.text_or_none("part_of"),
        ids_sha256=entry.text_or_none("ids_sha256"),
        ids=_ids(entry),
    )


def _ids(entry: Fields) -> bytes | None:
    text = entry.text_or_none("id_prints")
    if text is None:
        return None
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise entry.fault("id_prints", "base64", text[:20]) from error
    if len(packed) % ID_PRINT_BYTES:
        raise entry.fault("id_prints", f"n · {ID_PRINT_BYTES} bytes", f"{len(packed)} bytes")
    return packed


def _project(entry: Fields) -> ProjectView:
    values = {name: entry.content.get(name) for name in PROJECT_FIELDS}
    fields = {name: "" if value is None else str(value) for name, value in values.items()}
    fields["uses"] = ", ".join(entry.texts("uses"))
    return ProjectView(entry.text("id"), entry.text("name"), fields)


def _red_line(entry: Fields) -> RedLineView:
    return RedLineView(
        id=entry.text("id"),
        project_id=entry.text("project_id"),
        version=entry.text("version"),
        source=entry.text("source"),
        outline_sha256=entry.text_or_none("outline_sha256"),
        outcome=entry.text("outcome"),
        is_incomplete=entry.flag("incomplete"),
        area_m2=entry.number("area_m2"),
        area_ellipsoidal_m2=entry.number("area_ellipsoidal_m2"),
        declared_area_m2=entry.number_or_none("declared_area_m2"),
        conflict_area_m2=entry.number("conflict_area_m2"),
        sole=_sole(entry),
    )


def _sole(entry: Fields) -> tuple[str, ...] | None:
    if "lifts" not in entry.content:
        return None
    lifts = entry.tables("lifts")
    return tuple(lift.text("name") for lift in lifts if lift.flag("sole") and _is_rule(lift))


def _is_rule(lift: Fields) -> bool:
    return lift.text("of") == "rule"


def _finding(entry: Fields) -> FindingView:
    return FindingView(
        id=entry.text("id"),
        layer=entry.text("layer"),
        feature_id=entry.text("feature_id"),
        feature_name=entry.text("feature_name"),
        severity=entry.text("severity"),
        measure=entry.number("measure"),
        unit=entry.text("unit"),
        limit=entry.number_or_none("limit"),
        area_m2=entry.number_or_none("area_m2"),
        is_sliver=entry.flag("sliver"),
        feature_sha256=entry.text_or_none("feature_sha256"),
        certainty=entry.table("band").text("certainty") if entry.content.get("band") else "",
    )


def _verdicts(
    fields: Fields, findings: Mapping[str, FindingView]
) -> dict[str, dict[str, VerdictView]]:
    found: dict[str, dict[str, VerdictView]] = {}
    for entry in fields.tables("verdicts"):
        by_code = found.setdefault(entry.text("red_line_id"), {})
        code = entry.text("code")
        if code in by_code:
            raise entry.fault("code", say("每条规则一个结论", "one verdict per rule"), code)
        missing = [key for key in entry.texts("finding_ids") if key not in findings]
        if missing:
            raise entry.fault("finding_ids", "findings of this report", missing[0])
        by_code[code] = VerdictView(
            code=code,
            severity=entry.text("severity"),
            status=entry.text("status"),
            area_m2=entry.number("area_m2"),
            distance_m=entry.number_or_none("distance_m"),
            gaps=tuple(gap.bilingual() for gap in entry.tables("gaps")),
            findings=tuple(findings[key] for key in entry.texts("finding_ids")),
            near=_near(entry),
        )
    return found


def _near(entry: Fields) -> str:
    if not entry.content.get("near"):
        return ""
    near = entry.table("near")
    return f"{near.text('layer')}/{near.text('feature_id')}"
