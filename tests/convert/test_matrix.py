"""Every format that is read, into every format that is written; other programs are the judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from siting import api
from siting.api import ConvertOptions
from siting.convert.targets import NOT_WRITTEN, WRITTEN
from siting.load.formats import EXTENSIONS, LAYER_FORMATS, Format

from .sources import CRS, DEGREES, NAMES, SOURCES, TARGETS, plots, rings_of

#: Sources whose coordinates went through degrees, or through a table of three decimals.
THROUGH_DEGREES_M = 1e-5
VIEWING = {"b.geojsonl", "stdout", "b.kml", "b.kmz"}
#: Formats that can name their CRS.
NAMING = {"b.gpkg", "b.gdb", "b.gdb.zip", "b.gpkg.zip", "b.shp", "b.zip", "b.geojson", "b.fgb",
          "b.parquet", "b.kml", "b.kmz", "b.geojsonl", "stdout"}  # fmt: skip
#: Formats whose other readers do not show texts by column.
WITHOUT_TEXTS = {"b.dxf", "b.txt"}


def pairs() -> Iterator[object]:
    """Each source into one target and one source into each target; all others are slow."""
    for source in SOURCES:
        for target in TARGETS:
            is_quick = target == "b.gpkg" or source == "a.gpkg"
            marks = () if is_quick else (pytest.mark.slow,)
            yield pytest.param(source, target, marks=marks, id=f"{source}-{target}")


def expected_of(source: str) -> list[shapely.Polygon]:
    """A ring in a drawing is a plot of its own: the drawing was made of outlines."""
    return [shapely.Polygon(one.exterior) for one in plots()] if source == "a.dxf" else plots()


def polygons(shapes: list[shapely.Geometry]) -> list[shapely.Polygon]:
    """Polygons of one part: some formats hold them as multipolygons."""
    parts = [list(shapely.get_parts(one)) for one in shapes]
    assert [len(part) for part in parts] == [1] * len(shapes)
    return [part[0] for part in parts]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for name, (write, _, _) in SOURCES.items():
        home = folder / name.replace(".", "_")
        home.mkdir()
        write(home / name)
    return folder


@pytest.mark.parametrize(("source", "target"), list(pairs()))
def test_what_is_read_is_written(sources: Path, tmp_path: Path, source: str, target: str) -> None:
    _, from_crs, has_texts = SOURCES[source]
    read_back, gate_m = TARGETS[target]
    there = tmp_path / target
    options = ConvertOptions(from_crs=from_crs, to_crs="" if target in VIEWING else CRS)
    origin = sources / source.replace(".", "_") / source
    with origin.open("rb") if source == "stdin" else there.with_name("unused").open("wb") as given:
        given_source = given if source == "stdin" else origin
        if target == "stdout":
            with there.open("wb") as sink:
                done = api.convert(given_source, sink, options)
        else:
            done = api.convert(given_source, there, options)
    assert (done.rows_in, done.rows_written, done.refused) == (3, 3, ())
    shapes, names, crs = read_back(there)
    wanted = expected_of(source)
    if target == "b.dxf":  # each ring a polyline
        wanted = [shapely.Polygon(ring) for one in wanted for ring in rings_of(one)]
    for one, other in zip(wanted, polygons(shapes), strict=True):
        assert one.symmetric_difference(other).area < 2 * gate_m * one.length
        assert shapely.hausdorff_distance(one, other) < gate_m + THROUGH_DEGREES_M
    if has_texts and target not in WITHOUT_TEXTS:
        assert names == NAMES
    if target in NAMING:
        assert crs == (DEGREES if target in VIEWING else CRS)


def test_no_format_is_forgotten() -> None:
    """What may be a layer has a source here; what may be written, a target; the rest says why."""
    suffixes = EXTENSIONS
    read = {suffixes[Path(name).suffix] for name in SOURCES if "." in name}
    assert read == {*LAYER_FORMATS, Format.TXT}
    written = {suffixes[Path(name).suffix] for name in TARGETS if "." in name}
    assert written == {*WRITTEN, Format.ZIP}
    assert set(Format) == {*WRITTEN, Format.ZIP, *NOT_WRITTEN}
