"""How siting's own templates look: pages, type, headings, tables, page numbers.

After GB/T 9704-2012 (党政机关公文格式) where it speaks of such papers: A4, margins, type sizes,
page numbers between dashes. Typefaces are named, never embedded: who has not got one sees its
alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.styles.style import ParagraphStyle
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

LATIN = "Times New Roman"
#: Typefaces of official papers, and what stands for each where it is missing.
TITLE_FACE, BODY_FACE, HEAD_FACE, TABLE_FACE = "方正小标宋简体", "仿宋", "黑体", "宋体"
_ALTERNATIVES = {
    TITLE_FACE: "方正小标宋_GBK", BODY_FACE: "仿宋_GB2312", HEAD_FACE: "SimHei",
    TABLE_FACE: "SimSun",
}  # fmt: skip
#: Type sizes by their Chinese names, points.
SIZE_2, SIZE_3, SIZE_4, SIZE_5, SIZE_SMALL_5 = 22.0, 16.0, 14.0, 10.5, 9.0
#: Side of A4, millimetres.
_SHORT_MM, _LONG_MM = 210.0, 297.0
_GREY = "E8ECF0"


@dataclass(frozen=True, slots=True)
class Page:
    """An A4 page; margins in millimetres. The default is that of GB/T 9704."""

    is_wide: bool = False
    top_mm: float = 37.0
    bottom_mm: float = 35.0
    left_mm: float = 28.0
    right_mm: float = 26.0

    @property
    def text_mm(self) -> float:
        """Width of the text."""
        return (_LONG_MM if self.is_wide else _SHORT_MM) - self.left_mm - self.right_mm


LETTER_PAGE = Page()
TABLE_PAGE = Page(top_mm=22.0, bottom_mm=18.0, left_mm=20.0, right_mm=20.0)
WIDE_PAGE = Page(is_wide=True, top_mm=22.0, bottom_mm=20.0, left_mm=16.0, right_mm=16.0)


def new_paper(page: Page, *, size: float, title: str) -> Docx:
    """Return an empty document of a page, with its styles.

    Parameters
    ----------
    page
        Size and margins.
    size
        Of the body's type, points.
    title
        What the properties of the file call it.
    """
    paper = Document()
    _page(paper, page)
    _defaults(paper)
    _style(paper, "Normal", BODY_FACE, size)
    title_style = _style(paper, "Title", TITLE_FACE, SIZE_2)
    title_style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title_style.paragraph_format.space_after = Pt(8)
    borders = title_style.element.find(f".//{qn('w:pBdr')}")
    if borders is not None:  # python-docx's own template rules off its titles
        borders.getparent().remove(borders)
    section = _style(paper, "Heading 1", HEAD_FACE, size if size >= SIZE_3 else 12.0)
    section.paragraph_format.space_before, section.paragraph_format.space_after = Pt(10), Pt(4)
    for name in ("Header", "Footer"):
        ends = _style(paper, name, TABLE_FACE, SIZE_SMALL_5)
        for stops in ends.element.findall(f".//{qn('w:tabs')}"):
            stops.getparent().remove(stops)
    _faces(paper)
    properties = paper.core_properties
    properties.author, properties.title, properties.comments = "siting", title, ""
    return paper


def _page(paper: Docx, page: Page) -> None:
    section = paper.sections[0]
    sides = (_LONG_MM, _SHORT_MM) if page.is_wide else (_SHORT_MM, _LONG_MM)
    section.orientation = WD_ORIENT.LANDSCAPE if page.is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sides[0]), Mm(sides[1])
    section.top_margin, section.bottom_margin = Mm(page.top_mm), Mm(page.bottom_mm)
    section.left_margin, section.right_margin = Mm(page.left_mm), Mm(page.right_mm)
    section.header_distance = section.footer_distance = Mm(10)


def _defaults(paper: Docx) -> None:
    """Set faces by name and languages for all that says nothing; drop the picture of the file."""
    fonts = paper.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:rFonts')}")
    if fonts is not None:
        fonts.attrib.clear()
        _name_faces(fonts, BODY_FACE)
    language = paper.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    links = paper.part.package.rels
    for key in [k for k, link in links.items() if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        links.pop(key)


def _name_faces(fonts: Any, east: str) -> None:  # noqa: ANN401 - an element of lxml
    for key in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(key), LATIN)
    fonts.set(qn("w:eastAsia"), east)


def _style(paper: Docx, name: str, face: str, size: float) -> ParagraphStyle:
    """Return a style of the paper, black and upright in a face."""
    style: Any = paper.styles[name]
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.name = LATIN
    fonts = style.element.rPr.rFonts
    fonts.attrib.clear()
    _name_faces(fonts, face)
    colour = style.element.rPr.find(qn("w:color"))
    if colour is not None:
        style.element.rPr.remove(colour)
    made: ParagraphStyle = style
    return made


def _faces(paper: Docx) -> None:
    """Name the alternatives of the typefaces in the paper's own table of fonts."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    text = f'{head}<w:fonts xmlns:w="{space}">{rows}</w:fonts>'
    for part in paper.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = text.encode()  # noqa: SLF001 - python-docx keeps it as bytes


