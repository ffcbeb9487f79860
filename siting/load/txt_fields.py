"""The plot line of a red-line TXT: which field is which, however it was filled in.

Standard: points, area in hectares, plot number, plot name, geometry (面), map sheet, use,
land code, ``@``. Real files have 7 to 13 fields; the word 面 is the anchor that tells how far
they are shifted. Nothing is thrown away: what has no place is kept in ``extras``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from siting.load.deviation import DeviationKind, Deviations
from siting.model import SQUARE_METRES_PER_HECTARE, Text

#: Fields of a plot line before the ``@``.
PLOT_FIELDS = 8
#: Where the geometry word stands in the standard form.
ANCHOR = 4
AREA_SHAPES = frozenset({"面", "多边形", "polygon", "POLYGON"})
SHAPES = AREA_SHAPES | {"线", "点", "line", "LINE", "point", "POINT"}
#: Names of the template's columns that were never replaced by values.
TEMPLATE_NAMES = frozenset(
    {"JZDS", "DKMJ", "MJ", "DKBH", "DKMC", "JLTXSX", "TXSX", "TFH", "DKYT", "DLBM"}
)
_AREA = re.compile(
    r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(公顷|hm2|hm²|ha|平方米|㎡|m2|m²|亩|平方公里|km2|km²)?",
    re.IGNORECASE,
)
_LAND_CODE = re.compile(r"[0-9]{2,6}[A-Za-z]?")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_HECTARE = Decimal(int(SQUARE_METRES_PER_HECTARE))
#: Exact: 24.7 hectares are 247,000 m², not a float beside it.
_AREA_UNITS_M2 = {
    "": _HECTARE, "公顷": _HECTARE, "hm2": _HECTARE, "hm²": _HECTARE, "ha": _HECTARE,
    "平方米": Decimal(1), "㎡": Decimal(1), "m2": Decimal(1), "m²": Decimal(1),
    "亩": _HECTARE / 15, "平方公里": _HECTARE * 100, "km2": _HECTARE * 100,
    "km²": _HECTARE * 100,
}  # fmt: skip
#: Full-width ASCII and the ideographic space -> their narrow form.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LONGEST_NUMBER = 15


@dataclass(slots=True)
class PlotFields:
    """What a plot line says, by name."""

    number: str = ""
    name: str = ""
    shape: str = ""
    map_sheet: str = ""
    use: str = ""
    land_code: str = ""
    declared_points: int | None = None
    declared_area_m2: float | None = None
    extras: tuple[str, ...] = ()


def narrow(text: str) -> str:
    """Return a text with full-width letters, digits and punctuation made narrow."""
    return text if text.isascii() else text.translate(NARROW)


def split_plot_line(content: str, line: int, deviations: Deviations) -> list[str]:
    """Return the fields of a plot line up to its ``@``.

    A full-width comma separates fields only where there are not enough narrow ones:
    otherwise it belongs to a name (甲，乙).
    """
    if "@" not in content and "＠" in content:
        content = content.replace("＠", "@", 1)
        deviations.add(line, DeviationKind.FULL_WIDTH, _FULL_WIDTH, expected="@", found="＠")
    before, _, after = content.partition("@")
    before = before.rstrip()
    if before.count(",") < PLOT_FIELDS - 1 and "，" in before:
        before = before.replace("，", ",")
        deviations.add(line, DeviationKind.FULL_WIDTH, _FULL_WIDTH, expected=",", found="，")
    if after.strip(" ,，\t"):
        text = Text("@ 之后的内容未读取", "what follows @ is not read")
        deviations.add(line, DeviationKind.PLOT_LINE, text, found=after.strip())
    if not before.endswith(","):
        text = Text("@ 之前缺少逗号", "no comma before @")
        deviations.add(line, DeviationKind.PLOT_LINE, text, expected=",@")
    return [field.strip() for field in before.removesuffix(",").split(",")]


_FULL_WIDTH = Text("使用了全角字符", "full-width characters")


def plot_fields(fields: list[str], line: int, deviations: Deviations) -> PlotFields:
    """Return the fields of a plot line by name.

    Parameters
    ----------
    fields
        What stands before the ``@``.
    line
        Its line, for the deviations.
    deviations
        Where every departure from the standard form is added.
    """
    if len(fields) != PLOT_FIELDS:
        text = Text(
            f"@ 前有 {len(fields)} 个字段，标准为 {PLOT_FIELDS} 个",
            f"{len(fields)} fields before @, not {PLOT_FIELDS}",
        )
        deviations.add(line, DeviationKind.PLOT_LINE, text, found=",".join(fields))
    left = [_without_template_name(field, line, deviations) for field in fields]
    count, area, number, name, shape, *rest = _aligned(left, line, deviations)
    result = PlotFields(number=number, name=name, shape=shape)
    result.map_sheet, result.use, result.land_code = rest[:3]
    result.extras = tuple(rest[3:])
    result.declared_points = _whole(count, line, deviations)
    result.declared_area_m2 = _area_m2(area, line, deviations)
    if not number:
        text = Text("没有地块编号", "no plot number")
        deviations.add(line, DeviationKind.PLOT_LINE, text)
    if shape and shape not in AREA_SHAPES:
        text = Text(f"记录图形属性为“{shape}”", f"the geometry is '{shape}'")
        deviations.add(line, DeviationKind.PLOT_LINE, text, expected="面", found=shape)
    if any(result.extras):
        text = Text("多出的字段未使用", "further fields are not used")
        found = ",".join(result.extras)
        deviations.add(line, DeviationKind.PLOT_LINE, text, found=found)
    return result


def _without_template_name(field: str, line: int, deviations: Deviations) -> str:
    if field.upper() not in TEMPLATE_NAMES:
        return field
    text = Text("模板字段名未替换，按空白处理", "a template's column name, read as blank")
    deviations.add(line, DeviationKind.PLOT_LINE, text, found=field)
    return ""


def _aligned(fields: list[str], line: int, deviations: Deviations) -> list[str]:
    """Return at least eight fields with the geometry word in its place."""
    anchor = next((place for place, field in enumerate(fields) if field in SHAPES), None)
    if anchor is None:
        return [*fields, *[""] * (PLOT_FIELDS - len(fields))]
    after = fields[anchor + 1 :]
    if anchor != ANCHOR:
        text = Text("字段错位，按“面”的位置对齐", "shifted fields, aligned by the word 面")
        expected, found = f"{ANCHOR + 1}", f"{anchor + 1}"
        deviations.add(line, DeviationKind.PLOT_LINE, text, expected=expected, found=found)
    return [*_front(fields[:anchor]), fields[anchor], *_back(after)]


def _front(fields: list[str]) -> list[str]:
    """Return point count, area, number and name out of what stands before the anchor."""
    while len(fields) > ANCHOR and not fields[0]:
        fields = fields[1:]
    if len(fields) >= ANCHOR:
        # A name with commas in it, or blanks that moved the anchor to the right.
        return [*fields[:3], "，".join(field for field in fields[3:] if field)]
    rest = list(fields)
    count = rest.pop(0) if rest and rest[0].isdecimal() else ""
    area = rest.pop(0) if rest and _AREA.fullmatch(narrow(rest[0])) else ""
    if len(rest) == 1 and _CHINESE.search(rest[0]):
        rest.insert(0, "")
    number, name = [*rest, "", ""][:2]
    return [count, area, number, name]


def _back(fields: list[str]) -> list[str]:
    """Return map sheet, use, land code and what is beyond."""
    if len(fields) >= PLOT_FIELDS - ANCHOR - 1:
        return fields
    code = next((field for field in fields if _LAND_CODE.fullmatch(field)), "")
    use = next((field for field in fields if field and field != code), "")
    return ["", use, code]


def _whole(text: str, line: int, deviations: Deviations) -> int | None:
    number = narrow(text)
    if number.isdecimal() and number.isascii() and len(number) <= _LONGEST_NUMBER:
        return int(number)
    said = Text("没有界址点数", "no number of points")
    if text:
        said = Text(
            f"界址点数“{text}”不是整数", f"the number of points '{text}' is no whole number"
        )
    deviations.add(line, DeviationKind.PLOT_LINE, said)
    return None


def _area_m2(text: str, line: int, deviations: Deviations) -> float | None:
    match = _AREA.fullmatch(narrow(text))
    if match is None or len(match[1]) > _LONGEST_NUMBER:
        said = Text("没有面积", "no area")
        if text:
            said = Text(f"面积“{text}”不是数字", f"the area '{text}' is no number")
        deviations.add(line, DeviationKind.AREA, said)
        return None
    unit = match[2] or ""
    if unit:
        said = Text(f"面积带单位 {unit}", f"the area bears a unit: {unit}")
        deviations.add(line, DeviationKind.AREA, said, found=text)
    try:
        area_m2 = float(Decimal(match[1]) * _AREA_UNITS_M2[unit.lower()])
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        return None
    if area_m2 == 0:
        said = Text("面积为 0，视为未填", "the area is 0: taken as not given")
        deviations.add(line, DeviationKind.AREA, said, found=text)
        return None
    return area_m2
