"""Running a pure function over partitions, in this process or in several."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

log = logging.getLogger(__name__)

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def run(
    function: Callable[[_Part], _Result], parts: Sequence[_Part], *, workers: int = 1
) -> list[_Result]:
    """Return ``function(part)`` for each part, in the order of the parts.

    Parameters
    ----------
    function
        A pure function of one part, importable by name (it may travel to a process).
    parts
        What to work on.
    workers
        Number of processes; 1 stays in this one. Results are the same either way.

    Notes
    -----
    A worker that is killed takes its pool with it; its parts are then done again here, so
    no part is ever missing from the result.
    """
    if workers <= 1 or len(parts) <= 1:
        return [function(part) for part in parts]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # spawn: forking a process that holds GEOS and Arrow threads can deadlock
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(workers, len(parts)), mp_context=context) as pool:
            return list(pool.map(function, parts))
    except BrokenProcessPool:
        log.warning("a worker process died; doing its work again in this process")
        return [function(part) for part in parts]
