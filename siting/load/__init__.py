"""Files -> layers, red lines and projects, through one load contract.

Reading happens in a child process (:mod:`siting.load.child`); what came back is held
against the contract (:mod:`siting.load.contract`): rows counted independently, each
refusal listed, the CRS declared, coordinates plausible, the file unchanged meanwhile.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siting.load.atlas import load_city
    from siting.load.contract import neighbourhood_of
    from siting.load.forensic.hypotheses import Place
    from siting.load.kept import Shelf
    from siting.load.paste import Pasted, read_pasted
    from siting.load.projects import read_projects
    from siting.load.red_lines import read_red_lines, with_unique_ids
    from siting.load.txt_red_lines import TextWays

__all__ = [
    "Pasted",
    "Place",
    "Shelf",
    "TextWays",
    "load_city",
    "neighbourhood_of",
    "read_pasted",
    "read_projects",
    "read_red_lines",
    "with_unique_ids",
]

_HOMES = {
    "Pasted": "siting.load.paste",
    "Place": "siting.load.forensic.hypotheses",
    "Shelf": "siting.load.kept",
    "neighbourhood_of": "siting.load.contract",
    "TextWays": "siting.load.txt_red_lines",
    "read_pasted": "siting.load.paste",
    "load_city": "siting.load.atlas",
    "read_projects": "siting.load.projects",
    "read_red_lines": "siting.load.red_lines",
    "with_unique_ids": "siting.load.red_lines",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the public functions, imported when asked for
    # The reading process imports this package too and must not pay for geopandas.
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(_HOMES[name]), name)
