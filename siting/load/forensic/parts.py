"""Evidence about the parts of one file (plots, pasted shapes): one search for all of them.

A file of 18,000 plots that lie elsewhere must not be searched 18,000 times: what is wrong with a
file is wrong with it as a whole, so the hypotheses are tried on all parts that name the same CRS
together, and each part has then only to bear the accepted one out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siting.errors import Where
from siting.load.forensic.accept import accepted_of, hint_of
from siting.load.forensic.changes import Pairs
from siting.load.forensic.evidence import Inquiry, inquire
from siting.load.forensic.hypotheses import Hypothesis, Place
from siting.model import Accepted


class Parts:
    """The coordinates of the parts of a file, with the CRS that each names.

    Parameters
    ----------
    place
        The city; None where none is known, then there is no evidence.
    parts
        Easting and northing (longitude and latitude) of each part, and its declared CRS.
    """

    def __init__(self, place: Place | None, parts: Sequence[tuple[Pairs, str]]) -> None:
        self._place = place
        self._parts = parts
        self._found: dict[str, Inquiry] = {}

    def inquiry(self, declared: str, place: Place) -> Inquiry:
        """Return what the parts that name one CRS could be; searched once."""
        if declared not in self._found:
            own = [pairs for pairs, crs in self._parts if crs == declared]
            every = np.vstack(own) if own else np.empty((0, 2))
            self._found[declared] = inquire(every, declared, place)
        return self._found[declared]

    def hint(self, declared: str, *, how: str) -> str:
        """Return in words what the parts that name this CRS could be, and how to accept it."""
        if self._place is None:
            return ""
        return hint_of(self.inquiry(declared, self._place), how=how)

    def accepted(
        self, pairs: Pairs, declared: str, accept: str, *, where: Where
    ) -> tuple[Hypothesis, Accepted]:
        """Return the hypothesis that the user has verified, borne out by this part.

        Raises
        ------
        ConfigError, ReadError
            As :func:`siting.load.forensic.accept.accepted`.
        """
        place = self._place
        whole = None if place is None else self.inquiry(declared, place)
        return accepted_of(pairs, accept, (place, whole), where=where)
