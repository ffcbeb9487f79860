"""What came of layers under their contract, kept for the next time they are asked for.

A layer is found again by all that its loading depends on (:meth:`Shelf.key`): the bytes of its
files, what city.toml says of it, the ground it was held against, and the versions and the code
that did it. What depends on the date of the study (a layer too old) is no part of it, for it is
judged each time.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import json
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely

from siting.environment import is_foreign
from siting.features import StoredFeatures
from siting.load.formats import Fingerprint, Format, file_sha256, fingerprint
from siting.model import Accepted, Arrays, Contract, Features, LoadStatus, Refusal, Text
from siting.model.prints import IdPrints
from siting.store import DamagedEntryError, Stamps, Store, Trust, code_sha256

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from siting.city import LayerSpec
    from siting.load.ground import Ground
    from siting.store.entry import Entry

log = logging.getLogger(__name__)

#: Kind of the entries, and the name of what stands in them.
KIND, RECIPE = "layer", "siting-layer/1"
#: Kinds of what :mod:`siting.load.recall` keeps.
RECORD_KINDS = ("red_lines", "projects", "raster")
#: Kind of the hashes of a layer's ids; they go by the key of the layer.
IDS = "ids"
#: Kinds of arrays made of a layer's outlines (:meth:`siting.model.Features.derived`).
DERIVED = ("layout",)
#: Kind of the decoded cells of rasters (:mod:`siting.load.pixels`).
PIXELS = "pixels"
#: Entries of one layer: the present one, and the one before (a source that comes and goes).
KEPT_PER_LAYER = 2
#: Of a layer's table in city.toml, what its rows do not depend on.
BESIDE = frozenset(
    {
        "title", "path", "coverage", "dated", "authority", "part_of", "accuracy_m", "licence",
        "code_system", "release", "max_age_days", "sha256", "join",
    }
)  # fmt: skip
#: Packages whose version may change what comes out of a file.
_PACKAGES = ("siting", "pandas", "pyogrio", "fiona")
#: The same of what is loaded by now, which spares reading its metadata.
_LOADED = (np, pa, shapely, pyproj)
#: Our own files that may.
_CODE = ("load", "features", "store", "crs.py", "datums.py", "model/land.py", "model/prints.py",
         "schema.py")  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class KeptLayer:
    """What loading a layer came to."""

    contract: Contract
    crs: str
    content_sha256: str
    rows: Features | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is kept beside the rows of a layer: ``digest`` stands for the bytes of its entry."""

    store: Store
    key: str
    label: str
    digest: str

    def id_prints(self, read: Callable[[], IdPrints]) -> IdPrints:
        """See :class:`siting.features.stored.Beside`."""
        entry = self.store.get(IDS, self.key)
        if entry is not None:
            return IdPrints(*entry.meta["prints"])
        found = read()
        self.store.put(IDS, self.key, {"label": self.label, "prints": list(found)})
        return found

    def derived(self, kind: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
        """See :class:`siting.features.stored.Beside`; each byte is verified before it is given.

        What is found was made of these very bytes, whatever the layer's key may stand for.
        """
        key = hashlib.sha256(f"{self.key}/{self.digest}/{recipe}".encode()).hexdigest()
        found = self._arrays(kind, key)
        if found is not None:
            return found
        with self.store.building(kind, key):
            found = self._arrays(kind, key)  # another process may have made it meanwhile
            if found is None:
                found = make()
                self.store.put(kind, key, {"label": self.label}, arrays=found)
        self.store.prune(kind, keep=KEPT_PER_LAYER)
        return found

    def _arrays(self, kind: str, key: str) -> Arrays | None:
        entry = self.store.get(kind, key)
        if entry is None:
            return None
        try:
            return {name: entry.array(name) for name in entry.names}
        except DamagedEntryError as damage:
            self.store.drop(kind, key, str(damage.found))
            return None


class Shelf:
    """Where loaded layers are kept, and the hashes of their files.

    Parameters
    ----------
    store
        Where.
    trust
        Whether a file's stamp may stand for its bytes; see :class:`siting.store.Trust`.
    """

    def __init__(self, store: Store, trust: Trust = Trust.HASH) -> None:
        self.store = store
        self.trust = trust
        self._stamps = Stamps(store, trust)
        self._shapes: dict[int, tuple[BaseGeometry, str]] = {}
        self.has_news = False
        """True when something was kept, so that something older may go."""

    def fingerprint(self, path: Path, file_format: Format) -> Fingerprint:
        """Return the fingerprint of a file, as the trust allows."""
        return fingerprint(path, file_format, self._digest)

    def is_expected(self, spec: LayerSpec, file_format: Format, ground: Ground) -> bool:
        """True when the stamps say that the layer is kept: then no reader need get ready."""

        def stamped(path: Path) -> str:
            return self._stamps.stamped(path)

        look = fingerprint(spec.path, file_format, stamped)
        return self.store.has(KIND, self.key(spec, look, ground))

    def key(self, spec: LayerSpec, look: Fingerprint, ground: Ground) -> str:
        """Return the hash of all that a layer's loading depends on."""
        stated = {
            field.name: getattr(spec, field.name)
            for field in dataclasses.fields(spec)
            if field.name not in BESIDE
        }
        role = {"role": [spec.role.name, list(spec.role.geometry)]}
        text = json.dumps(
            [
                RECIPE,
                ground.shown(spec.path),
                [look.sha256, list(look.parts)],
                stated | role,
                self._join(spec),
                self._ground_facts(spec, ground),
                circumstances(),
            ],
            sort_keys=True,
            default=_plain,
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def get(self, key: str, ground: Ground, rebuild: Callable[[], Features]) -> KeptLayer | None:
        """Return a kept layer; None when there is none.

        Parameters
        ----------
        key
            From :meth:`key`.
        ground
            For the working CRS.
        rebuild
            Loads the rows from the source, should the entry turn out to be damaged.
        """
        entry = self.store.get(KIND, key)
        if entry is None:
            return None

        def anew(damage: str) -> Features:
            self.store.drop(KIND, key, damage)
            return rebuild()

        return KeptLayer(
            contract=_contract(entry.meta["contract"]),
            crs=entry.meta["crs"],
            content_sha256=entry.meta["content_sha256"],
            rows=self._rows(key, entry, ground, anew),
        )

    def _rows(
        self, key: str, entry: Entry, ground: Ground, anew: Callable[[str], Features]
    ) -> Features | None:
        """Return the rows of an entry; a layer that failed has none, and no array was kept."""
        if not entry.names:
            return None
        beside = Beside(self.store, key, entry.label, entry.digest)
        return StoredFeatures(entry, ground.crs, anew, beside)

    def building(self, key: str) -> AbstractContextManager[None]:
        """Be the only process that loads a layer in order to keep it."""
        return self.store.building(KIND, key)

    def put(self, key: str, layer: KeptLayer, *, label: str, source: dict[str, Any]) -> None:
        """Keep a layer that passed, or what there is to say of one that failed.

        Parameters
        ----------
        key
            From :meth:`key`.
        layer
            Its ``rows`` are a :class:`siting.load.frames.Recipe`; None where it failed.
        label, source
            For people: whose it is, and of which file.
        """
        from siting.load.frames import Recipe

        if self.store.is_off or self.store.trouble:
            return
        recipe = layer.rows if isinstance(layer.rows, Recipe) else None
        meta = {
            "label": label,
            "source": source,
            "contract": dataclasses.asdict(layer.contract),
            "crs": layer.crs,
            "content_sha256": layer.content_sha256,
            "gaps": [] if recipe is None else recipe.gaps,
        }
        arrays, table = (None, None) if recipe is None else (recipe.arrays(), recipe.table)
        self.store.put(KIND, key, meta, arrays=arrays, table=table)
        self.has_news = True

    def close(self) -> None:
        """Keep what was learned of files, and let go of what nobody will ask for again."""
        if not self.store.is_off:
            self._stamps.save()
        if self.has_news:
            for kind in (KIND, IDS, PIXELS, *DERIVED, *RECORD_KINDS):
                self.store.prune(kind, keep=KEPT_PER_LAYER)

    def _digest(self, path: Path) -> str:
        return self._stamps.digest(path, file_sha256)

    def _ground_facts(self, spec: LayerSpec, ground: Ground) -> dict[str, Any]:
        extra = (ground.extra_columns or {}).get(spec.role.name, ())
        return {
            "near": self._shape_sha256(ground.neighbourhood),
            "outline": self._shape_sha256(ground.outline),
            "crs": ground.crs,
            "systems": [dataclasses.asdict(system) for system in ground.systems],
            "extra": list(extra),
        }

    def _shape_sha256(self, shape: BaseGeometry | None) -> str:
        """Return the hash of an outline, taken once: all layers of a city lie on the same one."""
        if shape is None:
            return ""
        # The shape is held on to, so that its id stays its own.
        if id(shape) not in self._shapes:
            found = hashlib.sha256(shapely.to_wkb(shape)).hexdigest()
            self._shapes[id(shape)] = (shape, found)
        return self._shapes[id(shape)][1]

    def _join(self, spec: LayerSpec) -> list[Any]:
        if spec.join is None:
            return []
        stated = dataclasses.asdict(spec.join) | {"path": spec.join.path.name}
        # A table that cannot be read fails the layer, and a failed layer is not kept.
        is_there = spec.join.path.is_file()
        return [stated, self._digest(spec.join.path) if is_there else ""]


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON takes
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, os.PathLike):
        return Path(value).name
    return dict(value) if isinstance(value, Mapping) else str(value)


def circumstances() -> dict[str, Any]:
    """Return what the outcome depends on besides the data."""
    return _programs() | {
        "foreign": {name: value for name, value in sorted(os.environ.items()) if is_foreign(name)}
    }


@functools.cache
def _programs() -> dict[str, Any]:
    found: dict[str, Any] = {name: importlib.metadata.version(name) for name in _PACKAGES}
    found |= {module.__name__: module.__version__ for module in _LOADED}
    found["geos"], found["proj"] = shapely.geos_version, pyproj.proj_version_str
    found["code"] = code_sha256(_CODE)
    return found


def _contract(stated: dict[str, Any]) -> Contract:
    """Return a contract as ``dataclasses.asdict`` and JSON left it."""
    accepted = stated["accepted"]
    if accepted is not None:
        texts = {
            name: None if accepted[name] is None else Text(**accepted[name])
            for name in ("meaning", "caveat")
        }
        fits = {"fits_as_well": tuple(accepted["fits_as_well"])}
        accepted = Accepted(**(accepted | texts | fits))
    return Contract(
        status=LoadStatus(stated["status"]),
        rows_in=stated["rows_in"],
        rows_used=stated["rows_used"],
        refusals=tuple(Refusal(**refusal) for refusal in stated["refusals"]),
        problems=tuple(stated["problems"]),
        notes=tuple(stated["notes"]),
        accepted=accepted,
    )