@dataclass(frozen=True, slots=True)
class Type:
    """How a paragraph is set: face, size in points, weight, alignment, indent in characters."""

    face: str = ""
    size: float = 0.0
    is_bold: bool = False
    align: WD_ALIGN_PARAGRAPH | None = None
    indent: int = 0
    line_pt: float = 0.0
    after_pt: float = 0.0
    before_pt: float = 0.0
    keeps_next: bool = False


def write(place: Docx | _Cell, text: str, look: Type | None = None) -> Paragraph:
    """Add a paragraph; a tag in `text` stays one piece."""
    paragraph = place.add_paragraph()
    put(paragraph, text, look or Type())
    return paragraph


def put(paragraph: Paragraph, text: str, look: Type) -> None:
    """Set a text in a paragraph."""
    run: Any = paragraph.add_run(text)
    if look.face:
        run.font.name = LATIN
        _name_faces(run._element.rPr.rFonts, look.face)  # noqa: SLF001 - no other way in
    if look.size:
        run.font.size = Pt(look.size)
    run.font.bold = look.is_bold or None
    layout = paragraph.paragraph_format
    if look.align is not None:
        layout.alignment = look.align
    if look.indent:
        layout.first_line_indent = Pt(look.indent * (look.size or SIZE_3))
    if look.line_pt:
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        layout.line_spacing = Pt(look.line_pt)
    layout.space_before, layout.space_after = Pt(look.before_pt), Pt(look.after_pt)
    layout.keep_with_next = look.keeps_next or None


def tag(place: Docx | _Cell, text: str) -> None:
    """Add a tag that stands for its whole paragraph, such as ``{%p if … %}``."""
    place.add_paragraph(text)


