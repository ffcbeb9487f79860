"""The overlay kernel: which geometries overlap, by how much, and how sure that is."""

from siting.overlay.exact import exact_overlap_area_m2
from siting.overlay.mitred import mitred
from siting.overlay.pairs import (
    Pairs,
    distances_within,
    mean_width_m,
    overlap_area_m2,
    overlap_geometries,
    pair_areas,
    polygons_only,
    uncovered,
)

__all__ = [
    "Pairs",
    "distances_within",
    "exact_overlap_area_m2",
    "mean_width_m",
    "mitred",
    "overlap_area_m2",
    "overlap_geometries",
    "pair_areas",
    "polygons_only",
    "uncovered",
]
