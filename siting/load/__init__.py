"""Files -> layers, red lines and projects, through one load contract.

Reading happens in a child process (:mod:`siting.load.child`); what came back is held
against the contract (:mod:`siting.load.contract`): rows counted independently, each
refusal listed, the CRS declared, coordinates plausible, the file unchanged meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.lazy import names_of

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

#: The reading process imports this package too, and must not pay for all of it.
_HOMES = {
    "siting.load.atlas": ("load_city",),
    "siting.load.contract": ("neighbourhood_of",),
    "siting.load.forensic.hypotheses": ("Place",),
    "siting.load.kept": ("Shelf",),
    "siting.load.paste": ("Pasted", "read_pasted"),
    "siting.load.projects": ("read_projects",),
    "siting.load.red_lines": ("read_red_lines", "with_unique_ids"),
    "siting.load.txt_red_lines": ("TextWays",),
}
__getattr__ = names_of(__name__, _HOMES)