CELL = Type(TABLE_FACE, SIZE_SMALL_5)
CELL_MIDDLE = Type(TABLE_FACE, SIZE_SMALL_5, align=WD_ALIGN_PARAGRAPH.CENTER)
CELL_HEAD = Type(HEAD_FACE, SIZE_SMALL_5, align=WD_ALIGN_PARAGRAPH.CENTER)
CELL_RIGHT = Type(TABLE_FACE, SIZE_SMALL_5, align=WD_ALIGN_PARAGRAPH.RIGHT)
NOTE = Type(BODY_FACE, SIZE_5, line_pt=16.0, before_pt=3, after_pt=3)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, share of the width, and how its cells are set.

    ``lines`` are the paragraphs of a cell; those that begin with ``?`` stand only where the
    name before the colon holds: ``?r.notes:{{ r.notes }}``.
    """

    heading: str
    share: float
    lines: tuple[str, ...]
    look: Type = CELL


def listing(paper: Docx, page: Page, loop: str, columns: Sequence[Column]) -> None:
    """Add a table with a repeated head and one row per item of a loop.

    Rows break over no page and columns keep their width, whatever their cells hold.

    Parameters
    ----------
    paper, page
        Where.
    loop
        The loop, such as ``r in rules``.
    columns
        Headings and cells.
    """
    made = grid(paper, page, [column.share for column in columns])
    top = made.add_row()
    for cell, column in zip(top.cells, columns, strict=True):
        put(cell.paragraphs[0], column.heading, CELL_HEAD)
        _shade(cell)
    _mark_row(top, "w:tblHeader")
    _tag_row(made, f"{{%tr for {loop} %}}")
    row = made.add_row()
    for cell, column in zip(row.cells, columns, strict=True):
        _fill(cell, column)
    _tag_row(made, "{%tr endfor %}")
    for each in made.rows:
        _mark_row(each, "w:cantSplit")


def _fill(cell: _Cell, column: Column) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    put(cell.paragraphs[0], column.lines[0], column.look)
    for line in column.lines[1:]:
        condition, _, text = line.removeprefix("?").partition(":") if line[0] == "?" else ("",) * 3
        if condition:
            tag(cell, f"{{%p if {condition} %}}")
        write(cell, text or line, column.look)
        if condition:
            tag(cell, "{%p endif %}")


def _tag_row(table: Any, text: str) -> None:  # noqa: ANN401 - python-docx's table
    table.add_row().cells[0].paragraphs[0].add_run(text)


def pairs(paper: Docx, page: Page, rows: Sequence[Sequence[str]], *, label: float = 0.14) -> None:
    """Add a table of labels and values, two or four columns; a short row spans to the end."""
    widest = max(len(row) for row in rows)
    value = (1.0 - label * widest / 2) / (widest / 2)
    made = grid(paper, page, [label, value] * (widest // 2))
    for row in rows:
        line = made.add_row()
        cells = list(line.cells)
        if len(row) < widest:
            cells[len(row) - 1] = cells[len(row) - 1].merge(cells[-1])
        for place, text in enumerate(row):
            put(cells[place].paragraphs[0], text, CELL if place % 2 else CELL_HEAD)
            if place % 2 == 0:
                _shade(cells[place])
        _mark_row(line, "w:cantSplit")
        for cell in line.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def grid(paper: Docx, page: Page, shares: Sequence[float]) -> Any:  # noqa: ANN401 - see below
    """Add an empty table of fixed columns over the width of the text; rows of it have no types."""
    made: Any = paper.add_table(rows=0, cols=len(shares))
    made.style, made.autofit = "Table Grid", False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Mm(page.text_mm * share / sum(shares))
    return made


def _mark_row(row: Any, name: str) -> None:  # noqa: ANN401 - python-docx's row
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - no other way in


def _shade(cell: _Cell) -> None:
    shade: Any = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _GREY)):
        shade.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - no other way in


def header(paper: Docx, left: str, right: str, page: Page) -> None:
    """Write the head of every page: what it is of, and its mark."""
    _ends(paper.sections[0].header.paragraphs[0], left, page)
    put(paper.sections[0].header.paragraphs[0], right, Type(HEAD_FACE, SIZE_5))


def footer(paper: Docx, left: str, page: Page, *, is_letter: bool = False) -> None:
    """Write the foot of every page: what it rests on, and the page's number."""
    place = paper.sections[0].footer.paragraphs[0]
    if is_letter:
        if left:
            put(place, left, Type(TABLE_FACE, SIZE_SMALL_5))
            place = paper.sections[0].footer.add_paragraph()
        place.alignment = WD_ALIGN_PARAGRAPH.CENTER
        put(place, "— ", Type(TABLE_FACE, SIZE_4))
        _field(place, "PAGE", SIZE_4)
        put(place, " —", Type(TABLE_FACE, SIZE_4))
        return
    _ends(place, left, page)
    _field(place, "PAGE", SIZE_SMALL_5)
    put(place, " / ", Type(TABLE_FACE, SIZE_SMALL_5))
    _field(place, "NUMPAGES", SIZE_SMALL_5)


def _ends(paragraph: Paragraph, left: str, page: Page) -> None:
    """Begin a line with a text at its left end, and go on at its right end."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(page.text_mm), WD_TAB_ALIGNMENT.RIGHT)
    put(paragraph, left, Type(TABLE_FACE, SIZE_SMALL_5))
    paragraph.add_run().add_tab()


def _field(paragraph: Paragraph, code: str, size: float) -> None:
    for kind in ("begin", "", "end"):
        run: Any = paragraph.add_run()
        run.font.size = Pt(size)
        if kind:
            mark: Any = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = f" {code} "
        run._element.append(mark)  # noqa: SLF001 - no other way in


def add_page_break(paper: Any) -> None:  # noqa: ANN401 - this method has no types
    """Begin a new page."""
    paper.add_page_break()
