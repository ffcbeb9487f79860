"""A city of any size for the overlay benchmarks, from a seed: parcels, control lines, red lines.

EPSG:4547, up to 92 × 80 km. Shapes as PERFORMANCE has them: parcels of 17 vertices that
share their borders, farmland of some 100, an ecological red line of polygons up to 36,000
vertices with holes, rivers of about 3,000, red lines of 5 to 40.
"""

from __future__ import annotations

import numpy as np
import shapely

EAST, NORTH = 400_000.0, 2_500_000.0
WIDTH_M, HEIGHT_M = 92_000.0, 80_000.0
#: Points between two corners of a parcel.
BETWEEN = 3


def parcels(count: int, seed: int = 1) -> np.ndarray:
    """Return about `count` parcels of 60 × 100 m or so, in a lattice with bent borders."""
    rng = np.random.default_rng(seed)
    columns = int(np.sqrt(count * WIDTH_M / HEIGHT_M))
    rows = count // columns
    # the ground grows with the count, so that density stays that of the full city
    scale = np.sqrt(count / 1_000_000)
    step = np.array([WIDTH_M, HEIGHT_M]) * scale / [columns, rows]
    corner = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), -1)
    corner = (corner + rng.uniform(-0.3, 0.3, corner.shape)) * step + [EAST, NORTH]
    share = (np.arange(1, BETWEEN + 1) / (BETWEEN + 1))[:, None]

    def side(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        points = start[..., None, :] * (1 - share) + end[..., None, :] * share
        return points + rng.uniform(-0.02, 0.02, points.shape) * step

    across, up = side(corner[:-1], corner[1:]), side(corner[:, :-1], corner[:, 1:])
    ring = np.concatenate(
        [
            corner[:-1, :-1, None], across[:, :-1], corner[1:, :-1, None], up[1:],
            corner[1:, 1:, None], across[:, 1:, ::-1], corner[:-1, 1:, None], up[:-1, :, ::-1],
            corner[:-1, :-1, None],
        ],
        axis=2,
    )  # fmt: skip
    xy = np.round(ring.reshape(-1, 2), 3)
    total, length = columns * rows, 4 * (BETWEEN + 1) + 1
    starts = np.arange(total + 1) * length
    return shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, xy, (starts, np.arange(total + 1))
    )


def _star(rng: np.random.Generator, centre: np.ndarray, radius: float, count: int) -> np.ndarray:
    angle = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * 2 * np.pi / count
    # a smooth outline with a rough edge, as digitised borders have
    wave = sum(
        rng.normal(0, 0.25 / k) * np.cos(k * angle + rng.uniform(0, 6.28)) for k in range(2, 9)
    )
    reach = radius * np.exp(wave) * (1 + rng.uniform(-1, 1, count) * min(0.05, 3.0 / count))
    ring = centre + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.vstack([ring, ring[:1]])


def stars(
    count: int, radius_m: float, vertices: tuple[int, int], *, seed: int, scale: float, holes: float
) -> np.ndarray:
    """Return star-shaped polygons; a share of `holes` has one in its middle."""
    rng = np.random.default_rng(seed)
    made = []
    while len(made) < count:
        centre = np.array([EAST, NORTH]) + rng.random(2) * [WIDTH_M * scale, HEIGHT_M * scale]
        number = int(np.exp(rng.uniform(*np.log(vertices))))
        ring = _star(rng, centre, radius_m * rng.lognormal(0, 0.5), number)
        inner = [centre + 0.4 * (ring - centre)] if rng.random() < holes else []
        polygon = shapely.Polygon(np.round(ring, 3), [np.round(each, 3) for each in inner])
        if shapely.is_valid(polygon):
            made.append(polygon)
    return np.array(made, dtype=object)


def rivers(count: int, vertices: int, *, seed: int, scale: float) -> np.ndarray:
    """Return ribbons of 20 to 60 m width that wind across the city in any direction."""
    rng = np.random.default_rng(seed)
    made = []
    while len(made) < count:
        half = vertices // 2
        along = np.linspace(0, 30_000.0 * scale, half)
        bend = sum(
            rng.normal(0, 600.0 / k) * np.sin(k * along / 4_000 + rng.uniform(0, 6)) for k in
            range(1, 6)
        )  # fmt: skip
        width = 15 + 10 * np.sin(along / 700 + rng.uniform(0, 6)) ** 2
        line = np.vstack([np.c_[along, bend + width], np.c_[along, bend - width][::-1]])
        turn = rng.uniform(0, 2 * np.pi)
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        start = np.array([EAST, NORTH]) + rng.random(2) * [WIDTH_M * scale, HEIGHT_M * scale]
        polygon = shapely.Polygon(np.round(line @ spin.T + start, 3))
        if shapely.is_valid(polygon):
            made.append(polygon)
    return np.array(made, dtype=object)


def red_lines(count: int, seed: int = 7, *, scale: float = 1.0) -> np.ndarray:
    """Return red lines of 5 to 40 vertices and 30 to 500 m radius."""
    return stars(count, 110.0, (5, 40), seed=seed, scale=scale, holes=0.05)


def control_lines(scale: float) -> dict[str, np.ndarray]:
    """Return twelve layers; `scale` 1 is the full city with some 9 million vertices."""
    share = scale * scale

    def some(count: int) -> int:
        return max(int(count * share), 3)

    layers = {
        "farmland": stars(some(50_000), 180, (40, 250), seed=11, scale=scale, holes=0.1),
        "ecological": stars(some(467), 2_500, (300, 36_000), seed=12, scale=scale, holes=0.7),
        "rivers": rivers(some(588), 3_000, seed=13, scale=scale),
        "boundary": stars(some(40), 6_000, (2_000, 20_000), seed=14, scale=scale, holes=0.3),
    }
    for number in range(8):
        layers[f"other{number}"] = stars(
            some(1_500), 150, (10, 200), seed=20 + number, scale=scale, holes=0.1
        )
    return layers
