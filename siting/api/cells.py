"""The exclusion raster as files: GeoTIFF for others to work on, and a legend beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.study import Study

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from siting.exclude import Cut, ExclusionRaster
    from siting.model.raster import Singles
    from siting.save.geotiff import Form

#: What stands after the raster's own name in that of its legend.
LEGEND = ".legend.json"
_BANDS = ("excluded 排除（bit 0 = not checked 未核查）", "not checked 未核查")
_DISTANCE = ("metres to the nearest cell that is not free 距最近不可用格网（米）",)


def exclusion_raster(
    study: Study, *, rules: Sequence[str] = (), cut: Cut | None = None
) -> ExclusionRaster:
    """Return which cells of the city rules exclude, a bit per rule (排除栅格).

    Parameters
    ----------
    study
        From :func:`load`.
    rules
        Only the rules of these codes; without any all prohibited ones whose land is the same
        for every use.
    cut
        The size of a cell, and which count; see :class:`siting.exclude.Cut`.

    Raises
    ------
    ConfigError
        For a code without a bit; for too many cells.
    """
    from siting.exclude import exclusion_raster as raster_of

    return raster_of(
        study.atlas,
        study.rule_book,
        crs=study.city.crs,
        as_of=study.as_of,
        codes=rules,
        cut=cut,
    )


def write_exclusion_raster(
    raster: ExclusionRaster, path: str | Path, *, distance: str | Path | None = None
) -> dict[str, Any]:
    """Write an exclusion raster as GeoTIFF with two bands, its legend beside it.

    Parameters
    ----------
    raster
        From :func:`exclusion_raster`.
    path
        The file to be. What its bits mean stands in its tags, and in full in
        ``FILE.tif.legend.json``.
    distance
        A second GeoTIFF, float32: metres from the centre of each cell to that of the nearest one
        that is excluded or not checked; infinite where every cell is free.

    Returns
    -------
    dict
        The legend: grid, bits, rules, and how much land has each.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    from siting.exclude import Counts, legend_of
    from siting.save import write_json
    from siting.save.geotiff import write_geotiff

    counts = Counts()

    def counted() -> Iterator[tuple[int, NDArray[np.uint32]]]:
        for first, bands in raster.strips():
            counts.take(bands, len(raster.marks) + 1)
            yield first, bands.astype(raster.dtype)

    target = Path(path)
    write_geotiff(target, _form(raster, raster.dtype, _BANDS), counted())
    legend = legend_of(raster, counts)
    write_json(target.with_name(target.name + LEGEND), legend)
    if distance is not None:
        write_geotiff(Path(distance), _form(raster, "float32", _DISTANCE), _far(raster))
    return legend


def _form(raster: ExclusionRaster, dtype: str, bands: tuple[str, ...]) -> Form:
    from siting.exclude import head_of
    from siting.save.geotiff import Form

    head = json.dumps(head_of(raster), ensure_ascii=False, sort_keys=True)
    return Form(raster.grid, raster.crs, dtype, bands, {"siting": head})


def _far(raster: ExclusionRaster) -> Iterator[tuple[int, Singles]]:
    """Yield strips of the distance to the nearest cell that is not free."""
    from siting.terrain import distances

    def marking(first: int, rows: int) -> NDArray[np.uint8]:
        return (raster.strip(first, rows)[0] > 0).astype("uint8")

    for first, cells in distances(marking, raster.grid):
        yield first, cells[None]
