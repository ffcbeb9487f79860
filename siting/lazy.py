"""Names of a package that are imported when they are first asked for.

A package whose parts cost very different amounts (a writer of workbooks beside a writer of
text) gives its names so, and one red line is not made to wait for what it never uses.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def names_of(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return what a package takes for its ``__getattr__``.

    Parameters
    ----------
    package
        ``__name__`` of the package; a name is kept there once it was imported.
    homes
        Module -> the names that it gives to the package, ``name as other`` where it goes by
        another there.

    Returns
    -------
    Callable
        Imports the home of a name and returns what it names.

    Notes
    -----
    PEP 562. Type checkers follow the same names under ``TYPE_CHECKING``; a test holds both
    lists against each other.
    """
    home_of = {
        entry.rpartition(" as ")[2]: (home, entry.partition(" as ")[0])
        for home, names in homes.items()
        for entry in names
    }

    def __getattr__(name: str) -> Any:  # noqa: ANN401, N807 - any public name of the package
        if name not in home_of:
            message = f"module '{package}' has no attribute '{name}'"
            raise AttributeError(message)
        home, own_name = home_of[name]
        value = getattr(importlib.import_module(home), own_name)
        vars(importlib.import_module(package))[name] = value
        return value

    return __getattr__
