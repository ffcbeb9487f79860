"""A GeoJSON walked feature by feature says what the whole of it says when it is parsed at once."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.load.json_walk import Walked, walk

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
FEATURES = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["Feature", "feature", None])}) | VALUES
)
ROOTS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["FeatureCollection", "Feature", 1]),
        "features": FEATURES | VALUES,
        "crs": VALUES,
        "name": st.text(),
    },
)


def at_once(text: str) -> Walked | None:
    """Return what the parsed text holds, or None for one that is broken."""
    try:
        content: Any = json.loads(text)
    except json.JSONDecodeError:
        return None
    if not isinstance(content, dict):
        return Walked()
    found = Walked(kind=content.get("type"), has_crs=content.get("crs") is not None)
    if isinstance(content.get("features"), list):
        found.features = len(content["features"])
        found.nameless = [
            number
            for number, feature in enumerate(content["features"], start=1)
            if not isinstance(feature, dict) or feature.get("type") != "Feature"
        ]
    return found


def one_by_one(text: str) -> Walked | None:
    try:
        return walk(text)
    except json.JSONDecodeError:
        return None


@settings(max_examples=300, deadline=None)
@given(ROOTS, st.none() | st.integers(0, 3), st.data())
def test_same_verdict(root: object, indent: int | None, data: st.DataObject) -> None:
    text = json.dumps(root, indent=indent, ensure_ascii=data.draw(st.booleans()))
    assert repr(one_by_one(text)) == repr(at_once(text))
    place = data.draw(st.integers(0, len(text)))
    more = data.draw(st.sampled_from(["", ",", "}", "]", '"', "{", "[", ":", " ", "x", "\\"]))
    gone = data.draw(st.integers(0, 2))
    broken = text[:place] + more + text[place + gone :]
    assert repr(one_by_one(broken)) == repr(at_once(broken))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "{}", "[]", "{} {}", '{"features": [],}', '{"features": [1,]}',
        '{"features": [], "features": 1}', '{"features": 1, "features": [1, 2]}',
        '{"type": 1 "crs": 2}', '{"a" 1}', "{1: 2}", "\ufeff{}", '{"features": [\n{}\n]}\n',
        '{"type": "A", "type": "B", "crs": {}, "crs": null}', '{"features": [',
    ],
)  # fmt: skip
def test_odd_texts(text: str) -> None:
    assert one_by_one(text) == at_once(text)


def test_only_one_feature_is_in_memory() -> None:
    feature = {"type": "Feature", "geometry": {"coordinates": [[float(n)] for n in range(500)]}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature] * 400})
    tracemalloc.start()
    try:
        assert walk(text).features == 400
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(text) / 10
