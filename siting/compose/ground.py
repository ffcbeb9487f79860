"""From layers to what lies on a piece of land: class, owner, village, farmland, and the gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import shapely

from siting.city import ComposeSpec
from siting.compose.book import Book, CodeSystem, system_of
from siting.compose.cells import Covering, Geometries
from siting.errors import ConfigError, Where, nearest
from siting.model import Atlas, Layer, Text
from siting.rules.base import layer_gaps

if TYPE_CHECKING:
    import geopandas as gpd

_Value = TypeVar("_Value")


class Use(NamedTuple):
    """What a plot of the current land use says. ``ridge`` is the coefficient of its 田坎.

    ``ridge`` is None where none is recorded; a value that is no share (0–1) is kept in
    ``bad_ridge`` and nothing is deducted.
    """

    system: str
    code: str
    ownership: str
    town: str
    village: str
    grade: str
    ridge: float | None
    bad_ridge: str


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything that red lines are laid upon.

    ``values`` has, per covering, what each feature says: a :class:`Use` for the land use
    (the first covering), else a text. ``gaps`` hold for every red line; ``layers`` are
    those whose declared coverage a red line must stay within.
    """

    book: Book
    coverings: tuple[Covering, ...]
    values: tuple[tuple[Any, ...], ...]
    systems: dict[str, CodeSystem]
    layers: tuple[Layer, ...]
    gaps: tuple[Text, ...]
    has_basic_farmland: bool
    """The farmland layers can be vouched for: land outside them is outside, not unknown."""

    def index(self, name: str) -> int | None:
        """Return the position of a covering, or None when the city has none of that name."""
        names = [covering.name for covering in self.coverings]
        return names.index(name) if name in names else None


#: Id, shape, and what the feature says.
_Entry = tuple[str, Any, Any]


@dataclass(slots=True)
class _Draft:
    """A ground while its layers are being laid out."""

    outlines: Geometries
    rows: list[_Entry] = field(default_factory=list)
    coverings: list[Covering] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    gaps: list[Text] = field(default_factory=list)

    def take(self, role: str, layers: Sequence[Layer]) -> list[Layer]:
        """Return the usable layers of a role, and remember what is wrong with the others."""
        self.gaps += layer_gaps(role, layers)
        usable = [layer for layer in layers if layer.is_usable]
        self.layers += usable
        return usable

    def near(self, layer: Layer) -> gpd.GeoDataFrame:
        """Return the features of a usable layer whose box meets that of a red line."""
        rows = layer.features
        if rows is None:  # never: only usable layers come here
            raise ConfigError(f"layer '{layer.name}' has no rows", next_step="report this defect")
        return rows.rows(rows.near(shapely.bounds(self.outlines).reshape(-1, 4)))

    def close(self, name: str) -> None:
        """Make a covering of the rows so far, sorted by id: the order of layers is no matter."""
        self.rows.sort(key=lambda row: row[0])
        shapes = np.array([row[1] for row in self.rows], dtype=object)
        self.coverings.append(Covering.of(name, shapes, [row[0] for row in self.rows]))
        self.values.append(tuple(row[2] for row in self.rows))
        self.rows = []


def ground_of(atlas: Atlas, book: Book, spec: ComposeSpec, *, outlines: Geometries) -> Ground:
    """Arrange what lies near some red lines for their composition tables.

    Raises
    ------
    ConfigError
        When no layer has the land-use role, when such a layer has no class column, or when
        its code system is not declared or not in the book.
    """
    draft = _Draft(outlines)
    has_owners = any(layer.is_usable for layer in atlas.by_role("ownership"))
    systems = _lay_land_use(draft, _required(atlas, spec), book, spec, has_owners=has_owners)
    for role in ("ownership", "town", "village"):
        configured = atlas.by_role(role)
        usable = draft.take(role, configured) if configured else []
        for layer in usable:
            draft.rows += _text_rows(draft.near(layer), layer.name, role)
        # without a usable layer the land use itself may say it
        if usable:
            draft.close(role)
    before = len(draft.gaps)
    for layer in draft.take(spec.farmland_role, atlas.by_role(spec.farmland_role)):
        draft.rows += _text_rows(draft.near(layer), layer.name, "basic")
    draft.close("basic")
    return _ground(draft, book, systems, has_basic_farmland=len(draft.gaps) == before)


def land_use_of(atlas: Atlas, book: Book, spec: ComposeSpec, *, outlines: Geometries) -> Ground:
    """Arrange the current land use near some outlines, and nothing else of :func:`ground_of`.

    Without a usable layer no plot lies anywhere, and ``gaps`` say so.

    Raises
    ------
    ConfigError
        When a usable layer has no class column, or its code system is not declared or not in the
        book.
    """
    draft = _Draft(outlines)
    systems = _lay_land_use(draft, atlas.by_role(spec.role), book, spec, has_owners=True)
    return _ground(draft, book, systems, has_basic_farmland=False)


