"""Variables of the process: those of other programs that change what GDAL does, and our own.

QGIS, ArcGIS and PostGIS leave some of the former behind.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

#: Begins of the names of variables by which PROJ and GDAL can be turned: other data
#: (``PROJ_LIB``, ``GDAL_DATA``), other drivers (``OGR_SKIP``, ``GDAL_DRIVER_PATH``), other
#: readings (``OGR_ARC_STEPSIZE``, ``SHAPE_ENCODING``).
FOREIGN_PREFIXES = ("PROJ_", "GDAL_", "OGR_", "OSR_", "CPL_", "SHAPE_", "VSI_", "OPENFILEGDB_")

#: Read once, when numpy is loaded.
_BLAS_THREADS = "OPENBLAS_NUM_THREADS"


def without_idle_threads() -> None:
    """Keep numpy's OpenBLAS from starting a thread per core, which costs 40 ms at each start.

    siting multiplies no large matrices. Has to be called before numpy is imported; who has set the
    variable is obeyed.
    """
    os.environ.setdefault(_BLAS_THREADS, "1")


def is_foreign(name: str) -> bool:
    """True for a variable that turns PROJ or GDAL, whoever set it."""
    return name.upper().startswith(FOREIGN_PREFIXES)


@contextlib.contextmanager
def without_foreign_variables() -> Iterator[None]:
    """Put the variables of :func:`is_foreign` aside while GDAL is loaded and used here.

    ``OGR_SKIP`` is read when GDAL is loaded, most others when they are needed: what is
    written must depend on neither. They come back when the block ends. Serves as a decorator.
    """
    kept = {name: value for name, value in os.environ.items() if is_foreign(name)}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
