"""Hand-made red-line texts: a square of one hectare in zone 38, and what can be wrong with it."""

from __future__ import annotations

from pathlib import Path

import shapely

from siting.city import RedLineSpec
from siting.load import TextWays, read_red_lines
from siting.model import RedLine, Refusal

CRS = "EPSG:4547"
HEADER = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
PLOT = "5,1.0000,P-01,甲地块,面,,公园,1401,@\n"
RING = """J1,1,2579600.000,38378300.000
J2,1,2579600.000,38378400.000
J3,1,2579700.000,38378400.000
J4,1,2579700.000,38378300.000
J1,1,2579600.000,38378300.000
"""
HOLE = """J5,2,2579620.000,38378320.000
J6,2,2579620.000,38378340.000
J7,2,2579640.000,38378340.000
J8,2,2579640.000,38378320.000
J5,2,2579620.000,38378320.000
"""
STANDARD = HEADER + PLOT + RING
SQUARE = shapely.box(378300, 2579600, 378400, 2579700)
TOLERANT = TextWays()
STRICT = TextWays(is_strict=True)
SWAPPED = TextWays(accept="axes_swapped")


def read_all(
    folder: Path,
    text: str,
    *,
    encoding: str = "gb18030",
    crs: str = "",
    ways: TextWays = TOLERANT,
) -> tuple[tuple[RedLine, ...], tuple[Refusal, ...]]:
    """Write a text as a file and read it as red lines."""
    path = folder / "a.txt"
    path.write_bytes(text.encode(encoding))
    return read_red_lines(RedLineSpec(path, crs=crs), working_crs=CRS, ways=ways)


def read_one(folder: Path, text: str, *, encoding: str = "gb18030", crs: str = "") -> RedLine:
    """Return the only red line of a text."""
    lines, refused = read_all(folder, text, encoding=encoding, crs=crs)
    assert refused == ()
    assert len(lines) == 1
    return lines[0]


def said_of(line: RedLine) -> str:
    """Return the notes of a red line but for the encoding."""
    return "\n".join(note for note in line.notes if "read as GB18030" not in note)
