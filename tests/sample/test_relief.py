"""The ground of the sample city, by plain rasterio and numpy: steep where planted, uneven else."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely

#: CJJ 83-2016 §4.0.1, percent; other uses have no limit.
LIMITS = {"07": 25.0, "1001": 15.0, "11": 15.0}
#: So much of a red line may be steeper.
SOME = 0.05


class Relief:
    """Slopes in percent by central differences, and the middles of their cells."""

    def __init__(self, path) -> None:
        with rasterio.open(path) as file:
            heights, cell = file.read(1).astype(float), file.transform
        south, east = np.gradient(heights, cell.a)
        self.slope = 100 * np.hypot(south, east)
        rows, columns = np.indices(heights.shape)
        self.easting = cell.c + (columns + 0.5) * cell.a
        self.northing = cell.f + (rows + 0.5) * cell.e

    def under(self, shape) -> np.ndarray:
        """The slopes of cells whose middles a shape holds."""
        return self.slope[shapely.contains_xy(shape, self.easting, self.northing)]


@pytest.fixture(scope="module")
def relief(sample) -> Relief:
    return Relief(sample.folder / "dem/dem.tif")


def limit_of(use):
    return next((limit for prefix, limit in LIMITS.items() if use.startswith(prefix)), np.inf)


def test_red_lines_are_steeper_than_their_use_bears_only_where_planted(sample, relief):
    lines = sample.red_lines()
    steep = set()
    for plant in sample.planted():
        slopes = relief.under(lines[plant["project"]].buffer(0))
        if len(slopes) and (slopes > limit_of(plant["use"])).mean() > SOME:
            steep.add(plant["project"])
    planted = {plant["project"] for plant in sample.planted() if "dem" in plant["conflicts"]}
    assert steep == planted
    assert len(planted) == 1


def test_the_steep_red_line_is_steep_for_a_good_part(sample, relief):
    plant = next(plant for plant in sample.planted() if "dem" in plant["conflicts"])
    slopes = relief.under(sample.red_lines()[plant["project"]])
    assert 0.2 < (slopes > limit_of(plant["use"])).mean() < 0.8


def test_free_parcels_differ_in_slope(sample, relief):
    parcels = sample.layer("parcels")
    free = parcels[parcels["GDZT"].isin(["批而未供", "未供"]) & (parcels["MJ"] > 10_000)]
    means = np.array([relief.under(shape).mean() for shape in free.geometry])
    assert (means < 1).mean() > 0.3
    assert (means > 2).mean() > 0.15


@pytest.mark.parametrize(
    ("name", "use", "least"), [("schools", "0804", 25), ("hospitals", "0806", 8)]
)
def test_services_are_gates_of_built_lots_that_no_project_claims(sample, name, use, least):
    spots, parcels = sample.layer(name), sample.layer("parcels")
    built = parcels[(parcels["YTDM"] == use) & (parcels["GDZT"] == "已登记")]
    to_lot = [built.boundary.distance(spot).min() for spot in spots.geometry]
    claimed = shapely.union_all([line.buffer(0) for line in sample.red_lines().values()])
    assert len(spots) >= least
    assert spots["id"].is_unique
    assert spots["name"].is_unique
    assert max(to_lot) < 0.002
    assert spots.distance(claimed).min() > 0


@pytest.mark.parametrize("name", ["schools", "hospitals"])
def test_services_lie_near_roads_and_housing(sample, name):
    spots = sample.layer(name)
    roads = shapely.union_all(sample.layer("roads").geometry)
    parcels = sample.layer("parcels")
    homes = shapely.union_all(parcels[parcels["YTDM"] == "0701"].geometry)
    # cells between main roads are one to two kilometres wide
    assert spots.distance(roads).max() < 1_000
    assert spots.distance(homes).quantile(0.9) < 500
