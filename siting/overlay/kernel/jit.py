"""Machine code where numba is there, the same functions in plain Python where it is not.

Importing this module imports numba (half a second or more); see `siting.overlay.kernel.cache`
for where the machine code is kept, and `siting.overlay.kernel.measure` for when it pays.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from siting.overlay.kernel.cache import cache_folder
from siting.overlay.kernel.records import Index, Layout, Outlines, Side

log = logging.getLogger(__name__)

Function = TypeVar("Function", bound=Callable[..., Any])


def is_compiling() -> bool:
    """True when functions of the kernel become machine code in this process."""
    return _numba is not None


def has_cache() -> bool:
    """True when machine code outlives the process."""
    return _cache is not None


def _load_numba() -> Any:  # noqa: ANN401 - a module without types
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}:
        return None
    try:
        import numba
    except ImportError as missing:
        log.info("numba cannot be loaded (%s): areas are computed with numpy", missing)
        return None
    return numba


def _types(numba: Any) -> dict[str, Any]:  # noqa: ANN401
    kinds = numba.types
    floats, longs, ints = kinds.float64, kinds.int64, kinds.int32
    table = {"f8": floats, "i8": longs, "i4": ints, "b1": kinds.boolean, "none": kinds.void}
    table |= {f"{name}[]": table[name][::1] for name in ("f8", "i8", "i4", "b1")}
    table |= {f"{name}[:]": _frozen(numba, table[name]) for name in ("f8", "i8", "i4")}
    table |= {
        "f8[:,:]": _frozen(numba, floats, 2),
        "i8[:,:]": _frozen(numba, longs, 2),
        "f8[,]": floats[:, ::1],
        "i8[,]": longs[:, ::1],
        "i4[,]": ints[:, ::1],
    }
    # cells of rasters
    cells = {"u1": kinds.uint8, "u2": kinds.uint16, "u4": kinds.uint32, "f4": kinds.float32}
    table |= cells
    table |= {f"{name}[]": kind[::1] for name, kind in cells.items()}
    table |= {f"{name}[,]": kind[:, ::1] for name, kind in cells.items()}
    table |= {f"{name}[:,:]": _frozen(numba, kind, 2) for name, kind in cells.items()}
    table |= _tuple_types(numba, table)
    return table


def _frozen(numba: Any, dtype: Any, dimensions: int = 1) -> Any:  # noqa: ANN401
    return numba.types.Array(dtype, dimensions, "C", readonly=True)


def _tuple_types(numba: Any, table: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return the types of what travels as a named tuple; a field is frozen i8 unless listed."""
    pairs, spans = table["f8[:,:]"], table["i8[:,:]"]
    numbers = table["i4[:]"]
    known: dict[str, tuple[Any, dict[str, Any]]] = {
        "layout": (
            Layout,
            {"xy": pairs, "boxes": pairs, "order": numbers, "grid_frame": pairs,
             "grid_shape": spans, "cell_edges": numbers, "cell_anchor": numbers},
        ),
        "index": (Index, {"frame": pairs, "shape": spans}),
        "outlines": (
            Outlines,
            {"segments": pairs, "part_boxes": pairs, "longest_m": table["f8[:]"],
             "node_boxes": pairs, "node_first": spans},
        ),
    }  # fmt: skip
    named = {
        name: numba.types.NamedTuple(
            [fields.get(field, table["i8[:]"]) for field in kind._fields], kind
        )
        for name, (kind, fields) in known.items()
    }
    return named | {"side": numba.types.NamedTuple([table["f8[,]"], table["i8[,]"]], Side)}


def _lean_options(numba: Any) -> dict[str, bool]:  # noqa: ANN401
    """Return what makes numba leave its runtime out; nothing where it knows no such switch.

    The switch is numba's own and promised to nobody. Code without it counts references, which
    takes longer and changes no bit.
    """
    known = getattr(getattr(numba.core, "options", None), "DefaultOptions", None)
    return {"_nrt": False} if hasattr(known, "_nrt") else {}


_numba = _load_numba()
_LEAN = _lean_options(_numba) if _numba is not None else {}
_cache = cache_folder() if _numba is not None else None
_names = _types(_numba) if _numba is not None else {}


def _kind(name: str) -> Any:  # noqa: ANN401
    if name.startswith("("):
        return _numba.types.BaseTuple.from_types([_names[each] for each in name[1:-1].split(" ")])
    return _names[name]


def compiled(
    returns: str, *arguments: str, is_inlined: bool = False, is_lean: bool = False
) -> Callable[[Function], Function]:
    """Compile a function for one signature, without the GIL and without reordered sums.

    Parameters
    ----------
    returns, arguments
        Names of types: ``f8``, ``i8[]`` (an array to write), ``i8[:]`` (one that is only
        read), ``layout``, ``index``, ``outlines``, ``side``, or ``(f8 f8)`` for a tuple.
    is_inlined
        Put the function into its callers: a call that hands over a layout counts references
        to each of its arrays, which takes longer than most of these functions.
    is_lean
        Count no references at all: half the time of a small pair. For a function that asks for no
        memory and returns no array, and calls only such.
    """

    def decorate(function: Function) -> Function:
        if _numba is None:
            return function
        signature = _kind(returns)(*[_kind(name) for name in arguments])
        before = _numba.config.CACHE_DIR
        if _cache is not None:
            _numba.config.CACHE_DIR = str(_cache)
        try:
            # no fastmath: sums keep their order, so that numpy gives the same bits
            made: Function = _numba.njit(
                [signature],
                nogil=True,
                cache=_cache is not None,
                fastmath=False,
                inline="always" if is_inlined else "never",
                **(_LEAN if is_lean else {}),
            )(function)
        finally:
            _numba.config.CACHE_DIR = before
        return made

    return decorate
