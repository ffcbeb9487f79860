"""siting's own template of the page of ``siting check --to-docx``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH

from siting.papers import words
from siting.papers.forms import opened
from siting.papers.look import (
    CELL_MIDDLE,
    CELL_RIGHT,
    HEAD_FACE,
    NOTE,
    SIZE_5,
    SIZE_SMALL_5,
    TABLE_FACE,
    TABLE_PAGE,
    Column,
    Type,
    add_page_break,
    listing,
    pairs,
    put,
    tag,
    write,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx

    Say = Callable[[str, str], str]

RESULT_FILE = "result.docx"
_ITEM = Type(HEAD_FACE, SIZE_5, before_pt=6, after_pt=3, keeps_next=True)
_LEGEND = Type(after_pt=2)
_SMALL = Type(TABLE_FACE, SIZE_SMALL_5, line_pt=13.0, before_pt=2, after_pt=2)


def result_form(say: Say) -> Docx:
    """Return the template: for each red line a map, its findings, and what was not checked."""
    page = TABLE_PAGE
    paper = opened(page, say, words.RESULT)
    for text in ("note", "refused"):
        tag(paper, f"{{%p if {text} %}}")
        write(paper, f"{{{{ {text} }}}}", _ITEM)
        tag(paper, "{%p endif %}")
    tag(paper, "{%p for l in lines %}")
    _head(paper, say)
    middle = paper.add_paragraph()
    put(middle, "{{ maps[loop.index0] }}", Type(align=WD_ALIGN_PARAGRAPH.CENTER, keeps_next=True))
    legend = say("图例：", "Legend: ")
    write(paper, f"{legend}{{% for z in l.zones %}}{{{{r z.mark }}}}{{{{ z.title }}}}　"
          "{% endfor %}", _LEGEND)  # fmt: skip
    tag(paper, "{%p for note in l.map_notes %}")
    write(paper, "{{ note }}", _SMALL)
    tag(paper, "{%p endfor %}")
    _findings(paper, say)
    _unknown(paper, say)
    tag(paper, "{%p if not loop.last %}")
    add_page_break(paper)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p endfor %}")
    return paper


def _head(paper: Docx, say: Say) -> None:
    pairs(paper, TABLE_PAGE, [
        (say("红线编号", "red line"), "{{ l.red_line.id }}",
         say("项目", "project"), "{{ l.project.name }} {{ l.project.id }}"),
        (say("来源", "source"), "{{ l.red_line.source }}",
         say("所在区", "district"), "{{ l.red_line.district }}"),
        (say("认定面积", "of record"), "{{ l.red_line.area.text }}",
         say("申报面积", "declared"), "{{ l.red_line.area_declared.text }}"),
        (say("冲突面积", "in conflict"), "{{ l.red_line.conflict_area.text }}",
         say("核查结论", "outcome"), "{{ l.red_line.outcome }}"),
        (say("基准日", "as of"), "{{ as_of }}",
         say("规则库", "rule book"), "{{ rule_book }} {{ crs }}"),
    ], label=0.12)  # fmt: skip
    tag(paper, "{%p if not l.red_line.is_valid %}")
    invalid = say("界址线无效，按原样报送：", "The outline is invalid, shown as delivered: ")
    write(paper, invalid + "{{ l.red_line.validity }}", _ITEM)
    tag(paper, "{%p endif %}")
    write(paper, "", Type(size=4.0))


def _findings(paper: Docx, say: Say) -> None:
    write(paper, say("核查发现", "Findings"), _ITEM)
    tag(paper, "{%p if l.findings %}")
    listing(paper, TABLE_PAGE, "f in l.findings", [
        Column(say("图号", "no."), 0.06, ("{{ f.no }}",), CELL_MIDDLE),
        Column(say("规则", "rule"), 0.18, ("{{ f.title }}", "{{ f.code }} · {{ f.severity }}")),
        Column(say("平面面积 m²", "area (planar) m²"), 0.13,
               ("{{ f.area.m2 }}",
                f"?f.area.ha != '–':{{{{ f.area.ha }}}} {say('公顷', 'ha')}",
                f"?f.area.ha != '–':{{{{ f.area.mu }}}} {say('亩', 'mu')}"), CELL_RIGHT),
        Column(say("说明", "what was found"), 0.23, ("{{ f.message }}", "?f.notes:{{ f.notes }}")),
        Column(say("依据、处理途径", "basis, way out"), 0.4,
               ("{{ f.citation }}", "{{ f.route }}", "?f.office != '–':{{ f.office }}")),
    ])  # fmt: skip
    tag(paper, "{%p else %}")
    write(paper, say("无核查发现。", "There is no finding."), NOTE)
    tag(paper, "{%p endif %}")


def _unknown(paper: Docx, say: Say) -> None:
    write(paper, say("未核查事项", "What was not checked"), _ITEM)
    tag(paper, "{%p if l.not_checked %}")
    write(paper, say("下列事项未作出结论，不得视为无冲突：",
                     "Nothing is concluded of these: not clear."), _SMALL)  # fmt: skip
    listing(paper, TABLE_PAGE, "r in l.not_checked", [
        Column(say("规则", "rule"), 0.3, ("{{ r.title }} {{ r.code }}",)),
        Column(say("原因", "why"), 0.7, ("{{ r.why }}",)),
    ])  # fmt: skip
    tag(paper, "{%p else %}")
    write(paper, "{{ l.all_checked }}", _SMALL)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if l.off_map %}")
    lead = say("图上无此要素、须另行征求意见：", "Never on a map here, to be consulted on: ")
    between = say("；", "; ")
    write(paper, f"{lead}{{% for m in l.off_map %}}{{% if not loop.first %}}{between}{{% endif %}}"
          "{{ m.title }} ({{ m.office }}){% endfor %}", _SMALL)  # fmt: skip
    tag(paper, "{%p endif %}")
    clear = say("无冲突的规则：", "Rules found clear: ")
    tag(paper, "{%p if l.clear_rules %}")
    write(paper, f"{clear}{{{{ l.clear_rules }}}}", _SMALL)
    tag(paper, "{%p endif %}")
