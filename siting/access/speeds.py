"""How fast one travels on which road: the modes of ``speeds.toml``, or of a city's own file.

The figures are defaults with their source and certainty, no law; see the file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from siting.config import TableReader, read_toml
from siting.model import Text
from siting.model.features import plain_word

CERTAINTIES = ("H", "M", "L")


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to travel.

    ``speeds_kmh`` is by the word of a class, in lower case; 0 closes the class.
    ``no_frontage`` are the words of classes that nobody gets on from beside them.
    ``default_kmh`` is for classes that are not in it, ``off_road_kmh`` for the way between a
    place and its road. ``heeds_posted_speed``: a row's own speed goes before its class's.
    """

    name: str
    title: Text
    speeds_kmh: Mapping[str, float]
    default_kmh: float
    off_road_kmh: float
    heeds_one_way: bool = True
    heeds_posted_speed: bool = True
    source: str = ""
    certainty: str = "L"
    no_frontage: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClassSpeed:
    """The speeds of one class of roads by mode, km/h, and where they come from.

    ``has_frontage``: what lies beside such a road gets on it there.
    """

    words: tuple[str, ...]
    kmh: Mapping[str, float]
    source: str
    certainty: str
    has_frontage: bool = True


@dataclass(frozen=True, slots=True)
class SpeedBook:
    """All of one file. ``one_way`` tells a word's meaning: 1 along the line, -1 against, 0 both."""

    title: Text
    version: str
    modes: Mapping[str, Mode]
    classes: tuple[ClassSpeed, ...]
    one_way: Mapping[str, int]


def read_speeds(path: Path | None = None) -> SpeedBook:
    """Return the speeds of a file, or the built-in ones.

    Parameters
    ----------
    path
        A file in the form of ``siting/access/speeds.toml``.

    Raises
    ------
    ReadError, ConfigError, ProblemsError
        It cannot be read, has unknown keys, lacks a speed, or has one that is none.
    """
    if path is None:
        with resources.as_file(resources.files("siting.access") / "speeds.toml") as built_in:
            return read_speeds(built_in)
    reader = TableReader(read_toml(path), file=path.name)
    book = reader.table("book")
    title, version = book.bilingual("title"), book.text("version")
    book.finish()
    modes = reader.tables("mode")
    names = [each.text("name", required=True) for each in modes]
    classes = tuple(_class(each, names) for each in reader.tables("class", label="words"))
    read = SpeedBook(
        title=title,
        version=version,
        modes={name: _mode(each, name, classes) for name, each in zip(names, modes, strict=True)},
        classes=classes,
        one_way=_one_way(reader.table("one_way")),
    )
    if not names:
        reader.problem("no mode is described", expected="[[mode]]", next_step="add a [[mode]]")
    reader.finish()
    reader.raise_problems()
    return read


def _class(reader: TableReader, modes: list[str]) -> ClassSpeed:
    words = tuple(plain_word(word.casefold()) for word in reader.texts("words"))
    speeds = reader.table("kmh")
    kmh = {mode: _speed(speeds, mode, may_close=True) for mode in modes}
    speeds.finish()
    found = ClassSpeed(
        words,
        kmh,
        source=reader.text("source", required=True),
        certainty=reader.choice("certainty", CERTAINTIES, "L"),
        has_frontage=bool(reader.flag("has_frontage", default=True)),
    )
    reader.finish()
    return found


def _mode(reader: TableReader, name: str, classes: tuple[ClassSpeed, ...]) -> Mode:
    found = Mode(
        name=name,
        title=reader.bilingual("title", name),
        speeds_kmh={word: each.kmh[name] for each in classes for word in each.words},
        default_kmh=_speed(reader, "default_kmh"),
        off_road_kmh=_speed(reader, "off_road_kmh"),
        heeds_one_way=bool(reader.flag("heeds_one_way", default=True)),
        heeds_posted_speed=bool(reader.flag("heeds_posted_speed", default=True)),
        source=reader.text("source", required=True),
        certainty=reader.choice("certainty", CERTAINTIES, "L"),
        no_frontage=frozenset(
            word for each in classes if not each.has_frontage for word in each.words
        ),
    )
    reader.finish()
    return found


def _speed(reader: TableReader, key: str, *, may_close: bool = False) -> float:
    value = reader.number(key)
    if value is None or not (0 < value < float("inf") or (may_close and value == 0)):
        reader.problem(
            f"'{key}' is no speed",
            expected="km/h, over 0" + (", or 0 for closed" if may_close else ""),
            found=str(value),
            next_step=f"write {key} = … in km/h",
        )
        return 1.0
    return value


def _one_way(reader: TableReader) -> dict[str, int]:
    meanings = {"along": 1, "against": -1, "both": 0}
    found = {
        word.casefold(): meaning
        for key, meaning in meanings.items()
        for word in reader.texts(key)
    }  # fmt: skip
    reader.finish()
    return found
