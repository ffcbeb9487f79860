"""The red lines for CAD and for older desktops: DXF and GBK shapefile, in the working CRS.

Coordinates are those of the GeoPackage; attributes are a selection, and the manifest says of
each file which columns it has, which stayed behind, and what of a text was cut or replaced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siting.handover.manifest import file_entry
from siting.model import Text
from siting.report.wording import OUTCOMES
from siting.save.dxf import write_dxf
from siting.save.group import members_of
from siting.save.shapefile import TEXT_BYTES, write_shapefile

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

DXF = "redlines.dxf"
#: Shapefiles hold one kind of geometry: areas, and the lines of corridors where there are any.
SHAPEFILES: Mapping[int, str] = {2: "redlines.shp", 1: "redlines_lines.shp"}

#: Column of ``redlines`` -> field of the shapefile: at most 10 bytes; national names where known.
#: Of columns in two languages the city's travels.
SHAPEFILE_FIELDS: Mapping[str, str] = {
    "red_line_id": "DKBH",
    "project_id": "XMDM",
    "project_name": "XMMC",
    "project_stage": "STAGE",
    "project_use": "YT",
    "version": "VERSION",
    "outcome": "OUTCOME",
    "is_incomplete": "INCOMPLETE",
    "worst_severity": "SEVERITY",
    "area_m2": "AREA_M2",
    "area_ellipsoidal_m2": "ELLIPS_M2",
    "area_declared_m2": "DECLAR_M2",
    "area_in_district_m2": "INDIST_M2",
    "conflict_area_m2": "CONFL_M2",
    "findings_elsewhere": "ELSEWHERE",
    "not_checked_zh": "NOTCHECKED",
    "is_valid": "IS_VALID",
    "near_zh": "NEAR",
    "blocked_by": "BLOCKED_BY",
    "freed_m2": "FREED_M2",
}
#: Columns that travel with each outline of the drawing.
DXF_COLUMNS = (
    "project_id", "red_line_id", "project_name", "outcome", "is_incomplete", "area_m2",
    "conflict_area_m2", "is_valid",
)  # fmt: skip
#: Colour numbers of CAD (ACI) by outcome: red, orange, grey, magenta, green.
_COLOURS = {"conflict": 1, "review": 30, "incomplete": 8, "near": 6, "clear": 3}
_RED_LINE = Text("红线", "REDLINE")
_INCOMPLETE = Text("未查全", "INCOMPLETE")
_ENCODING = "gbk"
#: For a character that GBK lacks, and after a text that was cut.
_LACKING, _CUT = "\u3013", "…"
#: What GBK lacks and anybody writes otherwise.
_OTHERWISE = {"\u00b2": "2", "\u00b3": "3", "\u00a0": " "}
_PLANE_TYPES = (
    shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON,
)  # fmt: skip

Entries = dict[str, dict[str, Any]]


def write_copies(home: Path, table: gpd.GeoDataFrame, *, language: str, as_of: dt.date) -> Entries:
    """Write ``redlines.dxf`` and the shapefiles; return the manifest's entry of each file.

    Parameters
    ----------
    home
        The folder of the package.
    table
        ``redlines`` as handed over, in a projected CRS in metres.
    language
        Of the drawing's layers.
    as_of
        The date that stands in the .dbf.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    is_plane = np.isin(shapely.get_type_id(table.geometry.to_numpy()), _PLANE_TYPES)
    drawn = table[is_plane].reset_index(drop=True)
    absent = _absent(table[~is_plane])
    entries = {DXF: _write_drawing(home / DXF, drawn, language=language, absent=absent)}
    dimensions = shapely.get_dimensions(drawn.geometry.to_numpy())
    for dimension, name in SHAPEFILES.items():
        part = drawn[dimensions == dimension].reset_index(drop=True)
        # a package without areas has an empty shapefile, one without lines has none of lines
        if len(part) or dimension == 2:
            entries |= _write_shapefile(home / name, part, language=language, as_of=as_of)
            entries[name]["notes"] = [*absent, *entries[name]["notes"]]
    return entries


def _absent(left: gpd.GeoDataFrame) -> list[str]:
    ids = ", ".join(left["red_line_id"])
    return [f"非面非线，未写入：{ids} / neither area nor line, left out: {ids}"] if ids else []