def _lay_land_use(
    draft: _Draft, layers: Sequence[Layer], book: Book, spec: ComposeSpec, *, has_owners: bool
) -> dict[str, CodeSystem]:
    """Lay out the first covering, and return the code systems of its classes."""
    systems = {}
    for layer in draft.take(spec.role, layers):
        systems[layer.code_system] = system_of(book, layer.code_system, layer=layer.name)
        draft.rows += _use_rows(layer, draft, spec, has_owners=has_owners)
    draft.close("land_use")
    return systems


def _ground(
    draft: _Draft, book: Book, systems: dict[str, CodeSystem], *, has_basic_farmland: bool
) -> Ground:
    return Ground(
        book=book,
        coverings=tuple(draft.coverings),
        values=tuple(draft.values),
        systems=systems,
        layers=tuple(draft.layers),
        gaps=tuple(dict.fromkeys(draft.gaps)),
        has_basic_farmland=has_basic_farmland,
    )


def _required(atlas: Atlas, spec: ComposeSpec) -> tuple[Layer, ...]:
    layers = atlas.by_role(spec.role)
    if layers:
        return layers
    roles = sorted({layer.role for layer in atlas.layers})
    raise ConfigError(
        f"没有角色为 {spec.role} 的图层，无法编制用地组成表 / no layer with role {spec.role}: "
        "there is nothing to compose",
        where=Where(file="city.toml"),
        expected=f'[[layer]] role = "{spec.role}" with the columns DLBM, QSXZ, ZLDWMC, KCXS',
        found=", ".join(roles),
        next_step="configure the current land use (DLTB), or name its role: [compose] role",
    )


def _use_rows(layer: Layer, draft: _Draft, spec: ComposeSpec, *, has_owners: bool) -> list[_Entry]:
    frame = draft.near(layer)
    if spec.class_column not in frame.columns:
        raise ConfigError(
            f"layer '{layer.name}' has no column '{spec.class_column}' with the land class",
            where=Where(file="city.toml", layer=layer.name),
            expected=f'columns = ["{spec.class_column}", …] in its [[layer]]',
            found=", ".join(str(name) for name in frame.columns),
            next_step=nearest(spec.class_column, [str(name) for name in frame.columns])
            or "keep the column in [[layer]], or name it in [compose] class_column",
        )
    names = spec.text_columns()
    columns = {key: _column(frame, name, text_of) for key, name in names.items()}
    wanted = {"ownership": ("权属", names["ownership"]), "ridge": ("田坎系数", spec.ridge_column)}
    if has_owners:
        del wanted["ownership"]
    for key, (zh, name) in wanted.items():
        if name not in frame.columns:
            draft.gaps.append(_no_column(layer, name, zh, key))
    ridges = _column(frame, spec.ridge_column, ridge_of)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    entries: list[_Entry] = []
    for row, feature in enumerate(frame["feature_id"].tolist()):
        ridge, bad_ridge = ridges[row]
        use = Use(
            system=layer.code_system,
            code=columns["code"][row],
            ownership=columns["ownership"][row],
            town=columns["town"][row],
            village=columns["village"][row],
            grade=columns["grade"][row],
            ridge=ridge,
            bad_ridge=bad_ridge,
        )
        entries.append((f"{layer.name}/{feature}", shapes[row], use))
    return entries


def _no_column(layer: Layer, name: str, zh: str, en: str) -> Text:
    return Text(
        f"图层“{layer.title.get('zh')}”没有列 {name}：{zh}未知",
        f"layer '{layer.title.get('en')}' has no column {name}: the {en} is unknown",
    )


def _column(frame: gpd.GeoDataFrame, name: str, read: Callable[[object], _Value]) -> list[_Value]:
    if not name or name not in frame.columns:
        return [read(None)] * len(frame)
    return [read(value) for value in frame[name].tolist()]


def _text_rows(frame: gpd.GeoDataFrame, layer: str, name: str) -> list[_Entry]:
    """Return what features of one dimension say: a column of its name, QSXZ, or their own name."""
    candidates = (name, "QSXZ" if name == "ownership" else name, "feature_name")
    column = next(each for each in candidates if each in frame.columns)
    values = ["basic"] * len(frame) if name == "basic" else _column(frame, column, text_of)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return [
        (f"{layer}/{feature}", shapes[row], values[row])
        for row, feature in enumerate(frame["feature_id"].tolist())
    ]


def text_of(value: object) -> str:
    """Return a cell as text, stripped; nothing (None, NaN) is an empty text."""
    return "" if value is None or bool(pd.isna(value)) else str(value).strip()  # type: ignore[call-overload]


def ridge_of(value: object) -> tuple[float | None, str]:
    """Return the 田坎 coefficient, and the text of a value that is none (percent, words)."""
    text = text_of(value)
    if not text:
        return None, ""
    try:
        share = float(text)
    except ValueError:
        return None, text
    return (share, "") if 0.0 <= share < 1.0 else (None, text)
