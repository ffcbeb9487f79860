"""Frozen records to plain JSON and back, and a hash of anything that is made of them.

What goes in comes out equal, of the same types and to the last bit: a float is not an int,
a shape keeps its ring order and first vertex. What is not known is an error, never a guess:
a numpy number, for instance, rounds by another method than a Python one, so a result that came
back as the other might read differently.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import hashlib
import json
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.errors import SitingError

#: Bytes of a hash: two of 10^9 different things are alike with a chance of 1e-21.
DIGEST_BYTES = 16
#: What JSON has no number for stands as a text in a table of one.
_NO_NUMBER = "float"
_SCALARS = frozenset({bool, int, str, types.NoneType})

Decoder = Callable[[Any], Any]


class CodecError(SitingError):
    """A value, or the type that is wanted, is none that the codec knows."""


def _unknown(expected: str, found: object) -> CodecError:
    return CodecError(
        "what is kept between runs cannot hold this",
        expected=expected,
        found=f"{type(found).__name__}: {found!r:.80}",
        next_step="please report this; the result itself is right, it is only not kept",
    )


def plain(value: object, *, is_named: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return a value as what JSON knows.

    Parameters
    ----------
    value
        None, a flag, a number, a text, a date, a member of an enum, a shape, a dataclass, or a
        tuple, list or mapping of these; of exactly these types, not of ones derived from them.
    is_named
        Name the class of all that is no number, text or list, so that two values of different
        classes never look alike. For hashes; :func:`decode` takes the other.

    Raises
    ------
    CodecError
        For anything else.
    """
    room: list[Any] = [None]
    shapes: list[_Pending] = []
    _enter((room, 0), value, is_named=is_named, shapes=shapes)
    if shapes:
        # All at once: asked one by one, each takes shapely as long as a record takes us.
        outlines = np.empty(len(shapes), dtype=object)
        outlines[:] = [shape for _, shape in shapes]
        texts = shapely.to_wkb(outlines, hex=True, byte_order=1).tolist()
        for ((holder, place), _), text in zip(shapes, texts, strict=True):
            holder[place] = text
    return room[0]


#: Where a value is to stand: in a list at a place, or in a table under a name.
_Seat = tuple[Any, int | str]
_Pending = tuple[_Seat, BaseGeometry]


def _enter(seat: _Seat, value: object, *, is_named: bool, shapes: list[_Pending]) -> None:
    """Put a value into its seat as what JSON knows; shapes are left for later."""
    holder, place = seat
    kind = type(value)
    if kind in _SCALARS:
        holder[place] = value
    elif kind is float:
        holder[place] = value if math.isfinite(cast("float", value)) else {_NO_NUMBER: repr(value)}
    elif kind is tuple or kind is list:
        values = cast("Sequence[object]", value)
        holder[place] = _listed(values, is_named=is_named, shapes=shapes)
    else:
        if is_named:
            holder[place] = {}
            holder, place = holder[place], kind.__name__
        if isinstance(value, BaseGeometry) and not isinstance(value, shapely.LinearRing):
            holder[place] = None
            shapes.append(((holder, place), value))
        else:
            holder[place] = _bare(value, is_named=is_named, shapes=shapes)


def _listed(values: Sequence[object], *, is_named: bool, shapes: list[_Pending]) -> list[Any]:
    found: list[Any] = list(values)
    for place, value in enumerate(values):
        if type(value) not in _SCALARS:
            _enter((found, place), value, is_named=is_named, shapes=shapes)
    return found


def _bare(value: object, *, is_named: bool, shapes: list[_Pending]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, enum.Enum):
        return value.value
    if type(value) is dt.date:
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = value.items()
        return [_listed(pair, is_named=is_named, shapes=shapes) for pair in pairs]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        values = [getattr(value, name) for name in _field_names(type(value))]
        return _listed(values, is_named=is_named, shapes=shapes)
    raise _unknown("a record of siting.model and what such records hold", value)


@functools.cache
def _field_names(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(record))


def encode(value: object) -> bytes:
    """Return a value as the bytes of a JSON text; :func:`decode` gives it back.

    Raises
    ------
    CodecError
        See :func:`plain`.
    """
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def decode(wanted: Any, text: bytes) -> Any:  # noqa: ANN401 - a type in, one of its values out
    """Return the value of type `wanted` that :func:`encode` made `text` of.

    Parameters
    ----------
    wanted
        A dataclass, or any type that the fields of one may have: ``float | None``,
        ``tuple[Text, ...]``, ``Mapping[str, float]`` …
    text
        From :func:`encode`.

    Raises
    ------
    CodecError
        When the type is none that the codec knows, or the text is of another one.
    """
    return decoder(wanted)(json.loads(text))


