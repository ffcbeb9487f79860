"""The ``[map]`` table of city.toml: how much a page may weigh, and tiles of the intranet."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from siting.config import TableReader

#: What a mail server lets through in most offices; a page over it does not arrive.
DEFAULT_BUDGET_MB = 25.0
#: A page without any data weighs 0.35 MB.
LEAST_BUDGET_MB = 1.0
#: Datums of tiles that pages can place. BD-09 has a grid of its own.
TILE_DATUMS = ("cgcs2000", "wgs84", "gcj02")
#: Beyond it tiles are enlarged.
DEFAULT_TILE_ZOOM, MOST_TILE_ZOOM = 18, 22
#: An address that is one source of a Content-Security-Policy and nothing else.
_TILE_URL = re.compile(r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~%/?&=+@,:{}-]*$")
_PLACES = frozenset({"{z}", "{x}", "{y}"})


@dataclass(frozen=True, slots=True)
class TileSpec:
    """``tiles`` of ``[map]``: pictures behind the map, in Web Mercator, from a server.

    ``url`` has ``{z}``, ``{x}`` and ``{y}``; ``datum`` is what its coordinates are of.
    """

    url: str
    datum: str
    attribution: str = ""
    max_zoom: int = DEFAULT_TILE_ZOOM

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a page may ask for pictures."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class MapSpec:
    """``[map]``: ``budget_mb`` (10⁶ bytes) is how much a page may weigh with its background.

    Without ``tiles`` a page asks nothing of any server.
    """

    budget_mb: float = DEFAULT_BUDGET_MB
    tiles: TileSpec | None = None


def map_of(reader: TableReader) -> MapSpec:
    """Read ``[map]``."""
    budget_mb = reader.number("budget_mb", DEFAULT_BUDGET_MB)
    if budget_mb is None or not (math.isfinite(budget_mb) and budget_mb >= LEAST_BUDGET_MB):
        reader.problem(
            "'budget_mb' is no size of a page",
            expected=f"megabytes ≥ {LEAST_BUDGET_MB:g}",
            found=str(budget_mb),
            next_step="say how many megabytes a page may weigh",
        )
        budget_mb = DEFAULT_BUDGET_MB
    tiles = _tiles_of(reader.table("tiles")) if "tiles" in reader else None
    reader.finish()
    return MapSpec(budget_mb, tiles)


def _tiles_of(reader: TableReader) -> TileSpec:
    url = reader.text("url", required=True)
    if "url" in reader and not (
        _TILE_URL.match(url) and set(re.findall(r"{[^}]*}?", url)) == _PLACES
    ):
        reader.problem(
            "'url' is no address of tiles",
            expected="http(s)://host/… with {z}, {x} and {y}, and no other braces or quotes",
            found=url,
            next_step="correct the address",
        )
    datum = reader.text("datum")
    if datum not in TILE_DATUMS:
        reader.problem(
            "the datum of the tiles is not declared" if not datum else f"no tiles in '{datum}'",
            expected=" | ".join(TILE_DATUMS),
            found=datum,
            next_step="ask who runs the tiles: 天地图 is cgcs2000; 高德 and 腾讯 are gcj02, "
            "50 to 700 m off unless declared",
        )
    max_zoom = reader.whole("max_zoom", DEFAULT_TILE_ZOOM)
    if max_zoom is None or not 0 < max_zoom <= MOST_TILE_ZOOM:
        reader.problem(
            "'max_zoom' is no zoom of tiles",
            expected=f"a whole number from 1 to {MOST_TILE_ZOOM}",
            found=str(max_zoom),
            next_step="correct max_zoom",
        )
        max_zoom = DEFAULT_TILE_ZOOM
    spec = TileSpec(url, datum, reader.text("attribution"), max_zoom)
    reader.finish()
    return spec
