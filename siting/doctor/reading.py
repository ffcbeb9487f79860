"""What files are read with: foreign variables, PROJ's database, the reading process.

The parent process never imports a GDAL: the three GDALs are asked in the reading process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyproj
import shapely

from siting.crs import transform_geometries
from siting.doctor.checks import Check, CheckStatus, Group, split
from siting.environment import is_foreign
from siting.errors import SitingError
from siting.load.child import Reader
from siting.model import Text

#: A point in CGCS2000 degrees and in its 3-degree zone at 114°E. Worked out with the
#: Krüger series to n⁶ (Karney 2011, Transverse Mercator with an accuracy of a few
#: nanometers, J. Geodesy 85, 475-485), not with PROJ.
KNOWN_SOURCE, KNOWN_TARGET = "EPSG:4490", "EPSG:4547"
KNOWN_DEGREES = (114.5, 22.5)
KNOWN_METRES = (551_448.58977, 2_489_253.21997)
TOLERANCE_M = 0.001

#: A word in a variable's value -> the program that it comes from.
_ORIGINS = (
    ("qgis", "QGIS"), ("osgeo4w", "QGIS (OSGeo4W)"), ("arcgis", "ArcGIS"), ("esri", "ArcGIS"),
    ("postgis", "PostGIS"), ("postgresql", "PostGIS"), ("conda", "conda"), ("grass", "GRASS"),
)  # fmt: skip


def examine_variables(environment: Mapping[str, str] | None = None) -> Check:
    """Look for variables that point PROJ and GDAL at another installation's data.

    Parameters
    ----------
    environment
        Instead of the present process's.
    """
    title = Text("环境变量", "environment variables")
    values = os.environ if environment is None else environment
    dropped = sorted(name for name in values if is_foreign(name))
    if not dropped:
        found = Text("没有 PROJ / GDAL 变量", "no PROJ or GDAL variable is set")
        return Check(Group.READING, "variables", title, CheckStatus.OK, found)
    details = [_dropped(name, values[name]) for name in dropped]
    names = ", ".join(dropped)
    found = Text(f"已设置 {names}", f"set: {names}")
    mend = Text(
        "不影响 siting；别的 Python 程序可能因此出错。通常由 QGIS、ArcGIS 或 PostGIS 的安装程序写入"
        "系统环境变量，可在那里删除",
        "siting does not mind; other Python programs may. They usually come from the installers "
        "of QGIS, ArcGIS or PostGIS: remove them from the system's variables if you can",
    )
    status = CheckStatus.WARNING
    return Check(Group.READING, "variables", title, status, found, mend, tuple(details))


def _dropped(name: str, value: str) -> Text:
    # the value itself is not shown: paths carry user names, and this output gets mailed
    origin = next((program for word, program in _ORIGINS if word in value.lower()), "")
    zh = f"，看来来自 {origin}" if origin else ""
    en = f", by its value from {origin}" if origin else ""
    return Text(f"{name}：读写时不用它{zh}", f"{name}: dropped for reading and writing{en}")


def examine_proj() -> Check:
    """Check that PROJ's database is found and a known point comes out where it must."""
    title = Text("坐标转换", "PROJ")
    mend = Text(
        "重新安装 pyproj：pip install --force-reinstall pyproj",
        "install pyproj again: pip install --force-reinstall pyproj",
    )
    try:
        moved = transform_geometries([shapely.Point(KNOWN_DEGREES)], KNOWN_SOURCE, KNOWN_TARGET)
        edition = pyproj.database.get_database_metadata("EPSG.VERSION") or "?"
    except (SitingError, pyproj.exceptions.ProjError) as error:
        found = Text(f"PROJ 不能用：{error}", f"PROJ does not work: {error}")
        return Check(Group.READING, "proj", title, CheckStatus.FAULT, found, mend)
    off_m = _off_m(shapely.get_coordinates(moved)[0].tolist())
    version = f"PROJ {pyproj.proj_version_str}, EPSG {edition}"
    if off_m > TOLERANCE_M:
        found = Text(
            f"{version}：{KNOWN_SOURCE} → {KNOWN_TARGET} 偏差 {off_m:.3f} m",
            f"{version}: {KNOWN_SOURCE} to {KNOWN_TARGET} is off by {off_m:.3f} m",
        )
        return Check(Group.READING, "proj", title, CheckStatus.FAULT, found, mend)
    found = Text(
        f"{version}，{KNOWN_SOURCE} → {KNOWN_TARGET} 与已知值相符（1 毫米内）",
        f"{version}; {KNOWN_SOURCE} to {KNOWN_TARGET} agrees with the known point within 1 mm",
    )
    return Check(Group.READING, "proj", title, CheckStatus.OK, found)


def _off_m(point: Sequence[float]) -> float:
    off_m = float(np.hypot(point[0] - KNOWN_METRES[0], point[1] - KNOWN_METRES[1]))
    return off_m if np.isfinite(off_m) else float("inf")


def examine_reader() -> tuple[Check, ...]:
    """Start the reading process and ask it for its GDALs, its drivers and the known point."""
    try:
        with Reader() as reader:
            facts = reader.about(KNOWN_DEGREES, source=KNOWN_SOURCE, target=KNOWN_TARGET)
    except SitingError as error:
        what = split(error.what)
        found = Text(
            f"{what.get('zh')} {error.found}".strip(), f"{what.get('en')} {error.found}".strip()
        )
        return (
            Check(
                Group.READING,
                "reader",
                Text("读取进程", "reading process"),
                CheckStatus.FAULT,
                found,
                Text(
                    "重新安装 siting 的依赖；仍不行时检查杀毒软件是否拦截 Python 启动子进程",
                    "install siting's packages again; if that does not help, see whether a virus "
                    "scanner keeps Python from starting a process",
                ),
            ),
        )
    return _started(facts), *_libraries(facts)


def _started(facts: Mapping[str, Any]) -> Check:
    drivers = ", ".join(facts["drivers"])
    return Check(
        Group.READING,
        "reader",
        Text("读取进程", "reading process"),
        CheckStatus.OK,
        Text(f"能启动；只允许驱动：{drivers}", f"starts; the only drivers allowed: {drivers}"),
    )


def _libraries(facts: Mapping[str, Any]) -> list[Check]:
    return [_library(name, facts) for name in ("pyogrio", "fiona", "rasterio")]


def _library(name: str, facts: Mapping[str, Any]) -> Check:
    title = Text(f"GDAL（{name}）", f"GDAL of {name}")
    command = f"pip install --force-reinstall {name}"
    mend = Text(f"重新安装：{command}", f"install it again: {command}")
    if name in facts["problems"]:
        problem = facts["problems"][name]
        found = Text(f"不能用：{problem}", f"does not work: {problem}")
        return Check(Group.READING, f"gdal {name}", title, CheckStatus.FAULT, found, mend)
    version, gdal = facts["libraries"][name]
    words = f"{name} {version}, GDAL {gdal}"
    point = facts["points"].get(name)
    if point is not None and _off_m(point) > TOLERANCE_M:
        found = Text(
            f"{words}：已知点偏差 {_off_m(point):.3f} m",
            f"{words}: the known point is off by {_off_m(point):.3f} m",
        )
        return Check(Group.READING, f"gdal {name}", title, CheckStatus.FAULT, found, mend)
    return Check(Group.READING, f"gdal {name}", title, CheckStatus.OK, Text(words, words))
