"""What was judged before, for the pairs of rule and red line of which nothing has changed.

A verdict comes back as it was given, with its findings, or the pair is judged anew; nothing in
between. Whether anything has changed is a matter of keys (:mod:`siting.check.keys`), and where
verdicts are kept, of the book (:mod:`siting.check.book`).
"""

from __future__ import annotations

import logging
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from siting.check.book import Book, Record
from siting.check.keys import Keys, engine_digest
from siting.check.partition import Pair, PartResult
from siting.model import Finding, RedLine, RedLineResult, Verdict
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.verdicts import concerns
from siting.store import Store
from siting.store.codec import CodecError, decode, digest, encode

log = logging.getLogger(__name__)

Positions = NDArray[np.int64]

#: A verdict is kept without whose it is, so that all that read *clear* are one text.
_SAID = tuple(each.name for each in fields(Verdict))[2:]
#: A result is kept without its red line, which is at hand.
_OF_RESULT = tuple(each.name for each in fields(RedLineResult))[1:]


def _types(record: type, names: Sequence[str]) -> Any:  # noqa: ANN401 - a type
    """Return the type of a tuple of some of a record's fields."""
    hints = get_type_hints(record)
    return types.GenericAlias(tuple, tuple(hints[name] for name in names))


_KEPT_TYPES = types.GenericAlias(tuple, (_types(Verdict, _SAID), tuple[Finding, ...]))
_RESULT_TYPES = _types(RedLineResult, _OF_RESULT)


@dataclass(slots=True)
class Tally:
    """How many verdicts were asked for, and how many of them had to be judged anew."""

    asked: int = 0
    judged: int = 0


