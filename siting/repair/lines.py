"""Repairs for the terminal: one table per red line, columns aligned also in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from siting.columns import columns_of, padded
from siting.model import SQUARE_METRES_PER_MU, Repair, RepairSearch
from siting.repair.reasons import WAY_NAMES

_HEAD = (
    ("", ""),
    ("方式", "way"),
    ("面积 亩", "area mu"),
    ("减 m²", "lost m²"),
    ("增 m²", "gained m²"),
    ("位移 m", "moved m"),
    ("最小宽 m", "width m"),
    ("临路 m", "front m"),
    ("紧凑度", "compact"),
    ("余/新限制", "left/new"),
)


def repair_lines(
    searches: Sequence[RepairSearch], names: Mapping[str, str], language: str
) -> Iterator[str]:
    """Yield each red line's repairs with their words, or why there is none.

    Parameters
    ----------
    searches
        From :func:`siting.repair.repair`.
    names
        Project names by id.
    language
        ``zh`` or ``en``.
    """
    for search in searches:
        yield f"\n{search.red_line_id} {names.get(search.project_id, '')}".rstrip()
        for note in search.notes:
            yield f"    {note.get(language)}"
        if search.repairs:
            yield from _table(search.repairs, language)
        for repair in search.repairs:
            yield f"  {repair.rank}. {repair.says.get(language)}"
            yield from _doubts(repair, language)
        for text in search.counterfactuals[len(search.repairs) :]:
            yield f"  · {text.get(language)}"
        if search.fewer_because is not None and search.fewer_because != search.blocked_by:
            yield f"  … {search.fewer_because.get(language)}"
        if search.blocked_by is not None:
            yield f"  ✗ {search.blocked_by.get(language)}"
        for relaxation in search.relaxations:
            yield f"      {relaxation.says.get(language)}"


def _doubts(repair: Repair, language: str) -> Iterator[str]:
    """Yield what a planner must know before taking a repair."""
    pick = 1 if language == "en" else 0
    if repair.takes:
        lead = ("占用未可供宗地：", "enters parcels not on offer: ")[pick]
        yield f"      ! {lead}{', '.join(repair.takes[:4])} ({len(repair.takes)})"
    if repair.street_m2:
        lead = ("占用宗地之间的道路等用地：", "enters land between parcels (streets): ")[pick]
        yield f"      ! {lead}{repair.street_m2:,.0f} m²"
    for finding in repair.introduces:
        yield f"      + {finding.code} {finding.message.get(language)}"
    if repair.not_checked:
        lead = ("未查：", "not checked: ")[pick]
        yield f"      ? {lead}{', '.join(repair.not_checked)}"


def _table(repairs: Sequence[Repair], language: str) -> Iterator[str]:
    pick = 1 if language == "en" else 0
    rows = [tuple(cell[pick] for cell in _HEAD), *(_row(each, pick) for each in repairs)]
    widths = [max(columns_of(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        cells = [
            padded(cell, width, is_left=column == 1)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()


def _row(repair: Repair, pick: int) -> tuple[str, ...]:
    figures = repair.figures
    return (
        str(repair.rank),
        WAY_NAMES[repair.way].get("en" if pick else "zh"),
        f"{figures.area_m2 / SQUARE_METRES_PER_MU:,.2f}",
        f"{figures.area_lost_m2:,.0f}",
        f"{figures.area_gained_m2:,.0f}",
        f"{figures.moved_m:,.2f}",
        f"{figures.min_width_m:,.1f}",
        "–" if figures.frontage_m is None else f"{figures.frontage_m:,.0f}",
        f"{figures.compactness:.2f}",
        f"{len({f.code for f in repair.remains})}/{len({f.code for f in repair.introduces})}",
    )
