"""Which way to measure: machine code for many pairs, numpy for few; the numbers are the same.

Loading numba and the machine code takes about a second, making it for the first time some
twenty; numpy measures a pair in about 0.1 ms. So few pairs never wait for numba, and a
machine without it gives the same areas and bounds, bit for bit.
"""

from __future__ import annotations

import importlib
import sys

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.overlay.kernel import layout as layouts
from siting.overlay.kernel import slabs_vector, vector
from siting.overlay.kernel.cache import UNIONS_READY, is_warm, may_compile
from siting.overlay.kernel.draw import is_drawn
from siting.overlay.kernel.records import AreaTable, Floats, Index, Layout, Longs

Geometries = NDArray[np.object_]

#: From how many pairs of boxes on machine code pays: when it is loaded, when it is in the
#: cache (0.9 s to load against 0.12 ms a pair), and when it has to be made (about 20 s).
#: Measured by benchmarks/bench.py.
PAIRS_WHEN_LOADED = 200
PAIRS_WHEN_WARM = 8_000
PAIRS_WHEN_COLD = 150_000
#: The same for features under the union of several others: numpy takes 0.3 to 0.5 ms for one.
UNIONS_WHEN_LOADED = 50
UNIONS_WHEN_WARM = 3_000
UNIONS_WHEN_COLD = 60_000
#: Above this number of shapes even looking for the pairs is quicker in machine code.
MANY_SHAPES = 200_000

#: From how many polygons on a layer is laid out whole for them, and how many of its rows each of
#: them must then stand for at most: verifying what is kept takes 0.1 µs a row, building and laying
#: out an object 12 µs, and a red line meets some twenty parcels.
BULK_FROM, BULK_SHARE = 100, 1_000

#: Machine code measures a pair so many times faster than numpy (at least), so it may measure so
#: many that nobody asked about.
MOST_UNASKED = 8

_ENGINE = "siting.overlay.kernel.engine"
_UNIONS = "siting.overlay.kernel.unions"


class Prepared:
    """Polygons that are measured against many others: laid out and indexed once, when needed.

    Parameters
    ----------
    geometries
        Valid polygons of one plane, in metres; anything else never pairs.
    """

    def __init__(self, geometries: Geometries) -> None:
        self._geometries = geometries
        self._compiled: tuple[Layout, Index] | None = None

    def __len__(self) -> int:
        return len(self.geometries)

    @property
    def geometries(self) -> Geometries:
        """All of them."""
        return self._geometries

    def at(self, rows: Longs) -> Geometries:
        """Return some of them."""
        return self.geometries[rows]

    def compiled(self) -> tuple[Layout, Index]:
        """Return layout and index for the compiled way."""
        if self._compiled is None:
            self._compiled = self._made()
        return self._compiled

    def _made(self) -> tuple[Layout, Index]:
        return laid_out(layouts.rings_of(self.geometries))


def laid_out(rings: layouts.Rings) -> tuple[Layout, Index]:
    """Return layout and index of rings for the compiled way."""
    from siting.overlay.kernel import boxes, engine

    made = engine.prepare(rings)
    return made, boxes.index_of(made.boxes)


def areas(
    left: Geometries | Prepared,
    right: Geometries | Prepared,
    *,
    floor_m2: float,
    one_in: int = 0,
    threads: int = 1,
) -> AreaTable:
    """Return the pairs of valid polygons whose overlap may exceed a floor, with bounds.

    Parameters
    ----------
    left, right
        Valid polygons of one plane, in metres; anything else never pairs. The smaller set left,
        or that which is measured once, for what is prepared stands right.
    floor_m2
        Pairs proven to overlap by this much at most are left out.
    one_in
        Draw one pair in so many for the witnesses, whatever its area; 0 draws none.
    threads
        Threads of the compiled way; any number gives the same table.

    Raises
    ------
    SitingError
        A coordinate is no finite number on the ground.
    """
    ground = right if isinstance(right, Prepared) else Prepared(right)
    ours = left.geometries if isinstance(left, Prepared) else left
    if _is_large(len(left) + len(ground)):
        return areas_compiled(left, ground, floor_m2=floor_m2, one_in=one_in, threads=threads)
    tree = shapely.STRtree(ours)
    right_index, left_index = tree.query(ground.geometries)
    if len(left_index) >= _break_even():
        return areas_compiled(left, ground, floor_m2=floor_m2, one_in=one_in, threads=threads)
    order = np.lexsort((right_index, left_index))
    pairs = left_index[order].astype(np.int64), right_index[order].astype(np.int64)
    return _with_numpy((ours, ground.geometries), pairs, floor_m2, one_in)


def unions(
    covers: Prepared, covered: Prepared, rows: tuple[Longs, Longs, Longs], *, threads: int = 1
) -> tuple[Floats, Floats]:
    """Return the area that each row's feature has under the union of others, and its bound, m².

    Parameters
    ----------
    covers, covered
        Valid polygons of one plane, in metres.
    rows
        The feature of each row among `covered`; where its covers begin (and the end of the last)
        among the third: places among `covers`.
    threads
        Threads of the compiled way; any number gives the same table, as does numpy.
    """
    targets, starts, over = rows
    if len(targets) >= _worth_loading_unions():
        from siting.overlay.kernel import unions as compiled

        table = compiled.covered_areas(
            covered.compiled()[0], covers.compiled()[0], rows, threads=threads
        )
    else:
        used, back = np.unique(over, return_inverse=True)
        table = slabs_vector.covered_areas(
            layouts.prepare(layouts.rings_of(covered.geometries[targets])),
            layouts.prepare(layouts.rings_of(covers.geometries[used])),
            (np.arange(len(targets)), starts, back),
        )
    return table[:, 0].copy(), table[:, 1].copy()


