"""One red line against a city by geopandas: bbox-filtered reading, then gpd.overlay.

python overlay_geopandas.py FOLDER RED_LINE.txt
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import shapely

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
points = [(float(row[3]), float(row[2])) for row in rows if row[0].startswith("J")]
red_line = gpd.GeoDataFrame(geometry=[shapely.Polygon(points)], crs="EPSG:4547")
bbox = tuple(red_line.total_bounds)
found = []
for path in sorted(folder.glob("*.parquet")):
    layer = gpd.read_parquet(path, columns=["number", "geometry"], bbox=bbox)
    pieces = gpd.overlay(red_line, layer, how="intersection", keep_geom_type=True)
    found += [
        [path.stem, int(number), float(area)]
        for number, area in zip(pieces["number"], pieces.area, strict=True)
    ]
sys.stdout.write(json.dumps(found) + "\n")