def digest(value: object) -> bytes:
    """Return a hash of a value, of :data:`DIGEST_BYTES` bytes: another value, another hash.

    Classes count, and so does the order of what is in a mapping.

    Raises
    ------
    CodecError
        See :func:`plain`.
    """
    text = json.dumps(
        plain(value, is_named=True), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()


@functools.cache
def decoder(wanted: Any) -> Decoder:  # noqa: ANN401 - a type
    """Return what makes a value of type `wanted` of plain JSON.

    Raises
    ------
    CodecError
        When the type is none that the codec knows.
    """
    if wanted is float:
        return _number
    if wanted in _SCALARS:
        return functools.partial(_exactly, wanted)
    if wanted is dt.date:
        return dt.date.fromisoformat
    if isinstance(wanted, type) and typing.get_origin(wanted) is None:
        return _class_decoder(wanted)
    return _form_decoder(wanted, typing.get_args(wanted))


def _form_decoder(wanted: Any, arguments: tuple[Any, ...]) -> Decoder:  # noqa: ANN401 - a type
    origin = typing.get_origin(wanted)
    if origin in {types.UnionType, typing.Union}:
        return _union_decoder(arguments)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin in {list, Sequence}:
        return _list_decoder(list if origin is list else tuple, arguments[0])
    if origin in {dict, Mapping}:
        return _mapping_decoder(*arguments)
    raise _unknown("a type that the codec knows", wanted)


def _class_decoder(wanted: type) -> Decoder:
    if issubclass(wanted, enum.Enum):
        return wanted
    if issubclass(wanted, BaseGeometry):
        return shapely.from_wkb
    if dataclasses.is_dataclass(wanted):
        return _record_decoder(wanted)
    raise _unknown("a type that the codec knows", wanted)


def _exactly(wanted: type, value: object) -> object:
    if type(value) is not wanted:
        raise _unknown(wanted.__name__, value)
    return value


def _number(value: object) -> float:
    if isinstance(value, dict):
        return float(value[_NO_NUMBER])
    if type(value) is not float and type(value) is not int:
        raise _unknown("a number", value)
    return value


def _union_decoder(members: tuple[Any, ...]) -> Decoder:
    """Decode ``X | None``, or several kinds of scalars, which JSON tells apart."""
    some = [member for member in members if member is not types.NoneType]
    if len(some) == 1:
        inner = decoder(some[0])
        return lambda value: None if value is None else inner(value)
    if not set(some) <= {str, float}:
        raise _unknown("X | None or str | float", members)
    return lambda value: value if type(value) is str else _number(value)


def _tuple_decoder(members: tuple[Any, ...]) -> Decoder:
    if len(members) == 2 and members[1] is Ellipsis:
        return _list_decoder(tuple, members[0])
    inner = [decoder(member) for member in members]
    return lambda value: tuple(each(one) for each, one in zip(inner, value, strict=True))


def _list_decoder(make: type, member: Any) -> Decoder:  # noqa: ANN401 - a type
    inner = _several_decoder(member)
    return lambda value: make(inner(value))


def _several_decoder(member: Any) -> Callable[[Sequence[Any]], list[Any]]:  # noqa: ANN401 - a type
    """Return what decodes many values of one type: shapes at once, and records by column."""
    if isinstance(member, type) and issubclass(member, BaseGeometry):
        return _shapes
    if isinstance(member, type) and dataclasses.is_dataclass(member):
        return _records_decoder(member)
    inner = decoder(member)
    return lambda values: [inner(one) for one in values]


def _shapes(values: Sequence[Any]) -> list[Any]:
    shapes: list[Any] = shapely.from_wkb(np.array(values, dtype=object)).tolist()
    return shapes


def _records_decoder(record: type) -> Callable[[Sequence[Any]], list[Any]]:
    inner = [_several_decoder(hint) for hint in _hints(record)]

    def records(values: Sequence[Any]) -> list[Any]:
        columns = [*zip(*values, strict=True)] if values else [()] * len(inner)
        decoded = [each(column) for each, column in zip(inner, columns, strict=True)]
        return list(map(record, *decoded)) if inner else [record() for _ in values]

    return records


def _mapping_decoder(key: Any, member: Any) -> Decoder:  # noqa: ANN401 - types
    keys, members = decoder(key), decoder(member)
    return lambda value: {keys(name): members(one) for name, one in value}


def _record_decoder(record: type) -> Decoder:
    inner = [decoder(hint) for hint in _hints(record)]
    return lambda value: record(*[each(one) for each, one in zip(inner, value, strict=True)])


def _hints(record: type) -> list[Any]:
    """Return the types of a record's fields."""
    if any(not field.init or field.kw_only for field in dataclasses.fields(record)):
        raise _unknown("a dataclass whose fields are all given by place", record)
    hints = typing.get_type_hints(record)
    return [hints[name] for name in _field_names(record)]
