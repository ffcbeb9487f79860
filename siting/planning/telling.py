"""Sentences on one project of a plan as its reader may have them, for papers and workbooks."""

from __future__ import annotations

from siting.model import NO_TEXT, Text
from siting.planning.hearing import NO_POINTS, Listener
from siting.planning.phrases import joined, sites_en
from siting.planning.records import PlanRow
from siting.planning.wording import cut_short_text, is_moved, spaced

_SAME = Text("上一版方案即安排该用地，未变动", "the plan before gave it the same site")
_NEW = Text("上一版方案未安排该项目", "the plan before had no site for it")
_LEFT = Text("与上一版方案不同", "another site than in the plan before")
_BEST, _AS_GOOD = (
    Text("为其最优备选", "its own best"), Text("与其最优备选同分", "as good as its own best"),
)  # fmt: skip
_NOTHING = Text("没有可选用地，搜索未说明原因", "it has no site to choose, and nothing tells why")


def gives_up_text(told: Listener, row: PlanRow) -> Text:
    """Return what an own project gives up against its best site, and who or what has that."""
    if row.option is None or row.regret < NO_POINTS or not told.is_own(row.project.id):
        return NO_TEXT
    best, because = told.best(row), told.because(row)
    zh, en = "较自身最优备选", "its own best site"
    if best is not None:
        points = f"{best.points:.2f}"
        zh, en = f"较自身最优 {best.site.id}（{points} 分）", f"{best.site.id} ({points} points)"
    less = f"{row.regret:.2f}"
    text = Text(f"{zh}少 {less} 分", f"{less} points less than {en}")
    if not because.zh:
        return text
    return Text(f"{text.zh}，{spaced('因', because.zh)}", f"{text.en}, because {because.get('en')}")


def beside_best_text(told: Listener, row: PlanRow) -> Text:
    """Return how an own project's site does beside its own best one; see :func:`gives_up_text`."""
    if row.option is None or row.best is None or not told.is_own(row.project.id):
        return NO_TEXT
    if row.regret >= NO_POINTS:
        return gives_up_text(told, row)
    return _BEST if row.best.site.id == row.option.site.id else _AS_GOOD


def not_all_known_text(told: Listener, row: PlanRow) -> Text:
    """Return what is not known of an own project's demand, data or sites; nothing of others'."""
    if not told.is_own(row.project.id):
        return NO_TEXT
    return joined((row.note, cut_short_text(row)), zh="；", en="; ")


def since_text(told: Listener, row: PlanRow) -> Text:
    """Return how an own project's site compares with the plan before; nothing without one."""
    if told.plan.scenario or not told.is_own(row.project.id):
        return NO_TEXT
    if not row.former_site_id:
        is_mended = any(each.former_site_id for each in told.plan.rows)
        return _NEW if is_mended and row.option else NO_TEXT
    if not is_moved(row):
        return _SAME
    former, why = told.moved(row)
    if not former:
        return why
    left = Text(f"{_LEFT.zh}（原为 {former}）", f"{_LEFT.en} ({former})")
    return joined((left, why), zh="，", en=": ")


def shut_out_texts(told: Listener, row: PlanRow) -> tuple[Text, tuple[Text, ...]]:
    """Return what goes before the reasons why an own project gets no site, and the reasons.

    Without any reason the first is all that can be said.
    """
    reasons = told.reasons(row)
    if not row.considered:
        lead = Text("没有可选用地", "there is no site for it at all")
        return (lead, reasons) if reasons else (_NOTHING, ())
    if not reasons:
        return told.unproved(row), ()
    count = row.considered
    if len(reasons) == 1:
        return (
            Text(
                f"{count} 处备选因此都不能用，没有这一条即可安排",
                f"this alone shuts out its {sites_en(count)}",
            ),
            reasons,
        )
    return (
        Text(
            f"下列各条合起来使其 {count} 处备选都不能用，缺任何一条即可安排",
            f"together these shut out its {sites_en(count)}, and without any one of them there is "
            "a place",
        ),
        reasons,
    )


def why_not_text(told: Listener, row: PlanRow) -> Text:
    """Return in one sentence why an own project gets no site."""
    lead, reasons = shut_out_texts(told, row)
    more = joined(reasons, zh="；", en="; ")
    return joined((lead, more), zh="：", en=": ")
