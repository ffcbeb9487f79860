"""What a composition table is made of: accounts, rows, sums, hints, one record per red line.

Areas are in m², 公顷 and 亩 at once (:class:`Amount`), each printed figure rounded so that
every column adds up exactly to the red line.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from siting.areas import HECTARE_DECIMALS, M2_DECIMALS, MU_DECIMALS
from siting.model import Basis, Text

_NO_M2 = Decimal(0).scaleb(-M2_DECIMALS)
_NO_HA = Decimal(0).scaleb(-HECTARE_DECIMALS)
_NO_MU = Decimal(0).scaleb(-MU_DECIMALS)


class Category(StrEnum):
    """The three categories of land (三大类), the sea, and what is not known."""

    FARM = "farm"
    CONSTRUCTION = "construction"
    UNUSED = "unused"
    SEA = "sea"
    UNKNOWN = "unknown"


class Nature(StrEnum):
    """Whose land it is: of the state, of a collective, or not known."""

    STATE = "state"
    COLLECTIVE = "collective"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a row shows.

    ``ridge``: 田坎 taken off ploughed plots by their coefficient. ``unknown_class``: the code
    is not in the book. ``overlap``: plots lie on each other and disagree. ``uncovered``: no
    plot of the layer lies there.
    """

    LAND = "land"
    RIDGE = "ridge"
    UNKNOWN_CLASS = "unknown_class"
    OVERLAP = "overlap"
    UNCOVERED = "uncovered"


class Basic(StrEnum):
    """Whether land is permanent basic farmland; unknown where its layer cannot say."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """What the land of one row has in common; the order of its fields is that of the rows."""

    town: str
    village: str
    nature: Nature
    ownership: str
    kind: Kind
    code: str
    basic: Basic
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """One area as printed: ``m2`` with two decimals, ``ha`` (公顷) four, ``mu`` (亩) two."""

    m2: Decimal = _NO_M2
    ha: Decimal = _NO_HA
    mu: Decimal = _NO_MU

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.m2 + other.m2, self.ha + other.ha, self.mu + other.mu)


def total_of(amounts: Iterable[Amount]) -> Amount:
    """Return the exact sum of printed areas."""
    return sum(amounts, Amount())


@dataclass(frozen=True, slots=True)
class Row:
    """One row: all land of a red line under one account.

    ``record_m2`` is the unrounded area of record, by which thresholds are judged;
    ``planar_m2`` and ``ellipsoidal_m2`` stand beside it. ``area`` is what is printed.
    """

    account: Account
    name: Text
    owner: Text
    group: str
    category: Category
    is_cultivated: bool
    is_paddy: bool
    area: Amount
    record_m2: float
    planar_m2: float
    ellipsoidal_m2: float


@dataclass(frozen=True, slots=True)
class Sums:
    """The columns of the composition table for some rows; see :func:`siting.compose.sums_of`.

    ``farm`` + ``construction`` + ``unused`` + ``sea`` + ``unknown`` + ``uncovered`` is
    ``total``, exactly. ``cultivated`` (net of 田坎) is part of ``farm``, ``paddy`` of
    ``cultivated``; ``new_construction`` is ``farm`` + ``unused``. ``unknown`` is land of an
    unknown class or under plots that disagree.
    """

    total: Amount = Amount()
    farm: Amount = Amount()
    cultivated: Amount = Amount()
    paddy: Amount = Amount()
    ridge: Amount = Amount()
    construction: Amount = Amount()
    unused: Amount = Amount()
    sea: Amount = Amount()
    unknown: Amount = Amount()
    uncovered: Amount = Amount()
    new_construction: Amount = Amount()
    basic_farmland: Amount = Amount()
    basic_unknown: Amount = Amount()
    state: Amount = Amount()
    collective: Amount = Amount()
    ownership_unknown: Amount = Amount()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Plots of one layer that lie on each other within the red line.

    ``is_agreed``: they say the same, and the land is counted once; otherwise it is in the
    table as a row of its own.
    """

    layer: str
    features: tuple[str, ...]
    area_m2: float
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """Which authority a step may need, by the thresholds of the book: a hint, no decision.

    ``certain_m2`` is held against the limit; with what the layers could not tell it may be
    up to ``possible_m2``. ``is_certain`` is False where only the latter is over it.
    """

    code: str
    step: str
    step_title: Text
    level: str
    level_title: Text
    basis: Basis
    note: Text
    measure: str
    limit_m2: float
    certain_m2: float
    possible_m2: float
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """Cultivated land to be balanced (占补平衡): quantity, of it paddy, and by grade.

    Areas as printed, net of 田坎. ``by_grade`` has one entry per value of the quality
    column (an empty text: no grade recorded), nothing where none is configured.
    """

    cultivated: Amount
    paddy: Amount
    by_grade: tuple[tuple[str, Amount], ...]
    possible: Amount
    """Land that might be cultivated as well: unknown, disagreed on, or uncovered."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The composition table of one red line.

    ``rows`` are sorted by account and add up exactly to ``total`` in each unit; they are
    empty only where the table could not be made, and then ``gaps`` say why. ``residue_m2`` is
    what the unrounded rows miss of the red line.
    """

    red_line_id: str
    project_id: str
    rows: tuple[Row, ...]
    total: Amount
    planar_m2: float
    ellipsoidal_m2: float
    residue_m2: float
    overlaps: tuple[Overlap, ...]
    hints: tuple[Hint, ...]
    balance: Balance
    gaps: tuple[Text, ...]
    notes: tuple[Text, ...]
    sliver_m2: float = 0.0

    @property
    def is_complete(self) -> bool:
        """True when all land but slivers has its class and its owner, and no layer has a gap."""
        in_doubt = doubtful(self.rows, sliver_m2=self.sliver_m2)
        return bool(self.rows) and not self.gaps and not in_doubt


def doubtful(rows: Iterable[Row], *, sliver_m2: float) -> tuple[Row, ...]:
    """Return the rows whose class or owner is not known, but for slivers.

    Parameters
    ----------
    rows
        Rows of one red line.
    sliver_m2
        Bare land, or land under plots that disagree, counts for a sliver when all of it
        together is no more than this: plots of a survey miss each other by millimetres.
    """
    in_doubt = [
        row
        for row in rows
        if row.account.kind not in {Kind.LAND, Kind.RIDGE} or row.account.nature is Nature.UNKNOWN
    ]
    may_be_slivers = [row for row in in_doubt if row.account.kind in {Kind.UNCOVERED, Kind.OVERLAP}]
    if math.fsum(row.record_m2 for row in may_be_slivers) > sliver_m2:
        return tuple(in_doubt)
    return tuple(row for row in in_doubt if row not in may_be_slivers)


@dataclass(frozen=True, slots=True)
class ClassUse:
    """A class that occurs in the table, with the source of its category."""

    system: str
    code: str
    name: Text
    group: Text
    category: Category
    basis: Basis
    note: Text


@dataclass(frozen=True, slots=True)
class Composed:
    """Composition tables of some red lines, sorted by red line, and what they rest on."""

    city: Text
    crs: str
    as_of: dt.date
    area_of_record: str
    book: str
    book_sha256: str
    compositions: tuple[Composition, ...]
    classes: tuple[ClassUse, ...]
    bases: tuple[tuple[str, Basis, Text], ...]
    layers: tuple[tuple[str, str, str], ...]
    """Name, role and content hash of each layer that the tables rest on."""
    notes: tuple[Text, ...]
