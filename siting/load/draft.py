"""A layer while it is being loaded, and which columns of its source it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siting.load import contract as terms
from siting.load.formats import Fingerprint
from siting.load.ground import Ground

if TYPE_CHECKING:
    from siting.city import LayerSpec
    from siting.load.kept import KeptLayer
    from siting.load.rows import Rows
    from siting.load.shapes import Shapes
    from siting.model import Features, Pixels


@dataclass(slots=True)
class Draft:
    """A layer while it is being loaded."""

    spec: LayerSpec
    ground: Ground
    found: terms.Findings
    print: Fingerprint = field(default_factory=lambda: Fingerprint("", ()))
    crs: str = ""
    rows: Rows | None = None
    source: Shapes | None = None
    """Shapes in the file's own coordinates, for ranges and hashes."""
    names: dict[int, str] = field(default_factory=dict)
    """Ids of the rows that were refused or repaired."""
    rows_used: Features | None = None
    """The rows that passed; None when the layer failed."""
    content_sha256: str = ""
    pixels: Pixels | None = None
    """The cells of a raster that passed."""
    kept: KeptLayer | None = None
    """The layer as an earlier run left it; then nothing was read."""


def read_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns to read from the layer itself; a joined table brings the others."""
    wanted = wanted_columns(spec, ground)
    if spec.join is None:
        return wanted
    own = (name for name in wanted if name not in spec.join.columns)
    return tuple(dict.fromkeys((*own, spec.join.on)))


def wanted_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns to have: id, name, those of city.toml and those the role needs."""
    extra = _extra_columns(spec, ground)
    joined_ones = () if spec.join is None else spec.join.columns
    renamed = spec.attributes.values()
    names = (spec.id_column, spec.name_column, *spec.columns, *renamed, *joined_ones, *extra)
    return tuple(dict.fromkeys(name for name in names if name))


def kept_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns that the frame keeps under their own names."""
    joined_ones = () if spec.join is None else spec.join.columns
    return (*spec.columns, *joined_ones, *_extra_columns(spec, ground))


def _extra_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns that the role needs; what `attributes` renames goes by its other name."""
    extra = (ground.extra_columns or {}).get(spec.role.name, ())
    return tuple(name for name in extra if name not in spec.attributes)