class Memory:
    """The verdicts that are kept beside a city: recalled, added to, and written once.

    Parameters
    ----------
    store
        Where the book is.
    """

    def __init__(self, store: Store) -> None:
        self.tally = Tally()
        self._book = Book(store)
        self._near_keys: dict[Pair, bytes] = {}
        self._encoded: dict[tuple[Any, ...], bytes] = {}
        self._decoded: dict[int, tuple[tuple[Any, ...], tuple[Finding, ...]]] = {}

    def recall(
        self, subjects: Sequence[Subject], rules: Sequence[Rule], around: Surroundings
    ) -> Recalled:
        """Return what is known of the pairs of red lines (each id once) and rules."""
        keys = Keys(subjects, around)
        recalled = Recalled(keys, subjects)
        for rule in rules:
            chosen = np.flatnonzero([concerns(rule, subject) for subject in subjects])
            if len(chosen):
                self._recall_rule(rule, chosen, recalled)
        return recalled

    def _recall_rule(self, rule: Rule, chosen: Positions, recalled: Recalled) -> None:
        self.tally.asked += len(chosen)
        exact = recalled.keys.exact(rule, chosen)
        missing = np.ones(len(chosen), dtype=bool)
        if exact is not None:
            records = self._book.find(exact, is_near=False)
            missing = records < 0
            near = self._book.near_keys(records[~missing])
            self._take(rule, (chosen[~missing], records[~missing], near), recalled)
        if not missing.any():
            return
        near = recalled.keys.near(rule, chosen[missing])
        # where no content is known the near key serves as both
        exact = near if exact is None else [exact[at] for at in np.flatnonzero(missing)]
        records = self._book.find(near, is_near=True)
        is_found = records >= 0
        kept = [near[at] for at in np.flatnonzero(is_found)]
        self._take(rule, (chosen[missing][is_found], records[is_found], kept), recalled)
        rows = zip(chosen[missing].tolist(), records.tolist(), exact, near, strict=True)
        for at, record, exact_key, near_key in rows:
            pair = (rule.code, recalled.subjects[at].red_line.id)
            if record < 0:
                recalled.missing[pair] = (exact_key, near_key)
                self._near_keys[pair] = near_key
            elif exact_key != near_key:
                text = self._book.text(self._book.use(np.array([record]))[0])
                self._book.add(Record(exact_key, near_key, text), instead_of=record)

    def _take(
        self, rule: Rule, found: tuple[Positions, Positions, list[bytes]], recalled: Recalled
    ) -> None:
        chosen, records, near_keys = found
        numbers = self._book.use(records)
        for at, number, near_key in zip(chosen.tolist(), numbers, near_keys, strict=True):
            line, project = recalled.subjects[at].red_line, recalled.subjects[at].project
            if number not in self._decoded:
                self._decoded[number] = decode(_KEPT_TYPES, self._book.text(number))
            said, findings = self._decoded[number]
            recalled.verdicts.append(Verdict(line.id, project.id, *said))
            recalled.findings.extend(findings)
            self._near_keys[(rule.code, line.id)] = near_key

    def keep(self, recalled: Recalled, fresh: PartResult) -> None:
        """Add what was judged anew to the book."""
        findings: dict[Pair, list[Finding]] = {}
        for finding in fresh.findings:
            findings.setdefault((finding.code, finding.red_line_id), []).append(finding)
        for verdict in fresh.verdicts:
            pair = (verdict.code, verdict.red_line_id)
            self.tally.judged += 1
            said = tuple(getattr(verdict, name) for name in _SAID)
            self._keep_judged(recalled.missing[pair], said, tuple(findings.get(pair, ())))

    def _keep_judged(
        self, keys: tuple[bytes, bytes], said: tuple[Any, ...], findings: tuple[Finding, ...]
    ) -> None:
        # most verdicts say what another one said; 1, 1.0 and True are not to be taken for it
        alike = (said, *map(type, said))
        if alike in self._encoded and not findings:
            self._book.add(Record(*keys, self._encoded[alike]))
            return
        text = self._keep(keys, (said, findings))
        if text and not findings:
            self._encoded[alike] = text

    def results(
        self,
        red_lines: Sequence[RedLine],
        rules: Sequence[Rule],
        place: object,
        compute: Callable[[Sequence[RedLine]], Iterable[RedLineResult]],
    ) -> tuple[RedLineResult, ...]:
        """Return one result per red line, sorted by id: known ones, and the others computed.

        Parameters
        ----------
        red_lines
            Those whose verdicts were recalled or kept here.
        rules
            All rules in force, in their order.
        place
            What a result depends on besides the red line, its verdicts and the rules.
        compute
            Gives the results of some of the red lines.
        """
        head = digest(
            [engine_digest().hex(), place, [[rule.code, list(rule.needs)] for rule in rules]]
        ).hex()
        keys = [
            digest([head, line, [self._near_key(rule.code, line.id) for rule in rules]])
            for line in red_lines
        ]
        known, missing = [], []
        for line, key, text in zip(red_lines, keys, self._texts(keys), strict=True):
            if text is None:
                missing.append((line, key))
            else:
                known.append(RedLineResult(line, *decode(_RESULT_TYPES, text)))
        key_of = {line.id: key for line, key in missing}
        fresh = list(compute([line for line, _ in missing]))
        for result in fresh:
            own = tuple(getattr(result, name) for name in _OF_RESULT)
            self._keep((key_of[result.red_line.id],) * 2, own)
        return tuple(sorted([*known, *fresh], key=lambda result: result.red_line.id))

    def totals(
        self,
        findings: Sequence[Finding],
        compute: Callable[[Sequence[Finding]], Mapping[str, float]],
    ) -> dict[str, float]:
        """Return a figure per rule that depends on the rule's findings alone, by rule code."""
        of_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            of_rule.setdefault(finding.code, []).append(finding)
        codes = sorted(of_rule)
        keys = [self._total_key(code, of_rule[code]) for code in codes]
        totals: dict[str, float] = {}
        for code, key, text in zip(codes, keys, self._texts(keys), strict=True):
            if text is None:
                own = dict(compute(of_rule[code]))
                self._keep((key, key), own)
            else:
                own = decode(dict[str, float], text)
            totals |= own
        return totals

    def _total_key(self, code: str, findings: Sequence[Finding]) -> bytes:
        lines = sorted({finding.red_line_id for finding in findings})
        return digest(["totals", code, [self._near_key(code, line_id) for line_id in lines]])

    def _near_key(self, code: str, line_id: str) -> str:
        return self._near_keys.get((code, line_id), b"").hex()

    def _texts(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the text of each key, None where there is none."""
        records = self._book.find(keys, is_near=False)
        is_known = records >= 0
        texts: list[bytes | None] = [None] * len(keys)
        numbers = self._book.use(records[is_known])
        for at, number in zip(np.flatnonzero(is_known).tolist(), numbers, strict=True):
            texts[at] = self._book.text(number)
        return texts

    def _keep(self, keys: tuple[bytes, bytes], value: object) -> bytes:
        try:
            text = encode(value)
        except CodecError as error:
            log.warning("a verdict is not kept for the next run: %s", error)
            return b""
        self._book.add(Record(*keys, text))
        return text

    def write(self) -> None:
        """Keep what is new for the next run; of no use afterwards."""
        self._book.write()


@dataclass(eq=False, slots=True)
class Recalled:
    """What was known of some red lines, and the keys of what was not."""

    keys: Keys
    subjects: Sequence[Subject]
    verdicts: list[Verdict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    missing: dict[Pair, tuple[bytes, bytes]] = field(default_factory=dict)
    """Exact and near key of what must be judged anew."""

    def as_part(self) -> PartResult:
        """Return what was known as the result of one more partition."""
        return PartResult(tuple(self.verdicts), tuple(self.findings))
