"""Which way to run the inner loops: machine code for large networks, plain Python for small ones.

Loading numba and the machine code takes 0.6 s, making it for the first time some seconds; plain
Python takes 3 µs an arc. So a search in a small city never waits for numba, and the figures are
the same to the last bit.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from siting.access import plain_paths
from siting.overlay.kernel.cache import may_compile

#: Up to so many arcs or pairs plain Python is quicker, where the machine code is not loaded yet:
#: a dozen questions about 20,000 edges take as long as loading it (benchmarks/access.py's streets).
FEW = 40_000

_COMPILED = "siting.access.paths"


def loops_for(size: int) -> ModuleType:
    """Return the home of ``unite`` and ``spread`` for so many pairs or arcs."""
    if not may_compile() or (size <= FEW and _COMPILED not in sys.modules):
        return plain_paths
    return importlib.import_module(_COMPILED)
