"""The ids of a layer's features as hashes: enough to ask whether a feature was there.

A report carries no list of features, so a second report could not tell a *new* feature from
a *changed* one. Truncated hashes of the ids answer that in 6 bytes a feature.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

#: Bytes kept of an id's hash: among 100,000 ids, one id that is not there is taken for one
#: that is with a chance of 4e-10.
ID_PRINT_BYTES = 6
#: Layers with more features give no prints (0.8 MB of text): then it cannot be told.
ID_PRINTS_AT_MOST = 100_000


class IdPrints(NamedTuple):
    """What a report says of the ids of a layer."""

    sha256: str
    """Of all ids; see :func:`ids_sha256`."""
    packed: str
    """Of each id; see :func:`id_prints`."""


#: Of a layer without features, or that no rule needs.
NO_PRINTS = IdPrints("", "")


def prints_of(feature_ids: Sequence[str]) -> IdPrints:
    """Return what a report says of these ids."""
    return IdPrints(ids_sha256(feature_ids), id_prints(feature_ids))


def id_print(feature_id: str) -> bytes:
    """Return the truncated hash of one id."""
    return hashlib.sha256(feature_id.encode()).digest()[:ID_PRINT_BYTES]


def id_prints(feature_ids: Sequence[str]) -> str:
    """Return the sorted truncated hashes of all ids as one base64 text, '' of none.

    Also '' for more than :data:`ID_PRINTS_AT_MOST` of them; ``ids_sha256`` tells the two apart.
    """
    if len(feature_ids) > ID_PRINTS_AT_MOST:
        return ""
    return base64.b64encode(b"".join(sorted(map(id_print, feature_ids)))).decode()


def ids_sha256(feature_ids: Sequence[str]) -> str:
    """Return the hash of all ids, the same for every order of them; '' of none."""
    if not feature_ids:
        return ""
    text = "\n".join(sorted(feature_ids))
    return hashlib.sha256(text.encode()).hexdigest()
