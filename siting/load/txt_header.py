"""The header of a red-line TXT: 10, 7 or no keys, and the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from siting.load.deviation import DeviationKind, Deviations
from siting.load.txt_fields import narrow
from siting.model import Text

HEADER_SECTION = "属性描述"
DATUM, DEGREES, PROJECTION = "坐标系", "几度分带", "投影类型"
UNIT, ZONE, PRECISION, PARAMETERS = "计量单位", "带号", "精度", "转换参数"
STANDARD_KEYS = (DATUM, DEGREES, PROJECTION, UNIT, ZONE, PRECISION, PARAMETERS)
#: The three keys before them in the long form.
LONG_KEYS = ("格式版本号", "数据产生单位", "数据产生日期")
#: Keys of a TXT header that name the project.
PROJECT_KEYS = ("项目代码", "项目编号")
#: Other names of a key -> the standard one.
ALIASES = {
    "分带": DEGREES, "度带": DEGREES, "几度带": DEGREES, "坐标系统": DATUM, "坐标系名称": DATUM,
    "投影": PROJECTION, "投影方式": PROJECTION, "单位": UNIT, "带": ZONE, "中央带号": ZONE,
}  # fmt: skip
_KNOWN = frozenset((*STANDARD_KEYS, *LONG_KEYS, *PROJECT_KEYS))
_PRECISION = re.compile(r"0\.0*1")


def header_entry(content: str, line: int, deviations: Deviations) -> tuple[str, str]:
    """Return key and value of a header line, the key by its standard name."""
    if "=" not in content:
        content = content.replace("＝", "=", 1)
        said = Text("使用了全角字符", "full-width characters")
        deviations.add(line, DeviationKind.FULL_WIDTH, said, expected="=", found="＝")
    written, _, value = content.partition("=")
    key = written.strip()
    standard = ALIASES.get(key, key)
    if standard != key:
        said = Text(f"键名 {key}，按 {standard} 读取", f"the key '{key}' is read as {standard}")
        deviations.add(line, DeviationKind.HEADER, said)
    elif key not in _KNOWN:
        said = Text(f"未知的键 {key}", f"unknown key '{key}'")
        deviations.add(line, DeviationKind.HEADER, said, found=value.strip())
    return standard, value.strip()


def check_header(header: Mapping[str, str], line: int, deviations: Deviations) -> None:
    """Report keys that are missing, left blank or filled in another way than the standard.

    A blank 转换参数 is the standard form; its values are never applied, for the file does not
    say from which datum to which they lead.
    """
    if not header:
        said = Text("没有属性描述", "there is no header")
        deviations.add(line, DeviationKind.HEADER, said, expected=f"[{HEADER_SECTION}]")
        return
    missing = [key for key in STANDARD_KEYS if key not in header]
    if missing:
        said = Text("属性描述缺少键", "keys missing in the header")
        deviations.add(line, DeviationKind.HEADER, said, expected=", ".join(missing))
    blank = [key for key in STANDARD_KEYS[:-1] if key in header and not header[key]]
    if blank:
        said = Text("属性描述中有空白的键", "keys left blank in the header")
        deviations.add(line, DeviationKind.HEADER, said, found=", ".join(blank))
    precision = narrow(header.get(PRECISION, ""))
    if precision and not _PRECISION.fullmatch(precision):
        said = Text("精度写法不标准", "the precision is written in another way")
        deviations.add(line, DeviationKind.HEADER, said, expected="0.001", found=precision)
    degrees = header.get(DEGREES, "")
    if degrees and degrees not in {"3", "6"}:
        said = Text("分带写法不标准", "the width of the zone is written in another way")
        deviations.add(line, DeviationKind.HEADER, said, expected="3", found=degrees)
    parameters = header.get(PARAMETERS, "").replace("，", ",").strip(", ")
    if parameters:
        said = Text("转换参数未使用：方向与旋转约定不明", "the shift parameters are not applied")
        deviations.add(line, DeviationKind.DATUM, said, found=parameters)
