"""siting's own templates, built by code: a bureau takes them out, changes them, and hands them in.

They are Word files with the same tags that a bureau's own template may use.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH

from siting.model import Text
from siting.papers import words
from siting.papers.look import (
    BODY_FACE,
    CELL_MIDDLE,
    CELL_RIGHT,
    HEAD_FACE,
    LETTER_PAGE,
    NOTE,
    SIZE_3,
    SIZE_5,
    TABLE_FACE,
    TABLE_PAGE,
    WIDE_PAGE,
    Column,
    Page,
    Type,
    footer,
    header,
    listing,
    new_paper,
    pairs,
    tag,
    write,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx

    Say = Callable[[str, str], str]

#: File names of the templates: what a bureau's own bear as well.
CHECKLIST_FILE, ADVICE_FILE, LETTER_FILE = "checklist.docx", "advice.docx", "letter.docx"
_WARNING = Type(HEAD_FACE, SIZE_5, after_pt=3)
_BODY = Type(BODY_FACE, SIZE_3, indent=2, line_pt=28.0)
_PLAIN = Type(BODY_FACE, SIZE_3, line_pt=28.0)
_RIGHT = Type(BODY_FACE, SIZE_3, line_pt=28.0, align=WD_ALIGN_PARAGRAPH.RIGHT)


@functools.cache
def own_template(name: str, language: str) -> bytes:
    """Return siting's own template of a file name as .docx; the same bytes each time.

    Parameters
    ----------
    name
        One of :data:`CHECKLIST_FILE`, :data:`ADVICE_FILE`, :data:`LETTER_FILE`, and the page of
        ``siting check --to-docx``.
    language
        ``zh`` or ``en``: of headings and labels.
    """
    from siting.papers.filling import clockless
    from siting.papers.result_form import RESULT_FILE, result_form

    makers = {
        CHECKLIST_FILE: checklist_form,
        ADVICE_FILE: advice_form,
        LETTER_FILE: letter_form,
        RESULT_FILE: result_form,
    }
    content = io.BytesIO()
    makers[name](functools.partial(_said, language)).save(content)
    return clockless(content)


def _said(language: str, zh: str, en: str) -> str:
    return en if language == "en" else zh


def opened(page: Page, say: Say, title: Text) -> Docx:
    """Return a paper with the head and the foot of every page, and its title."""
    paper = new_paper(page, size=SIZE_5, title=say(title.zh, title.en))
    header(paper, "{{ city }} {{ district }}", "{{ mark }}", page)
    rests = say("报告指纹 {{ identity_short }}", "report {{ identity_short }}")
    footer(paper, f"{{{{ notice }}}} · {rests} · {{{{ program }}}}", page)
    paper.add_paragraph("{{ title }}", style="Title")
    return paper


def checklist_form(say: Say) -> Docx:
    """Return the template of the checklist: A4 across, a row per rule."""
    page = WIDE_PAGE
    paper = opened(page, say, words.CHECKLIST)
    _red_line_head(paper, page, say)
    section(paper, say("一、逐项核查", "1. Rule by rule"))
    listing(paper, page, "r in rules", rule_columns(say))
    findings_section(paper, page, say, zh="二", en="2")
    section(
        paper,
        say("三、涉及用地面积（每平方米按最严规则只计一次）", "3. Land concerned, each m² once"),
    )
    ladder = [
        Column(say("规则", "rule"), 0.46, ("{{ r.code }} {{ r.title }}",)),
        *area_columns("r", 0.18),
    ]
    tag(paper, "{%p if ladder.rows %}")
    listing(paper, page, "r in ladder.rows", ladder)
    total = say("合计（并集）：", "in all (union): ")
    write(paper, f"{total}{{{{ ladder.total.text }}}}", NOTE)
    tag(paper, "{%p else %}")
    write(paper, say("没有按面积计的发现。", "No finding is measured by area."), NOTE)
    tag(paper, "{%p endif %}")
    not_checked_section(paper, page, say, zh="四", en="4")
    section(paper, say("五、图上无此要素、须另行征求意见的事项", "5. Matters never on a map here"))
    _when(paper, page, say, rows="off_map", columns=_off_map_columns(say))
    section(paper, say("六、未适用的规则", "6. Rules that were not applied"))
    _when(paper, page, say, rows="not_applied", columns=_reason_columns(say))
    _sources(paper, page, say)
    signatures(paper, page, say)
    return paper


def _red_line_head(paper: Docx, page: Page, say: Say) -> None:
    line = "red_line"
    pairs(paper, page, [
        (say("项目名称", "project"), "{{ project.name }}",
         say("项目代码", "number"), "{{ project.id }}"),
        (say("红线编号", "red line"), "{{ red_line.id }}",
         say("版本、来源", "version, source"), "{{ red_line.version }} {{ red_line.source }}"),
        (say("所在区", "district"), "{{ red_line.district }}",
         say("项目阶段", "stage"), "{{ project.stage }}"),
        (say("用地用途", "use"), "{{ project.use }}",
         say("供地方式", "mode of supply"), "{{ project.supply_mode }}"),
        (say("认定面积", "area of record"), f"{{{{ {line}.area.text }}}}",
         say("认定口径", "measured as"), "{{ area_of_record }} {{ crs }}"),
        (say("平面面积", "planar area"), f"{{{{ {line}.area_planar.text }}}}",
         say("椭球面积", "ellipsoidal area"), f"{{{{ {line}.area_ellipsoidal.text }}}}"),
        (say("申报面积", "declared area"), f"{{{{ {line}.area_declared.text }}}}",
         say("冲突面积", "in conflict"), f"{{{{ {line}.conflict_area.text }}}}"),
        (say("核查结论", "outcome"), f"{{{{ {line}.outcome }}}}",
         say("基准日、规则库", "as of, rule book"), "{{ as_of }} {{ rule_book }}"),
        (say("成果标识", "identity"), say("红线", "red line") + " {{ red_line.sha256 }}\n"
         + say("报告", "report") + " {{ identity }}"),
    ], label=0.11)  # fmt: skip
    tag(paper, "{%p if not red_line.is_valid %}")
    invalid = say("界址线无效，按原样报送：", "The outline is invalid, shown as delivered: ")
    write(paper, invalid + "{{ red_line.validity }}", _WARNING)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if planned %}")
    write(paper, "{{ planned }}", NOTE)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p for note in red_line.notes %}")
    write(paper, say("读入说明：", "on reading: ") + "{{ note }}", NOTE)
    tag(paper, "{%p endfor %}")


def rule_columns(say: Say) -> list[Column]:
    """Return the columns of the table of rules."""
    has_area = "?r.area.ha != '–':"
    area = ("{{ r.area.m2 }}", f"{has_area}{{{{ r.area.ha }}}} {say('公顷', 'ha')}",
            f"{has_area}{{{{ r.area.mu }}}} {say('亩', 'mu')}")  # fmt: skip
    needed = say("材料：", "papers: ")
    return [
        Column(say("序号", "no."), 0.045, ("{{ r.no }}",), CELL_MIDDLE),
        Column(say("规则", "rule"), 0.15,
               ("{{ r.title }}", "{{ r.code }} · {{ r.severity }}")),
        Column(say("结论", "verdict"), 0.15,
               ("{{ r.verdict }}", "?r.notes:{{ r.notes }}", "?r.exceptions:{{ r.exceptions }}")),
        Column(say("涉及面积 m²", "area m²"), 0.105, area, CELL_RIGHT),
        Column(say("依据图层（日期）", "layer (date)"), 0.16, ("{{ r.layer }}",)),
        Column(say("依据条文", "citation"), 0.18, ("{{ r.citation }}",)),
        Column(say("处理途径、主管部门", "way out, office"), 0.21,
               ("{{ r.route }}", "?r.office != '–':{{ r.office }}",
                f"?r.papers != '–' and r.office != '–':{needed}{{{{ r.papers }}}}")),
    ]  # fmt: skip


def area_columns(row: str, share: float, name: str = "") -> list[Column]:
    """Return the three columns of an area."""
    at = f"{row}.{name}." if name else f"{row}."
    return [
        Column(unit, share, (f"{{{{ {at}{key} }}}}",), CELL_RIGHT)
        for unit, key in (("m²", "m2"), ("公顷 ha", "ha"), ("亩 mu", "mu"))
    ]


def findings_section(paper: Docx, page: Page, say: Say, *, zh: str, en: str) -> None:
    """Write the table of findings, and how many lie in other districts."""
    section(paper, say(f"{zh}、核查发现明细", f"{en}. Findings in detail"))
    tag(paper, "{%p if findings %}")
    listing(paper, page, "f in findings", [
        Column(say("序号", "no."), 0.045, ("{{ f.no }}",), CELL_MIDDLE),
        Column(say("规则", "rule"), 0.15, ("{{ f.title }}", "{{ f.code }} · {{ f.severity }}")),
        Column(say("图层、要素", "layer, feature"), 0.17, ("{{ f.layer }}", "{{ f.feature }}")),
        Column(say("面积（平面）m²", "area (planar) m²"), 0.12,
               ("{{ f.area.m2 }}",
                f"?f.area.ha != '–':{{{{ f.area.ha }}}} {say('公顷', 'ha')}",
                f"?f.area.ha != '–':{{{{ f.area.mu }}}} {say('亩', 'mu')}"), CELL_RIGHT),
        Column(say("椭球面积 m²", "ellipsoidal m²"), 0.105,
               ("{{ f.area_ellipsoidal.m2 }}",), CELL_RIGHT),
        Column(say("量值（限值）", "measure (limit)"), 0.12,
               ("{{ f.measure }}", "?f.limit != '–':({{ f.limit }})")),
        Column(say("说明", "what was found"), 0.29,
               ("{{ f.message }}", "?f.notes:{{ f.notes }}")),
    ])  # fmt: skip
    tag(paper, "{%p else %}")
    write(paper, say("本范围内无核查发现。", "There is no finding here."), NOTE)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if findings_elsewhere %}")
    write(paper, "{{ findings_elsewhere }}", _WARNING)
    tag(paper, "{%p endif %}")


def not_checked_section(paper: Docx, page: Page, say: Say, *, zh: str, en: str) -> None:
    """Write what was not checked: by rule, and the layers that could not be used."""
    section(paper, say(f"{zh}、未核查事项", f"{en}. What was not checked"))
    tag(paper, "{%p if not_checked %}")
    note = say("下列事项未作出结论，不得视为无冲突：", "Nothing is concluded of these: not clear.")
    write(paper, note, _WARNING)
    listing(paper, page, "r in not_checked", _reason_columns(say))
    tag(paper, "{%p else %}")
    write(paper, "{{ all_checked }}", NOTE)
    tag(paper, "{%p endif %}")
    refused_note(paper)
    tag(paper, "{%p if layers_not_usable %}")
    write(paper, say("全市未通过加载核验或缺行的图层：", "Layers refused or short of rows:"), NOTE)
    listing(paper, page, "r in layers_not_usable", [
        Column(say("图层", "layer"), 0.22, ("{{ r.title }}",)),
        Column(say("日期", "date"), 0.1, ("{{ r.dated }}",), CELL_MIDDLE),
        Column(say("状态", "state"), 0.1, ("{{ r.status }}",), CELL_MIDDLE),
        Column(say("原因", "why"), 0.58, ("{{ r.why }}",)),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")


def refused_note(paper: Docx) -> None:
    """Write which red lines could not be read at all, where there are any."""
    tag(paper, "{%p if refused %}")
    write(paper, "{{ refused }}", _WARNING)
    tag(paper, "{%p endif %}")


def _reason_columns(say: Say) -> list[Column]:
    return [
        Column(say("规则", "rule"), 0.3, ("{{ r.title }}", "{{ r.code }}")),
        Column(say("原因", "why"), 0.7, ("{{ r.why }}",)),
    ]


def _off_map_columns(say: Say) -> list[Column]:
    return [
        Column(say("事项", "matter"), 0.2, ("{{ r.title }}",)),
        Column(say("征求意见的部门", "office"), 0.27, ("{{ r.office }}",)),
        Column(say("函件", "letter"), 0.27, ("{{ r.letter }}",)),
        Column(say("依据", "basis"), 0.26, ("{{ r.basis }}",)),
    ]


def _when(paper: Docx, page: Page, say: Say, *, rows: str, columns: Sequence[Column]) -> None:
    """Write a table where there are rows, else that there are none."""
    tag(paper, f"{{%p if {rows} %}}")
    listing(paper, page, f"r in {rows}", columns)
    tag(paper, "{%p else %}")
    write(paper, say("无。", "None."), NOTE)
    tag(paper, "{%p endif %}")


def _sources(paper: Docx, page: Page, say: Say) -> None:
    section(paper, say("七、数据来源", "7. Sources"))
    listing(paper, page, "r in layers", [
        Column(say("图层", "layer"), 0.24, ("{{ r.title }}",)),
        Column(say("日期", "date"), 0.1, ("{{ r.dated }}",), CELL_MIDDLE),
        Column(say("提供单位", "authority"), 0.24, ("{{ r.authority }}",)),
        Column(say("声明覆盖范围", "declared coverage"), 0.18, ("{{ r.coverage }}",)),
        Column(say("状态", "state"), 0.08, ("{{ r.status }}",), CELL_MIDDLE),
        Column(say("文件指纹（前16位）", "sha256 (first 16)"), 0.16, ("{{ r.sha256 }}",)),
    ])  # fmt: skip


def signatures(paper: Docx, page: Page, say: Say) -> None:
    """Write the block to sign in."""
    write(paper, "", NOTE)
    blank = "\n"
    pairs(paper, page, [
        (say("经办人", "prepared by"), blank, say("校核人", "checked by"), blank),
        (say("审核人", "reviewed by"), blank, say("单位（盖章）、日期", "seal, date"), blank),
    ])  # fmt: skip


def section(paper: Docx, text: str) -> None:
    """Write a heading."""
    paper.add_heading(text, level=1)


def advice_form(say: Say) -> Docx:
    """Return the template of the proposals for one project."""
    from siting.papers.advice_form import fill_advice

    paper = opened(TABLE_PAGE, say, words.ADVICE)
    fill_advice(paper, TABLE_PAGE, say)
    refused_note(paper)
    signatures(paper, TABLE_PAGE, say)
    return paper


def letter_form(say: Say) -> Docx:
    """Return the template of a letter to an office, as GB/T 9704 lays one out."""
    page = LETTER_PAGE
    paper = new_paper(page, size=SIZE_3, title=say(words.LETTER.zh, words.LETTER.en))
    header(paper, "", "{{ mark }}", page)
    footer(paper, "", page, is_letter=True)
    number = say("〔{{ as_of[:4] }}〕　　号", "No. ____ / {{ as_of[:4] }}")
    write(paper, number, Type(BODY_FACE, SIZE_3, align=WD_ALIGN_PARAGRAPH.RIGHT, after_pt=14))
    paper.add_paragraph("{{ letter_title }}", style="Title")
    write(paper, say("{{ office }}：", "To {{ office }}"), _PLAIN)
    write(paper, _opening(say), _BODY)
    _matters(paper, page, say)
    tag(paper, "{%p if has_unchecked %}")
    write(paper, _unchecked(say), _BODY)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if papers %}")
    needed = say("如需下列材料，请一并告知：", "Please say whether these papers are needed: ")
    write(paper, needed + say("{{ papers | join('、') }}。", "{{ papers | join(', ') }}."), _BODY)
    tag(paper, "{%p endif %}")
    write(
        paper,
        say(
            "请研究并书面复函。复函请注明项目代码和红线编号。",
            "Please answer in writing, and name the project and the red line.",
        ),
        _BODY,
    )
    blank = "____________"
    write(paper, say("联系人：　　　　　　联系电话：", f"Contact: {blank}  Phone: {blank}"), _BODY)
    first, others = say("附件：", "Annexes: "), say("　　　", "")
    lead = f"{{% if loop.first %}}{first}{{% else %}}{others}{{% endif %}}"
    tag(paper, "{%p for annex in annexes %}")
    # annexes, seal and date stay together: no page has a seal alone
    write(paper, f"{lead}{{{{ loop.index }}}}. {{{{ annex }}}}", replace(_BODY, keeps_next=True))
    tag(paper, "{%p endfor %}")
    write(paper, "", Type(size=SIZE_5, keeps_next=True))
    write(
        paper, say("（发函单位盖章）　　", "(seal of the sender)"), replace(_RIGHT, keeps_next=True)
    )
    write(paper, say("　　年　　月　　日　　", "Date: ____________"), _RIGHT)
    return paper


def _opening(say: Say) -> str:
    return say(
        "{{ project.name }}（项目代码：{{ project.id }}）正在办理规划选址（用地红线）。现有红线"
        "{% for line in red_lines %}{% if not loop.first %}；{% endif %}{{ line.id }}"
        "（{{ line.district }}，{{ line.area.m2 }} m²，合 {{ line.area.ha }} 公顷、"
        "{{ line.area.mu }} 亩）{% endfor %}。"
        "以{{ as_of_text }}的数据核查，涉及下列事项，现征求贵单位意见：",
        "{{ project.name }} ({{ project.id }}) is being sited. Its red lines are "
        "{% for line in red_lines %}{% if not loop.first %}; {% endif %}{{ line.id }} "
        "({{ line.district }}; {{ line.area.m2 }} m², {{ line.area.ha }} ha, "
        "{{ line.area.mu }} mu){% endfor %}. "
        "By the data of {{ as_of }} they touch on the following matters, of which we ask for "
        "your comments:",
    )


def _unchecked(say: Say) -> str:
    return say(
        "其中标明“未能核查”的事项，我单位未掌握可用数据，不作无影响认定，请贵单位据实核实。",
        "Of matters marked as not checked we have no usable data, and conclude nothing: please "
        "verify them.",
    )


def _matters(paper: Docx, page: Page, say: Say) -> None:
    cell = Type(TABLE_FACE, SIZE_5)
    middle = Type(TABLE_FACE, SIZE_5, align=WD_ALIGN_PARAGRAPH.CENTER)
    write(paper, "", Type(BODY_FACE, 6.0))
    listing(paper, page, "m in matters", [
        Column(say("序号", "no."), 0.08, ("{{ m.no }}",), middle),
        Column(say("事项", "matter"), 0.19, ("{{ m.title }}", "{{ m.state }}"), cell),
        Column(say("红线", "red line"), 0.15, ("{{ m.red_line }}",), cell),
        Column(say("情况", "what is known"), 0.37,
               ("{{ m.text }}", "?m.feature != '–':{{ m.feature }}",
                "?m.area.m2 != '–':{{ m.area.text }}", "?m.layer != '–':{{ m.layer }}"), cell),
        Column(say("依据", "basis"), 0.21, ("{{ m.citation }}",), cell),
    ])  # fmt: skip
    write(paper, "", Type(BODY_FACE, 6.0))
