"""Red-line TXT (勘测定界 / 报盘): text -> headers, plots, points; every deviation is kept.

In four steps: the text becomes headers, plots and points (here, with
:mod:`siting.load.txt_fields` for plot lines and :mod:`siting.load.txt_points` for points),
header and eastings give the CRS (:mod:`siting.load.txt_crs`), the points become rings and a
geometry (:mod:`siting.load.txt_geometry`), and all of that red lines
(:mod:`siting.load.txt_red_lines`).

The standard form::

    [属性描述]
    坐标系=2000国家大地坐标系
    …
    [地块坐标]
    5,0.7749,P-01,甲地块,面,,公园,1401,@
    J1,1,2579602.040,38378344.592

Plot line: points, area in hectares, plot number, plot name, geometry, map sheet, use, land
code, ``@``. Point line: point number, ring, X = northing, Y = easting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siting.errors import ProblemsError, ReadError, Where
from siting.load.deviation import Deviation, DeviationKind, Deviations, notes_of
from siting.load.encoding import decode_text
from siting.load.txt_fields import SHAPES, PlotFields, narrow, plot_fields, split_plot_line
from siting.load.txt_header import HEADER_SECTION, STANDARD_KEYS, check_header, header_entry
from siting.load.txt_points import STANDARD_POINT, Point, fields_of, point_of
from siting.load.words import say
from siting.model import Text

#: Words in the name of a section that holds plots.
_PLOT_SECTION = ("坐标", "地块", "界址")
_OPENING = ("[", "\uff3b", "【")
_WIDE_ENCODING = "utf-16"


@dataclass(slots=True)
class Plot:
    """One plot: what its line says of it, and its points in the order of the file.

    ``faults`` are lines that should be points and are none: the plot cannot be used.
    ``is_last`` tells that the file ends with it, ``is_last_row_open`` that it does so
    without a line end: there a file may have been cut off.
    """

    line: int
    number: str = ""
    name: str = ""
    use: str = ""
    declared_points: int | None = None
    declared_area_m2: float | None = None
    points: list[Point] = field(default_factory=list)
    shape: str = ""
    map_sheet: str = ""
    land_code: str = ""
    extras: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    deviations: Deviations = field(default_factory=Deviations)
    faults: list[Deviation] = field(default_factory=list)
    is_last: bool = False
    is_last_row_open: bool = False

    @property
    def notes(self) -> list[str]:
        """The deviations of the plot as texts."""
        return notes_of(self.deviations)


@dataclass(frozen=True, slots=True)
class RedLineText:
    """A red-line TXT as it was written; ``header`` is the first of its headers."""

    header: Mapping[str, str]
    plots: tuple[Plot, ...]
    encoding: str
    deviations: tuple[Deviation, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What holds for the whole file, the encoding among it."""
        said = [] if self.encoding.startswith("utf-8") else [_encoding_note(self.encoding)]
        return (*said, *notes_of(self.deviations))

    @property
    def all_deviations(self) -> tuple[Deviation, ...]:
        """Every deviation of the file and its plots, faults among them, by line."""
        of_plots = [d for plot in self.plots for d in (*plot.deviations, *plot.faults)]
        return tuple(sorted([*self.deviations, *of_plots], key=lambda deviation: deviation.line))


def read_red_line_txt(path: Path, *, encoding: str = "") -> RedLineText:
    """Read a red-line TXT in UTF-8 or UTF-16 (with or without BOM) or GB18030.

    Parameters
    ----------
    path
        The file.
    encoding
        Its encoding where the user knows it; empty to find out.

    Raises
    ------
    ReadError
        When it is no text, or holds no plot with points.
    ProblemsError
        When it holds plots, but not one of them is free of faulty lines.
    """
    try:
        content = path.read_bytes()
        text, name = (content.decode(encoding), encoding) if encoding else decode_text(content)
    except (OSError, UnicodeError, LookupError) as error:
        raise ReadError(
            say("文件无法按文本读取", "the file cannot be read as text"),
            where=Where(file=path.name),
            expected="UTF-8, GB18030",
            found=type(error).__name__ if isinstance(error, OSError) else str(error),
            next_step=say("另存为 UTF-8 或 GBK 文本", "save it as text in UTF-8 or GBK"),
        ) from error
    return parse(text, file=path.name, encoding=name)


