"""One red line against a city, as an expert would script it: bbox-filtered Parquet, and shapely.

    python bbox_shapely.py FOLDER RED_LINE.txt

FOLDER has one GeoParquet per layer, sorted by place, with small row groups and a bbox column.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
points = [(float(row[3]), float(row[2])) for row in rows if row[0].startswith("J")]
red_line = shapely.Polygon(points)
shapely.prepare(red_line)
west, south, east, north = red_line.bounds
near = (
    (pc.field("bbox", "xmin") <= east)
    & (pc.field("bbox", "xmax") >= west)
    & (pc.field("bbox", "ymin") <= north)
    & (pc.field("bbox", "ymax") >= south)
)
found = []
for path in sorted(folder.glob("*.parquet")):
    table = pq.read_table(path, columns=["number", "geometry"], filters=near)
    shapes = np.asarray(shapely.from_wkb(table["geometry"].to_numpy()), dtype=object)
    numbers = table["number"].to_numpy()
    meets = np.flatnonzero(shapely.intersects(red_line, shapes))
    areas = shapely.area(shapely.intersection(red_line, shapes[meets]))
    found += [
        [path.stem, int(number), float(area)]
        for number, area in zip(numbers[meets], areas, strict=True)
        if area > 0
    ]
sys.stdout.write(json.dumps(found) + "\n")
