"""A commented city.toml from whatever lies in a folder: the first step of a new city.

Roles come from the national names and fields (``names.toml``, with their sources), else
they are guessed from words and marked. Code systems, coverages and missing reference
systems are never guessed: the file asks for them. Nothing that was found is left out.
"""

from siting.founding.entries import Entry, Sureness, Use
from siting.founding.work import Founding, FoundingOptions, found_city, founding_to_dict

__all__ = [
    "Entry",
    "Founding",
    "FoundingOptions",
    "Sureness",
    "Use",
    "found_city",
    "founding_to_dict",
]