def _worth_loading_unions() -> float:
    if not may_compile():
        return float("inf")
    if _UNIONS in sys.modules:
        return UNIONS_WHEN_LOADED
    return UNIONS_WHEN_WARM if is_warm(UNIONS_READY) else UNIONS_WHEN_COLD


def areas_of_pairs(
    left: Geometries,
    right: Geometries,
    at: tuple[Longs, Longs],
    *,
    floor_m2: float,
    one_in: int = 0,
) -> AreaTable:
    """Return what :func:`areas` would of some pairs, and of no others.

    Parameters
    ----------
    left, right, floor_m2, one_in
        As for :func:`areas`.
    at
        Left and right index of each pair; no pair twice.

    Returns
    -------
    AreaTable
        Sorted by left and right index.
    """
    order = np.lexsort((at[1], at[0]))
    pairs = np.asarray(at[0], np.int64)[order], np.asarray(at[1], np.int64)[order]
    if len(order) >= _break_even():
        boxes = len(shapely.STRtree(left).query(right)[0])
        # machine code looks at all pairs of boxes: many drawings of one place meet each other
        if boxes <= MOST_UNASKED * len(order):
            table = areas_compiled(left, Prepared(right), floor_m2=floor_m2, one_in=one_in)
            wanted = pairs[0] * len(right) + pairs[1]
            return _rows(table, np.isin(table.left * len(right) + table.right, wanted))
    return _with_numpy((left, right), pairs, floor_m2, one_in)


def _rows(table: AreaTable, keep: NDArray[np.bool_]) -> AreaTable:
    return AreaTable(
        left=table.left[keep],
        right=table.right[keep],
        area_m2=table.area_m2[keep],
        bound_m2=table.bound_m2[keep],
        is_drawn=table.is_drawn[keep],
        looked_at=table.looked_at,
    )


def load_for(pairs: int) -> None:
    """Load the machine code where it pays for work that will ask about so many pairs in all.

    Parameters
    ----------
    pairs
        Roughly how many, over all calls to come.
    """
    if may_compile() and pairs >= _break_even():
        importlib.import_module(_ENGINE)


def is_bulk(left: int, right: int) -> bool:
    """True when so many polygons had better be measured against a whole layer, laid out for good.

    Parameters
    ----------
    left, right
        How many polygons are measured, and how many rows the layer has.
    """
    if left < BULK_FROM or left * BULK_SHARE < right:
        return False
    return _is_large(left + right) or (may_compile() and _ENGINE in sys.modules)


def _is_large(shapes: int) -> bool:
    return shapes > MANY_SHAPES and may_compile() and (_ENGINE in sys.modules or is_warm())


def _break_even() -> float:
    if not may_compile():
        return float("inf")
    if _ENGINE in sys.modules:
        return PAIRS_WHEN_LOADED
    return PAIRS_WHEN_WARM if is_warm() else PAIRS_WHEN_COLD


def areas_compiled(
    left: Geometries | Prepared,
    right: Prepared,
    *,
    floor_m2: float,
    one_in: int = 0,
    threads: int = 1,
) -> AreaTable:
    """Return what :func:`areas` does, by machine code whatever it costs to load it."""
    from siting.overlay.kernel import engine

    ours = left if isinstance(left, Prepared) else Prepared(left)
    theirs, index = right.compiled()
    return engine.area_table(
        ours.compiled()[0], theirs, index=index, floor_m2=floor_m2, one_in=one_in, threads=threads
    )


def _with_numpy(
    sides: tuple[Geometries, Geometries],
    pairs: tuple[Longs, Longs],
    floor_m2: float,
    one_in: int,
) -> AreaTable:
    # only what pairs is laid out: a red line's neighbours, not the whole layer
    used = [np.unique(side) for side in pairs]
    ours, theirs = (
        layouts.prepare(layouts.rings_of(side[rows]))
        for side, rows in zip(sides, used, strict=True)
    )
    at = [np.searchsorted(rows, side) for rows, side in zip(used, pairs, strict=True)]
    area_m2, bound_m2, heads = vector.pair_areas(ours, theirs, at[0], at[1])
    is_met = heads[:, 0] >= 0
    drawn = _drawn(ours, theirs, heads, one_in) & is_met
    is_kept = is_met & ((area_m2 + bound_m2 > floor_m2) | drawn)
    return AreaTable(
        left=pairs[0][is_kept],
        right=pairs[1][is_kept],
        area_m2=area_m2[is_kept],
        bound_m2=bound_m2[is_kept],
        is_drawn=drawn[is_kept],
        looked_at=int(is_met.sum()),
    )


def _drawn(ours: Layout, theirs: Layout, heads: Longs, one_in: int) -> NDArray[np.bool_]:
    return np.array(
        [
            own >= 0 and is_drawn(ours.boxes, own, theirs.boxes, other, one_in)
            for own, other in heads.tolist()
        ],
        dtype=bool,
    )
