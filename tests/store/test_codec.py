"""The codec: what is encoded comes back equal and of the same types, and nothing is guessed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
import typing
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from siting import model
from siting.model import Finding, Lift, RedLine, Release, Severity, Text, Verdict, Way
from siting.store.codec import CodecError, decode, digest, encode

#: Records that hold tables, or are held by nothing that is kept.
NOT_KEPT = {
    "ArrayPixels", "Atlas", "Input", "Layer", "Report", "Search", "UsedCriterion", "UsedProfile",
}  # fmt: skip
RECORDS = sorted(
    (
        record
        for name, record in vars(model).items()
        if isinstance(record, type) and dataclasses.is_dataclass(record) and name not in NOT_KEPT
    ),
    key=lambda record: record.__name__,
)

COORDINATES = st.floats(-1e7, 1e7, allow_subnormal=True)
SHAPES = st.one_of(
    st.builds(shapely.Point, COORDINATES, COORDINATES),
    st.builds(shapely.Point, COORDINATES, COORDINATES, COORDINATES),
    st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=9).map(shapely.Polygon),
    st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=9).map(shapely.LineString),
    st.sampled_from(
        [
            shapely.Point(),
            shapely.Polygon(),
            shapely.MultiPolygon(),
            shapely.from_wkt("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 1 1)))"),
            shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"),
            shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"),
        ]
    ),
)
st.register_type_strategy(BaseGeometry, SHAPES)
st.register_type_strategy(float, st.floats())
st.register_type_strategy(str, st.text(max_size=4))
st.register_type_strategy(
    Mapping,
    lambda kind: st.dictionaries(*map(st.from_type, typing.get_args(kind)), max_size=2),
)
st.register_type_strategy(
    Sequence,
    lambda kind: st.lists(st.from_type(typing.get_args(kind)[0]), max_size=2).map(tuple),
)


def same(left: object, right: object) -> bool:
    """Equal in value, in type, and in every bit of every number and shape."""
    if isinstance(left, Mapping):  # any mapping comes back as a dict
        left, right = tuple(left.items()), tuple(right.items())
    if isinstance(left, BaseGeometry):
        return shapely.to_wkb(left) == shapely.to_wkb(right)
    if type(left) is not type(right) or isinstance(left, float):
        return repr(left) == repr(right)
    if dataclasses.is_dataclass(left):
        return all(
            same(getattr(left, each.name), getattr(right, each.name))
            for each in dataclasses.fields(left)
        )
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def test_every_record_of_the_model_is_tried() -> None:
    assert len(RECORDS) >= 20
    assert {Finding, Verdict, RedLine, Lift} <= set(RECORDS)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_there_and_back(record: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(record))
    text = encode(value)
    json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    assert same(decode(record, text), value)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.floats(), st.floats())
def test_numbers_to_the_last_bit(left: float, right: float) -> None:
    assert same(decode(tuple[float, ...], encode((left, right))), (left, right))


def test_an_int_stays_an_int() -> None:
    assert same(decode(float, encode(3)), 3)
    assert same(decode(float, encode(3.0)), 3.0)
    assert same(decode(float, encode(-0.0)), -0.0)
    assert math.isnan(decode(float | None, encode(math.nan)))


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        np.float64(1.5),
        np.int64(3),
        np.bool_(True),
        np.array([1.0]),
        {1, 2},
        b"bytes",
        object(),
        dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        shapely.LinearRing([(0, 0), (1, 0), (1, 1)]),
        Text,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_known_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        encode(value)
    with pytest.raises(CodecError):
        digest([value])


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (str, b"1"),
        (int, b"true"),
        (float, b'"1.0"'),
        (float, b"true"),
        (str | None, b"1.5"),
        (set[int], b"[1]"),
        (int | str, b"1"),
        (np.ndarray, b"[1]"),
        (model.Layer, b"[]"),
    ],
    ids=str,
)
def test_another_type_than_wanted_is_refused(wanted: object, text: bytes) -> None:
    with pytest.raises((CodecError, ValueError)):
        decode(wanted, text)


def test_hashes_tell_apart_what_looks_alike() -> None:
    values = [
        1, 1.0, True, "1", None, "null", [1], ["1"], [[1]], [], {}, {"a": 1}, {"a": 1.0},
        ["a", 1], 0.0, -0.0, math.inf, math.nan, "inf", Text("a"), Text("", "a"), ["Text", "a", ""],
        Severity.CONSULT, "consult", Way.AVOID, Release.PUBLIC, dt.date(2026, 1, 1),
        shapely.Point(1, 2), shapely.Point(2, 1), shapely.box(0, 0, 1, 1),
        shapely.box(0, 0, 1, 1).reverse(),
    ]  # fmt: skip
    hashes = [digest(value) for value in values]
    assert len(set(hashes)) == len(values)
    assert digest({"a": 1, "b": 2}) != digest({"b": 2, "a": 1})
