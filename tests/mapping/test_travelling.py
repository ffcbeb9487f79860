"""Rows that travelled as columns come back as they were, as an independent reader finds them."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from siting.mapping.travelling import table_of, travelling

from ..unpacking import rows_of, untabled

WORDS = st.sampled_from(["", "a", "红线", "__proto__", "constructor", "1", "0"])
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.0, 1.0, 0.5]), WORDS
)
PAIRS = st.lists(st.tuples(PLAIN, PLAIN).map(list), max_size=3)
ROWS = st.recursive(
    st.dictionaries(WORDS, st.one_of(PLAIN, PAIRS, st.lists(PLAIN, max_size=3)), max_size=4),
    lambda rows: st.dictionaries(WORDS, st.one_of(PLAIN, st.lists(rows, max_size=3)), max_size=3),
    max_leaves=8,
)


@given(st.lists(ROWS, max_size=12))
def test_any_rows_come_back_with_the_types_of_their_values(rows: list[dict]):
    table = json.loads(json.dumps(table_of(rows)))
    told = [json.dumps(row, sort_keys=True) for row in rows_of(table)]
    assert told == [json.dumps(row, sort_keys=True) for row in rows]


def line(name: str, *verdicts: dict) -> dict:
    return {"id": name, "verdicts": list(verdicts)}


def payload_of_two_lines() -> dict:
    clear = {"code": "A", "status": "clear"}
    broken = {"code": "B", "status": "conflict", "findings": ["2|B", "1|B"]}
    return {
        "findings": {"1|B": {"code": "B", "area": 1.0}, "2|B": {"code": "B", "area": 2.0}},
        "redLines": [line("1", clear, broken), line("2", clear), line("3")],
        "projects": {"__proto__": {"name": "a"}, "P": {"name": "b"}},
        "head": {"title": "x"},
    }


def test_verdicts_name_their_findings_by_place():
    given_payload = payload_of_two_lines()
    before = copy.deepcopy(given_payload)
    came = untabled(json.loads(json.dumps(travelling(given_payload))))
    assert given_payload == before
    assert came["findings"] == [{"code": "B", "area": 1.0}, {"code": "B", "area": 2.0}]
    assert came["redLines"][0]["verdicts"][1]["findings"] == [1, 0]
    assert [len(each["verdicts"]) for each in came["redLines"]] == [2, 1, 0]
    assert (came["projects"], came["head"]) == (before["projects"], before["head"])


def test_what_is_said_of_a_thousand_red_lines_alike_travels_once():
    verdicts = [{"code": f"RULE-{at}", "status": "clear"} for at in range(12)]
    rows = [line(str(at), *verdicts) for at in range(1000)]
    text = json.dumps(table_of(rows))
    assert text.count('"RULE-7"') == 1
    # per row: its id (quotes, comma), a sign that counts its verdicts, a sign for each of them
    assert len(text) < 1000 * (8 + 1 + 12) + 2_000


def test_a_page_without_red_lines_travels_as_it_is():
    assert travelling({"head": 1}) == {"head": 1}
    empty = {"findings": {}, "redLines": [], "projects": {}}
    assert untabled(travelling(empty)) == {"findings": [], "redLines": [], "projects": {}}
