"""Beijing 1954 and Xian 1980: no shift is public and right, so none is pretended, in any format."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.city import RedLineSpec
from siting.crs import require_known_shift
from siting.errors import CRSMismatchError, SitingError
from siting.load import TextWays, read_pasted, read_red_lines
from siting.model import LoadStatus

from .town import CRS, EAST, NORTH, Load, square

XIAN, BEIJING = "EPSG:2383", "EPSG:2435"
#: The same zone, with parameters that move it by tens of metres.
XIAN_WITH_SHIFT = (
    "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +a=6378140 +b=6356755.288 "
    "+towgs84=100,-50,20 +units=m +no_defs"
)


def old_frame(crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["F1"]}, geometry=[square(0)], crs=crs)


@pytest.mark.parametrize("crs", [XIAN, BEIJING])
@pytest.mark.parametrize(("name", "driver"), [("a.gpkg", "GPKG"), ("a.shp", "ESRI Shapefile")])
def test_a_layer_of_an_old_datum_is_not_checked(
    tmp_path: Path, load: Load, crs: str, name: str, driver: str
) -> None:
    old_frame(crs).to_file(tmp_path / name, driver=driver)
    layer = load(tmp_path / name)
    assert layer.contract.status is LoadStatus.FAILED
    assert "needs a shift" in " ".join(layer.contract.problems)


@pytest.mark.parametrize("name", ["a.gpkg", "a.csv", "a.txt"])
def test_a_red_line_of_an_old_datum_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("gpkg"):
        old_frame(XIAN).to_file(path, driver="GPKG")
    elif name.endswith("csv"):
        path.write_text(f'id,wkt\nP1,"{square(0).wkt}"\n', encoding="utf-8")
    else:
        corners = shapely.get_coordinates(square(0))
        rows = "\n".join(f"J{at},1,{y:.3f},{x:.3f}" for at, (x, y) in enumerate(corners, 1))
        path.write_text(f"[地块坐标]\n5,1.0,P1,甲,面,,,,@\n{rows}\n", encoding="utf-8")
    spec = RedLineSpec(path, crs="" if name.endswith("gpkg") else XIAN)
    with pytest.raises(SitingError, match=r"needs a (datum )?shift"):
        read_red_lines(spec, working_crs=CRS, ways=TextWays())


def test_pasted_coordinates_of_an_old_datum_are_refused() -> None:
    with pytest.raises(SitingError, match=r"needs a (datum )?shift"):
        read_pasted(square(0).wkt, crs=XIAN, working_crs=CRS, ways=TextWays())


def test_parameters_of_the_user_are_taken() -> None:
    require_known_shift(XIAN_WITH_SHIFT, CRS)


def test_parameters_of_the_city_do_not_help_a_file_without() -> None:
    with pytest.raises(CRSMismatchError):
        require_known_shift(BEIJING, XIAN_WITH_SHIFT)


def test_another_zone_of_the_same_old_datum_needs_none() -> None:
    require_known_shift(XIAN, "EPSG:2382")


def test_a_prj_that_epsg_does_not_know_is_recognised_by_its_name() -> None:
    wkt = (
        'PROJCS["local",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",'
        'SPHEROID["Xian_1980",6378140.0,298.3]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",113.3],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    with pytest.raises(CRSMismatchError):
        require_known_shift(wkt, CRS)


def test_how_far_off_the_pretence_would_be() -> None:
    """What is refused is no trifle: these very parameters move a corner by more than 100 m."""
    moved = gpd.GeoSeries([shapely.Point(EAST, NORTH)], crs=XIAN_WITH_SHIFT).to_crs("EPSG:32649")
    naive = gpd.GeoSeries([shapely.Point(EAST, NORTH)], crs=XIAN).to_crs("EPSG:32649")
    assert moved.distance(naive).iloc[0] > 50