def parse(text: str, *, file: str, encoding: str = "utf-8") -> RedLineText:
    """Return headers, plots and points of a red-line text.

    Parameters
    ----------
    text
        The file's content.
    file
        Its name, for messages.
    encoding
        How it was decoded; said in the notes when it is not UTF-8.

    Raises
    ------
    ReadError
        No plot with points in it, or its only plot has a faulty line.
    ProblemsError
        Several faulty lines, and no plot without.
    """
    parser = _Parser()
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, raw in enumerate(lines, start=1):
        match = STANDARD_POINT.fullmatch(raw)
        if match is not None and parser.plot is not None:
            parser.plot.points.append(Point(number, *match.groups()))
        else:
            parser.take(number, raw)
    parser.finish()
    if parser.plots and parser.plots[-1].points:
        last = parser.plots[-1]
        last.is_last = True
        last.is_last_row_open = last.points[-1].line == len(lines)
    if encoding.startswith(_WIDE_ENCODING):
        said = Text("文件为 UTF-16 编码", "the file is in UTF-16")
        parser.deviations.add(0, DeviationKind.ENCODING, said, expected="GBK, GB18030, UTF-8")
    _require_points(parser.plots, file)
    header = parser.plots[0].header
    return RedLineText(header, tuple(parser.plots), encoding, tuple(parser.deviations))


class _Parser:
    """Takes line by line; knows the section, the header in force and the plot being read."""

    def __init__(self) -> None:
        self.header: dict[str, str] = {}
        self.header_line = 0
        self.plots: list[Plot] = []
        self.plot: Plot | None = None
        self.deviations = Deviations()
        self.is_in_header = False
        self.is_in_extra = False
        self._pending = Deviations()

    def take(self, number: int, raw: str) -> None:
        content = raw.replace("\ufeff", "").strip(" \t\u3000\x00\x1a\xa0")
        if not content:
            return
        if content.startswith(_OPENING):
            self._section(number, content)
        elif self._is_plot_line(content):
            self._plot_line(number, split_plot_line(content, number, self._said()))
        elif "=" in content or "＝" in content:
            self._header_line(number, content)
        else:
            self._point_line(number, content)

    def finish(self) -> None:
        if self.plots:
            check_header(self.header, self.header_line, self.deviations)
        for plot in self.plots:
            _compare_point_count(plot)

    def _said(self) -> Deviations:
        """Return where deviations of a line go that belongs to no plot yet."""
        self._pending = Deviations()
        return self._pending

    def _section(self, number: int, content: str) -> None:
        name = narrow(content).strip("[]【】 \t")
        self.is_in_header = name == HEADER_SECTION
        self.is_in_extra = not self.is_in_header and not any(w in name for w in _PLOT_SECTION)
        if self.is_in_header:
            self._new_header(number)
        if self.is_in_extra:
            self._other(number, Text("多出的段落", "a further section"), name)
        elif not content.startswith("["):
            text = Text("段落名使用全角括号", "the section is in full-width brackets")
            self.deviations.add(number, DeviationKind.FULL_WIDTH, text, found=content)

    def _new_header(self, number: int) -> None:
        if self.header:
            check_header(self.header, self.header_line, self.deviations)
            text = Text("文件中有多个属性描述", "several headers in one file")
            self.deviations.add(number, DeviationKind.SECTION, text)
        self.header, self.header_line, self.plot = {}, number, None

    def _is_plot_line(self, content: str) -> bool:
        if "@" not in content and "＠" not in content:
            return False
        return not (self.is_in_header and ("=" in content or "＝" in content))

    def _plot_line(self, number: int, fields: list[str]) -> None:
        plot = Plot(number, header=self.header, deviations=self._pending)
        _fill(plot, plot_fields(fields, number, plot.deviations))
        self._begin(plot)

    def _begin(self, plot: Plot) -> None:
        if self.is_in_header:
            text = Text("没有 [地块坐标] 段落", "there is no section [地块坐标]")
            self.deviations.add(plot.line, DeviationKind.SECTION, text)
            self.is_in_header = False
        if self.is_in_extra:
            text = Text("地块在多出的段落中", "the plot stands in a further section")
            plot.deviations.add(plot.line, DeviationKind.SECTION, text)
        self.plots.append(plot)
        self.plot = plot

    def _header_line(self, number: int, content: str) -> None:
        if self.is_in_extra:
            self._other(number, Text("多出段落的内容未使用", "not used"), content)
            return
        key, value = header_entry(content, number, self.deviations)
        if self.plot is not None and key not in STANDARD_KEYS:
            # A remark between points must not tear the plot apart.
            return
        if self.plot is not None:
            self._new_header(number)
        if not self.header:
            self.header_line = number
        self.is_in_header = True
        if key in self.header:
            text = Text(f"重复的键 {key}，以第一个为准", f"'{key}' is repeated: the first counts")
            self.deviations.add(number, DeviationKind.HEADER, text, found=value)
        else:
            self.header[key] = value

    def _point_line(self, number: int, content: str) -> None:
        said = self._said()
        fields = fields_of(content, number, said)
        point = point_of(fields, number, said)
        if point is not None:
            self._point(point)
        elif len(fields) > ANCHORED_FIELDS and any(field in SHAPES for field in fields):
            text = Text("地块行没有 @", "the plot line has no @")
            said.add(number, DeviationKind.PLOT_LINE, text, expected=",@")
            self._plot_line(number, [field.strip() for field in content.split(",")])
        elif self._may_skip(content):
            self._other(number, Text("既非键值也非坐标，未使用", "neither: not used"), content)
        else:
            self._fault(number, content)

    def _point(self, point: Point) -> None:
        if self.plot is None:
            text = Text("坐标之前没有地块行", "points without plot line")
            plot = Plot(point.line, header=self.header)
            plot.deviations.add(point.line, DeviationKind.PLOT_LINE, text)
            self._begin(plot)
        plot = self.plots[-1]
        plot.points.append(point)
        for deviation in self._pending:
            plot.deviations.add(
                deviation.line,
                deviation.kind,
                deviation.text,
                expected=deviation.expected,
                found=deviation.found,
            )

    def _may_skip(self, content: str) -> bool:
        """True for a heading: it stands before the points, or bears no digit at all."""
        is_before = self.plot is None or self.is_in_extra
        return is_before or not (self.plots[-1].points or any(c.isdigit() for c in content))

    def _fault(self, number: int, content: str) -> None:
        text = Text("不是界址点坐标", "is no boundary point")
        expected = "J1,1,2579602.040,38378344.592"
        self.plots[-1].faults.append(
            Deviation(number, DeviationKind.FAULT, text, expected, content[:80])
        )

    def _other(self, number: int, text: Text, found: str) -> None:
        self.deviations.append(Deviation(number, DeviationKind.OTHER_TEXT, text, found=found[:80]))


