"""From layers to what lies on a piece of land: class, owner, village, farmland, and the gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from siting.city import ComposeSpec
from siting.compose.book import Book, CodeSystem, system_of
from siting.compose.cells import Covering
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


@dataclass(slots=True)
class _Draft:
    coverings: list[Covering] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    gaps: list[Text] = field(default_factory=list)

    def add(self, name: str, rows: list[tuple[str, Any, Any]]) -> None:
        rows.sort(key=lambda row: row[0])
        shapes = np.array([row[1] for row in rows], dtype=object)
        self.coverings.append(Covering.of(name, shapes, [row[0] for row in rows]))
        self.values.append(tuple(row[2] for row in rows))


def ground_of(atlas: Atlas, book: Book, spec: ComposeSpec) -> Ground:
    """Arrange the layers of a city for composition tables.

    Raises
    ------
    ConfigError
        When no layer has the land-use role, when such a layer has no class column, or when
        its code system is not declared or not in the book.
    """
    draft = _Draft()
    uses = _required(atlas, spec)
    draft.gaps += layer_gaps(spec.role, uses)
    systems = {layer.code_system: system_of(book, layer.code_system, layer=layer.name)
               for layer in uses if layer.is_usable}  # fmt: skip
    rows: list[tuple[str, Any, Any]] = []
    for layer in _usable(uses):
        draft.layers.append(layer)
        rows += _use_rows(layer, spec, draft.gaps)
    draft.add("land_use", rows)
    for name, role in (("ownership", "ownership"), ("town", "town"), ("village", "village")):
        if layers := atlas.by_role(role):
            draft.gaps += layer_gaps(role, layers)
            draft.layers += _usable(layers)
            draft.add(name, [row for layer in _usable(layers) for row in _text_rows(layer, name)])
    farmland = atlas.by_role(spec.farmland_role)
    farmland_gaps = layer_gaps(spec.farmland_role, farmland)
    draft.gaps += farmland_gaps
    draft.layers += _usable(farmland)
    draft.add("basic", [row for layer in _usable(farmland) for row in _text_rows(layer, "basic")])
    return Ground(
        book=book,
        coverings=tuple(draft.coverings),
        values=tuple(draft.values),
        systems=systems,
        layers=tuple(draft.layers),
        gaps=tuple(dict.fromkeys(draft.gaps)),
        has_basic_farmland=not farmland_gaps,
    )


def _usable(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer.is_usable]


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


def _use_rows(layer: Layer, spec: ComposeSpec, gaps: list[Text]) -> list[tuple[str, Any, Use]]:
    frame = _frame(layer)
    if spec.class_column not in frame.columns:
        raise ConfigError(
            f"layer '{layer.name}' has no column '{spec.class_column}' with the land class",
            where=Where(file="city.toml", layer=layer.name),
            expected=f'columns = ["{spec.class_column}", …] in its [[layer]]',
            found=", ".join(str(name) for name in frame.columns),
            next_step=nearest(spec.class_column, [str(name) for name in frame.columns])
            or "keep the column in [[layer]], or name it in [compose] class_column",
        )
    columns = {key: _column(frame, name, text_of) for key, name in spec.text_columns().items()}
    for key, wanted in (("ownership", "权属"), ("village", "村"), ("ridge", "田坎系数")):
        name = spec.ridge_column if key == "ridge" else spec.text_columns()[key]
        if name not in frame.columns:
            gaps.append(_no_column(layer, name, wanted, key))
    ridges = _column(frame, spec.ridge_column, ridge_of)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return [
        (
            f"{layer.name}/{feature}",
            shapes[row],
            Use(
                layer.code_system,
                columns["code"][row],
                columns["ownership"][row],
                columns["town"][row],
                columns["village"][row],
                columns["grade"][row],
                *ridges[row],
            ),
        )
        for row, feature in enumerate(frame["feature_id"].tolist())
    ]


def _no_column(layer: Layer, name: str, zh: str, en: str) -> Text:
    return Text(
        f"图层“{layer.title.get('zh')}”没有列 {name}：{zh}未知",
        f"layer '{layer.title.get('en')}' has no column {name}: the {en} is unknown",
    )


def _frame(layer: Layer) -> gpd.GeoDataFrame:
    if layer.frame is None:  # never: only usable layers come here
        raise ConfigError(f"layer '{layer.name}' has no rows", next_step="report this as a defect")
    return layer.frame


def _column(frame: gpd.GeoDataFrame, name: str, read: Callable[[object], _Value]) -> list[_Value]:
    if not name or name not in frame.columns:
        return [read(None)] * len(frame)
    return [read(value) for value in frame[name].tolist()]


def _text_rows(layer: Layer, name: str) -> list[tuple[str, Any, str]]:
    """Return id, shape and value: the attribute of the covering's name, else the feature's name."""
    frame = _frame(layer)
    column = next(
        each for each in (name, "QSXZ" if name == "ownership" else "", "feature_name")
        if each in frame.columns
    )  # fmt: skip
    values = _column(frame, column, text_of)
    ids = frame["feature_id"].tolist()
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if name == "basic":
        values = ["basic"] * len(frame)
    return [
        (
            f"{layer.name}/{feature}",
            shapes[row],
            values[row] or ("" if column != "feature_name" else str(feature)),
        )
        for row, feature in enumerate(ids)
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
