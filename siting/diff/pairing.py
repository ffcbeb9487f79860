"""Which red line of one report is which of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from siting.diff.snapshot import RedLineView, Snapshot


@dataclass(frozen=True, slots=True)
class Pair:
    """One red line before and after; None on the side where it is missing."""

    before: RedLineView | None
    after: RedLineView | None

    @property
    def owner(self) -> str:
        """Return the project's id, or the red line's own where it has no project."""
        line = self.after or self.before
        return "" if line is None else line.project_id or line.id


def pair_red_lines(before: Snapshot, after: Snapshot) -> tuple[Pair, ...]:
    """Pair the red lines of two reports, each project by itself, sorted by id.

    In this order: same id and outline; same outline (the id moved or was renamed; only where
    one on each side has it); same id; and, where a project has exactly one left on each side,
    these two (a new version under a new id). A red line that passed to another project is
    missing in one and new in the other.
    """
    lefts, rights = _by_owner(before), _by_owner(after)
    pairs: list[Pair] = []
    for owner in sorted({*lefts, *rights}):
        some = _of_owner(lefts.get(owner, {}), rights.get(owner, {}), is_named=bool(owner))
        pairs.extend(some)
    return tuple(sorted(pairs, key=lambda pair: (pair.owner, _id_of(pair))))


def _id_of(pair: Pair) -> str:
    line = pair.after or pair.before
    return "" if line is None else line.id


def _by_owner(side: Snapshot) -> dict[str, dict[str, RedLineView]]:
    found: dict[str, dict[str, RedLineView]] = {}
    for key, line in side.red_lines.items():
        found.setdefault(line.project_id, {})[key] = line
    return found


def _of_owner(
    left: dict[str, RedLineView], right: dict[str, RedLineView], *, is_named: bool
) -> Iterable[Pair]:
    for key_of in (_id_and_outline, _outline, _id):
        lefts, rights = _unique(left, key_of), _unique(right, key_of)
        for key in sorted(set(lefts) & set(rights)):
            one, other = lefts[key], rights[key]
            del left[one.id], right[other.id]
            yield Pair(one, other)
    if is_named and len(left) == len(right) == 1:
        yield Pair(left.popitem()[1], right.popitem()[1])
    yield from (Pair(line, None) for line in left.values())
    yield from (Pair(None, line) for line in right.values())


def _id_and_outline(line: RedLineView) -> str:
    return f"{line.id}\x1f{line.outline_sha256}" if line.outline_sha256 else ""


def _outline(line: RedLineView) -> str:
    return line.outline_sha256 or ""


def _id(line: RedLineView) -> str:
    return line.id


def _unique(
    lines: Mapping[str, RedLineView], key_of: Callable[[RedLineView], str]
) -> dict[str, RedLineView]:
    counts = Counter(map(key_of, lines.values()))
    return {
        key_of(line): line for line in lines.values() if key_of(line) and counts[key_of(line)] == 1
    }


def partners(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return the id after of each red line that stands in both reports, by its id before."""
    return {
        pair.before.id: pair.after.id
        for pair in pairs
        if pair.before is not None and pair.after is not None
    }


def is_renamed(pair: Pair, before: Snapshot, after: Snapshot) -> bool:
    """True when the id is another one and not only numbers changed hands (``#2``, ``#3``)."""
    if pair.before is None or pair.after is None or pair.before.id == pair.after.id:
        return False
    return pair.after.id not in before.red_lines or pair.before.id not in after.red_lines