#: A line with more fields than this and the word 面 in it is a plot line that lost its @.
ANCHORED_FIELDS = 4


def _fill(plot: Plot, said: PlotFields) -> None:
    plot.number, plot.name, plot.shape = said.number, said.name, said.shape
    plot.map_sheet, plot.use, plot.land_code = said.map_sheet, said.use, said.land_code
    plot.declared_points, plot.declared_area_m2 = said.declared_points, said.declared_area_m2
    plot.extras = said.extras


def _encoding_note(encoding: str) -> str:
    return say(f"按 {encoding} 读取", f"read as {encoding}")


def _compare_point_count(plot: Plot) -> None:
    found = len(plot.points)
    if plot.declared_points is not None and plot.declared_points != found:
        text = Text(
            f"声明 {plot.declared_points} 个界址点，实有 {found} 行",
            f"{plot.declared_points} points declared, {found} lines found",
        )
        plot.deviations.add(plot.line, DeviationKind.POINT_COUNT, text)


def _require_points(plots: list[Plot], file: str) -> None:
    faults = [fault for plot in plots for fault in plot.faults]
    if faults and not any(plot.points and not plot.faults for plot in plots):
        errors = [_bad_line(fault, file) for fault in faults]
        if len(errors) == 1:
            raise errors[0]
        raise ProblemsError(say(f"{file} 没有可用的地块", f"{file}: no plot can be used"), errors)
    if not any(plot.points for plot in plots):
        raise ReadError(
            say("文件中没有地块坐标", "there is no plot with coordinates in the file"),
            where=Where(file=file),
            expected="[地块坐标] … @",
            next_step=say("检查是否为界址点坐标文件", "check that this is a red-line TXT"),
        )


def _bad_line(fault: Deviation, file: str) -> ReadError:
    return ReadError(
        say(f"第 {fault.line} 行不是界址点坐标", f"line {fault.line} is no boundary point"),
        where=Where(file=file, feature=f"line {fault.line}"),
        expected=fault.expected,
        found=fault.found,
        next_step=say("更正该行", "mend that line"),
    )
