"""The features that a measure looks at: those of some roles, of which a column may choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.candidates import as_array
from siting.config import TableReader
from siting.criteria.base import Doubt, Geometries, Setting, Sites
from siting.errors import SchemaError, Where, nearest
from siting.model import Layer, LoadStatus, Text
from siting.model.features import plain_word
from siting.overlay import prepared
from siting.overlay.cover import outside_m2
from siting.overlay.kernel.measure import Prepared
from siting.rules.base import wholes

#: Columns and the values of which a feature has one: (("line", ("1", "3")),).
Conditions = tuple[tuple[str, tuple[str, ...]], ...]


def where_in(reader: TableReader) -> Conditions:
    """Read ``where = { column = [values] }``; all columns have to fit."""
    table = reader.table("where")
    conditions = tuple(
        (column, tuple(map(plain_word, table.texts(column)))) for column in table.names()
    )
    for column, values in conditions:
        if not values:
            table.problem(
                f"'{column}' names no value",
                expected=f'{column} = ["…"]',
                next_step="list the values that count, or leave the column out",
            )
    table.finish()
    return conditions


@dataclass(frozen=True, eq=False)
class Chosen:
    """The features of some roles that fit; ``notes`` say what else there may be.

    ``ids`` are those of their layers. ``layers`` are the usable ones, also where none of their
    features fits.
    """

    layers: tuple[Layer, ...]
    shapes: Geometries
    ids: tuple[str, ...]
    notes: tuple[Text, ...]
    lost: tuple[Text, ...] = ()
    """What is missing because a layer failed or lost rows."""

    def doubt(self, towards: float) -> Doubt | None:
        """Return that figures may in truth go as far as that, where something is missing."""
        return Doubt(towards, self.lost[0]) if self.lost else None

    @cached_property
    def is_areal(self) -> NDArray[np.bool_]:
        """True for the features that can cover land."""
        return np.asarray(shapely.get_dimensions(self.shapes) == 2, dtype=bool)

    @cached_property
    def covers(self) -> Prepared:
        """Those features, laid out once for all sites."""
        return prepared(self.shapes[self.is_areal])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of the features."""
        return shapely.STRtree(self.shapes)


def chosen(
    setting: Setting,
    roles: tuple[str, ...],
    where: Conditions = (),
    *,
    with_unknown: bool = False,
) -> Chosen | None:
    """Return the features of some roles; None without a usable layer of any.

    Parameters
    ----------
    setting
        Its ``kept`` remembers them.
    roles
        All layers of any of them count.
    where
        Which features count.
    with_unknown
        Whether those without a value of these columns do: right for what is a burden, as an
        unknown value must not hide it. A note says how many they are.

    Raises
    ------
    SchemaError
        No layer of the roles has a column of `where`.
    """
    key = ("features", roles, where, with_unknown)
    if key not in setting.kept:
        setting.kept[key] = _chosen(setting, roles, where, with_unknown=with_unknown)
    found: Chosen | None = setting.kept[key]
    return found


def _chosen(
    setting: Setting, roles: tuple[str, ...], where: Conditions, *, with_unknown: bool
) -> Chosen | None:
    layers = [layer for role in roles for layer in setting.atlas.by_role(role)]
    usable = [layer for layer in layers if layer.is_usable and layer.features is not None]
    if not usable:
        return None
    for column, _ in where:
        _require(column, usable)
    shapes: list[Any] = []
    ids: list[str] = []
    lost = tuple(note for layer in layers for note in _short(layer))
    notes = [*lost]
    for layer in usable:
        rows = layer.features
        if rows is None:
            continue
        keep, more = _fitting(layer, where, with_unknown=with_unknown)
        outlines = rows.shapes_at(rows.every)
        keep &= ~(shapely.is_missing(outlines) | shapely.is_empty(outlines))
        shapes.extend(outlines[keep])
        names = rows.ids()
        ids.extend(names[row] for row in np.flatnonzero(keep).tolist())
        notes.extend(more)
    return Chosen(tuple(usable), as_array(shapes), tuple(ids), tuple(notes), lost)


def _require(column: str, layers: Sequence[Layer]) -> None:
    known = sorted(
        {name for layer in layers if layer.features is not None for name in layer.features.columns}
    )
    if column not in known:
        names = ", ".join(layer.name for layer in layers)
        raise SchemaError(
            f"评价因子用到的字段 '{column}' 在图层中不存在 / a criterion chooses by the column "
            f"'{column}', which no such layer has",
            where=Where(layer=names),
            expected=", ".join(known),
            found=column,
            next_step=nearest(column, known)
            or f"correct where of the profile, or add '{column}' to columns of the layer",
        )


def _fitting(
    layer: Layer, where: Conditions, *, with_unknown: bool
) -> tuple[NDArray[np.bool_], list[Text]]:
    """Return which features of a layer fit, and of how many nobody knows."""
    rows = layer.features
    count = 0 if rows is None else len(rows)
    keep, is_unknown = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    for column, values in where:
        texts = [""] * count
        if rows is not None and column in rows.columns:
            texts = [plain_word(text) for text in rows.texts_at(column, rows.every)]
        is_blank = np.array([not text for text in texts], dtype=bool)
        is_named = np.array([text in values for text in texts], dtype=bool)
        keep &= is_named | (is_blank & with_unknown)
        is_unknown |= is_blank
    unknown = int(np.count_nonzero(is_unknown))
    if not unknown:
        return keep, []
    columns = "、".join(column for column, _ in where)
    note = Text(
        f"图层“{layer.title.get('zh')}”有 {unknown} 个要素没有 {columns} 的值，"
        + ("已计入" if with_unknown else "未计入"),
        f"{unknown} feature(s) of layer '{layer.title.get('en')}' without a value of {columns} "
        + ("were counted" if with_unknown else "were not counted"),
    )
    return keep, [note]


def _short(layer: Layer) -> list[Text]:
    """Return that a layer failed, or lost rows: what is nearest may be among them."""
    zh, en = layer.title.get("zh"), layer.title.get("en")
    if not layer.is_usable:
        return [
            Text(f"图层“{zh}”未通过加载核验，未计入", f"layer '{en}' failed and was not counted")
        ]
    if layer.contract.status is LoadStatus.SHORT:
        lost = layer.contract.rows_refused
        return [
            Text(
                f"图层“{zh}”有 {lost} 行未能使用，未计入",
                f"{lost} row(s) of layer '{en}' could not be used and were not counted",
            )
        ]
    return []


def outside(sites: Sites, layers: Sequence[Layer], *, over_share: float = 0.0) -> dict[int, Text]:
    """Return by position which sites leave the declared coverage of a layer, and by how much.

    What lies there nobody knows. A layer without a declared coverage says nothing of it; parts
    of one whole cover together. Sites are told of which more than `over_share` (0-1) is outside.
    """
    found: dict[int, Text] = {}
    shapes = sites.shapes
    for layer in wholes(layers):
        if layer.coverage is None:
            continue
        for at, bare_m2 in outside_m2(shapes, layer.coverage, 0.0).items():
            if bare_m2 <= over_share * sites.areas_m2[at]:
                continue
            found[at] = Text(
                f"场地有 {bare_m2:,.1f} m² 在图层“{layer.title.get('zh')}”声明的覆盖范围之外",
                f"{bare_m2:,.1f} m² of the site lie outside the declared coverage of layer "
                f"'{layer.title.get('en')}'",
            )
    return found