def _write_drawing(
    path: Path, table: gpd.GeoDataFrame, *, language: str, absent: list[str]
) -> dict[str, Any]:
    """Write R2000 in code page 936, which every CAD since 2000 reads, also CASS and ZWCAD."""
    layers = [
        layer_name(outcome, language, is_incomplete=bool(flag))
        for outcome, flag in zip(table["outcome"], table["is_incomplete"], strict=True)
    ]
    frame = table[[*DXF_COLUMNS, "geometry"]].assign(layer=layers)
    colours = {
        layer_name(outcome, language, is_incomplete=flag): colour
        for outcome, colour in _COLOURS.items()
        for flag in ((True,) if outcome == "incomplete" else (False, True))
    }
    red_line = _RED_LINE.get(language)
    told = write_dxf(path, frame, layer=red_line, encoding=_ENCODING, colours=colours)
    entry = file_entry(path, rows=len(frame))
    return entry | {"columns": list(DXF_COLUMNS), "notes": [*absent, *told]}


def layer_name(outcome: str, language: str, *, is_incomplete: bool) -> str:
    """Return the layer of a drawing for red lines of an outcome; incomplete ones have their own.

    Parameters
    ----------
    outcome
        A value of :class:`siting.model.Outcome`.
    language
        ``zh`` or ``en``.
    is_incomplete
        Something was not checked; for ``incomplete`` the name says it already.
    """
    parts = [_RED_LINE, OUTCOMES[outcome]]
    if is_incomplete and outcome != "incomplete":
        parts.append(_INCOMPLETE)
    return "-".join(part.get(language) for part in parts).upper()


def _write_shapefile(
    path: Path, table: gpd.GeoDataFrame, *, language: str, as_of: dt.date
) -> Entries:
    fields = {
        f"{name.removesuffix('_zh')}_{language}" if name.endswith("_zh") else name: short
        for name, short in SHAPEFILE_FIELDS.items()
    }
    frame = table[[*fields, "geometry"]].rename(columns=fields)
    notes: list[str] = []
    texts: dict[str, Any] = {}
    for name in fields.values():
        if _is_text(frame[name]):
            fitted = [fit(value) for value in frame[name].tolist()]
            texts[name] = [value for value, _ in fitted]
            notes += _told(name, [reason for _, reason in fitted])
    notes += write_shapefile(path, frame.assign(**texts), encoding=_ENCODING, dated=as_of)
    left = [str(name) for name in table.columns if name not in {*fields, "geometry"}]
    told = {"fields": {short: name for name, short in fields.items()}, "left_out": left}
    entries = {part.name: file_entry(part, rows=None) for part in members_of(path)}
    entries[path.name] |= told | {"rows": len(table), "notes": notes}
    return entries


def _is_text(column: pd.Series[Any]) -> bool:
    values = [value for value in column.tolist() if value is not None]
    return bool(values) and all(isinstance(value, str) for value in values)


def fit(value: str | None) -> tuple[str | None, str]:
    """Return a text as a .dbf in GBK takes it, and what was done: ``""``, ``cut``, ``replaced``.

    A .dbf knows no empty text, so that becomes none. A text over 254 bytes ends with "…": what
    follows is in the GeoPackage.
    """
    if not value:
        return None, ""
    kept = "".join(_gbk(value))
    reason = "" if kept == value else "replaced"
    if len(kept.encode(_ENCODING)) <= TEXT_BYTES:
        return kept, reason
    room = TEXT_BYTES - len(_CUT.encode(_ENCODING))
    head = kept.encode(_ENCODING)[:room].decode(_ENCODING, errors="ignore")
    return head + _CUT, "cut"


def _gbk(text: str) -> Iterator[str]:
    for sign in text:
        try:
            sign.encode(_ENCODING)
        except UnicodeEncodeError:
            yield _OTHERWISE.get(sign, _LACKING)
        else:
            # a .dbf ends a text at a null byte
            yield _LACKING if sign == "\0" else sign


def _told(name: str, reasons: list[str]) -> list[str]:
    words = {
        "cut": ("超过 254 字节，已截断并以“…”结尾", "cut to 254 bytes, ending with …"),
        "replaced": (
            "含 GBK 没有的字符，改写（² 为 2）或以“〓”代替",
            "with 2 for ² and 〓 for what else GBK lacks",
        ),
    }
    return [
        f"字段 {name} 有 {reasons.count(reason)} 个值{zh}（第 {reasons.index(reason) + 1} 行起） / "
        f"{reasons.count(reason)} value(s) of {name} {en} (from row {reasons.index(reason) + 1})"
        for reason, (zh, en) in words.items()
        if reason in reasons
    ]
