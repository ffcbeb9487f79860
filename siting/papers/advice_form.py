"""The body of siting's own template of 选址建议."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from siting.papers.look import (
    CELL_MIDDLE,
    CELL_RIGHT,
    HEAD_FACE,
    NOTE,
    SIZE_5,
    Column,
    Page,
    Type,
    listing,
    pairs,
    tag,
    write,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx

    Say = Callable[[str, str], str]

_ITEM = Type(HEAD_FACE, SIZE_5, before_pt=6, after_pt=3, keeps_next=True)


def fill_advice(paper: Docx, page: Page, say: Say) -> None:
    """Write the tables and notes of the proposals into a paper that has its title.

    Parameters
    ----------
    paper, page
        Where.
    say
        Chooses between Chinese and English.
    """
    _project(paper, page, say)
    _present(paper, page, say)
    _sites(paper, page, say)
    _repairs(paper, page, say)
    _plan(paper, page, say)
    _chainage(paper, page, say)
    _unknown(paper, page, say)


def area_lines(name: str, say: Say) -> tuple[str, str]:
    """Return an area in two lines of a cell."""
    units = say("公顷", "ha"), say("亩", "mu")
    return (
        f"{{{{ {name}.m2 }}}} m²",
        f"{{{{ {name}.ha }}}} {units[0]}，{{{{ {name}.mu }}}} {units[1]}".replace(
            "，", say("，", ", ")
        ),
    )


def _project(paper: Docx, page: Page, say: Say) -> None:
    pairs(paper, page, [
        (say("项目名称", "project"), "{{ project.name }}",
         say("项目代码", "number"), "{{ project.id }}"),
        (say("所在区", "district"), "{{ project.district }}",
         say("项目阶段", "stage"), "{{ project.stage }}"),
        (say("用地用途", "use"), "{{ project.use }}",
         say("需求面积", "land wanted"), "{{ project.wanted }}"),
        (say("基准日", "as of"), "{{ as_of }}",
         say("规则库", "rule book"), "{{ rule_book }}"),
        (say("报告指纹", "report"), "{{ identity }}"),
    ], label=0.15)  # fmt: skip


def _present(paper: Docx, page: Page, say: Say) -> None:
    paper.add_heading(say("一、现红线", "1. The present red line"), level=1)
    tag(paper, "{%p if red_lines %}")
    listing(paper, page, "r in red_lines", [
        Column(say("红线", "red line"), 0.22, ("{{ r.id }}",)),
        Column(say("所在区", "district"), 0.14, ("{{ r.district }}",), CELL_MIDDLE),
        Column(say("认定面积", "area of record"), 0.22, area_lines("r.area", say)),
        Column(say("冲突面积", "in conflict"), 0.22, area_lines("r.conflict_area", say)),
        Column(say("核查结论", "outcome"), 0.2, ("{{ r.outcome }}",)),
    ])  # fmt: skip
    tag(paper, "{%p else %}")
    write(paper, say("没有读入本项目的红线。", "No red line of the project was read."), NOTE)
    tag(paper, "{%p endif %}")


def _sites(paper: Docx, page: Page, say: Say) -> None:
    paper.add_heading(say("二、备选地块", "2. Sites"), level=1)
    tag(paper, "{%p for note in site_notes %}")
    write(paper, "{{ note }}", NOTE)
    tag(paper, "{%p endfor %}")
    tag(paper, "{%p if sites %}")
    listing(paper, page, "s in sites", [
        Column(say("名次", "rank"), 0.07, ("{{ s.rank }}",), CELL_MIDDLE),
        Column(say("地块", "site"), 0.21, ("{{ s.id }}", "{{ s.kind }}")),
        Column(say("所在区", "district"), 0.12, ("{{ s.district }}",), CELL_MIDDLE),
        Column(say("面积（平面）", "area (planar)"), 0.22, area_lines("s.area", say)),
        Column(say("得分", "score"), 0.1, ("{{ s.score }}",), CELL_RIGHT),
        Column(say("距现红线", "from present"), 0.13, ("{{ s.distance }}",), CELL_RIGHT),
        Column(say("须先征收", "to acquire"), 0.15, ("{{ s.must_acquire }}",), CELL_MIDDLE),
    ])  # fmt: skip
    tag(paper, "{%p for s in sites %}")
    title = say("备选 {{ s.rank }}：{{ s.id }}", "Site {{ s.rank }}: {{ s.id }}")
    write(paper, title, _ITEM)
    _site(paper, page, say)
    tag(paper, "{%p endfor %}")
    tag(paper, "{%p endif %}")
    _nearest(paper, page, say)
    tag(paper, "{%p if profile %}")
    left = say("；未计入：{{ profile.left_out }}", "; left out: {{ profile.left_out }}")
    lead = say("评分方案：", "scored by: ")
    write(paper, f"{lead}{{{{ profile.title }}}} {{{{ profile.chosen }}}}"
          f"{{% if profile.left_out %}}{left}{{% endif %}}", NOTE)  # fmt: skip
    tag(paper, "{%p endif %}")


def _site(paper: Docx, page: Page, say: Say) -> None:
    write(paper, "{{ s.why }}", NOTE)
    for text in ("{{ s.standing }}", "{{ s.behind }}"):
        tag(paper, f"{{%p if {text[3:-3]} %}}")
        write(paper, text, NOTE)
        tag(paper, "{%p endif %}")
    tag(paper, "{%p if not s.is_elsewhere %}")
    between = say("；", "; ")
    facts = (
        f"{{% for a in s.attributes %}}{{% if not loop.first %}}{between}{{% endif %}}"
        "{{ a.name }} {{ a.value }}{% endfor %}"
    )
    points = (
        f"{{% for c in s.criteria %}}{{% if not loop.first %}}{between}{{% endif %}}"
        f"{{{{ c.title }}}} {{{{ c.measure }}}} → {{{{ c.points }}}}{{% endfor %}}"
    )
    pairs(paper, page, [
        (say("宗地", "parcels"), "{{ s.parcels }}"),
        (say("宗地情况", "the land"), facts),
        (say("化解的冲突", "resolves"), "{{ s.resolves }}"),
        (say("仍涉及、须征询", "remains, or to be asked"), "{{ s.remains }}"),
        (say("未核查", "not checked"), "{{ s.not_checked }}"),
        (say("得分构成", "points"), points),
    ], label=0.18)  # fmt: skip
    tag(paper, "{%p endif %}")


def _nearest(paper: Docx, page: Page, say: Say) -> None:
    """Write the funnel and the best infeasible parcel where there is no site."""
    tag(paper, "{%p if not sites and funnel %}")
    write(paper, say("逐步筛选剩余宗地：", "Parcels left by each filter:"), _ITEM)
    listing(paper, page, "f in funnel", [
        Column(say("筛选条件", "filter"), 0.34, ("{{ f.title }}",)),
        Column(say("剩余", "left"), 0.12, ("{{ f.remaining }}",), CELL_RIGHT),
        Column(say("放宽后", "if lifted"), 0.14, ("{{ f.if_lifted }}",), CELL_RIGHT),
        Column(say("放宽的办法", "what would pass"), 0.4, ("{{ f.relaxations }}",)),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if nearest %}")
    lead = say("最接近可选的宗地（不可选）：", "Nearest parcel (not on offer): ")
    write(paper, lead + "{{ nearest.id }} {{ nearest.district }}", _ITEM)
    write(paper, "{{ nearest.why }}", NOTE)
    tag(paper, "{%p if not nearest.is_elsewhere %}")
    write(paper, "{{ nearest.area.text }}", NOTE)
    write(paper, "{{ nearest.note }}", NOTE)
    listing(paper, page, "o in nearest.obstacles", [
        Column(say("阻挡", "in its way"), 0.65, ("{{ o.code }} {{ o.title }}",)),
        Column(say("面积", "area"), 0.35, ("{{ o.area.text }}",)),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")
    tag(paper, "{%p endif %}")


def _repairs(paper: Docx, page: Page, say: Say) -> None:
    paper.add_heading(say("三、修正红线", "3. Corrected red lines"), level=1)
    tag(paper, "{%p for note in repair_notes %}")
    write(paper, "{{ note }}", NOTE)
    tag(paper, "{%p endfor %}")
    tag(paper, "{%p if repairs %}")
    given, taken = say("减少 ", "gives up "), say("新增 ", "takes ")
    moved, width = say("位移 ", "moved "), say("最窄 ", "width ")
    listing(paper, page, "p in repairs", [
        Column(say("红线", "red line"), 0.15, ("{{ p.red_line }}",)),
        Column(say("方案", "way"), 0.12, ("{{ p.rank }}. {{ p.way }}",)),
        Column(say("面积（平面）", "area (planar)"), 0.23,
               (*area_lines("p.area", say), f"{given}{{{{ p.lost.m2 }}}} m²",
                f"{taken}{{{{ p.gained.m2 }}}} m²", f"{moved}{{{{ p.moved }}}}",
                f"{width}{{{{ p.width }}}}")),
        Column(say("化解、仍涉及或须征询、新涉及", "resolves, remains, new"), 0.26,
               (say("化解：", "resolves: ") + "{{ p.resolves }}",
                say("仍涉及、须征询：", "remains, or to be asked: ") + "{{ p.remains }}",
                say("新涉及：", "new: ") + "{{ p.introduces }}")),
        Column(say("未核查、说明", "not checked, why"), 0.24,
               (say("未核查：", "not checked: ") + "{{ p.not_checked }}", "{{ p.why }}")),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")


def _plan(paper: Docx, page: Page, say: Say) -> None:
    paper.add_heading(say("四、全市统筹计划", "4. The plan of the city"), level=1)
    tag(paper, "{%p if not plan %}")
    write(paper, say("本表未附全市统筹计划。", "No plan of the city is told here."), NOTE)
    tag(paper, "{%p else %}")
    _plan_head(paper, say)
    tag(paper, "{%p if plan.reasons %}")
    tag(paper, "{%p for reason in plan.reasons %}")
    write(paper, "{{ loop.index }}. {{ reason }}", NOTE)
    tag(paper, "{%p endfor %}")
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if plan.site %}")
    _planned_site(paper, page, say)
    tag(paper, "{%p endif %}")
    _plan_beside(paper, say)
    _plan_quotas(paper, page, say)
    tag(paper, "{%p endif %}")


def _plan_head(paper: Docx, say: Say) -> None:
    colon = say("：", ": ")
    stated = f"{{{{ plan.state_text }}}}{{% if plan.why_not %}}{colon}{{{{ plan.why_not }}}}"
    write(paper, stated + "{% endif %}", _ITEM)


def _planned_site(paper: Docx, page: Page, say: Say) -> None:
    """Write the planned site; one in another district without what its land is."""
    where = (say("所在区", "district"), "{{ plan.site.district }}",
             say("面积（平面）", "area (planar)"), "{{ plan.site.area.text }}")  # fmt: skip
    points = (say("推荐分", "points"), "{{ plan.site.points }}",
              say("须先征收", "to acquire"), "{{ plan.site.must_acquire }}")  # fmt: skip
    tag(paper, "{%p if plan.site.is_elsewhere %}")
    pairs(paper, page, [where, points], label=0.15)
    tag(paper, "{%p else %}")
    pairs(paper, page, [
        (say("安排用地", "site"), "{{ plan.site.id }}",
         say("类型", "kind"), "{{ plan.site.kind }}"),
        where,
        points,
        (say("得分与扣分", "score, less"), "{{ plan.site.deductions }}"),
        (say("宗地", "parcels"), "{{ plan.site.parcels }}"),
        (say("仍涉及、须征询", "remains, or to be asked"), "{{ plan.site.remains }}"),
        (say("未核查", "not checked"), "{{ plan.site.not_checked }}"),
    ], label=0.15)  # fmt: skip
    tag(paper, "{%p endif %}")


def _plan_beside(paper: Docx, say: Say) -> None:
    """Write what the project gives up, how it stood before, its lock, what is not known."""
    for name in ("gives_up", "since", "lock", "note"):
        tag(paper, f"{{%p if plan.{name} %}}")
        write(paper, f"{{{{ plan.{name} }}}}", NOTE)
        tag(paper, "{%p endif %}")
    rests = say("计划指纹 ", "plan ")
    write(paper, f"{{{{ plan.proof }}}} · {rests}{{{{ plan.identity_short }}}}", NOTE)


def _plan_quotas(paper: Docx, page: Page, say: Say) -> None:
    tag(paper, "{%p if plan.quotas %}")
    title = say(
        "计入的指标（全市计划的用量）：", "Quotas that it counts into (the whole plan's use):"
    )
    write(paper, title, _ITEM)
    listing(paper, page, "q in plan.quotas", [
        Column(say("指标", "quota"), 0.2, ("{{ q.title }}",)),
        Column(say("计量", "counts"), 0.14, ("{{ q.counts }}",), CELL_MIDDLE),
        Column(say("上限", "limit"), 0.22, ("{{ q.limit }}",), CELL_RIGHT),
        Column(say("已用", "used"), 0.22, ("{{ q.used }}",), CELL_RIGHT),
        Column(say("余量", "left"), 0.22, ("{{ q.left }}",), CELL_RIGHT),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")


def _chainage(paper: Docx, page: Page, say: Say) -> None:
    tag(paper, "{%p if chainage %}")
    paper.add_heading(say("分区里程表", "By district and chainage"), level=1)
    listing(paper, page, "c in chainage", [
        Column(say("红线", "red line"), 0.2, ("{{ c.red_line }}",)),
        Column(say("区", "district"), 0.12, ("{{ c.district }}",), CELL_MIDDLE),
        Column(say("起 m", "from m"), 0.12, ("{{ c.from }}",), CELL_RIGHT),
        Column(say("止 m", "to m"), 0.12, ("{{ c.to }}",), CELL_RIGHT),
        Column(say("长 m", "length m"), 0.12, ("{{ c.length }}",), CELL_RIGHT),
        Column(say("规则", "rule"), 0.2, ("{{ c.rule }}",)),
        Column("m²", 0.12, ("{{ c.area.m2 }}",), CELL_RIGHT),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")


def _unknown(paper: Docx, page: Page, say: Say) -> None:
    paper.add_heading(say("五、未核查事项", "5. What was not checked"), level=1)
    tag(paper, "{%p if not_checked %}")
    write(paper, say("下列事项未作出结论，不得视为无冲突：",
                     "Nothing is concluded of these: not clear."), _ITEM)  # fmt: skip
    listing(paper, page, "r in not_checked", [
        Column(say("红线或地块", "red line or site"), 0.24, ("{{ r.of }}",)),
        Column(say("事项", "matter"), 0.32, ("{{ r.code }} {{ r.title }}",)),
        Column(say("原因", "why"), 0.44, ("{{ r.why }}",)),
    ])  # fmt: skip
    tag(paper, "{%p else %}")
    write(paper, "{{ all_checked }}", NOTE)
    tag(paper, "{%p endif %}")
    tag(paper, "{%p if layers_not_usable %}")
    write(paper, say("全市未通过加载核验或缺行的图层：", "Layers refused or short of rows:"), _ITEM)
    listing(paper, page, "r in layers_not_usable", [
        Column(say("图层", "layer"), 0.3, ("{{ r.title }}",)),
        Column(say("状态", "state"), 0.12, ("{{ r.status }}",), CELL_MIDDLE),
        Column(say("原因", "why"), 0.58, ("{{ r.why }}",)),
    ])  # fmt: skip
    tag(paper, "{%p endif %}")
